import { all, type Json } from "./workloads";

export type Labels = Readonly<Record<string, string>>;

/** Whether a pod has what a label selector of a policy asks for. */
function selects(selector: Json, labels: Labels): boolean {
  const wanted = Object.entries<string>(selector?.match_labels ?? {});
  const unwanted: Json[] = selector?.match_expressions ?? [];
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    unwanted.every(({ key, operator, values }) => operator === "NotIn" && !values.includes(labels[key]))
  );
}

const peerText = ({ ip_block, pod_selector, namespace_selector }: Json): string => {
  if (ip_block) return ip_block.cidr;
  const namespace = namespace_selector ? `${namespace_selector.match_labels["kubernetes.io/metadata.name"]}/` : "";
  const labels = Object.values<string>(pod_selector.match_labels ?? {});
  return namespace + (labels.length > 0 ? labels.join() : JSON.stringify(pod_selector));
};

/** Every path of a pod in one direction, as `PEER PORTS`, by all policies that select it. */
export function paths(stack: Json, direction: "egress" | "ingress", namespace: string, labels: Labels): string[] {
  const side = direction === "egress" ? "to" : "from";
  return all(stack, "kubernetes_network_policy_v1")
    .filter(({ metadata, spec }) => metadata.namespace === namespace && selects(spec.pod_selector, labels))
    .flatMap(({ spec }) => (spec[direction] ?? []) as Json[])
    .flatMap((rule) => {
      const ports =
        (rule.ports ?? []).map(({ protocol, port }: Json) => `${protocol}/${port}`).join(" ") || "all ports";
      const dynamic = rule.dynamic?.[side];
      const peers: string[] = [...rule[side].map(peerText), ...(dynamic ? [`each of ${dynamic.for_each}`] : [])];
      return peers.map((peer) => `${peer} ${ports}`);
    })
    .sort();
}

/** Fields of a deployment with two blocks that stand for all of Cloudflare's, so that lists of paths can be read. */
export const LISTED = {
  region: "us-east-2",
  network: { cidr: "10.0.0.0/16", zones: ["us-east-2a", "us-east-2b"] },
  egress: {
    mode: "list",
    cidrs: ["198.41.128.0/17", "2606:4700::/32"],
    controlPlaneCidrs: ["3.137.115.239/32"],
  },
  tunnel: { protocol: "http2" },
};
