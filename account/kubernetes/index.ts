/** The objects of a Kubernetes cluster, by the user's own kubeconfig. Secrets and ConfigMaps are not asked for. */
import type { Account, FailedCall } from "../account";
import type { Fields } from "../kept";
import { objectKeeper } from "./kept";
import { kubectl, KubectlError } from "./kubectl";

/** Objects of one kind. */
interface Kind {
  readonly kind: string;
  /** Group and version, or the group alone of what not every cluster serves; no group: the core. */
  readonly api: string;
  /** Its name in paths, and of its file. */
  readonly plural: string;
  readonly fields: Fields;
}

const kindsOf = (api: string, kinds: Readonly<Record<string, readonly [plural: string, fields?: Fields]>>) =>
  Object.entries(kinds).map(([kind, [plural, fields = ["spec"]]]): Kind => ({ kind, api, plural, fields }));

const KINDS: readonly Kind[] = [
  ...kindsOf("v1", {
    Namespace: ["namespaces"],
    Service: ["services"],
    ServiceAccount: ["serviceaccounts", ["automountServiceAccountToken", "imagePullSecrets"]],
    Pod: ["pods"],
    PodTemplate: ["podtemplates", ["template"]],
    ReplicationController: ["replicationcontrollers"],
    ResourceQuota: ["resourcequotas"],
    LimitRange: ["limitranges"],
  }),
  ...kindsOf("apps/v1", {
    Deployment: ["deployments"],
    DaemonSet: ["daemonsets"],
    StatefulSet: ["statefulsets"],
    ReplicaSet: ["replicasets"],
  }),
  ...kindsOf("batch/v1", { Job: ["jobs"], CronJob: ["cronjobs"] }),
  ...kindsOf("networking.k8s.io/v1", {
    NetworkPolicy: ["networkpolicies"],
    Ingress: ["ingresses"],
    IngressClass: ["ingressclasses"],
  }),
  ...kindsOf("rbac.authorization.k8s.io/v1", {
    Role: ["roles", ["rules"]],
    RoleBinding: ["rolebindings", ["roleRef", "subjects"]],
    ClusterRole: ["clusterroles", ["rules", "aggregationRule"]],
    ClusterRoleBinding: ["clusterrolebindings", ["roleRef", "subjects"]],
  }),
  ...kindsOf("admissionregistration.k8s.io/v1", {
    MutatingWebhookConfiguration: ["mutatingwebhookconfigurations", ["webhooks"]],
    ValidatingWebhookConfiguration: ["validatingwebhookconfigurations", ["webhooks"]],
  }),
  ...kindsOf("admissionregistration.k8s.io", {
    MutatingAdmissionPolicy: ["mutatingadmissionpolicies"],
    MutatingAdmissionPolicyBinding: ["mutatingadmissionpolicybindings"],
    ValidatingAdmissionPolicy: ["validatingadmissionpolicies"],
    ValidatingAdmissionPolicyBinding: ["validatingadmissionpolicybindings"],
  }),
  ...kindsOf("gateway.networking.k8s.io", {
    GatewayClass: ["gatewayclasses"],
    Gateway: ["gateways"],
    GRPCRoute: ["grpcroutes"],
    HTTPRoute: ["httproutes"],
    TCPRoute: ["tcproutes"],
    TLSRoute: ["tlsroutes"],
    UDPRoute: ["udproutes"],
  }),
  ...kindsOf("scheduling.k8s.io/v1", {
    PriorityClass: ["priorityclasses", ["value", "globalDefault", "preemptionPolicy"]],
  }),
  ...kindsOf("storage.k8s.io/v1", {
    StorageClass: ["storageclasses", ["provisioner", "parameters", "volumeBindingMode"]],
  }),
  ...kindsOf("node.k8s.io/v1", { RuntimeClass: ["runtimeclasses", ["handler", "scheduling"]] }),
  ...kindsOf("policy/v1", { PodDisruptionBudget: ["poddisruptionbudgets"] }),
  ...kindsOf("autoscaling/v2", { HorizontalPodAutoscaler: ["horizontalpodautoscalers"] }),
];

