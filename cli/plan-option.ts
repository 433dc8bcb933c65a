/** `--plan STACK=FILE` of the commands that judge a plan in the place of a stack; it may be repeated. */
import { InvalidArgumentError } from "commander";
import type { Plans } from "../verification/promises/planned";

/** @throws InvalidArgumentError if a text is of another shape */
export function planOption(text: string, plans: Plans = {}): Plans {
  const [, stack, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (stack === undefined || file === undefined) throw new InvalidArgumentError("Allowed: STACK=FILE.");
  return { ...plans, [stack]: file };
}
