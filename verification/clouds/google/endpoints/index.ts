/** Machines: what has a network interface in a VPC network, and by which traits firewalls know it: a file a family. */
import type { UnjudgedResources } from "../../unjudged-resources";
import type { GoogleInput } from "../input";
import type { Networks } from "../network";
import type { RuleParts } from "../rules";
import type { Attachments } from "./attachments";
import { Machines } from "./machines";
import type { Clusters } from "./clusters";
import { serviceMachines } from "./service-machines";

/** Fills `attachments` with every machine of the input, and with whoever may come to be in its networks. */
export function addMachines(
  input: GoogleInput,
  networks: Networks,
  parts: RuleParts,
  clusters: Clusters,
  attachments: Attachments,
  unjudged: UnjudgedResources,
): void {
  new Machines(input, networks, parts, attachments, unjudged).add();
  for (const { resource, face, written } of serviceMachines(input, networks)) {
    attachments.add(resource, "instance", face, written);
  }
  for (const pool of clusters.pools()) attachments.add(pool.resource, "node", pool.face, pool.written, pool);
  attachments.addUnattached();
}
