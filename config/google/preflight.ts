/** What must hold in a Google Cloud project before a deployment's first apply, as commands that a person runs. */
import { zonesOfRegion } from "../cloud-regions";
import type { GoogleDeployment } from "../deployment";
import { givenKeyOf, isCloudManaged } from "../encryption";
import { hostProjectCommands } from "./network";
import { quotasOf } from "./quotas";
import { serviceAgents, type ServiceAgent } from "./service-agents";
import { enabledServices, serviceHost } from "./services";

/** Something that must hold: why, and the commands that see to it or show it. */
export interface Step {
  readonly why: string;
  readonly commands: readonly string[];
}

/** The steps in their order, none of them empty. */
export const preflight = (deployment: GoogleDeployment): readonly Step[] =>
  [
    services(deployment),
    agents(deployment),
    key(deployment),
    logins(deployment),
    host(deployment),
    machines(deployment),
    quotas(deployment),
  ].filter(({ commands }) => commands.length > 0);

const services = (deployment: GoogleDeployment): Step => ({
  why: "APIs that the data plane uses",
  commands: [
    `gcloud services enable --project ${deployment.project} ${enabledServices(deployment).map(serviceHost).join(" ")}`,
  ],
});

/** Google makes an agent with its service's first use, and no binding names one that is not there. */
const agents = (deployment: GoogleDeployment): Step => ({
  why: "Google's agents that use the key or a login: each is made where it is not there yet",
  commands: agentsNeeded(deployment).map(({ make }) => make),
});

/** The agents that a deployment's key or its logins are used by. */
export const agentsNeeded = (deployment: GoogleDeployment): readonly ServiceAgent[] =>
  serviceAgents(deployment).filter(
    ({ use }) => !isCloudManaged(deployment) || (use === "Registry" && hasLogins(deployment)),
  );

const hasLogins = ({ images }: GoogleDeployment) => Object.keys(images.credentials).length > 0;

const number = (project: string) => `NUMBER=$(gcloud projects describe ${project} --format='value(projectNumber)')`;

/** What an agent needs of the key. */
export const KEY_ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter";

/** Who may use a key of one's own is for whoever runs its project to say. */
function key(deployment: GoogleDeployment): Step {
  const [, project = "", , location = "", , ring = "", , name] = givenKeyOf(deployment)?.keyId.split("/") ?? [];
  return {
    why: "The given key lets the agents use it; IAM may take some minutes to know",
    commands:
      name === undefined
        ? []
        : [
            number(deployment.project),
            ...serviceAgents(deployment).map(
              ({ email }) =>
                `gcloud kms keys add-iam-policy-binding ${name} --project ${project} --location ${location} --keyring ${ring} --member "serviceAccount:${email}" --role ${KEY_ROLE}`,
            ),
          ],
  };
}

function logins({ project: own, images: { credentials } }: GoogleDeployment): Step {
  const secrets = Object.values(credentials).map(({ passwordVersion }) => passwordVersion.split("/"));
  const foreign = secrets.filter(([, project]) => project !== own);
  return {
    why: "Artifact Registry's agent reads the passwords that lie in other projects",
    commands:
      foreign.length === 0
        ? []
        : [
            number(own),
            ...foreign.map(
              ([, project = "", , secret = ""]) =>
                `gcloud secrets add-iam-policy-binding ${secret} --project ${project} --member "serviceAccount:service-$NUMBER@gcp-sa-artifactregistry.iam.gserviceaccount.com" --role roles/secretmanager.secretAccessor`,
            ),
          ],
  };
}

const host = (deployment: GoogleDeployment): Step => ({
  why: "The Shared VPC's host project lets the cluster and its deployer use it",
  commands: hostProjectCommands(deployment),
});

/** What each pool is made of, and in which zones. */
export function poolPlaces({ cluster, nodePools, network, cloudRegion }: GoogleDeployment) {
  const pools = [{ ...cluster.systemPool, zones: undefined, accelerator: undefined }, ...Object.values(nodePools)];
  return pools.map(({ machineType, accelerator, zones }) => ({
    machineType,
    accelerator,
    zones: zones ?? network.zones ?? zonesOfRegion("google", cloudRegion),
  }));
}

/** Not every zone has every machine. */
function machines(deployment: GoogleDeployment): Step {
  const { project } = deployment;
  const commands = poolPlaces(deployment).flatMap(({ machineType, accelerator, zones }) => {
    const where = zones.join(" ");
    const list = (what: string, name: string) =>
      `gcloud compute ${what} list --project ${project} --filter='name=${name} AND zone:(${where})' --format='value(zone)'`;
    return [list("machine-types", machineType), ...(accelerator ? [list("accelerator-types", accelerator.type)] : [])];
  });
  return {
    why: "Machines of the pools: each command prints every zone that it names",
    commands: [...new Set(commands)],
  };
}

function quotas(deployment: GoogleDeployment): Step {
  const needs = quotasOf(deployment).map(({ metric, fewest, most }) => `${metric} ${fewest} to ${most}`);
  return {
    why: `Quotas of ${deployment.cloudRegion}, with the fewest and the most nodes: ${needs.join(", ")}`,
    commands: [
      `gcloud compute regions describe ${deployment.cloudRegion} --project ${deployment.project} --flatten quotas --format='table(quotas.metric,quotas.limit,quotas.usage)'`,
    ],
  };
}
