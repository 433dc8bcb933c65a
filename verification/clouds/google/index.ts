/** Google Cloud as a whole: its firewalls, routes, load balancers and what listens, put together. */
import type { PartialSystem, Resource } from "../../model";
import { Clusters } from "./cluster";
import { Endpoints } from "./endpoints";
import { Filters } from "./filters";
import { VpcFirewall } from "./firewall";
import { FirewallPolicies } from "./firewall-policy";
import { GoogleInput } from "./input";
import { LoadBalancing } from "./load-balancing";
import { managedServices } from "./managed-services/index";
import { Names } from "./names";
import { Networks } from "./network";
import { Routes } from "./routes";
import { RuleParts } from "./rules";
import { unjudgedTypes } from "./unjudged";

/**
 * Endpoints of every Google Cloud resource that has an address, with the filters and routes that decide what reaches it.
 *
 * Also judged, as endpoints of kind `group`: each network that has rules and no machine in the input, and each network
 * tag, service account and secure tag that rules choose their targets by and no machine of the input has.
 */
export function googlePart(resources: readonly Resource[]): PartialSystem {
  const input = new GoogleInput(resources);
  const networks = new Networks(input);
  const parts = new RuleParts(input);
  const vpc = new VpcFirewall(input, networks, parts);
  const policies = new FirewallPolicies(input, networks, parts);
  const filters = new Filters(input, vpc, policies);
  const routes = new Routes(input, networks);
  const balancing = new LoadBalancing(input, networks, routes);
  // GKE's own rules are a network's too, so they come before the first filter.
  const clusters = new Clusters(input, networks, parts, routes, vpc);
  const machines = new Endpoints(input, networks, parts, vpc, policies, filters, clusters, routes, balancing);
  const names = new Names(input, networks, parts, routes);
  const endpoints = [
    ...machines.all(),
    ...clusters.controlPlanes(),
    ...balancing.endpoints(),
    ...managedServices({ input, networks, parts, routes, machines }),
    ...names.endpoints(),
  ];
  return {
    endpoints,
    unjudged: [
      ...vpc.unjudged,
      ...policies.unjudged,
      ...clusters.unjudged,
      ...machines.unjudged,
      ...names.unjudged,
      ...unjudgedTypes(input),
    ],
    rules: vpc.rules + policies.rules + clusters.rules,
    own: networks.own(),
  };
}
