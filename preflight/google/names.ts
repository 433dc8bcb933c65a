/** Names that the project, or all of Google Cloud, takes once: free, or the deployment's own already. */
import { field } from "../../verification/values";
import { fails, holds, once, unknown, UntoldError, type Check } from "../check";
import type { Api, Json, Looking } from "./ask";

interface Kind {
  readonly what: string;
  readonly type: string;
  readonly argument: string;
  readonly right: string;
  readonly api: Api;
  readonly path: (name: string) => string;
  /** Where its labels are in an answer. */
  readonly labels?: string;
}

export function names(looking: Looking): readonly Check[] {
  const { deployment, stacks, ask } = looking;
  const { project, name: own, cloudRegion: region } = deployment;
  const isOwn = (told: Json, labels = "labels") =>
    (told[labels] as Readonly<Record<string, string>> | undefined)?.["union-deployment"] === own;
  const cluster = (name: string) => `/v1/projects/${project}/locations/${region}/clusters/${name}`;
  const stands = once(async () => {
    const told = await ask("container.clusters.get", "container", cluster(own));
    return told !== undefined && isOwn(told, "resourceLabels");
  });
  const kinds: readonly Kind[] = [
    {
      what: "bucket",
      type: "google_storage_bucket",
      argument: "name",
      right: "storage.buckets.get",
      api: "storage",
      path: (name) => `/storage/v1/b/${name}`,
    },
    {
      what: "cluster",
      type: "google_container_cluster",
      argument: "name",
      right: "container.clusters.get",
      api: "container",
      path: cluster,
      labels: "resourceLabels",
    },
    {
      what: "service account",
      type: "google_service_account",
      argument: "account_id",
      right: "iam.serviceAccounts.get",
      api: "iam",
      path: (name) => `/v1/projects/${project}/serviceAccounts/${name}@${project}.iam.gserviceaccount.com`,
    },
    {
      what: "repository",
      type: "google_artifact_registry_repository",
      argument: "repository_id",
      right: "artifactregistry.repositories.get",
      api: "artifactregistry",
      path: (name) => `/v1/projects/${project}/locations/${region}/repositories/${name}`,
    },
    {
      what: "secret",
      type: "google_secret_manager_secret",
      argument: "secret_id",
      right: "secretmanager.secrets.get",
      api: "secretmanager",
      path: (name) => `/v1/projects/${project}/secrets/${name}`,
    },
    {
      what: "network",
      type: "google_compute_network",
      argument: "name",
      right: "compute.networks.get",
      api: "compute",
      path: (name) => `/projects/${project}/global/networks/${name}`,
    },
    {
      what: "address",
      type: "google_compute_address",
      argument: "name",
      right: "compute.addresses.get",
      api: "compute",
      path: (name) => `/projects/${project}/regions/${region}/addresses/${name}`,
    },
    {
      what: "private zone",
      type: "google_dns_managed_zone",
      argument: "name",
      right: "dns.managedZones.get",
      api: "dns",
      path: (name) => `/dns/v1/projects/${project}/managedZones/${name}`,
    },
  ];
  return kinds.flatMap(({ what, type, argument, right, api, path, labels }) => {
    const all = stacks.ofType(type).flatMap((resource) => stacks.text(field(resource, argument)) ?? []);
    return [...new Set(all)].map((name) => ({
      about: `${what} ${name}`,
      look: async () => {
        const remedy =
          "give the deployment another 'name', or remove what has it (terraform import takes it into the state)";
        try {
          const told = await ask(right, api, path(name));
          if (told === undefined) return holds("is free");
          if (isOwn(told, labels) || (await stands())) return holds("is the deployment's own already");
          return fails("is taken", remedy);
        } catch (error) {
          // Names of buckets are of all of Google Cloud: that of somebody else is refused, as is a right that lacks.
          if (what === "bucket" && error instanceof UntoldError && error.failed.lacks !== undefined)
            return unknown("is another project's, or the right storage.buckets.get lacks", remedy);
          throw error;
        }
      },
    }));
  });
}
