/** What has an address in a VPC, and which security groups, subnets and VPC it is in: a file a family. */
import type { PartialSystem } from "../../../model";
import { UnjudgedResources } from "../../unjudged-resources";
import type { TerraformInput } from "../../terraform-input";
import type { Networks } from "../network";
import type { NetworkAcls } from "../network-acl";
import type { Routes } from "../routes";
import type { SecurityGroups } from "../security-group";
import { AttachedGroups } from "./attached-groups";
import { Attachments } from "./attachments";
import { Clusters } from "./clusters";
import { leaveElsewhere } from "./elsewhere";
import { LoadBalancers } from "./load-balancers";
import { Machines } from "./machines";
import { PrivateEndpoints } from "./private-endpoints";
import { PublicAddresses } from "./public-addresses";
import { Services } from "./services";

/** Endpoints of a VPC's resources; those that can't be told are left to `unjudged`. */
export function endpointsOf(
  input: TerraformInput,
  networks: Networks,
  groups: SecurityGroups,
  acls: NetworkAcls,
  routes: Routes,
): Pick<PartialSystem, "endpoints" | "unjudged"> {
  const unjudged = new UnjudgedResources();
  const attached = new AttachedGroups(input, groups, unjudged);
  const attachments = new Attachments(input, groups, acls, routes);
  const addresses = new PublicAddresses(input, unjudged);
  const machines = new Machines(input, networks, attached, addresses, attachments, unjudged);
  const balancers = new LoadBalancers(input, networks, groups, attached, attachments, unjudged);
  new Services(input, networks, attached, attachments).add();
  machines.add();
  new Clusters(input, networks, groups, attached, machines, attachments, unjudged).add();
  machines.addAutoscaled();
  new PrivateEndpoints(input, networks, routes, attached, attachments, unjudged).add();
  balancers.add();
  machines.addTemplates();
  attachments.addUnattached();
  leaveElsewhere(input, routes, unjudged);
  return { endpoints: attachments.endpoints, unjudged: unjudged.all };
}
