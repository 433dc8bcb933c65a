/** Azure on loopback: tokens of a managed identity, Resource Graph in pages, and lists of Azure Resource Manager. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Refusal } from "./asset-inventory";
import type { AzureAnswers } from "./azure-resources";
import { Loopback } from "./loopback";
import { TOKEN } from "./rest-server";
import type { Json } from "./workloads";

export class ResourceGraph extends Loopback {
  /** What of a machine's own environment would lead elsewhere. */
  static readonly ELSEWHERE = {
    AZURE_TOKEN_CREDENTIALS: "",
    IDENTITY_ENDPOINT: "",
    IDENTITY_HEADER: "",
    AZURE_RESOURCE_MANAGER_URL: "",
  };

  refusal: Refusal = () => undefined;
  private answers: AzureAnswers | undefined;
  private asked = 0;

  private constructor(private readonly pageSize: number) {
    super();
  }

  static start(pageSize = 40): Promise<ResourceGraph> {
    return new ResourceGraph(pageSize).start();
  }

  tells(answers: AzureAnswers): void {
    this.answers = answers;
  }

  /** What leads Microsoft's own package and ours here. */
  environment(): Record<string, string> {
    return {
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
      IDENTITY_ENDPOINT: `${this.url}/token`,
      IDENTITY_HEADER: "header",
      AZURE_RESOURCE_MANAGER_URL: this.url,
    };
  }

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? "/", this.url);
    const path = url.pathname + url.search;
    const [status, headers, body] = this.refusal(path + text, ++this.asked) ?? [
      200,
      {},
      this.found(url, text, request),
    ];
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }

  private found(url: URL, text: string, { headers: { authorization } }: IncomingMessage): Json {
    if (url.pathname === "/token") {
      const expires_on = String(Math.floor(Date.now() / 1000) + 86_400);
      return { access_token: TOKEN, expires_on, resource: "https://management.azure.com", token_type: "Bearer" };
    }
    if (authorization !== `Bearer ${TOKEN}` || !this.answers) throw new Error(`${url.pathname} without a token`);
    const { rows, lists } = this.answers;
    if (url.pathname === "/providers/Microsoft.ResourceGraph/resources") {
      const { query, options } = JSON.parse(text);
      const all = rows.filter(({ type }) => String(query).startsWith(tableOf(type)));
      const from = Number(options.$skipToken ?? 0);
      const data = all.slice(from, from + this.pageSize);
      const next = from + this.pageSize;
      return {
        ...{ totalRecords: all.length, count: data.length, data, facets: [], resultTruncated: "false" },
        ...(next < all.length && { $skipToken: String(next) }),
      };
    }
    if (url.pathname.endsWith("/Microsoft.Authorization/permissions")) {
      return { value: [{ actions: ["*/read"], notActions: [] }] };
    }
    return { value: lists[url.pathname.toLowerCase()] ?? [] };
  }
}

function tableOf(type: string): string {
  if (type.startsWith("microsoft.authorization/")) return "authorizationresources";
  return type === "microsoft.resources/subscriptions/resourcegroups" ? "resourcecontainers" : "resources";
}
