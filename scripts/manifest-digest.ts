/** What a registry says of an image: the digest of its manifest, by the registries' HTTP API, without a login. */
import { registryApi, type Upstream, UPSTREAMS } from "../config/upstreams";

/** Lists of all architectures first: their digest is the one that a copy keeps. */
const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const TIMEOUT_MS = 30_000;

/** What a status means of an image that anybody may read. */
const MEANINGS: Readonly<Record<number, string>> = {
  401: "asks for a login",
  403: "refuses anonymous reads",
  404: "has no such image",
  429: "was asked too often, try again later",
};

export const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** A registry that does not tell. The message is one line that begins with the image. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
}

/**
 * Digest of the manifest that a reference (`HOST/REPOSITORY:TAG`) stands for at this moment. Registries at this machine's
 * own address are asked without TLS, as image tools do.
 *
 * @throws RegistryError that names the image and what its registry said
 */
export async function manifestDigest(reference: string): Promise<string> {
  const [, host = "", repository = "", tag = ""] = /^([^/]+)\/([^:@]+):([^:@/]+)$/.exec(reference) ?? [];
  if (tag === "") throw new RegistryError(`${reference}: is no reference (allowed: HOST/REPOSITORY:TAG)`);
  const fail = (what: string) => new RegistryError(`${reference}: ${what}`);
  const url = `${schemeOf(host)}//${apiHost(host)}/v2/${repository}/manifests/${tag}`;

  const ask = async (what: string, at: string, options: RequestInit): Promise<Response> => {
    try {
      return await fetch(at, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw fail(`${what} is not reachable (${reasonOf(error)})`);
    }
  };
  const askManifest = (token?: string) =>
    ask(host, url, {
      method: "HEAD",
      headers: { accept: MANIFEST_TYPES, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    });
  const askToken = async (challenge: string): Promise<string> => {
    const { realm, service, scope } = parametersOf(challenge);
    if (!/^bearer /i.test(challenge) || realm === undefined || !URL.canParse(realm))
      throw fail(`${host} ${MEANINGS[401] ?? ""}`);
    const at = new URL(realm);
    // A registry could otherwise have this machine ask whatever it likes, of its own or in the clear.
    if (at.protocol !== "https:" && at.host !== host)
      throw fail(`${host} names a token service that is not 'https': ${realm}`);
    if (service !== undefined) at.searchParams.set("service", service);
    at.searchParams.set("scope", scope ?? `repository:${repository}:pull`);
    const answer = await ask(at.host, at.href, {});
    if (!answer.ok) throw fail(`${at.host} ${meaningOf(answer.status)}`);
    const { token, access_token: accessToken } = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    const found = token ?? accessToken;
    if (typeof found !== "string" || found === "") throw fail(`${at.host} answers without a token`);
    return found;
  };

  let answer = await askManifest();
  const challenge = answer.headers.get("www-authenticate");
  if (answer.status === 401 && challenge !== null) answer = await askManifest(await askToken(challenge));
  if (!answer.ok) throw fail(`${host} ${meaningOf(answer.status)}`);
  const digest = answer.headers.get("docker-content-digest");
  if (digest === null) throw fail(`${host} answers without a digest`);
  if (!DIGEST.test(digest)) throw fail(`${host} answers with '${digest}', which is no digest (allowed: sha256:...)`);
  return digest;
}

const schemeOf = (host: string) => (/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) ? "http:" : "https:");

/** Some registries answer elsewhere than their references say. */
function apiHost(host: string): string {
  const upstream = (Object.keys(UPSTREAMS) as Upstream[]).find((name) => UPSTREAMS[name] === host);
  return upstream ? registryApi(upstream) : host;
}

const meaningOf = (status: number) => `${MEANINGS[status] ?? "answers what is not understood"} (HTTP ${status})`;

/** `realm`, `service` and `scope` of `Bearer realm="...",service="...",scope="..."`. */
const parametersOf = (challenge: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
