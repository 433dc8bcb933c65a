/** Pods of a cluster's own that the input seldom holds, and which stand in for themselves where paths lead to or from them. */
import type { Location } from "../../model";
import type { ContainerPort, Pods } from "./workloads";

/** Where clusters keep them. */
export const SYSTEM_NAMESPACE = "kube-system";

const IN_CLUSTER: Location = { file: SYSTEM_NAMESPACE, line: 0 };

const known = new WeakSet<Pods>();

/**
 * Pods by the one label that they are known by; which other labels they have differs.
 *
 * @param ports by name
 */
export function standIn(name: string, label: readonly [key: string, value: string], ports: readonly Port[]): Pods {
  const pods: Pods = {
    id: `pod/${SYSTEM_NAMESPACE}/${name}`,
    name,
    namespace: SYSTEM_NAMESPACE,
    resource: {
      type: "kubernetes:Pod",
      address: name,
      mode: "data",
      unit: "",
      values: {},
      location: IN_CLUSTER,
      locate: () => IN_CLUSTER,
    },
    labels: { values: new Map([label]), open: true },
    specPath: [],
    serviceAccount: undefined,
    hostNetwork: false,
    ports: ports.map((port) => ({ ...port, hostPort: undefined, hostIP: undefined, path: [] })),
  };
  known.add(pods);
  return pods;
}

export type Port = Pick<ContainerPort, "name" | "protocol" | "port">;

/** Whether the pods stand in for what the input does not hold. */
export const isStandIn = (pods: Pods): boolean => known.has(pods);
