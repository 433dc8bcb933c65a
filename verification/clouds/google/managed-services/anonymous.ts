/**
 * What answers at Google's shared API is reached by everyone, and identity alone decides who is let in: buckets,
 * registries, data sets, topics, secrets. It counts as inside as long as it asks who calls, and is open where a grant
 * or an access list names everyone.
 *
 * IAM, "Principal identifiers" (https://cloud.google.com/iam/docs/principal-identifiers): `allUsers` is whoever is on the
 * internet, `allAuthenticatedUsers` whoever has an account of Google's. Cloud Storage, "Access control lists"
 * (https://cloud.google.com/storage/docs/access-control/lists), "Public access prevention"
 * (https://cloud.google.com/storage/docs/public-access-prevention) and "Bucket IP filtering"
 * (https://cloud.google.com/storage/docs/ip-filtering-overview). Identity-Aware Proxy, "Force login"
 * (https://cloud.google.com/iap/docs/force-login): it asks nobody who calls where it lets in `allUsers`.
 */
import type { Endpoint, Peer, Resource, Rule, Value } from "../../../model";
import { isReference, isUnknown } from "../../../model";
import { at, bool, isOpaque, unknown, whyOpaque, type Opaque } from "../../../values";
import { jsonValue } from "../../json-text";
import { append, isAbsent } from "../../terraform-input";
import { reasonOf } from "../input";
import { admitting, serviceEndpoint } from "../../service-endpoint";
import { ANYWHERE, unknownPeer } from "../rules";
import { HTTPS } from "./shapes";
import type { Surroundings } from "./surroundings";

const EVERYONE = /(^|:)(allUsers|allAuthenticatedUsers)$/;
/** Canned access lists that let everyone in. */
const CANNED = /^(publicRead|publicReadWrite|authenticatedRead)$/;

/** Grants by IAM, less what comes before in their type. */
const GRANT = /_iam_(member|binding|policy)$/;
/**
 * What such a grant on changes no one's reach: Google refuses everyone on projects and what is above them, and machines
 * and their parts are judged by their networks.
 */
const NOT_SHARED = /^google_(project|folder|organization|billing_account|app_engine_|compute_)/;
/** What has an endpoint of its own: it is judged by that, and by the grant where the input does not hold it. */
const OWN_ENDPOINT =
  /^google_(cloud_run_|cloudfunctions|api_gateway_|data_fusion_|dataproc_cluster|notebooks_|workbench_|secure_source_manager_|vertex_ai_endpoint|workstations_|iap_)/;
/** What lets pass to something behind it, of which such a grant does not tell what comes there and whom it asks itself. */
const GATE = /^google_iap_/;
/** Types whose grants may be on one another: a function of the second generation is a service of Cloud Run. */
const RUN = [
  "google_cloud_run_service",
  "google_cloud_run_v2_service",
  "google_cloudfunctions2_function",
  "google_cloudfunctions_function",
];

/** Access lists of Cloud Storage and BigQuery, with the fields that name whom they let in. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  google_bigquery_dataset: ["access.special_group", "access.iam_member"],
  google_bigquery_dataset_access: ["special_group", "iam_member"],
  google_storage_bucket_access_control: ["entity"],
  google_storage_bucket_acl: ["role_entity", "predefined_acl", "default_acl"],
  google_storage_default_object_access_control: ["entity"],
  google_storage_default_object_acl: ["role_entity"],
  google_storage_object_access_control: ["entity"],
  google_storage_object_acl: ["role_entity", "predefined_acl"],
};

/** Fields that do not say what a grant is on. */
const NO_TARGET: ReadonlySet<string> = new Set([
  "role",
  "member",
  "members",
  "condition",
  "policy_data",
  "project",
  "location",
]);

/** What lets everyone in, or may. */
interface Opening {
  readonly by: Resource;
  /** Why it can't be told. */
  readonly unknown?: string | undefined;
}

/** One endpoint for each thing that grants or access lists of the input open to everyone. */
export function anonymousAccess(around: Surroundings): Endpoint[] {
  const opened = new Map<Resource, Opening[]>();
  for (const resource of around.input.resources) {
    if (resource.mode !== "managed") continue;
    const opening = openingBy(resource, around);
    if (!opening) continue;
    const { target, unclear } = targetOf(resource, around);
    if (!isOwnEndpoint(resource)) append(opened, target ?? resource, opening);
    else if (target?.mode !== "managed") append(opened, resource, { ...opening, unknown: opening.unknown ?? unclear });
  }
  return [...opened].flatMap(([target, openings]) => endpoint(target, openings, around));
}

function openingBy(resource: Resource, around: Surroundings): Opening | undefined {
  const members = membersOf(resource, around);
  if (members.some((member) => typeof member === "string" && (EVERYONE.test(member) || CANNED.test(member)))) {
    return GATE.test(resource.type)
      ? { by: resource, unknown: "Identity-Aware Proxy lets everyone pass, to what is not read" }
      : { by: resource };
  }
  const unread = members.find((member) => isOpaque(member) && mayBeEveryone(member));
  return unread === undefined
    ? undefined
    : { by: resource, unknown: `whom it lets in: ${reasonOf(unread, "unknown")}` };
}

