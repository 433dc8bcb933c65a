import { generateKeyPairSync, sign, verify } from "node:crypto";
import { opened, sealed } from "../../../report/attestation/envelope";

const TYPE = "http://example.com/HelloWorld";
const TEXT = "hello world";
/** What is signed of these two, as DSSE's protocol has it for an example. */
const SIGNED = Buffer.from("DSSEv1 29 http://example.com/HelloWorld 11 hello world");

const PAIRS = {
  Ed25519: generateKeyPairSync("ed25519"),
  "P-256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
  RSA: generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
const { Ed25519, "P-256": other } = PAIRS;
const seal = (text = TEXT) => sealed(text, TYPE, Ed25519.privateKey, Ed25519.publicKey);
const parsed = (envelope: string) =>
  JSON.parse(envelope) as { payload: string; payloadType: string; signatures: { keyid?: string; sig: string }[] };

describe.each(Object.entries(PAIRS))("a key of %s", (name, { privateKey, publicKey }) => {
  const hash = name === "Ed25519" ? null : "sha256";

  test("signs what DSSE says is signed", () => {
    const { payload, payloadType, signatures } = parsed(sealed(TEXT, TYPE, privateKey, publicKey));
    expect(Buffer.from(payload, "base64").toString()).toBe(TEXT);
    expect(payloadType).toBe(TYPE);
    expect(verify(hash, SIGNED, publicKey, Buffer.from(signatures[0]?.sig ?? "", "base64"))).toBe(true);
  });

  test("opens what another program signed, beside signatures of others", () => {
    const sig = sign(hash, SIGNED, privateKey).toString("base64");
    const signatures = [{ keyid: "other", sig: "AAAA" }, { sig }];
    const envelope = JSON.stringify({
      payload: Buffer.from(TEXT).toString("base64"),
      payloadType: TYPE,
      signatures,
      more: 1,
    });
    expect(opened(envelope, TYPE, publicKey)).toBe(TEXT);
  });
});

test.each<[what: string, envelope: string, message: string]>([
  ["a text that was changed", seal().replace(btoa(TEXT), btoa("hello World")), "no signature of it is by the key"],
  ["a type that was changed", seal().replace(TYPE, "http://example.com/Other"), "no signature of it is by the key"],
  ["another's signature", sealed(TEXT, TYPE, other.privateKey, other.publicKey), "no signature of it is by the key"],
  [
    "another type",
    sealed(TEXT, "text/plain", Ed25519.privateKey, Ed25519.publicKey),
    "holds 'text/plain' (allowed: http://example.com/HelloWorld)",
  ],
  ["no signature", JSON.stringify({ ...parsed(seal()), signatures: [] }), "is no envelope of DSSE"],
  ["a field that lacks", JSON.stringify({ ...parsed(seal()), payload: undefined }), "is no envelope of DSSE"],
  ["no JSON", "-----BEGIN", "is no envelope of DSSE"],
])("is refused: %s", (_, envelope, message) => {
  expect(() => opened(envelope, TYPE, Ed25519.publicKey)).toThrow(message);
});

test("lengths are told in bytes", () => {
  expect(opened(seal("größer ✓"), TYPE, Ed25519.publicKey)).toBe("größer ✓");
});
