import { Argument, Command } from "commander";
import { readSource } from "../config/yaml-source";
import { opened } from "../report/attestation/envelope";
import { openedBySigstore } from "../report/attestation/sigstore";
import { PAYLOAD_TYPE, readStatement, type Digested, type Statement } from "../report/attestation/statement";
import { visible } from "../report/lines";
import { count } from "../report/text";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { digestsAt, readKey } from "./attestation";

const EXIT_CODES =
  "\nExit code: 0, the signed verdict is pass; 1, it is fail; 2, it is not to be trusted: of another signer, or of other files.";

/** Who is to have signed: the owner of a key, or somebody by name. */
interface SignerFlags {
  readonly key?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly trustedRoot?: string;
}

/** `dataplane verify-bundle FILE PATH...` */
export function verifyBundleCommand(answer: Answer): Command {
  return new Command("verify-bundle")
    .description("Check who has signed a report's bundle, and that files are those that were judged.")
    .argument("<file>", "what `dataplane report --bundle` wrote")
    .addArgument(
      new Argument("[path...]", "the files and folders that were judged; default: only the signature is checked"),
    )
    .option("--key <file>", "the signer's public key, in PEM")
    .option("--identity <name>", "who is to have signed by Sigstore: an e-mail address, or a workflow by its URL")
    .option(
      "--issuer <url>",
      "who vouches for the identity: https://token.actions.githubusercontent.com for GitHub's jobs",
    )
    .option(
      "--trusted-root <file>",
      "the certificates and logs of Sigstore that are believed, as its trusted_root.json",
    )
    .addHelpText("after", EXIT_CODES)
    .action(async (file: string, paths: string[], flags: SignerFlags) => {
      const open = openerOf(flags);
      const signed = readSource(file, "what `dataplane report --bundle` wrote");
      const statement = trusted(file, () => readStatement(open(signed)));
      if (paths.length > 0)
        refuseOthers(paths, await digestsAt(paths, [file, flags.key, flags.trustedRoot]), statement);
      answer(text(statement, paths), statement.predicate.result === "FAILED" ? 1 : 0);
    });
}

/** What opens a bundle of this signer. @throws InputError or ConfigError if the options name none, or can't be read */
function openerOf({ key: file, identity, issuer, trustedRoot }: SignerFlags): (bundle: string) => string {
  const named = [identity, issuer, trustedRoot].filter((option) => option !== undefined).length;
  if (file !== undefined && named === 0) {
    const key = readKey(file, "public");
    return (bundle) => opened(bundle, PAYLOAD_TYPE, key);
  }
  if (file === undefined && identity !== undefined && issuer !== undefined && trustedRoot !== undefined) {
    const roots = { file: trustedRoot, text: readSource(trustedRoot, "Sigstore's trusted root, as JSON") };
    return (bundle) => openedBySigstore(bundle, PAYLOAD_TYPE, roots, { identity, issuer });
  }
  throw new InputError(
    "verify-bundle",
    0,
    "takes who is to have signed: --key FILE, or --identity NAME, --issuer URL and --trusted-root FILE",
  );
}

function trusted<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) throw error;
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
    paths.length > 0
      ? `these are what was judged: ${files}`
      : `what was judged: ${files}; name what you have, to have it compared`,
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}
