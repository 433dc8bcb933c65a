/** Answers of a cluster's API through the user's own kubectl, which knows how to sign in. */
import { execFile } from "node:child_process";
import { AccountError } from "../account";

/** Milliseconds that one call may take. */
const PATIENCE = 60_000;
/** Of one page. */
const MOST_BYTES = 2 ** 28;

/** A call that the cluster refused or did not know; the message is what kubectl said, on one line. */
export class KubectlError extends AccountError {
  /** Whether a right lacks. kubectl tells that by its words alone (`Error from server (Forbidden): ...`). */
  readonly isRefusal: boolean;

  constructor(said: string) {
    super(said.replaceAll(/\s+/g, " "));
    this.isRefusal = /forbidden|unauthorized/i.test(said);
  }
}

/**
 * What kubectl prints with these arguments: the one that the variable KUBECTL names, else that of the PATH.
 *
 * @throws KubectlError if it fails, AccountError if there is none
 */
export async function kubectl(context: string, ...args: readonly string[]): Promise<string> {
  const program = process.env["KUBECTL"] ?? "kubectl";
  return new Promise((resolve, reject) => {
    const options = { timeout: PATIENCE, maxBuffer: MOST_BYTES };
    execFile(program, ["--context", context, ...args], options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === "ENOENT") reject(new AccountError(`${program} is not on the PATH: KUBECTL may name it`));
      else reject(new KubectlError(stderr.trim() || error.message));
    });
  });
}
