/** Sigstore's services on loopback: certificates, their log, the log of signatures, and GitHub's tokens of a job. */
import { createHash, generateKeyPairSync, verify } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, type HandlerFn } from "@sigstore/mock";
import { Loopback } from "./loopback";

/** A token of OpenID Connect, as nobody has signed it: who checks tokens is not asked here. */
export const identityToken = (claims: Readonly<Record<string, string>>): string =>
  [{ alg: "none" }, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");

export class Sigstore extends Loopback {
  /** What was asked, `POST /path`, and each body that came. */
  readonly asked: string[] = [];
  readonly bodies: string[] = [];
  /** What GitHub gives a job that asks for a token. */
  githubToken = "";
  private handlers: Readonly<Record<string, HandlerFn>> = {};
  /** What believes these services, as Sigstore's trusted_root.json. */
  trustedRoot = "";

  override async start(): Promise<this> {
    await super.start();
    const [issuer, certificates, signatures] = [keyPair(), keyPair(), keyPair()];
    const ctLog = await initializeCTLog(certificates);
    const authority = await initializeCA(issuer, ctLog);
    const log = await initializeTLog(this.url, signatures);
    const certificate = fulcioHandler(authority);
    this.handlers = {
      [certificate.path]: certificate.fn,
      "/api/v1/log/entries": async (body) => {
        const entry = keptOf(JSON.parse(body) as Proposed);
        return entry
          ? { statusCode: 201, response: JSON.stringify(await log.log(entry)), contentType: "application/json" }
          : { statusCode: 400, response: "no signature of it is by its verifier" };
      },
    };
    const logOf = (key: Bytes, id: Bytes) => ({
      baseUrl: this.url,
      hashAlgorithm: "SHA2_256",
      publicKey: { rawBytes: base64(key), keyDetails: "PKIX_ECDSA_P256_SHA_256" },
      logId: { keyId: base64(id) },
    });
    this.trustedRoot = JSON.stringify({
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [logOf(log.publicKey, createHash("sha256").update(log.publicKey).digest())],
      certificateAuthorities: [
        { uri: this.url, certChain: { certificates: [{ rawBytes: base64(authority.rootCertificate) }] } },
      ],
      ctlogs: [logOf(ctLog.publicKey, ctLog.logID)],
      timestampAuthorities: [],
    });
    return this;
  }

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    this.asked.push(`${String(request.method)} ${pathname}`);
    const body = await text(request);
    this.bodies.push(body);
    if (pathname === "/token" && searchParams.get("audience") === "sigstore") {
      response.end(JSON.stringify({ value: this.githubToken }));
      return;
    }
    const answer = await this.handlers[pathname]?.(body);
    response.writeHead(answer?.statusCode ?? 404, { "content-type": answer?.contentType ?? "text/plain" });
    response.end(answer?.response ?? "");
  }
}

type Bytes = Pick<Uint8Array, "buffer" | "byteOffset" | "byteLength">;
const base64 = ({ buffer, byteOffset, byteLength }: Bytes) =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64");
const keyPair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** What Rekor is sent: an envelope of DSSE as a text, and the certificate or key of each signature in base64. */
interface Proposed {
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

/**
 * What Rekor keeps of it: digests, signatures and who has signed, not the payload. In the package it would keep all.
 *
 * Source: https://github.com/sigstore/rekor/blob/main/pkg/types/dsse/v0.0.1/dsse_v0_0_1_schema.json
 */
function keptOf({ spec: { proposedContent } }: Proposed): object | undefined {
  const { envelope, verifiers } = proposedContent;
  const { payload, payloadType, signatures } = JSON.parse(envelope) as Envelope;
  const [{ sig }, verifier] = [signatures[0], verifiers[0] ?? ""];
  const content = Buffer.from(payload, "base64");
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${content.length} `),
    content,
  ]);
  if (!verify("sha256", signed, Buffer.from(verifier, "base64").toString(), Buffer.from(sig, "base64")))
    return undefined;
  const sha256 = (bytes: Buffer | string) => ({
    algorithm: "sha256",
    value: createHash("sha256").update(bytes).digest("hex"),
  });
  return {
    apiVersion: "0.0.1",
    kind: "dsse",
    spec: {
      envelopeHash: sha256(envelope),
      payloadHash: sha256(content),
      signatures: [{ signature: sig, verifier }],
    },
  };
}

interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly [{ readonly sig: string }];
}
