import { CLOUDS, type Cloud } from "../../../config/deployment";
import { invariant } from "../../../verification/invariants/schedulable";
import { judgeOwn, one, testTable } from "../../support/judge";
import { manifests } from "../../support/manifests";

const pool = (values: object, others = {}) => one("aws_eks_node_group", { node_group_name: "a", ...values }, others);
const pod = (spec: string, kind = "Pod") =>
  manifests(
    kind === "Pod"
      ? `{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: ${spec}}`
      : `{apiVersion: apps/v1, kind: ${kind}, metadata: {name: a}, spec: {template: {spec: ${spec}}}}`,
  );
const TAINT = { key: "k", value: "v", effect: "NO_SCHEDULE" };
const tainted = (...taint: object[]) => pool({ taint: taint.length > 0 ? taint : [TAINT] });
const labelled = (labels: object) => pool({ labels });
const gke = (node_config: object) => one("google_container_node_pool", { name: "a", node_config });
const aks = (values: object) => one("azurerm_kubernetes_cluster_node_pool", { name: "a", ...values });
const affinity = (...terms: string[]) =>
  `{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [${terms.join(", ")}]}}}}`;
const matching = (key: string, operator: string, ...values: string[]) =>
  affinity(`{matchExpressions: [{key: ${key}, operator: ${operator}, values: [${values.join(", ")}]}]}`);
const requests = (of: string) => `{containers: [{name: a, resources: {requests: {${of}}}}]}`;

const UNTOLERATED = "violated Pod/default/a: pod/default/a finds no nodes: a: k=v:NoSchedule is not tolerated";
const UNSELECTED =
  "violated Pod/default/a: pod/default/a finds no nodes: a: the required node affinity does not select it";

