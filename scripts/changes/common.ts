import type { CatalogueEntry } from "./entry";

/** Changes of what every cloud's deployment has, where the same words and values serve them all. */
export const COMMON: readonly CatalogueEntry[] = [
  { option: "region", change: "changed", to: { region: "us-west-2" } },
  { option: "tunnel.protocol", change: "auto to http2", to: { tunnel: { protocol: "http2" } } },
  { option: "tunnel.region", change: "changed", to: { tunnel: { region: "us" } } },
  { option: "tunnel.replicas", change: "raised", to: { tunnel: { replicas: 3 } } },
  { option: "tunnel.remoteDiagnostics", change: "switched on", to: { tunnel: { remoteDiagnostics: true } } },
  { option: "kubernetesVersion", change: "raised", to: { kubernetesVersion: "1.36" } },
  { option: "kubernetesVersion", change: "lowered", to: { kubernetesVersion: "1.34" } },
  { option: "taskNamespaces", change: "the first one is added", to: { taskNamespaces: ["flytesnacks-development"] } },
  { option: "rbac", change: "standard to low-privilege", to: { rbac: "low-privilege" } },
  { option: "workloads", change: "stack to chart", to: { workloads: "chart" } },
  { option: "taskEgress", change: "control-plane to none", to: { taskEgress: "none" } },
  { option: "components.imageBuilder", change: "switched on", to: { components: { imageBuilder: true } } },
  { option: "logRetentionDays", change: "lowered", to: { logRetentionDays: 30 } },
  { option: "deletionProtection", change: "switched off", to: { deletionProtection: false } },
];
