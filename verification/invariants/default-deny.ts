import type { Direction, Location } from "../model";
import { defaultDeny, exposures, isolation } from "../clouds/kubernetes/index";
import type { Ternary } from "../clouds/kubernetes/objects";
import { field, text } from "../values";
import type { Invariant, Judged, Problem } from "./invariant";
import { inputOf, partialText } from "../clouds/lookup";
import { judgeSetting, required } from "../clouds/setting";

const DIRECTIONS: readonly Direction[] = ["inbound", "outbound"];

export const invariant: Invariant = {
  id: "default-deny",
  title: "Every pod is selected by a NetworkPolicy in both directions.",
  paragraph: "Egress configuration",
  remedy: "Add a NetworkPolicy with an empty podSelector and both policyTypes to the namespace.",
  *check(judged) {
    const { system, deployment } = judged;
    const governed = isolation(system.resources);
    for (const { endpoint, ...pods } of governed) {
      yield* closed(pods, `${endpoint} is open`, "no NetworkPolicy selects it");
    }
    yield* hostNetwork(judged, new Set(governed.map(({ resource }) => resource)));
    if (!deployment) return;
    for (const { namespace, ...declared } of defaultDeny(system.resources)) {
      yield* closed(declared, `namespace ${namespace} is open`, "it has no default-deny policy, which new pods need");
    }
    yield* enforcement(judged);
  },
};

const AKS_ENFORCES = required(
  "azurerm_kubernetes_cluster",
  "network_profile.network_policy",
  ["cilium", "azure", "calico"],
  "nothing enforces NetworkPolicies",
);

const GKE_ENFORCES = required(
  "google_container_cluster",
  "datapath_provider",
  ["ADVANCED_DATAPATH"],
  "nothing enforces NetworkPolicies",
);

interface Closed {
  readonly resource: string;
  readonly location: Location;
  readonly inbound: Ternary;
  readonly outbound: Ternary;
}

function* closed(verdict: Closed, what: string, why: string): Generator<Problem> {
  const { resource, location } = verdict;
  for (const [status, answer] of [
    ["violated", false],
    ["unknown", "unknown"],
  ] as const) {
    const open = DIRECTIONS.filter((direction) => verdict[direction] === answer);
    if (open.length === 0) continue;
    const said = `${what} ${open.join(" and ")}`;
    const message =
      status === "violated" ? `${said}: ${why}` : `whether ${said} can't be told: a policy or a label is not known`;
    yield { status, resource, location, message };
  }
}

/** Pods in their node's network are beyond every NetworkPolicy; those that may be there are among the governed. */
function* hostNetwork({ system }: Judged, governed: ReadonlySet<string>): Generator<Problem> {
  for (const { kind, resource, location, namespace, name } of exposures(system.resources)) {
    if (kind !== "hostNetwork" || governed.has(resource)) continue;
    const message = `${namespace ?? "?"}/${name} is in the network of its node, where no NetworkPolicy holds`;
    yield { status: "violated", resource, location, message, remedy: "Set hostNetwork to false." };
  }
}

/** Policies hold only where the network plugin enforces them, which the clouds do on request. */
function* enforcement({ system }: Judged): Generator<Problem> {
  const input = inputOf(system);
  for (const cluster of input.managed("azurerm_kubernetes_cluster")) {
    yield* judgeSetting(AKS_ENFORCES, cluster, input);
  }
  for (const cluster of input.managed("google_container_cluster")) yield* judgeSetting(GKE_ENFORCES, cluster, input);
  for (const cluster of input.managed("aws_eks_cluster")) {
    const addon = input.managed("aws_eks_addon").find(({ values }) => text(values["addon_name"]) === "vpc-cni");
    const settings = addon && partialText(field(addon, "configuration_values"), addon, input);
    if (settings !== undefined && /"enableNetworkPolicy"\s*:\s*"?true/.test(settings)) continue;
    const { address, location } = addon ?? cluster;
    const message = `${address} does not turn on the enforcement of NetworkPolicies by the VPC CNI`;
    const remedy = "Set enableNetworkPolicy in the configuration of the add-on vpc-cni.";
    yield { status: "violated", resource: address, location, message, remedy };
  }
}
