/** What has an address in a virtual network, and which security groups, subnets and networks it is in: a file a family. */
import type { PartialSystem } from "../../../model";
import { UnjudgedResources } from "../../unjudged-resources";
import type { AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import type { NetworkSecurityGroups } from "../nsg";
import type { AzureRoutes } from "../routes";
import type { SecurityRules } from "../security-rule";
import { AttachedGroups } from "./attached-groups";
import { Attachments } from "./attachments";
import { Interfaces } from "./interfaces";
import { Machines } from "./machines";
import { Clusters } from "./clusters";
import { PrivateEndpoints } from "./private-endpoints";
import { ApplicationGateways } from "./application-gateways";
import { Services } from "./services";
import { LoadBalancers } from "./load-balancers";
import { leaveElsewhere } from "./elsewhere";

/** Endpoints of a virtual network's resources; those that can't be told are left to `unjudged`. */
export function endpointsOf(
  input: AzureInput,
  networks: AzureNetworks,
  rules: SecurityRules,
  groups: NetworkSecurityGroups,
  routes: AzureRoutes,
): Pick<PartialSystem, "endpoints" | "unjudged"> {
  const unjudged = new UnjudgedResources();
  const balancers = new LoadBalancers(input, networks, routes);
  const attached = new AttachedGroups(input, networks, rules, groups, balancers, unjudged);
  const attachments = new Attachments(input, networks, groups, routes, attached);
  const interfaces = new Interfaces(input, networks, attached, balancers, attachments);
  interfaces.add();
  new Machines(input, networks, rules, groups, balancers, interfaces, attachments).add();
  new Clusters(input, networks, rules, groups, attachments, unjudged).add();
  new PrivateEndpoints(input, networks, attached, attachments).add();
  new ApplicationGateways(input, networks, balancers, attachments).add();
  new Services(input, networks, balancers, attachments, unjudged).add();
  attachments.endpoints.push(...balancers.endpoints());
  for (const balancer of balancers.withoutMembers())
    unjudged.leave(
      balancer,
      "what it hands connections from a public address on to is not in the input: add its members",
    );
  for (const rule of balancers.elsewhere)
    unjudged.leave(rule, "whether its load balancer has a public address is not in the input: add the load balancer");
  leaveElsewhere(input, unjudged);
  attachments.addUnattached();
  return { endpoints: attachments.endpoints, unjudged: unjudged.all };
}
