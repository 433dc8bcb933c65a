/** Services that Google runs and that listen, one file a family. */
import type { Endpoint } from "../../../model";
import { anonymousAccess } from "./anonymous";
import { databases } from "./databases";
import { publishedServices } from "./published";
import { serverlessServices } from "./serverless";
import { shapedServices } from "./shaped";
import type { Surroundings } from "./surroundings";

/** The endpoints of what Google runs for the customer and that has an address of its own, or lets everyone in. */
export function managedServices(around: Surroundings): Endpoint[] {
  return [
    ...databases(around),
    ...serverlessServices(around),
    ...shapedServices(around),
    ...publishedServices(around),
    ...anonymousAccess(around),
  ];
}
