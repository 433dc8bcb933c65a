/** Google's own agents that use the deployment's key: each is there once its service was used, or was asked for. */
import type { GoogleDeployment } from "../deployment";

export interface ServiceAgent {
  readonly use: string;
  /** Command that makes the agent where it is not there yet. */
  readonly make: string;
  /** Its e-mail address, in a shell that has the project's number as `$NUMBER`. */
  readonly email: string;
}

/** Domains of the agents whose address follows from the project's number, by what they encrypt. */
export const KEYED_AGENTS = {
  "Cluster secrets": { service: "container", domain: "container-engine-robot" },
  "Node disks": { service: "compute", domain: "compute-system" },
  Registry: { service: "artifactregistry", domain: "gcp-sa-artifactregistry" },
  "Client secret": { service: "secretmanager", domain: "gcp-sa-secretmanager" },
} as const;

/** The six agents. */
export const serviceAgents = ({ project }: Pick<GoogleDeployment, "project">): readonly ServiceAgent[] => [
  ...Object.entries(KEYED_AGENTS).map(([use, { service, domain }]) => ({
    use,
    make: `gcloud beta services identity create --project ${project} --service ${service}.googleapis.com`,
    email: `service-$NUMBER@${domain}.iam.gserviceaccount.com`,
  })),
  {
    use: "Buckets",
    make: `gcloud storage service-agent --project ${project}`,
    email: "service-$NUMBER@gs-project-accounts.iam.gserviceaccount.com",
  },
  {
    use: "Logs",
    make: `gcloud logging settings describe --project ${project}`,
    email: "cmek-p$NUMBER@gcp-sa-logging.iam.gserviceaccount.com",
  },
];
