/** The Kubernetes API over HTTPS: what a test or a tour asks of it. */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { serviceAccountUser } from "../../../config/names";

/** An object of the API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Namespace and name of an object, or its name alone. */
export const placeOf = ({ metadata: { namespace, name } }: KubernetesObject): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** What the API server answers when it says no. */
export class Refusal extends Error {
  constructor(
    /** HTTP's. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws every other error */
export function ignoreNotFound(error: unknown): undefined {
  if (error instanceof Refusal && error.status === 404) return undefined;
  throw error;
}

/** Whom a call is made as; default: the administrator. */
export interface Caller {
  /** `system:serviceaccount:NAMESPACE:NAME` */
  readonly user: string;
}

export interface CallOptions {
  readonly as?: Caller;
  /** Whether the object is judged and not kept. */
  readonly dryRun?: boolean;
  readonly contentType?: string;
}

/** One resource of the API: where objects of a kind are. */
interface ApiResource {
  readonly name: string;
  readonly namespaced: boolean;
}

/** Most calls at a time. */
const CONNECTIONS = 8;

export class Api {
  private agent: Agent | undefined;
  private readonly resources = new Map<string, Promise<Map<string, ApiResource>>>();

  constructor(
    readonly url: string,
    /** Path of the certificate that the server shows; it may come to be later than this. */
    readonly certificate: string,
    readonly token: string,
  ) {}

  get = (path: string): Promise<unknown> => this.call("GET", path);

  /** @throws Refusal */
  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<unknown> {
    this.agent ??= new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca: readFileSync(this.certificate) });
    const { agent, token } = this;
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, Accept: "application/json" };
    const sent = body === undefined ? "" : JSON.stringify(body);
    headers["Content-Length"] = String(Buffer.byteLength(sent));
    if (body !== undefined) headers["Content-Type"] = options.contentType ?? "application/json";
    if (options.as) headers["Impersonate-User"] = options.as.user;
    const [status, text] = await new Promise<[number, string]>((resolve, reject) => {
      const call = request(new URL(path, this.url), { method, headers, agent }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => resolve([answer.statusCode ?? 0, Buffer.concat(parts).toString()]));
        answer.on("error", reject);
      });
      call.on("error", reject);
      call.end(sent);
    });
    if (status >= 300) throw new Refusal(status, messageOf(text));
    return text.startsWith("{") ? JSON.parse(text) : text;
  }

  /** Ends its connections; a later call opens new ones. */
  close(): void {
    this.agent?.destroy();
    this.agent = undefined;
  }

  /**
   * Makes an object, as strictly as the API can read it: a field that it does not know is refused.
   *
   * @throws Refusal
   */
  async create(object: KubernetesObject, options?: CallOptions): Promise<KubernetesObject> {
    const path = await this.pathOf(object);
    const query = `fieldValidation=Strict${options?.dryRun ? "&dryRun=All" : ""}`;
    return (await this.call("POST", `${path}?${query}`, object, options)) as KubernetesObject;
  }

  /** Where objects of this one's kind are, in its namespace. */
  async pathOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string> {
    const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const kinds = this.resources.get(group) ?? this.discover(group);
    this.resources.set(group, kinds);
    const resource = (await kinds).get(kind);
    if (!resource) throw new Error(`the API has no ${kind} of ${apiVersion}`);
    const place = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${group}${place}/${resource.name}`;
  }

  private async discover(group: string): Promise<Map<string, ApiResource>> {
    const { resources } = (await this.get(group)) as { resources: (ApiResource & { readonly kind: string })[] };
    return new Map(resources.filter(({ name }) => !name.includes("/")).map((one) => [one.kind, one]));
  }

  /** Whether a caller may do this: `get`, `pods`; `create`, `pods/eviction`; `list`, `flyteworkflows.flyte.lyft.com`. */
  async allows(as: Caller, call: Call): Promise<boolean> {
    const [resource, group] = splitOnce(call.resource, ".");
    const [name, subresource] = splitOnce(resource, "/");
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: { name: "" },
      spec: {
        user: as.user,
        groups: groupsOf(as),
        resourceAttributes: {
          verb: call.verb,
          group,
          resource: name,
          subresource,
          namespace: call.namespace,
          name: call.name,
        },
      },
    };
    const { status } = (await this.create(review)) as unknown as { status: { allowed: boolean } };
    return status.allowed;
  }
}

/** One call of the API. */
export interface Call {
  readonly verb: string;
  /** `RESOURCE[/SUBRESOURCE][.GROUP]` */
  readonly resource: string;
  /** Default: all, or a resource that lies in none. */
  readonly namespace?: string;
  readonly name?: string;
}

export const serviceAccount = (namespace: string, name: string): Caller => ({
  user: serviceAccountUser(namespace, name),
});

/** The groups that the API server gives a service account by itself. */
function groupsOf({ user }: Caller): string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(user) ?? [];
  return namespace === undefined
    ? []
    : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)];
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
