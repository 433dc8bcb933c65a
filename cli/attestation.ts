/** `--bundle` and `--key` of `dataplane report`: what was judged and what came of it, signed. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { CLOUDFLARE_FILE } from "../config/cloudflare-ips";
import { readSource } from "../config/yaml-source";
import { version } from "../package.json";
import { sealed } from "../report/attestation/envelope";
import { PAYLOAD_TYPE, statementOf, type Digested, type Judged } from "../report/attestation/statement";
import { filesAt } from "../verification/input/files";
import { refused } from "../verification/input/folder";
import { InputError } from "../verification/input-error";

export interface BundleFlags {
  readonly bundle?: string | undefined;
  readonly key?: string | undefined;
}

export function withBundleOptions(command: Command): Command {
  return command
    .option("--bundle <file>", "write there what was judged and what came of it, signed: an in-toto statement in DSSE")
    .option("--key <file>", "the private key to sign it by, in PEM without a passphrase: Ed25519, of a curve, or RSA");
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
  { bundle, key: keyFile }: BundleFlags,
  configuration: readonly string[],
  aside: readonly (string | undefined)[],
): Promise<Seal | undefined> {
  if (bundle === undefined && keyFile === undefined) return undefined;
  if (bundle === undefined) throw new InputError("--key", 0, "signs nothing without --bundle FILE");
  if (keyFile === undefined) throw new InputError("--bundle", 0, "is signed: --key FILE names a private key in PEM");
  const key = readKey(keyFile, "private");
  const read = async () => ({
    input: await digestsAt(paths, [...aside, ...configuration, bundle, keyFile]),
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
      return sealed(
        JSON.stringify(statementOf({ ...judged, ...before, version })),
        PAYLOAD_TYPE,
        key,
        createPublicKey(key),
      );
    },
  };
}
