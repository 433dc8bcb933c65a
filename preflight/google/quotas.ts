/** Quotas of the project and of the region against what the stacks count. Google's own count of use holds everything. */
import { quotasOf } from "../../config/google/quotas";
import { fails, holds, once, unknown, type Answer, type Check } from "../check";
import type { Json, Looking } from "./ask";

/** Quotas of the whole project, as `gcloud compute project-info describe` names them, by the type that counts. */
const OF_PROJECT: Readonly<Record<string, string>> = {
  NETWORKS: "google_compute_network",
  SUBNETWORKS: "google_compute_subnetwork",
  FIREWALLS: "google_compute_firewall",
  ROUTES: "google_compute_route",
  ROUTERS: "google_compute_router",
  FORWARDING_RULES: "google_compute_forwarding_rule",
  HEALTH_CHECKS: "google_compute_health_check",
  NETWORK_ENDPOINT_GROUPS: "google_compute_network_endpoint_group",
};

export function quotas({ deployment, stacks, ask }: Looking): readonly Check[] {
  const { project, cloudRegion: region } = deployment;
  const ofRegion = once(() => ask("compute.regions.get", "compute", `/projects/${project}/regions/${region}`));
  const ofProject = once(() => ask("compute.projects.get", "compute", `/projects/${project}`));
  const raise = (metric: string) => (most: number) =>
    `ask for ${most} of ${metric}: https://console.cloud.google.com/iam-admin/quotas?project=${project}`;
  return [
    ...quotasOf(deployment)
      .filter(({ most }) => most > 0)
      .map(({ metric, fewest, most }) => ({
        about: `${metric} in ${region}`,
        look: async () => room(await ofRegion(), metric, most, `${fewest} to ${most} needed`, raise(metric)),
      })),
    ...Object.entries(OF_PROJECT).flatMap(([metric, type]) => {
      const needed = stacks.ofType(type).length;
      if (needed === 0) return [];
      return [
        {
          about: metric,
          look: async () => room(await ofProject(), metric, needed, `${needed} needed`, raise(metric)),
        },
      ];
    }),
  ];
}

interface Quota {
  readonly metric: string;
  readonly limit: number;
  readonly usage: number;
}

function room(
  told: Json | undefined,
  metric: string,
  needed: number,
  words: string,
  raise: (most: number) => string,
): Answer {
  const quota = ((told?.["quotas"] ?? []) as readonly Quota[]).find((one) => one.metric === metric);
  if (quota === undefined) return unknown(`${words}; Compute Engine lists no such quota`, raise(needed));
  const found = `${words}, ${quota.usage} in use, of ${quota.limit}`;
  return needed + quota.usage <= quota.limit ? holds(found) : fails(found, raise(needed + quota.usage));
}
