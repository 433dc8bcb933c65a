/** Quotas of the project and of the region against what the stacks count. Google's own count of use holds everything. */
import { poolPlaces } from "../../config/google/preflight";
import { quotasOf } from "../../config/google/quotas";
import { machineType } from "../../config/machine-types";
import { fails, holds, once, unknown, type Answer, type Check } from "../check";
import { instancesOf, limitOfFamily, usedByFamily } from "./family-quotas";
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

export function quotas(looking: Looking): readonly Check[] {
  const { deployment, stacks, ask } = looking;
  const { project, cloudRegion: region } = deployment;
  const ofRegion = once(() => ask("compute.regions.get", "compute", `/projects/${project}/regions/${region}`));
  const ofProject = once(() => ask("compute.projects.get", "compute", `/projects/${project}`));
  const families = `/v1/projects/${project}/locations/global/services/compute.googleapis.com/quotaInfos/CPUS-PER-VM-FAMILY-per-project-region`;
  const ofFamilies = once(() => ask("cloudquotas.quotas.get", "cloudquotas", families));
  const machines = once(() => instancesOf(looking));
  const raise = (metric: string) => (most: number) =>
    `ask for ${most} of ${metric}: https://console.cloud.google.com/iam-admin/quotas?project=${project}`;
  const unknownTypes = [...new Set(poolPlaces(deployment).map(({ machineType: type }) => type))].filter(
    (type) => machineType("google", type) === undefined,
  );
  return [
    ...unknownTypes.map((type) => ({
      about: `processors of ${type}`,
      look: () => Promise.resolve(unknown("how many it has is not known here", "look by hand")),
    })),
    ...quotasOf(deployment)
      .filter(({ most }) => most > 0)
      .map(({ metric, family, fewest, most }) => ({
        about: `${metric} in ${region}`,
        look: async () => {
          const words = `${fewest} to ${most} needed`;
          if (family === undefined) return room(await ofRegion(), metric, most, words, raise(metric));
          const limit = limitOfFamily(await ofFamilies(), family, region);
          if (limit === undefined)
            return unknown(`${words}; Cloud Quotas tells no limit of ${family}`, raise(metric)(most));
          const usage = usedByFamily(await machines(), family, region);
          return usage === undefined
            ? unknown(`${words}, of ${limit}; of what is in use some type is not known`, "look by hand")
            : compared({ limit, usage }, most, words, raise(metric));
        },
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
  return compared(quota, needed, words, raise);
}

function compared(
  { limit, usage }: Omit<Quota, "metric">,
  needed: number,
  words: string,
  raise: (most: number) => string,
): Answer {
  const found = `${words}, ${usage} in use, ${Number.isFinite(limit) ? `of ${limit}` : "without a limit"}`;
  return needed + usage <= limit ? holds(found) : fails(found, raise(needed + usage));
}