/** What another resource is known by is somebody, and so is a text such as `serviceAccount:${...}`. */
function mayBeEveryone(member: Opaque): boolean {
  return !isReference(member) && !/^\w+:/.test(member.text ?? "");
}

function membersOf(resource: Resource, around: Surroundings): (string | Opaque)[] {
  const { input } = around;
  const { type, values } = resource;
  const lists = Object.hasOwn(LISTS, type) ? LISTS[type] : undefined;
  const read = (field: string) =>
    input.collect(resource, field).map((value) => {
      const known = isReference(value) ? input.follow(value, resource) : value;
      return typeof known === "string" ? known : value;
    });
  if (lists) return lists.flatMap(read);
  if (!GRANT.test(type) || NOT_SHARED.test(type)) return [];
  if (!type.endsWith("_policy")) return [...read("member"), ...read("members")];
  return policyMembers(values["policy_data"], resource, around);
}

/** Members of a whole policy: of the data source `google_iam_policy`, or as JSON. */
function policyMembers(policy: Value | undefined, from: Resource, { input }: Surroundings): (string | Opaque)[] {
  const source = isReference(policy) ? input.find({ ...policy, attribute: "" }, from, "policy") : undefined;
  if (source?.kind === "resource") return input.collect(source.resource, "binding.members");
  const text = input.follow(policy, from);
  if (typeof text !== "string") return [isUnknown(text) ? text : unknown("its policy is not known")];
  const document = jsonValue(text);
  if (document === undefined) return [unknown("its policy is no JSON")];
  const bindings = at(document, "bindings") ?? [];
  return input.collect({ ...from, values: { bindings } }, "bindings.members");
}

const isOwnEndpoint = ({ type }: Resource): boolean => GRANT.test(type) && OWN_ENDPOINT.test(type);

/**
 * The resource of the input that a grant or an access list is on, if there is one.
 *
 * @returns `unclear`, why it may be one of the input, if the grant does not tell
 */
function targetOf(resource: Resource, { input }: Surroundings): { target?: Resource; unclear?: string } {
  const base =
    resource.type.startsWith("google_storage_") && !GRANT.test(resource.type)
      ? "google_storage_bucket"
      : resource.type.replace(GRANT, "").replace("_dataset_access", "_dataset");
  if (base === resource.type) return { target: resource };
  const types = RUN.includes(base) ? RUN : [base];
  const named = Object.entries(resource.values)
    .filter(([field, value]) => !NO_TARGET.has(field) && !isAbsent(value))
    .map(([, value]) => input.named(isReference(value) ? { ...value, attribute: "" } : value, resource, ...types));
  const found = named.find((each) => each.kind === "resource" && types.includes(each.resource.type));
  if (found?.kind === "resource") return { target: found.resource };
  const unread = named.find(isUnknown);
  // One that is not told is none of the input where that has none.
  if (!unread || input.managed(...types).length === 0) return {};
  return { unclear: `whom it lets everyone call is not known: ${unread.reason}` };
}

function endpoint(target: Resource, openings: readonly Opening[], around: Surroundings): Endpoint[] {
  const { input } = around;
  const prevention = input.textAt(target, "public_access_prevention");
  const hasNoLists = bool(input.follow(target.values["uniform_bucket_level_access"], target));
  const counting = openings.filter(({ by }) => GRANT.test(by.type) || hasNoLists !== true);
  if (prevention === "enforced" || counting.length === 0) return [];
  const callers = callersOf(target, around);
  const doubtOf = ({ by, unknown }: Opening): string | undefined => {
    if (isUnknown(prevention)) return `whether public access is prevented is not known: ${prevention.reason}`;
    const counts = GRANT.test(by.type) || !isOpaque(hasNoLists);
    return unknown ?? (counts ? undefined : `whether lists count is not known: ${whyOpaque(hasNoLists)}`);
  };
  const rules = counting.map((opening): Rule => {
    const { address: resource, location } = opening.by;
    const doubt = doubtOf(opening);
    const peers = doubt === undefined ? callers : [unknownPeer(doubt)];
    return { resource, location, action: "allow", services: HTTPS, peers };
  });
  const filter = admitting(`who may call ${target.address}`, "google-iam", rules);
  const found = serviceEndpoint(input.id(target), target, filter);
  return [isOwnEndpoint(target) ? { ...found, elsewhere: true } : found];
}

/** Everyone, or the blocks that a bucket's IP filter leaves. */
function callersOf(target: Resource, { input, parts }: Surroundings): readonly Peer[] {
  const [mode] = input.collect(target, "ip_filter.mode");
  if (mode !== "Enabled")
    return mode === undefined || mode === "Disabled"
      ? ANYWHERE
      : [unknownPeer("whether its IP filter is on is not known")];
  return parts.addressPeers(input.collect(target, "ip_filter.public_network_source.allowed_ip_cidr_ranges"), target);
}
