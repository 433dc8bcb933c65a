/** Which resources of a subscription of Azure are a deployment's. */
import { clusterName } from "../../../../config/names";
import type { Resource } from "../../../model";
import type { AccountPart } from "../../account";
import { partAround, type Places } from "../../account-part";
import { TerraformInput } from "../../terraform-input";

const PLACES: Places = {
  prefix: "azurerm_",
  networks: ["azurerm_virtual_network"],
  arguments: [
    ...["virtual_network_name", "virtual_network_id", "subnet_id", "target_resource_id", "remote_virtual_network_id"],
    ...["default_node_pool.vnet_subnet_id", "vnet_subnet_id", "ip_configuration.subnet_id", "kubernetes_cluster_id"],
    ...["network_interface.ip_configuration.subnet_id", "frontend_ip_configuration.subnet_id", "loadbalancer_id"],
    ...["nat_ip_configuration.subnet_id", "network_interface_ids", "network_interface_id"],
    ...["gateway_ip_configuration.subnet_id", "virtual_network_subnet_id"],
  ],
  shared: [
    ...["azurerm_disk_encryption_set", "azurerm_resource_group"],
    ...["azurerm_private_dns_zone", "azurerm_monitor_private_link_scope"],
  ],
};

/** @param isWritten whether the deployment's stacks write a resource of this type and name */
export const part: AccountPart = (account, deployment, isWritten) => {
  const input = TerraformInput.of(account);
  const name = clusterName(deployment);
  const cluster = input.managed("azurerm_kubernetes_cluster").find(({ values }) => values["name"] === name);
  if (cluster === undefined) return undefined;
  // What an identity of the deployment may do, it may do wherever that is.
  const own = input.managed("azurerm_user_assigned_identity").filter(isWritten);
  const principals = own.map(({ values }) => values["principal_id"]);
  const isOfIdentity = ({ type, values }: Resource) =>
    type === "azurerm_role_assignment" && principals.includes(values["principal_id"]);
  return partAround(cluster, input, PLACES, (resource) => isWritten(resource) || isOfIdentity(resource));
};
