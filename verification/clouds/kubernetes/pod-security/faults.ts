/** What a level of the Pod Security Standards forbids in a pod, by the policy of a version of Kubernetes. */
import type { Level, Fault, Found } from "./check";
import type { PodTemplate } from "./places";
import { LATEST, CHECKS } from "./standards";

/** What `level` forbids in a pod, by the policy of a minor version of Kubernetes 1. */
export function faultsOf(pod: PodTemplate, level: Level, version = LATEST): Fault[] {
  if (level === "privileged") return [];
  const inForce = CHECKS.filter(({ since = 0, until = LATEST }) => since <= version && version <= until);
  const checks = inForce.filter((check) => level === "restricted" || check.level === "baseline");
  const replaced = new Set(checks.flatMap(({ replaces = [] }) => replaces));
  return checks
    .filter(({ id }) => !replaced.has(id))
    .flatMap((check) => {
      const exempt = check.exempt?.(pod) ?? false;
      if (exempt === true) return [];
      const status = (fault: Found) => (exempt === "unknown" ? "unknown" : fault.status);
      return [...check.find(pod)].map((fault) => ({ ...fault, status: status(fault), check: check.id }));
    });
}
