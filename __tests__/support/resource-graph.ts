/** Azure on loopback: tokens of a managed identity, Resource Graph in pages, and lists of Azure Resource Manager. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Refusal } from "./asset-inventory";
import type { AzureAnswers } from "./azure-resources";
import { TOKEN } from "./rest-server";
import type { Json } from "./workloads";

export class ResourceGraph {
  public refusal: Refusal = () => undefined;
  private asked = 0;

  private constructor(
    private readonly server: Server,
    private answers: AzureAnswers | undefined,
    private readonly pageSize: number,
  ) {}

  static async start(pageSize = 40): Promise<ResourceGraph> {
    const server = createServer();
    const graph = new ResourceGraph(server, undefined, pageSize);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void graph.answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return graph;
  }

  tells(answers: AzureAnswers): void {
    this.answers = answers;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
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

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
