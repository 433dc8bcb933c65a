import { taskTemplate } from "../../config/components";
import type { DataPlane } from "../data-plane";

/** What a task that states no requests gets: Union's own defaults. */
const DEFAULT_REQUESTS = { cpu: "100m", memory: "100Mi" };

export interface TaskPodsProps {
  /** Identities of task pods, and what they need to know of the object store. */
  readonly dataPlane: DataPlane;
  /** Which nodes task pods run on: a part of `plugins.k8s`. */
  readonly scheduling: Readonly<Record<string, unknown>>;
}

/** Sections that say what every task pod is given, whoever makes it. */
export const taskPods = ({ dataPlane: { identities, objectStore }, scheduling }: TaskPodsProps) => ({
  plugins: {
    k8s: {
      "default-cpus": DEFAULT_REQUESTS.cpu,
      "default-memory": DEFAULT_REQUESTS.memory,
      "default-env-vars": entries(objectStore.environment),
      "default-labels": entries(identities.task.podLabels),
      "default-pod-template-name": taskTemplate({ workloads: "stack" }),
      ...scheduling,
    },
  },
});

/** A map as Union's configuration writes one whose keys have dots, at which a map's would be split. */
const entries = (map: Readonly<Record<string, string>>) =>
  Object.entries(map).map(([key, value]) => ({ [key]: value }));
