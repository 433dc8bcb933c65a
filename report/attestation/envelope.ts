/** A text with its signature: the envelope of DSSE 1.0, https://github.com/secure-systems-lab/dsse. */
import { createHash, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";

/** Signatures in base64; of several, one that fits a reader's key is enough. */
const schema = z.object({
  payload: z.base64(),
  payloadType: z.string(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.base64() })).min(1),
});

/**
 * A text, signed. Ed25519 signs the text itself, keys of RSA (PKCS #1 v1.5) and of elliptic curves its SHA-256.
 *
 * @param type what kind of text it is, which is signed with it
 */
export function sealed(text: string, type: string, key: KeyObject, publicKey: KeyObject): string {
  const sig = sign(hashOf(key), encoded(type, Buffer.from(text)), key).toString("base64");
  const payload = Buffer.from(text).toString("base64");
  return `${JSON.stringify({ payload, payloadType: type, signatures: [{ keyid: keyId(publicKey), sig }] })}\n`;
}

/** The text of an envelope that holds this type and that the owner of the key has signed. @throws Error that says why not */
export function opened(envelope: string, type: string, key: KeyObject): string {
  const { payload, payloadType, signatures } = read(envelope);
  const text = Buffer.from(payload, "base64");
  const signed = encoded(payloadType, text);
  const fits = signatures.some(({ sig }) => verify(hashOf(key), signed, key, Buffer.from(sig, "base64")));
  if (!fits) throw new Error(`no signature of it is by the key ${keyId(key)}`);
  if (payloadType !== type) throw new Error(`holds '${payloadType}' (allowed: ${type})`);
  return text.toString();
}

function read(envelope: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(envelope));
  } catch {
    throw new Error("is no envelope of DSSE: JSON with payload, payloadType and signatures");
  }
}

/** What is signed: the text with its type, told apart by their lengths in bytes. */
const encoded = (type: string, text: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${text.length} `), text]);

const hashOf = ({ asymmetricKeyType }: KeyObject) => (asymmetricKeyType === "ed25519" ? null : "sha256");

/** Which key it is: the SHA-256 of its public part, as SubjectPublicKeyInfo in DER. */
export const keyId = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
