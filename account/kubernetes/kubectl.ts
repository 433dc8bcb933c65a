/** Answers of a cluster's API through the user's own kubectl, which knows how to sign in. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
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
  return new Promise((resolve, reject) => {
    const options = { timeout: PATIENCE, maxBuffer: MOST_BYTES };
    execFile(program(), ["--context", context, ...args], options, (error, stdout, stderr) => {
      if (error) reject(failure(error, stderr));
      else resolve(stdout);
    });
  });
}

/**
 * What `use` makes of a port of loopback that leads to one of a Deployment's pods for as long as it works: by the kubelet,
 * past every network policy, and with nothing of the cluster changed.
 *
 * @throws KubectlError if kubectl forwards nothing, AccountError if there is none, and what `use` throws
 */
export async function forwarded<T>(
  context: string,
  { namespace, deployment, port }: { readonly namespace: string; readonly deployment: string; readonly port: number },
  use: (port: number) => Promise<T>,
): Promise<T> {
  const args = ["port-forward", "--namespace", namespace, "--address", "127.0.0.1"];
  const child = spawn(program(), ["--context", context, ...args, `deployment/${deployment}`, `:${port}`]);
  try {
    return await use(await localPort(child));
  } finally {
    child.kill();
  }
}

/** The port that a port-forward says it listens at. */
function localPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let [told, complained] = ["", ""];
    setTimeout(() => reject(new KubectlError("it forwards nothing")), PATIENCE).unref();
    child.stderr?.on("data", (text) => (complained += String(text)));
    child.stdout?.on("data", (text) => {
      told += String(text);
      const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+) /m.exec(told) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("error", (error) => reject(failure(error, complained)));
    child.once("close", () => reject(new KubectlError(complained.trim() || "it ended without a word")));
  });
}

const program = (): string => process.env["KUBECTL"] ?? "kubectl";

function failure(error: Error & { readonly code?: unknown }, stderr: string): AccountError {
  if (error.code === "ENOENT") return new AccountError(`${program()} is not on the PATH: KUBECTL may name it`);
  return new KubectlError(stderr.trim() || error.message);
}
