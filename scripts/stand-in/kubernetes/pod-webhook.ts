/** Union's pod webhook, as the Kubernetes API sees it: its certificate, and a server that answers at its Service. */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { IncomingMessage } from "node:http";
import { POD_WEBHOOK, WEBHOOK_CERTIFICATE } from "../../../config/components";
import { PLATFORM_NAMESPACE as NAMESPACE } from "../../../config/names";
import { AUTHORITY, CERTIFICATE_SECRET } from "../../../constructs/kubernetes/webhook-certificate";
import { portOf } from "../ports";
import { type Api, type CallOptions, ignoreNotFound, type KubernetesObject, serviceAccount } from "./api";
import { selfSigned } from "./certificate";
import type { ControlPlane } from "./control-plane";

const AUTHORITY_KEY = "ca.crt";

/** What the webhook adds here to each container, in the place of the secrets that the task asked for. */
export const ADDED = { name: "UNION_STAND_IN_SECRET", value: "a secret" } as const;

interface Registration extends KubernetesObject {
  readonly webhooks: readonly {
    readonly clientConfig: {
      readonly service: { readonly name: string; readonly port: number; readonly path: string };
      readonly caBundle?: string;
    };
  }[];
}

interface Pod {
  readonly spec: { readonly containers: readonly { readonly env?: readonly object[] }[] };
}

interface Review {
  readonly request: { readonly uid: string; readonly object: Pod };
}

const inNamespace = (resource: string) => `/api/v1/namespaces/${NAMESPACE}/${resource}`;

/**
 * Does in the cluster what the containers of the certificate's Job do, each call as the Job's own service account.
 *
 * @throws Refusal if that account may not
 */
export async function makeCertificate(api: Api): Promise<void> {
  const as: CallOptions = { as: serviceAccount(NAMESPACE, WEBHOOK_CERTIFICATE) };
  for (const left of [`secrets/${CERTIFICATE_SECRET}`, `configmaps/${AUTHORITY}`])
    await api.call("DELETE", inNamespace(left), undefined, as).catch(ignoreNotFound);
  const { certificate, key } = selfSigned([`${POD_WEBHOOK}.${NAMESPACE}.svc`]);
  const secret = { stringData: { "tls.crt": certificate, "tls.key": key, [AUTHORITY_KEY]: certificate } };
  await api.create({ ...object("Secret", CERTIFICATE_SECRET), ...secret }, as);
  await api.create({ ...object("ConfigMap", AUTHORITY), data: { [AUTHORITY_KEY]: certificate } }, as);
}

const object = (kind: string, name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: NAMESPACE },
});

/** A server with the webhook's certificate, at the address of its Service. */
export class PodWebhook {
  private constructor(private readonly server: Server) {}

  /**
   * Starts it as its registration in the cluster says. Who applies manifests writes the certificate's authority into the
   * registration; so it is done here where there is none.
   */
  static async start({ api, network }: ControlPlane, organization: string): Promise<PodWebhook> {
    const path = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${POD_WEBHOOK}-${organization}`;
    const { webhooks } = (await api.get(path)) as Registration;
    const { service, caBundle } = (webhooks[0] as Registration["webhooks"][number]).clientConfig;
    const { data } = (await api.get(inNamespace(`secrets/${CERTIFICATE_SECRET}`))) as { data: Record<string, string> };
    if (caBundle === undefined) {
      const add = { op: "add", path: "/webhooks/0/clientConfig/caBundle", value: data[AUTHORITY_KEY] };
      await api.call("PATCH", path, [add], { contentType: "application/json-patch+json" });
    }
    const [cert, key] = ["tls.crt", "tls.key"].map((field) => Buffer.from(data[field] ?? "", "base64"));
    const server = createServer({ cert, key }, (request, response) => {
      void bodyOf(request).then((body) => {
        const found = request.method === "POST" && request.url?.split("?")[0] === service.path;
        response.writeHead(found ? 200 : 404, { "Content-Type": "application/json" });
        response.end(found ? JSON.stringify(answer(JSON.parse(body) as Review)) : "");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { spec } = (await api.get(inNamespace(`services/${service.name}`))) as { spec: { clusterIP: string } };
    network.route(`${spec.clusterIP}:${service.port}`, portOf(server));
    return new PodWebhook(server);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

/** Gives each container the secret. */
function answer({ request: { uid, object } }: Review) {
  const patch = object.spec.containers.map(({ env = [] }, index) => ({
    op: "add",
    path: `/spec/containers/${index}/env`,
    value: [...env, ADDED],
  }));
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid,
      allowed: true,
      patchType: "JSONPatch",
      patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
