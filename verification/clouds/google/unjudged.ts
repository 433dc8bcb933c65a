/**
 * Resources that change who can reach what and that the other files do not model: those that the table beside names, and
 * projects made with the default network. Each is named in the report, so that what is not judged
 * is never taken as fine.
 *
 * Resource Manager, "Creating projects" (https://cloud.google.com/resource-manager/docs/creating-managing-projects), and
 * VPC, "Default network" (https://cloud.google.com/vpc/docs/vpc#default-network): a project gets it, with its rules,
 * unless it is made without.
 */
import type { Classification } from "../classification";
import { ClassifiedTypes } from "../classification";
import { bool } from "../../values";
import type { Resource, Unjudged } from "../../model";
import table from "./classification.json";
import type { GoogleInput } from "./input";

const DEFAULT_NETWORK = "it is made with the default network, whose rules let SSH, RDP and ICMP in from everywhere";

let types: ClassifiedTypes | undefined;

/** What the Google files leave out of `input`. */
export function unjudgedTypes(input: GoogleInput): Unjudged[] {
  types ??= new ClassifiedTypes(table as Classification);
  return [
    ...input.managed("google_project").flatMap(withDefaultNetwork),
    ...types.unjudgedOf(input.resources, "google_"),
  ];
}

function withDefaultNetwork({ address, location, values }: Resource): Unjudged[] {
  const makesNetwork = bool(values["auto_create_network"]) ?? true;
  return makesNetwork === false ? [] : [{ resource: address, location, reason: DEFAULT_NETWORK }];
}
