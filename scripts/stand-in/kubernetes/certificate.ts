/** A certificate of its own authority, as `flytepropeller webhook init-certs` makes one, for servers of the stand-in. */
import { type KeyObject, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** Both as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Object identifiers (RFC 5280, RFC 5758) as DER has them. */
const OID = {
  commonName: "550403",
  subjectAlternativeName: "551d11",
  basicConstraints: "551d13",
  ecdsaWithSha256: "2a8648ce3d040302",
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate that is its own authority, for a server of these names, of today and tomorrow. */
export function selfSigned(names: readonly string[]): Certificate {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signed = toBeSigned(names, privateKey);
  const certificate = sequence(signed, ALGORITHM, bitString(sign("sha256", signed, privateKey)));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function toBeSigned(names: readonly string[], key: KeyObject): Buffer {
  const [from, to] = [-DAY_MS, DAY_MS].map((offset) => time(new Date(Date.now() + offset)));
  const subject = sequence(der(0x31, sequence(oid("commonName"), der(0x0c, Buffer.from(names[0] ?? "")))));
  return sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ALGORITHM,
    subject,
    sequence(from as Buffer, to as Buffer),
    subject,
    createPublicKey(key).export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        extension("basicConstraints", sequence(der(0x01, Buffer.from([0xff])))),
        extension("subjectAlternativeName", sequence(...names.map((name) => der(0x82, Buffer.from(name))))),
      ),
    ),
  );
}

/** A value by its tag (X.690). */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const bytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, Buffer.concat(parts));
const oid = (name: keyof typeof OID) => der(0x06, Buffer.from(OID[name], "hex"));
const bitString = (content: Buffer) => der(0x03, Buffer.concat([Buffer.from([0]), content]));
const extension = (name: keyof typeof OID, value: Buffer) => sequence(oid(name), der(0x04, value));
const time = (at: Date) => der(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, "")));
const ALGORITHM = sequence(oid("ecdsaWithSha256"));