/** Objects of one page. */
const PAGE = 500;

interface List {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly object[];
}

/** What the API says of its groups, and of the kinds of one of their versions. */
interface Groups {
  readonly groups: readonly {
    readonly name: string;
    readonly versions: readonly { readonly groupVersion: string }[];
  }[];
}
interface Kinds {
  readonly resources: readonly { readonly name: string }[];
}

/**
 * The cluster of a context of the user's kubeconfig.
 *
 * @throws AccountError if kubectl is not at hand, or has no such context
 */
export async function kubernetesCluster(context: string): Promise<Account> {
  const server = await kubectl(context, "config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
  return {
    cloud: "kubernetes",
    scope: { context, server },
    kinds: KINDS.map(({ plural }) => plural),
    pages: async function* () {
      const ask = askingOnce(context);
      for (const { kind, api, plural, fields } of KINDS) {
        try {
          const apiVersion = /(^|\/)v\d/.test(api) ? api : await servedVersion(ask, api, plural);
          if (apiVersion === undefined) yield { kind: plural, records: [] };
          else {
            const keep = objectKeeper(kind, apiVersion, fields);
            for await (const items of pagesOf(context, apiVersion, plural)) {
              yield {
                kind: plural,
                records: items.filter((item) => !(RUNS.has(plural) && isControlled(item))).map(keep),
              };
            }
          }
        } catch (error) {
          if (!(error instanceof KubectlError)) throw error;
          yield { failed: failure(plural, error) };
        }
      }
    },
  };
}

/** What the API says at a path; asked once for all kinds. */
type Ask = (path: string) => Promise<string>;

function askingOnce(context: string): Ask {
  const answers = new Map<string, Promise<string>>();
  return (path) => {
    const answer = answers.get(path) ?? kubectl(context, "get", "--raw", path);
    answers.set(path, answer);
    return answer;
  };
}

/** The first of a group's versions in which the cluster serves a kind; undefined where it serves none. */
async function servedVersion(ask: Ask, group: string, plural: string): Promise<string | undefined> {
  const { groups } = JSON.parse(await ask("/apis")) as Groups;
  for (const { groupVersion } of groups.find(({ name }) => name === group)?.versions ?? []) {
    const { resources } = JSON.parse(await ask(`/apis/${groupVersion}`)) as Kinds;
    if (resources.some(({ name }) => name === plural)) return groupVersion;
  }
  return undefined;
}

async function* pagesOf(context: string, apiVersion: string, plural: string): AsyncGenerator<readonly object[]> {
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  let next: string | undefined = "";
  while (next !== undefined) {
    const at: string = next === "" ? "" : `&continue=${encodeURIComponent(next)}`;
    const text = await kubectl(context, "get", "--raw", `${root}/${apiVersion}/${plural}?limit=${PAGE}${at}`);
    const { metadata, items = [] } = JSON.parse(text) as List;
    yield items;
    next = metadata?.continue === "" ? undefined : metadata?.continue;
  }
}

/** What runs pods. */
const RUNS: ReadonlySet<string> = new Set([
  "pods",
  "replicationcontrollers",
  "deployments",
  "daemonsets",
  "statefulsets",
  "replicasets",
  "jobs",
  "cronjobs",
]);

/** Pods of a workload, Jobs of a CronJob: what makes them is collected, and says the same of them all. */
function isControlled(item: object): boolean {
  const { metadata } = item as {
    readonly metadata?: { readonly ownerReferences?: readonly { controller?: boolean }[] };
  };
  return metadata?.ownerReferences?.some(({ controller }) => controller === true) ?? false;
}

function failure(kind: string, { isRefusal, message }: KubectlError): FailedCall {
  const call = `list ${kind}`;
  return { kind, call, lacks: isRefusal ? call : undefined, message };
}
