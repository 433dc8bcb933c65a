/** Google's services on loopback: tokens, Cloud Asset Inventory in pages, and Compute Engine. */
import { writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { GoogleAnswers } from "./google-assets";
import { Loopback } from "./loopback";
import { TOKEN } from "./rest-server";
import type { Json } from "./workloads";

/** What a service says instead of an answer, by the path of a request; undefined: it answers. */
export type Refusal = (
  path: string,
  asked: number,
) => readonly [status: number, headers: Record<string, string>, body: Json] | undefined;

export const refused = (status: number, message: string, headers: Record<string, string> = {}) =>
  [status, headers, { error: { code: status, message, status: "X" } }] as const;

export class AssetInventory extends Loopback {
  /** What of a machine's own environment would lead elsewhere. */
  static readonly ELSEWHERE = {
    GOOGLE_APPLICATION_CREDENTIALS: "",
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET: "",
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: "",
  };

  readonly asked: string[] = [];
  refusal: Refusal = () => undefined;
  private answers: GoogleAnswers | undefined;

  private constructor(private readonly pageSize: number) {
    super();
  }

  static start(pageSize = 40): Promise<AssetInventory> {
    return new AssetInventory(pageSize).start();
  }

  tells(answers: GoogleAnswers): void {
    this.answers = answers;
  }

  /** What leads Google's own package and ours here. @param folder where the credentials are written */
  environment(folder: string): Record<string, string> {
    const subject = `${folder}/subject-token`;
    const credentials = `${folder}/credentials.json`;
    writeFileSync(subject, "subject");
    writeFileSync(
      credentials,
      JSON.stringify({
        type: "external_account",
        audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: `${this.url}/token`,
        credential_source: { file: subject },
      }),
    );
    return {
      GOOGLE_APPLICATION_CREDENTIALS: credentials,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDASSET: `${this.url}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${this.url}/compute/v1/`,
    };
  }

  protected answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    const path = url.pathname + url.search;
    const asked = this.asked.push(path);
    const [status, headers, body] = this.refusal(path, asked) ?? [200, {}, this.found(url, request)];
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }

  private found(url: URL, { headers: { authorization } }: IncomingMessage): Json {
    if (url.pathname === "/token") {
      return {
        access_token: TOKEN,
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
        expires_in: 3600,
      };
    }
    if (authorization !== `Bearer ${TOKEN}` || !this.answers) throw new Error(`${url.pathname} without a token`);
    const { project, resources, policies, compute } = this.answers;
    if (url.pathname === `/v1/projects/${project}/assets`) {
      const all = url.searchParams.get("contentType") === "RESOURCE" ? resources : policies;
      const from = Number(url.searchParams.get("pageToken") ?? 0);
      const next = from + this.pageSize;
      return {
        readTime: "2026-11-30T00:00:00Z",
        assets: all.slice(from, next),
        ...(next < all.length && { nextPageToken: String(next) }),
      };
    }
    return compute[url.pathname.replace("/compute/v1/", "")] ?? {};
  }
}
