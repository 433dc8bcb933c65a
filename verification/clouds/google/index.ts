/** Google Cloud as a whole: its firewalls, routes, load balancers and what listens, put together. */
import type { PartialSystem, Resource } from "../../model";
import { Clusters } from "./endpoints/clusters";
import { Filters } from "./filters";
import { VpcFirewall } from "./firewall";
import { FirewallPolicies } from "./firewall-policy";
import { sharedProviders } from "./identity-providers";
import { GoogleInput } from "./input";
import { LoadBalancers } from "./endpoints/load-balancers";
import { managedServices } from "./managed-services/index";
import { Names } from "./names";
import { Networks } from "./network";
import { privateConsumers } from "./private-consumers";
import { Routes } from "./routes";
import { RuleParts } from "./rules";
import { serialConsoles } from "./serial-console";
import { unjudgedTypes } from "./unjudged";
import { Traits } from "./endpoints/traits";
import { Attachments } from "./endpoints/attachments";
import { addMachines } from "./endpoints/index";
import { UnjudgedResources } from "../unjudged-resources";
import type { Cloud } from "../cloud";
import { account } from "./account/index";
import { checks } from "./checks/index";
import { grants } from "./grants";

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
  const balancers = new LoadBalancers(input, networks, routes);
  // GKE's own rules are a network's too, so they come before the first filter.
  const clusters = new Clusters(input, networks, parts, routes, vpc);
  const unjudged = new UnjudgedResources();
  const traits = new Traits(input, parts);
  const attachments = new Attachments(input, networks, traits, vpc, policies, filters, routes, balancers, unjudged);
  addMachines(input, networks, parts, clusters, attachments, unjudged);
  for (const part of balancers.elsewhere)
    unjudged.leave(
      part,
      "the load balancer that hands connections on to it is not in the input, or not all of it: add it",
    );
  const names = new Names(input, networks, parts, routes);
  const endpoints = [
    ...attachments.endpoints,
    ...clusters.controlPlanes(),
    ...balancers.endpoints(),
    ...managedServices({ input, networks, parts, routes, attachments }),
    ...names.endpoints(),
  ];
  return {
    endpoints,
    unjudged: [
      ...vpc.unjudged,
      ...policies.unjudged,
      ...clusters.unjudged,
      ...routes.unjudged,
      ...unjudged.all,
      ...names.unjudged,
      ...serialConsoles(input),
      ...privateConsumers(input),
      ...sharedProviders(input),
      ...unjudgedTypes(input),
    ],
    rules: vpc.rules + policies.rules + clusters.rules,
    own: networks.own(),
  };
}

export const cloud = {
  part: googlePart,
  grants,
  offers: {
    google_compute_service_attachment: {
      what: "service attachment",
      who: "projects open connections over Private Service Connect",
      source: "google:private-service-connect",
    },
  },
  account,
  checks,
} satisfies Cloud;
