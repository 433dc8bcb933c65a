import { CLUSTER_NAME_SECRET } from "./credentials";
import type { Namespace } from "./namespaces";
import type { EnvironmentVariable } from "./platform-deployment";

/** A value that Kubernetes knows of the pod, such as `metadata.name`. */
export const fromField = (name: string, fieldPath: string): EnvironmentVariable => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});

/** One of the container's own limits, such as `limits.memory`. */
export const fromLimit = (name: string, resource: string): EnvironmentVariable => ({
  name,
  valueFrom: { resourceFieldRef: { resource } },
});

/** What each of Union's binaries knows of itself, its cluster and its neighbours. */
export function unionEnvironment(namespace: Namespace): EnvironmentVariable[] {
  const service = (name: string, port: number) => `http://${name}.${namespace.name}.svc.cluster.local:${port}`;
  return [
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromLimit("GOMEMLIMIT", "limits.memory"),
    fromLimit("GOMAXPROCS", "limits.cpu"),
    { name: "CLUSTER_NAME", valueFrom: { secretKeyRef: { name: CLUSTER_NAME_SECRET, key: "cluster_name" } } },
    { name: "DEPLOYMENT_NAME", value: "operator" },
    { name: "PROXY_SERVICE_URL", value: service("union-operator-proxy", 8080) },
    { name: "PROMETHEUS_SERVICE_URL", value: service("union-operator-prometheus", 80) },
    { name: "KNATIVE_PROXY_SERVICE_URL", value: "http://kourier-internal" },
  ];
}