describe("anyone's", () => {
  testTable(invariant, [
    ["nothing to run on", pod("{}")],
    ["nothing to run", pool({})],
    ["no taint", [...pool({}), ...pod("{}")]],
    ["a taint", [...tainted(), ...pod("{}")], UNTOLERATED],
    ["one that only discourages", [...tainted({ ...TAINT, effect: "PREFER_NO_SCHEDULE" }), ...pod("{}")]],
    [
      "the equal toleration",
      [...tainted(), ...pod("{tolerations: [{key: k, operator: Equal, value: v, effect: NoSchedule}]}")],
    ],
    ["equality by leaving the operator out", [...tainted(), ...pod("{tolerations: [{key: k, value: v}]}")]],
    ["another value", [...tainted(), ...pod("{tolerations: [{key: k, value: w}]}")], UNTOLERATED],
    ["another key", [...tainted(), ...pod("{tolerations: [{key: l, value: v}]}")], UNTOLERATED],
    ["another effect", [...tainted(), ...pod("{tolerations: [{key: k, value: v, effect: NoExecute}]}")], UNTOLERATED],
    ["any value", [...tainted(), ...pod("{tolerations: [{key: k, operator: Exists}]}")]],
    ["everything", [...tainted(), ...pod("{tolerations: [{operator: Exists}]}")]],
    [
      "any key takes Exists",
      [...tainted({ ...TAINT, value: "" }), ...pod("{tolerations: [{operator: Equal}]}")],
      "violated Pod/default/a: pod/default/a finds no nodes: a: k:NoSchedule is not tolerated",
    ],
    [
      "one of two taints",
      [...tainted(TAINT, { key: "l", effect: "NO_EXECUTE" }), ...pod("{tolerations: [{key: k, operator: Exists}]}")],
      "violated Pod/default/a: pod/default/a finds no nodes: a: l:NoExecute is not tolerated",
    ],
    [
      "an operator of the future",
      [...tainted(), ...pod("{tolerations: [{key: k, operator: Gt, value: v}]}")],
      "unknown Pod/default/a: pod/default/a finds no nodes: a: whether k=v:NoSchedule is tolerated can't be told",
    ],
    [
      "a taint that is not known",
      [...pool({ taint: [{ ...TAINT, value: "${var.a}" }] }), ...pod("{}")],
      "unknown Pod/default/a: pod/default/a finds no nodes: a: its taint can't be told: var.a is not known from the input",
    ],

    ["a label", [...labelled({ k: "v" }), ...pod("{nodeSelector: {k: v}}")]],
    [
      "another label",
      [...labelled({ k: "v" }), ...pod("{nodeSelector: {k: w}}")],
      "violated Pod/default/a: pod/default/a finds no nodes: a: k: w does not select it",
    ],
    [
      "no label",
      [...pool({}), ...pod("{nodeSelector: {k: v}}")],
      "violated Pod/default/a: pod/default/a finds no nodes: a: k: v does not select it",
    ],
    [
      "a label of the cloud's",
      [...pool({}), ...pod("{nodeSelector: {topology.kubernetes.io/zone: a}}")],
      "unknown Pod/default/a: pod/default/a finds no nodes: a: whether topology.kubernetes.io/zone: a selects it can't be told",
    ],
    ["Linux", [...pool({}), ...pod("{nodeSelector: {kubernetes.io/os: linux}}")]],
    [
      "how EKS buys it",
      [...pool({ capacity_type: "SPOT" }), ...pod("{nodeSelector: {eks.amazonaws.com/capacityType: SPOT}}")],
    ],
    ["In", [...labelled({ k: "v" }), ...pod(matching("k", "In", "u", "v"))]],
    ["In, not among them", [...labelled({ k: "v" }), ...pod(matching("k", "In", "u"))], UNSELECTED],
    ["In, without the label", [...pool({}), ...pod(matching("k", "In", "u"))], UNSELECTED],
    ["NotIn", [...labelled({ k: "v" }), ...pod(matching("k", "NotIn", "u"))]],
    ["NotIn, without the label", [...pool({}), ...pod(matching("k", "NotIn", "u"))]],
    ["NotIn, among them", [...labelled({ k: "v" }), ...pod(matching("k", "NotIn", "v"))], UNSELECTED],
    ["Exists", [...labelled({ k: "v" }), ...pod(matching("k", "Exists"))]],
    ["Exists, without the label", [...pool({}), ...pod(matching("k", "Exists"))], UNSELECTED],
    ["DoesNotExist", [...pool({}), ...pod(matching("k", "DoesNotExist"))]],
    ["DoesNotExist, with the label", [...labelled({ k: "v" }), ...pod(matching("k", "DoesNotExist"))], UNSELECTED],
    ["Gt", [...labelled({ k: "10" }), ...pod(matching("k", "Gt", "'9'"))]],
    ["Gt, equal", [...labelled({ k: "9" }), ...pod(matching("k", "Gt", "'9'"))], UNSELECTED],
    ["Lt", [...labelled({ k: "9" }), ...pod(matching("k", "Lt", "'10'"))]],
    ["Lt, of no number", [...labelled({ k: "v" }), ...pod(matching("k", "Lt", "'10'"))], UNSELECTED],
    [
      "one of two terms",
      [
        ...labelled({ k: "v" }),
        ...pod(
          affinity(
            "{matchExpressions: [{key: l, operator: Exists}]}",
            "{matchExpressions: [{key: k, operator: Exists}]}",
          ),
        ),
      ],
    ],
    [
      "one of two requirements",
      [
        ...labelled({ k: "v" }),
        ...pod(affinity("{matchExpressions: [{key: l, operator: Exists}, {key: k, operator: Exists}]}")),
      ],
      UNSELECTED,
    ],
    ["an empty term", [...pool({}), ...pod(affinity("{}"))], UNSELECTED],
    ["no term", [...pool({}), ...pod(affinity())], UNSELECTED],
    [
      "what is preferred only",
      [
        ...pool({}),
        ...pod(
          "{affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: k, operator: Exists}]}}]}}}",
        ),
      ],
    ],

    ["room", [...pool({ instance_types: ["m6i.xlarge"] }), ...pod(requests("cpu: 3, memory: 8Gi"))]],
    [
      "more than a kubelet leaves",
      [...pool({ instance_types: ["m6i.xlarge"] }), ...pod(requests("cpu: 4"))],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 4 of cpu are requested, and a node has 3.86",
    ],
    [
      "memory",
      [...pool({ instance_types: ["m6i.xlarge"] }), ...pod(requests("memory: 15Gi"))],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 15Gi of memory are requested, and a node has 11.9Gi",
    ],
    [
      "the smallest of several machines",
      [...pool({ instance_types: ["m6i.xlarge", "m6i.large"] }), ...pod(requests("cpu: 3"))],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 3 of cpu are requested, and a node has 1.88",
    ],
    [
      "a machine that is not known",
      [...pool({ instance_types: ["m6i.large", "x1.huge"] }), ...pod(requests("cpu: 99"))],
    ],
    [
      "a limit is a request",
      [...pool({ instance_types: ["m6i.large"] }), ...pod("{containers: [{name: a, resources: {limits: {cpu: 4}}}]}")],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 4 of cpu are requested, and a node has 1.88",
    ],
    [
      "containers add up",
      [
        ...pool({ instance_types: ["m6i.large"] }),
        ...pod(
          "{containers: [{name: a, resources: {requests: {cpu: 1}}}, {name: b, resources: {requests: {cpu: 900m}}}]}",
        ),
      ],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 1.9 of cpu are requested, and a node has 1.88",
    ],
    [
      "init containers don't",
      [
        ...pool({ instance_types: ["m6i.large"] }),
        ...pod(
          "{initContainers: [{name: i, resources: {requests: {cpu: 1}}}], containers: [{name: a, resources: {requests: {cpu: 1}}}]}",
        ),
      ],
    ],
    [
      "sidecars do",
      [
        ...pool({ instance_types: ["m6i.large"] }),
        ...pod(
          "{initContainers: [{name: i, restartPolicy: Always, resources: {requests: {cpu: 1}}}], containers: [{name: a, resources: {requests: {cpu: 1}}}]}",
        ),
      ],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 2 of cpu are requested, and a node has 1.88",
    ],
    [
      "GPUs where there are none",
      [...pool({ instance_types: ["m6i.xlarge"] }), ...pod(requests("nvidia.com/gpu: 1"))],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 1 of nvidia.com/gpu are requested, and a node has 0",
    ],
    [
      "a disk",
      [...pool({ disk_size: 50 }), ...pod(requests("ephemeral-storage: 50Gi"))],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 50Gi of ephemeral-storage are requested, and a node has 43Gi",
    ],
    [
      "what is no quantity",
      [...pool({ instance_types: ["m6i.large"] }), ...pod(requests("cpu: lots"))],
      "unknown Pod/default/a: pod/default/a finds no nodes: a: its request of cpu can't be told: lots is no quantity",
    ],

    [
      "a DaemonSet on every node",
      [
        ...pool({}),
        ...one("aws_eks_node_group", { node_group_name: "b", taint: [TAINT] }),
        ...pod("{tolerations: [{operator: Exists}]}", "DaemonSet"),
      ],
    ],
    [
      "a DaemonSet on some only",
      [...pool({}), ...one("aws_eks_node_group", { node_group_name: "b", taint: [TAINT] }), ...pod("{}", "DaemonSet")],
      "violated DaemonSet/default/a: daemonset/default/a does not run on every node that it selects: b: k=v:NoSchedule is not tolerated",
    ],
    [
      "a DaemonSet on those that it selects",
      [
        ...labelled({ k: "v" }),
        ...one("aws_eks_node_group", { node_group_name: "b", taint: [TAINT] }),
        ...pod("{nodeSelector: {k: v}}", "DaemonSet"),
      ],
    ],
    [
      "a DaemonSet on none",
      [...pool({}), ...pod("{nodeSelector: {k: v}}", "DaemonSet")],
      "violated DaemonSet/default/a: daemonset/default/a finds no nodes: a: k: v does not select it",
    ],
    [
      "a Deployment on one of two pools",
      [...pool({}), ...one("aws_eks_node_group", { node_group_name: "b", taint: [TAINT] }), ...pod("{}", "Deployment")],
    ],

    ["nodes of one's own beside", [...tainted(), ...one("aws_autoscaling_group", {}), ...pod("{}")]],
    [
      "nodes that a cluster makes by itself",
      [...tainted(), ...one("aws_eks_cluster", { compute_config: { enabled: true } }), ...pod("{}")],
    ],

    // Google Cloud and Azure.
    ["a taint of GKE's", [...gke({ taint: [TAINT] }), ...pod("{}")], UNTOLERATED],
    [
      "GPUs on GKE, tainted by itself",
      [...gke({ guest_accelerator: [{ type: "nvidia-l4", count: 2 }] }), ...pod("{}")],
      "violated Pod/default/a: pod/default/a finds no nodes: a: nvidia.com/gpu=present:NoSchedule is not tolerated",
    ],
    [
      "as many GPUs as GKE attaches",
      [
        ...gke({ guest_accelerator: [{ type: "nvidia-l4", count: 2 }] }),
        ...pod(
          "{tolerations: [{operator: Exists}], nodeSelector: {cloud.google.com/gke-accelerator: nvidia-l4}, containers: [{name: a, resources: {limits: {nvidia.com/gpu: 2}}}]}",
        ),
      ],
    ],
    [
      "more GPUs than that",
      [
        ...gke({ guest_accelerator: [{ type: "nvidia-l4", count: 1 }] }),
        ...pod(
          "{tolerations: [{operator: Exists}], containers: [{name: a, resources: {limits: {nvidia.com/gpu: 2}}}]}",
        ),
      ],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 2 of nvidia.com/gpu are requested, and a node has 1",
    ],
    ["off spot machines, on GKE", [...gke({}), ...pod(matching("cloud.google.com/gke-spot", "DoesNotExist"))]],
    [
      "spot machines only, on GKE",
      [...gke({ spot: true }), ...pod(matching("cloud.google.com/gke-spot", "DoesNotExist"))],
      UNSELECTED,
    ],
    [
      "the first pool of a GKE cluster",
      [
        ...one("google_container_cluster", { name: "a", node_config: { labels: { k: "v" } } }),
        ...pod("{nodeSelector: {k: v}}"),
      ],
    ],
    [
      "a pool inside of a GKE cluster",
      [
        ...one("google_container_cluster", { node_pool: [{ name: "a", node_config: { labels: { k: "v" } } }] }),
        ...pod("{nodeSelector: {k: w}}"),
      ],
      "violated Pod/default/a: pod/default/a finds no nodes: a: k: w does not select it",
    ],
    [
      "GKE Autopilot",
      [...one("google_container_cluster", { enable_autopilot: true }), ...pod("{nodeSelector: {k: v}}")],
    ],
    ["a taint of AKS's", [...aks({ node_taints: ["k=v:NoSchedule"] }), ...pod("{}")], UNTOLERATED],
    [
      "spot machines of AKS, tainted by itself",
      [...aks({ priority: "Spot" }), ...pod("{}")],
      "violated Pod/default/a: pod/default/a finds no nodes: a: kubernetes.azure.com/scalesetpriority=spot:NoSchedule is not tolerated",
    ],
    [
      "a size of Azure's",
      [...aks({ vm_size: "Standard_D4s_v5" }), ...pod(requests("cpu: 4"))],
      "violated Pod/default/a: pod/default/a finds no nodes: a: 4 of cpu are requested, and a node has 3.86",
    ],
    ["AKS's system pool", [...one("azurerm_kubernetes_cluster", { default_node_pool: { name: "a" } }), ...pod("{}")]],
    [
      "AKS's system pool for itself",
      [
        ...one("azurerm_kubernetes_cluster", { default_node_pool: { name: "a", only_critical_addons_enabled: true } }),
        ...pod("{}"),
      ],
      "violated Pod/default/a: pod/default/a finds no nodes: a: CriticalAddonsOnly=true:NoSchedule is not tolerated",
    ],

    // What clouds start by themselves.
    [
      "CoreDNS, as EKS starts it",
      [...tainted(), ...one("aws_eks_addon", { addon_name: "coredns" })],
      "violated aws_eks_addon.a: cluster DNS finds no nodes: a: k=v:NoSchedule is not tolerated",
    ],
    [
      "CoreDNS, as it is told",
      [
        ...tainted(),
        ...one("aws_eks_addon", {
          addon_name: "coredns",
          configuration_values: '{"tolerations": [{"key": "k", "operator": "Exists"}]}',
        }),
      ],
    ],
    [
      "CoreDNS, told no JSON",
      [...tainted(), ...one("aws_eks_addon", { addon_name: "coredns", configuration_values: "{" })],
      "unknown aws_eks_addon.a: cluster DNS finds no nodes: a: what it selects and tolerates can't be told: configuration_values is no JSON",
    ],
    [
      "GKE's own parts",
      [...gke({ taint: [TAINT] }), ...one("google_container_cluster", { remove_default_node_pool: true })],
      "violated google_container_cluster.a: a part of the cluster itself finds no nodes: a: k=v:NoSchedule is not tolerated",
    ],
  ]);
});

describe.each(CLOUDS)("our own on %s", (cloud: Cloud) => {
  test("holds", () => {
    expect(judgeOwn(invariant, undefined, { cloud })).toEqual([]);
  });
});
