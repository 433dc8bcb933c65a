import { Argument, Command } from "commander";
import { readSource } from "../config/yaml-source";
import { opened } from "../report/attestation/envelope";
import { PAYLOAD_TYPE, readStatement, type Digested, type Statement } from "../report/attestation/statement";
import { visible } from "../report/lines";
import { count } from "../report/text";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { digestsAt, readKey } from "./attestation";

const EXIT_CODES =
  "\nExit code: 0, the signed verdict is pass; 1, it is fail; 2, it is not to be trusted: of another signer, or of other files.";

/** `dataplane verify-bundle FILE PATH...` */
export function verifyBundleCommand(answer: Answer): Command {
  return new Command("verify-bundle")
    .description("Check who has signed a report's bundle, and that files are those that were judged.")
    .argument("<file>", "what `dataplane report --bundle` wrote")
    .addArgument(
      new Argument("[path...]", "the files and folders that were judged; default: only the signature is checked"),
    )
    .requiredOption("--key <file>", "the signer's public key, in PEM")
    .addHelpText("after", EXIT_CODES)
    .action(async (file: string, paths: string[], { key }: { readonly key: string }) => {
      const envelope = readSource(file, "what `dataplane report --bundle` wrote");
      const publicKey = readKey(key, "public");
      const statement = trusted(file, () => readStatement(opened(envelope, PAYLOAD_TYPE, publicKey)));
      if (paths.length > 0) refuseOthers(paths, await digestsAt(paths, [file, key]), statement);
      answer(text(statement, paths), statement.predicate.result === "FAILED" ? 1 : 0);
    });
}

function trusted<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InputError(file, 0, (error as Error).message);
  }
}

/** Files are told by what is in them: where they lie may be elsewhere than where they were judged. */
function refuseOthers(paths: readonly string[], files: readonly Digested[], { subject }: Statement): void {
  const judged = new Set(subject.map(({ digest }) => digest.sha256));
  const found = new Set(files.map(({ sha256 }) => sha256));
  const other = files.find(({ sha256 }) => !judged.has(sha256));
  if (other) throw new InputError(other.name, 0, "is no file that was judged, or has changed since");
  const missing = subject.find(({ digest }) => !found.has(digest.sha256));
  if (missing) throw new InputError(paths.join(", "), 0, `lacks '${missing.name}', which was judged`);
}

function text({ subject, predicate }: Statement, paths: readonly string[]): string {
  const { result, configuration, passedTests, warnedTests, failedTests } = predicate;
  const { version = "?", day = "?" } = configuration.find(({ name }) => name === "dataplane")?.annotations ?? {};
  const files = count(subject.length, "file");
  const by = configuration.flatMap(({ name, digest }) => (digest ? [`${name} (SHA-256 ${digest.sha256})`] : []));
  const lines = [
    ...failedTests.map((test) => `not held: ${test}`),
    ...warnedTests.map((test) => `held with an exception, or known: ${test}`),
    `signed: ${result === "FAILED" ? "fail" : "pass"}: ${passedTests.length + warnedTests.length} of ` +
      `${count(passedTests.length + warnedTests.length + failedTests.length, "test")} hold, on ${day} by dataplane ${version}`,
    ...by.map((one) => `by ${one}`),
    paths.length > 0 ? `${files} are those that were judged` : `${files} were judged; name them to have them compared`,
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}
