/** Which resources of a project of Google Cloud are a deployment's. */
import { shown } from "../../../../config/texts";
import { clusterName } from "../../../../config/names";
import type { Resource } from "../../../model";
import type { AccountPart } from "../../account";
import { partAround, type Places } from "../../account-part";
import { TerraformInput } from "../../terraform-input";

const PLACES: Places = {
  prefix: "google_",
  networks: ["google_compute_network"],
  arguments: [
    ...["network", "subnetwork", "peer_network", "router", "cluster", "nat_subnets", "attachment_target"],
    ...["network_interface.network", "network_interface.subnetwork", "subnetwork.name"],
    ...["network_endpoint_group", "private_visibility_config.networks.network_url"],
    ...["settings.ip_configuration.private_network", "managed_zone", "firewall_policy"],
    ...["authorized_network", "psc_configs.network", "network_config.network"],
    ...["template.vpc_access.network_interfaces.network", "template.vpc_access.network_interfaces.subnetwork"],
  ],
  shared: ["google_kms_crypto_key", "google_kms_key_ring", "google_project", "google_project_iam_custom_role"],
};

const EVERYBODY = ["allUsers", "allAuthenticatedUsers"];

/** @param isWritten whether the deployment's stacks write a resource of this type and name */
export const part: AccountPart = (account, deployment, isWritten) => {
  const input = TerraformInput.of(account);
  const name = clusterName(deployment);
  const cluster = input.managed("google_container_cluster").find(({ values }) => values["name"] === name);
  if (cluster === undefined) return undefined;
  const identities = input.managed("google_service_account").filter(isWritten);
  const members = [...identities.map(({ values }) => shown(values["member"] ?? null)), ...EVERYBODY];
  const isOfIdentity = ({ type, values }: Resource) =>
    type === "google_project_iam_member" && members.includes(shown(values["member"] ?? null));
  return partAround(cluster, input, PLACES, (resource) =>
    resource.type === "google_project_iam_member" ? isOfIdentity(resource) : isWritten(resource),
  );
};
