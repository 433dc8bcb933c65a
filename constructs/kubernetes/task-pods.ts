import { TASK_TEMPLATE } from "../../config/components";
import type { DataPlane } from "../data-plane";

/** What a task that states no requests gets: Union's own defaults. */
const DEFAULT_REQUESTS = { cpu: "100m", memory: "100Mi" };

/** Sections that say what every task pod is given, whoever makes it. */
export const taskPods = ({ identities, objectStore }: DataPlane) => ({
  plugins: {
    k8s: {
      "default-cpus": DEFAULT_REQUESTS.cpu,
      "default-memory": DEFAULT_REQUESTS.memory,
      "default-env-vars": entries(objectStore.environment),
      "default-labels": entries(identities.task.podLabels),
      "default-pod-template-name": TASK_TEMPLATE,
    },
  },
});

/** A map as Union's configuration writes one whose keys are case-sensitive: a list of single entries. */
const entries = (map: Readonly<Record<string, string>>) =>
  Object.entries(map).map(([key, value]) => ({ [key]: value }));
