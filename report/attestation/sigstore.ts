/**
 * A text signed by who one is instead of by a key: Sigstore's bundle, https://docs.sigstore.dev/about/bundle/. A
 * certificate of some minutes says who has signed, and a transparency log that it was signed while that was valid. Their
 * packages are optional.
 */
import { createRequire } from "node:module";
import type * as Bundles from "@sigstore/bundle";
import type * as Specs from "@sigstore/protobuf-specs";
import type * as Sign from "@sigstore/sign";
import type * as Verify from "@sigstore/verify";
import { optionalDependencies } from "../../package.json";
import { InputError } from "../../verification/input-error";

const SCOPE = "@sigstore/";
/** Each with the version that is tried. */
const PACKAGES = Object.entries(optionalDependencies)
  .filter(([name]) => name.startsWith(SCOPE))
  .map(([name, version]) => `${name}@${version}`)
  .join(" ");

/** Sigstore's own services, which everybody may use. */
export const PUBLIC = { fulcio: "https://fulcio.sigstore.dev", rekor: "https://rekor.sigstore.dev" } as const;
/** Whom an identity token has to be made for: Fulcio takes no other. */
const AUDIENCE = "sigstore";
/** Variables that hold a token, or that GitHub lets a job with `id-token: write` ask for one by. */
const TOKEN = "SIGSTORE_ID_TOKEN";
const GITHUB = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
/** Milliseconds until a call that gets no answer has failed, and how often one is made again. */
const CALL = { timeout: 30_000, retry: 2 };

/** Who signs, as the certificate says: an e-mail address or a workflow, and who vouches for it. */
export interface Identity {
  readonly identity: string;
  readonly issuer: string;
}

/** Where certificates and the log are. */
export type Services = Readonly<Record<keyof typeof PUBLIC, string>>;

/** What signs texts. @throws InputError if there is no identity, or a package is not installed */
export function sigstoreSigner({ fulcio, rekor }: Services): (text: string, type: string) => Promise<string> {
  const { CIContextProvider, DSSEBundleBuilder, FulcioSigner, RekorWitness } = library("sign") as typeof Sign;
  const { bundleToJSON } = library("bundle") as typeof Bundles;
  const given = process.env[TOKEN];
  if (!given && !GITHUB.every((name) => process.env[name]))
    throw new InputError(
      TOKEN,
      0,
      `holds no identity token (allowed: one of OpenID Connect for '${AUDIENCE}', or a job of GitHub with 'id-token: write')`,
    );
  const getToken = async () => checked(given ? given : await new CIContextProvider(AUDIENCE).getToken());
  return async (text, type) => {
    // A token is short-lived: it is asked for when all else is done.
    const token = await getToken().catch(failed(GITHUB[0] ?? ""));
    const identityProvider = { getToken: () => Promise.resolve(token) };
    const builder = new DSSEBundleBuilder({
      signer: new FulcioSigner({ fulcioBaseURL: fulcio, identityProvider, ...CALL }),
      // The log keeps the digest of such an entry, where one of type `intoto` keeps the text.
      witnesses: [new RekorWitness({ rekorBaseURL: rekor, entryType: "dsse", ...CALL })],
    });
    const bundle = await builder.create({ data: Buffer.from(text), type }).catch(failed(`${fulcio}, ${rekor}`, token));
    return `${JSON.stringify(bundleToJSON(bundle))}\n`;
  };
}

/** A token that says who somebody is. */
function checked(token: string): string {
  try {
    const [, claims = ""] = token.split(".");
    const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as Readonly<Record<string, unknown>>;
    if (typeof said["sub"] === "string" || typeof said["email"] === "string") return token;
  } catch {
    // Said below.
  }
  throw new InputError(TOKEN, 0, "holds no identity token (allowed: a JWT of OpenID Connect with a subject)");
}

/** Says of what failed what it failed by too: the packages name the step alone, but for what a server says, and print a token whole. */
const failed = (place: string, token?: string) => (error: unknown) => {
  if (error instanceof InputError) throw error;
  const { message = String(error), cause } = error as Partial<Error>;
  const by = cause instanceof Error && !("statusCode" in cause) ? `: ${cause.message}` : "";
  const said = `signs nothing: ${message}${by}`;
  throw new InputError(place, 0, token === undefined ? said : said.replaceAll(token, "(not shown)"));
};

/**
 * The text of a bundle that holds this type and that somebody has signed; asks no network.
 *
 * @param roots Sigstore's trusted root, as JSON: whose certificates and which logs are believed
 * @throws Error that says why the bundle is not to be trusted
 * @throws InputError if the root can't be read, or a package is not installed
 */
export function openedBySigstore(
  bundle: string,
  type: string,
  roots: { readonly file: string; readonly text: string },
  expected: Identity,
): string {
  const { toSignedEntity, Verifier } = library("verify") as typeof Verify;
  const { content, ...parts } = read(bundle);
  if (content.$case !== "dsseEnvelope") throw new Error("signs a file and holds no statement");
  if (parts.verificationMaterial.tlogEntries.length === 0) throw new Error("stands in no transparency log");
  const { payload, payloadType } = content.dsseEnvelope;
  const verifier = new Verifier(trusted(roots));
  let signer: Readonly<Record<keyof Identity, string | undefined>>;
  try {
    const { identity } = verifier.verify(toSignedEntity({ content, ...parts }));
    signer = { identity: identity?.subjectAlternativeName, issuer: identity?.extensions?.issuer };
  } catch (error) {
    throw new Error(`is not to be trusted by ${roots.file}: ${(error as Error).message}`);
  }
  // The packages would take what is expected for a pattern.
  for (const part of ["identity", "issuer"] as const)
    if (signer[part] !== expected[part])
      throw new Error(`is signed by another ${part}: '${signer[part] ?? ""}' (allowed: ${expected[part]})`);
  if (payloadType !== type) throw new Error(`holds '${payloadType}' (allowed: ${type})`);
  return payload.toString();
}

function read(text: string): Bundles.Bundle {
  const { bundleFromJSON } = library("bundle") as typeof Bundles;
  try {
    return bundleFromJSON(JSON.parse(text));
  } catch {
    throw new Error("is no bundle of Sigstore: JSON with mediaType, verificationMaterial and dsseEnvelope");
  }
}

function trusted({ file, text }: { readonly file: string; readonly text: string }): Verify.TrustMaterial {
  const { TrustedRoot } = library("protobuf-specs") as typeof Specs;
  const { toTrustMaterial } = library("verify") as typeof Verify;
  try {
    const root = TrustedRoot.fromJSON(JSON.parse(text));
    if (root.certificateAuthorities.length > 0 && root.tlogs.length > 0) return toTrustMaterial(root);
  } catch {
    // Said below.
  }
  throw new InputError(
    file,
    0,
    "is no trusted root of Sigstore (allowed: JSON with certificateAuthorities, tlogs and ctlogs, as its trusted_root.json)",
  );
}

/** @throws InputError if the package is not installed */
function library(name: string): unknown {
  try {
    return createRequire(__filename)(`${SCOPE}${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new InputError(
      `${SCOPE}${name}`,
      0,
      `is not installed, and signs and checks without a key: npm install --no-save ${PACKAGES}`,
    );
  }
}
