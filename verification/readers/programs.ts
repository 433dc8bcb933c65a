/**
 * Programs of others that make objects of their own sources, such as Helm. None is a part of this package: one is used
 * where it is on the PATH, or where a variable of the environment names it; a variable that is empty says to use none.
 */
import { execFile } from "node:child_process";
import { errorCode } from "../../config/texts";

export interface Program {
  /** The variable of the environment that names it. */
  readonly variable: string;
  /** What it is called on the PATH. */
  readonly name: string;
}

/** What a program has printed, or the one line that says why it has not. */
export type Printed = { readonly text: string } | { readonly error: string };

/** Milliseconds that one run may take: what makes objects of files needs a fraction of one. */
const PATIENCE = 20_000;
/** Of what it prints. */
const MOST_BYTES = 2 ** 26;
/** Of what it says of a failure, in characters. */
const LONGEST_REASON = 300;

/** A proxy that is not there, and no protocol of Git's but files: whatever the sources name elsewhere is not fetched. */
const NOWHERE = "http://127.0.0.1:9";
const OFFLINE = {
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  http_proxy: NOWHERE,
  https_proxy: NOWHERE,
  NO_PROXY: "",
  no_proxy: "",
  GIT_ALLOW_PROTOCOL: "file",
};

/** What a program prints with these arguments; undefined where it is not at hand. */
export async function printedBy({ variable, name }: Program, args: readonly string[]): Promise<Printed | undefined> {
  const program = process.env[variable] ?? name;
  if (program === "") return undefined;
  return new Promise((resolve) => {
    const env = { ...process.env, ...OFFLINE };
    const options = { env, timeout: PATIENCE, killSignal: "SIGKILL" as const, maxBuffer: MOST_BYTES };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve({ text: stdout });
      else if (errorCode(error) === "ENOENT") resolve(undefined);
      else if (error.killed === true) resolve({ error: `${name} has not come to its end in ${PATIENCE / 1000} s` });
      else resolve({ error: `${name}: ${reasonIn(stderr) || error.message}` });
    });
    child.stdin?.end();
  });
}

/** What kubectl begins a line of its log with: the time, its process, the place in its sources. */
const LOG_HEADER = /^[IWEF]\d{4} [\d:.]+ +\d+ [\w.]+:\d+\] /;

/** The line of an error, without the lines of hints and warnings around it. */
function reasonIn(text: string): string {
  const lines = text.split("\n").map((line) => line.replaceAll(/\s+/g, " ").trim());
  const line = lines.find((one) => /^error:/i.test(one)) ?? lines.find((one) => one !== "") ?? "";
  const reason = line.replace(/^error: */i, "").replace(LOG_HEADER, "");
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}...` : reason;
}
