import { CommanderError, type Command } from "commander";
import { ConfigError } from "../config/yaml-source";
import { InputError } from "../verification/input-error";

const UNUSABLE = 2;

/**
 * Runs a command line.
 *
 * @param start gives the command with an action that ends in the exit code
 * @returns that code; 0 where it asked for help; 2 where it, or what it names, can't be used, which is told
 */
export async function exitCodeOf(
  args: readonly string[],
  start: (ends: (code: number) => void) => Command,
): Promise<number> {
  let code = 0;
  try {
    await start((ended) => (code = ended))
      .exitOverride()
      .parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // Commander has told of it.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
    if (!(error instanceof ConfigError || error instanceof InputError)) throw error;
    console.error(error.message);
    return UNUSABLE;
  }
}
