/** `--bundle` of `dataplane report`, with `--key` or `--sigstore`: what was judged and what came of it, signed. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { CLOUDFLARE_FILE } from "../config/cloudflare-ips";
import { readSource } from "../config/yaml-source";
import { version } from "../package.json";
import { sealed } from "../report/attestation/envelope";
import { PUBLIC, sigstoreSigner } from "../report/attestation/sigstore";
import { PAYLOAD_TYPE, statementOf, type Digested, type Judged } from "../report/attestation/statement";
import { filesAt } from "../verification/input/files";
import { refused } from "../verification/input/folder";
import { InputError } from "../verification/input-error";

export interface BundleFlags {
  readonly bundle?: string | undefined;
  readonly key?: string | undefined;
  readonly sigstore?: boolean;
  readonly fulcio?: string;
  readonly rekor?: string;
}

export function withBundleOptions(command: Command): Command {
  return command
    .option("--bundle <file>", "write there what was judged and what came of it, signed: an in-toto statement in DSSE")
    .option("--key <file>", "the private key to sign it by, in PEM without a passphrase: Ed25519, of a curve, or RSA")
    .option("--sigstore", "sign it without a key, by the identity token in SIGSTORE_ID_TOKEN or of GitHub's job")
    .option("--fulcio <url>", `what certifies the identity (default: ${PUBLIC.fulcio})`)
    .option("--rekor <url>", `the log that keeps that it was signed (default: ${PUBLIC.rekor})`);
}

/** Kinds of keys that sign and are signed by. */
const KINDS = ["ed25519", "ec", "rsa"];

/** A key of a file. @throws ConfigError or InputError if it can't be read, or is none that signs */
export function readKey(file: string, part: "private" | "public"): KeyObject {
  const allowed = `a ${part} key in PEM: Ed25519, of an elliptic curve, or RSA`;
  const text = readSource(file, allowed);
  let key: KeyObject;
  try {
    key = part === "private" ? createPrivateKey(text) : createPublicKey(text);
  } catch {
    throw new InputError(file, 0, `is no ${part} key that can be read without a passphrase (allowed: ${allowed})`);
  }
  // Of a private key Node makes the public one; whoever only checks is to have no private key.
  if (part === "public" && /PRIVATE KEY/.test(text))
    throw new InputError(file, 0, `is a private key (allowed: ${allowed})`);
  if (!KINDS.includes(key.asymmetricKeyType ?? ""))
    throw new InputError(file, 0, `is a key that does not sign (allowed: ${allowed})`);
  return key;
}

/** Every file at paths by its digest, by the name under which it was found. @throws InputError if one can't be read */
export async function digestsAt(paths: readonly string[], aside: readonly (string | undefined)[]): Promise<Digested[]> {
  const others = new Set(aside.flatMap((file) => (file === undefined ? [] : resolve(file))));
  const digests: Digested[] = [];
  for (const path of paths) for (const file of await filesAt(path, others)) digests.push(await digestOf(file));
  return digests;
}

async function digestOf(file: string, name = file): Promise<Digested> {
  const content = await readFile(file).catch(refused(file));
  return { name, sha256: createHash("sha256").update(content).digest("hex") };
}

/** Lists of this package that verdicts rest on. */
const LISTS = [CLOUDFLARE_FILE, join(__dirname, "..", "regions.json")];

/** What seals a report: its input is read before it is judged and again after that. */
export interface Seal {
  /** The envelope to write. @throws InputError if a file is another than before */
  readonly of: (judged: Pick<Judged, "report" | "page">) => Promise<string>;
}

/**
 * Gets ready to seal what becomes of an input; undefined where nobody asks for it.
 *
 * @param configuration files of options that decide on the verdict
 * @param aside files that are written, and so are no input
 * @throws InputError or ConfigError if the options do not go together, or a file can't be read
 */
export async function sealFor(
  paths: readonly string[],
  flags: BundleFlags,
  configuration: readonly string[],
  aside: readonly (string | undefined)[],
): Promise<Seal | undefined> {
  const { bundle, key } = flags;
  const sign = signerOf(flags);
  if (!sign) return undefined;
  const read = async () => ({
    input: await digestsAt(paths, [...aside, ...configuration, bundle, key]),
    configuration: [
      ...(await Promise.all(configuration.map((file) => digestOf(file)))),
      ...(await Promise.all(LISTS.map((file) => digestOf(file, basename(file))))),
    ],
  });
  const before = await read();
  return {
    async of(judged) {
      const after = await read();
      if (JSON.stringify(after) !== JSON.stringify(before))
        throw new InputError(paths.join(", "), 0, "changed while it was judged: judge it again");
      return sign(JSON.stringify(statementOf({ ...judged, ...before, version })), PAYLOAD_TYPE);
    },
  };
}

/** What signs a text of a type; undefined where nothing is to be signed. */
type Signs = (text: string, type: string) => string | Promise<string>;

/** @throws InputError or ConfigError if the options do not go together, or what they name can't sign */
function signerOf({ bundle, key: file, sigstore, fulcio, rekor }: BundleFlags): Signs | undefined {
  const without = (option: string, lacks: string): InputError =>
    new InputError(option, 0, `signs nothing without ${lacks}`);
  if (!sigstore && fulcio !== undefined) throw without("--fulcio", "--sigstore");
  if (!sigstore && rekor !== undefined) throw without("--rekor", "--sigstore");
  if (bundle === undefined) {
    if (file !== undefined) throw without("--key", "--bundle FILE");
    if (sigstore) throw without("--sigstore", "--bundle FILE");
    return undefined;
  }
  if (file !== undefined && sigstore)
    throw new InputError("--bundle", 0, "is signed by --key or --sigstore, not by both");
  if (sigstore)
    return sigstoreSigner({
      fulcio: service("--fulcio", fulcio ?? PUBLIC.fulcio),
      rekor: service("--rekor", rekor ?? PUBLIC.rekor),
    });
  if (file === undefined)
    throw new InputError(
      "--bundle",
      0,
      "is signed: --key FILE names a private key in PEM, --sigstore takes your identity",
    );
  const key = readKey(file, "private");
  return (text, type) => sealed(text, type, key, createPublicKey(key));
}

/** Where a service is, without a slash at its end. An identity token goes there, so that nobody may listen. */
function service(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const quiet =
    url?.protocol === "https:" ||
    (url?.protocol === "http:" && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname));
  if (!quiet || /[?#@]/.test(text))
    throw new InputError(option, 0, `is '${text}' (allowed: https://HOST, on this machine http:// too)`);
  return text.replace(/\/+$/, "");
}
