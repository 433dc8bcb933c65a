/** Where a deployment's network lies: in its own project, or in the host project of a Shared VPC. */
import type { GoogleDeployment } from "../deployment";

/** `projects/HOST/global/networks/NAME` */
const SHARED = /^projects\/([^/]+)\/global\/networks\/([^/]+)$/;

/** Id of the project that the network, its subnets and its firewall's rules lie in. */
export const networkProject = ({ project, network: { existing } }: GoogleDeployment): string =>
  SHARED.exec(existing?.network ?? "")?.[1] ?? project;

/** Whether the network is another project's, as that of a Shared VPC is. */
export const isSharedVpc = (deployment: GoogleDeployment): boolean => networkProject(deployment) !== deployment.project;

/** The name of a given network. */
export const networkName = (given: string): string => SHARED.exec(given)?.[2] ?? given;

/** Full name of a given network. */
export const networkPath = (deployment: GoogleDeployment, given: string): string =>
  `projects/${networkProject(deployment)}/global/networks/${networkName(given)}`;

/** Full name of a subnet of the network. */
export const subnetPath = (deployment: GoogleDeployment, name: string): string =>
  `projects/${networkProject(deployment)}/regions/${deployment.cloudRegion}/subnetworks/${name}`;

/** Rights of GKE's agent in a host project to keep the firewall rules that it makes for its clusters. */
const FIREWALL_PERMISSIONS = [
  "compute.networks.updatePolicy",
  ...["create", "delete", "get", "list", "update"].map((verb) => `compute.firewalls.${verb}`),
];
const FIREWALL_ROLE = "gkeFirewallManager";

/**
 * What whoever runs the host project of a Shared VPC does once before the first deploy: attaches the project, and lets
 * GKE's and Google's agents of it, and the deployer, use the subnets.
 */
export function hostProjectCommands(deployment: GoogleDeployment): readonly string[] {
  const { project, cloudRegion, network, impersonateServiceAccount } = deployment;
  if (!network.existing || !isSharedVpc(deployment)) return [];
  const host = networkProject(deployment);
  const number = `$(gcloud projects describe ${project} --format='value(projectNumber)')`;
  const gke = `serviceAccount:service-${number}@container-engine-robot.iam.gserviceaccount.com`;
  const google = `serviceAccount:${number}@cloudservices.gserviceaccount.com`;
  const deployer = `serviceAccount:${impersonateServiceAccount ?? "DEPLOYER"}`;
  const { nodeSubnet, clusterSubnet, proxySubnet, consumerSubnet } = network.existing;
  const management = [proxySubnet, consumerSubnet].filter((subnet) => subnet !== undefined);
  const onHost = (member: string, role: string) =>
    `gcloud projects add-iam-policy-binding ${host} --member "${member}" --role ${role} --condition None`;
  const onSubnet = (subnet: string, member: string) =>
    `gcloud compute networks subnets add-iam-policy-binding ${subnet} --project ${host} --region ${cloudRegion} --member "${member}" --role roles/compute.networkUser`;
  return [
    `gcloud services enable container.googleapis.com --project ${host}`,
    `gcloud compute shared-vpc associated-projects add ${project} --host-project ${host}`,
    ...[nodeSubnet, clusterSubnet].flatMap(({ name }) =>
      [gke, google, deployer].map((member) => onSubnet(name, member)),
    ),
    ...management.flatMap(({ name }) => [google, deployer].map((member) => onSubnet(name, member))),
    onHost(gke, "roles/container.hostServiceAgentUser"),
    `gcloud iam roles create ${FIREWALL_ROLE} --project ${host} --permissions ${FIREWALL_PERMISSIONS.join(",")}`,
    onHost(gke, `projects/${host}/roles/${FIREWALL_ROLE}`),
    // The deployer writes rules into the network, and binds private zones to it.
    onHost(deployer, "roles/compute.securityAdmin"),
    onHost(deployer, "roles/dns.admin"),
  ];
}
