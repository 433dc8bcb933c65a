/** Labels that a deployment gives nodes of its pools: what Kubernetes and each cloud take, and what is set here. */
import type { Problem } from "./problem";
import type { Cloud, Deployment, NodePool } from "./deployment";
import { GPU_SELECTOR, NODE_ROLE, POOL } from "./scheduling";

/** A name, and a value that is not empty, of at most 63 characters. */
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** What a pool's own fields say: a label of that name would be overwritten in silence. */
const OWN: readonly string[] = [NODE_ROLE, POOL, ...Object.keys(GPU_SELECTOR)];

/** Kubernetes keeps these to itself, and a kubelet that is told to set one does not start. */
const OF_KUBERNETES = /(^|\.)(kubernetes|k8s)\.io\//;

/** What each cloud keeps to itself; of Google's own prefix some are the customer's, such as that of compute classes. */
const OF_CLOUD: Readonly<Record<Cloud, readonly [pattern: RegExp, name: string]>> = {
  aws: [/(^|\.)eks\.amazonaws\.com\//, "EKS"],
  google: [/^cloud\.google\.com\/gke-/, "GKE"],
  azure: [/(^|\.)kubernetes\.azure\.com\//, "AKS"],
};

/** Labels of pools that an apply would refuse, or that nodes would not have. */
export function checkNodeLabels({ cloud, nodePools }: Pick<Deployment, "cloud" | "nodePools">): Problem[] {
  return Object.entries<NodePool<Deployment>>(nodePools).flatMap(([pool, { labels }]) =>
    Object.entries(labels).flatMap(([key, value]) => {
      const path = ["nodePools", pool, "labels", key];
      const fault = faultOfKey(cloud, key) ?? faultOfValue(value);
      return fault === undefined ? [] : [{ path, message: fault }];
    }),
  );
}

function faultOfKey(cloud: Cloud, key: string): string | undefined {
  const slash = key.indexOf("/");
  const isKey = NAME.test(key.slice(slash + 1)) && (slash < 0 || PREFIX.test(key.slice(0, slash)));
  if (!isKey)
    return `'${key}' is no label's name (allowed: at most 63 letters, digits, '-', '_' and '.', a letter or digit first and last; before it DOMAIN/)`;
  if (OWN.includes(key)) return `'${key}' is set by the pool itself (allowed: a label of another name)`;
  if (OF_KUBERNETES.test(key)) return `'${key}' is one of Kubernetes' own (allowed: a domain of yours, or none)`;
  const [pattern, name] = OF_CLOUD[cloud];
  return pattern.test(key) ? `'${key}' is one of ${name}'s own (allowed: a domain of yours, or none)` : undefined;
}

function faultOfValue(value: string): string | undefined {
  if (value === "" || NAME.test(value)) return undefined;
  return `'${value}' is no label's value (allowed: at most 63 letters, digits, '-', '_' and '.', a letter or digit first and last)`;
}
