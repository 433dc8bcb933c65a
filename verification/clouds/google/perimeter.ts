/**
 * Whether a service perimeter bounds whose resources Google's APIs are asked about from inside, for
 * `no-foreign-principals`.
 *
 * VPC Service Controls, "Service perimeter details and configuration"
 * (https://cloud.google.com/vpc-service-controls/docs/service-perimeters): what is asked from a network of a project
 * inside is answered about projects inside alone, for the services that the perimeter restricts; services that the
 * network may call can be bounded to these. "Ingress and egress rules"
 * (https://cloud.google.com/vpc-service-controls/docs/ingress-egress-rules): an egress rule names what else is answered.
 */
import { foreignProjects } from "../../../config/google/perimeter";
import { GUARDED_SERVICES, serviceHost, type GoogleService } from "../../../config/google/services";
import type { GoogleDeployment } from "../../../config/deployment";
import { listed } from "../../crossings";
import { extentOf } from "../../extent";
import { problemAt, type Problem } from "../../problem";
import { inputOf } from "../lookup";
import {
  beginningOf,
  isReference,
  isUnknown,
  type Reference,
  type Resource,
  type System,
  type Value,
} from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { reachedByPods } from "../../reached";
import type { TerraformInput } from "../terraform-input";
import { at, blocks, bool, field, isOpaque, texts, knownText, whyOpaque } from "../../values";

const PERIMETER = "google_access_context_manager_service_perimeter";
const MEMBERSHIP = "google_access_context_manager_service_perimeter_resource";
/** Rules that are written apart from their perimeter. */
const EGRESS = "google_access_context_manager_service_perimeter_egress_policy";

/** Where Google's APIs answer. */
const APIS = AddressSet.ofCidrs(["199.36.153.4/30", "199.36.153.8/30"]);
/** What a finding names where nothing bounds them. */
export const UNBOUND = "restricted.googleapis.com";

export function* judgeGooglePerimeter(system: System, deployment: GoogleDeployment): Generator<Problem> {
  if (reachedByPods(system, APIS).isEmpty) return;
  const input = inputOf(system);
  const { perimeter } = deployment.network;
  const location = beginningOf(system.resources);
  const own = input.managed(PERIMETER).filter((one) => isAround(one, input, deployment));
  if (perimeter?.existing !== undefined) {
    yield* judgeMembership(input, deployment, perimeter);
    const message = "the rules of a given perimeter are not in the input";
    yield { status: "unknown", resource: perimeter.existing, location, message };
    return;
  }
  if (own.length === 0) {
    const message = `no service perimeter is around ${deployment.project}: Google's APIs answer whosever credentials pods bring, about anybody's resources`;
    yield { status: "violated", resource: UNBOUND, location, message };
  }
  for (const one of own) yield* judgePerimeter(one, input, deployment);
  for (const rule of input.managed(EGRESS)) yield* judgeEgress(rule, [], rule.values, input, deployment);
}

function* judgeMembership(
  input: TerraformInput,
  { project }: GoogleDeployment,
  { existing, join }: NonNullable<GoogleDeployment["network"]["perimeter"]>,
): Generator<Problem> {
  if (!join) return;
  const joined = input
    .managed(MEMBERSHIP)
    .some((one) => one.values["perimeter_name"] === existing && isProject(one.values["resource"], one, input, project));
  if (joined) return;
  const location = beginningOf(input.resources);
  const message = `${project} joins no perimeter ${existing ?? ""}`;
  yield { status: "violated", resource: UNBOUND, location, message };
}

/** Whether a perimeter is in force around the deployment's project. */
function isAround(perimeter: Resource, input: TerraformInput, { project }: GoogleDeployment): boolean {
  const type = knownText(perimeter.values["perimeter_type"]) ?? "PERIMETER_TYPE_REGULAR";
  const inside = blocks(field(perimeter, "status", "resources"));
  return type === "PERIMETER_TYPE_REGULAR" && inside.some((one) => isProject(one, perimeter, input, project));
}

function* judgePerimeter(perimeter: Resource, input: TerraformInput, deployment: GoogleDeployment): Generator<Problem> {
  const restricted = texts(field(perimeter, "status", "restricted_services"));
  const open = GUARDED_SERVICES.map(serviceHost).filter((host) => !restricted.includes(host));
  if (open.length > 0) {
    const path = ["status", "restricted_services"];
    yield problemAt(
      perimeter,
      path,
      "violated",
      `does not restrict ${listed(open)}: these answer about anybody's resources`,
      extentOf(...open),
    );
  }
  const accessible = field(perimeter, "status", "vpc_accessible_services");
  const allowed = texts(at(accessible, "allowed_services"));
  const isRestricted = bool(input.follow(at(accessible, "enable_restriction"), perimeter));
  const isOfOthers = allowed.some((one) => one !== "RESTRICTED-SERVICES" && !restricted.includes(one));
  const path = ["status", "vpc_accessible_services"];
  if (isOpaque(isRestricted) && !isOfOthers) {
    const message = `whether the network may call services that it does not restrict can't be told: ${whyOpaque(isRestricted)}`;
    yield problemAt(perimeter, path, "unknown", message);
  } else if (isRestricted !== true || isOfOthers) {
    yield problemAt(perimeter, path, "violated", "lets the network call services that it does not restrict");
  }
  for (const [index, rule] of blocks(field(perimeter, "status", "egress_policies")).entries()) {
    yield* judgeEgress(perimeter, ["status", "egress_policies", index], rule, input, deployment);
  }
}

/** An egress rule may name projects that the deployment itself names, by the API that it names each for. */
function* judgeEgress(
  from: Resource,
  path: readonly (string | number)[],
  rule: Value,
  input: TerraformInput,
  deployment: GoogleDeployment,
): Generator<Problem> {
  const projects = foreignProjects(deployment);
  const services = blocks(at(rule, "egress_to", "operations")).map((one) => knownText(at(one, "service_name")));
  const named = blocks(at(rule, "egress_to", "resources"));
  const isNamed = (service: string | undefined, resource: Value) =>
    Object.entries(projects).some(
      ([name, ids]) =>
        serviceHost(name as GoogleService) === service && ids.some((id) => isProject(resource, from, input, id)),
    );
  const isDeclared =
    services.length > 0 && named.length > 0 && services.every((service) => named.every((one) => isNamed(service, one)));
  if (isDeclared && blocks(at(rule, "egress_to", "external_resources")).length === 0) return;
  yield problemAt(from, path, "violated", "an egress rule answers about projects that the deployment does not name");
}

/** Whether `projects/NUMBER` is the project of an id: its number is read from the project itself. */
function isProject(value: Value | undefined, from: Resource, input: TerraformInput, id: string): boolean {
  const parts = partsOf(value);
  if (parts.length === 0) return knownText(value) === `projects/${id}`;
  return parts.some((part) => {
    const target = input.find({ ...part, attribute: "" }, from, "project");
    if (target.kind !== "resource" || target.resource.type !== "google_project") return false;
    return knownText(input.follow(target.resource.values["project_id"], target.resource)) === id;
  });
}

function partsOf(value: Value | undefined): Reference[] {
  if (isReference(value)) return [value];
  const parts = isUnknown(value) ? value.parts : undefined;
  return (parts ?? []).filter((part) => isReference(part));
}
