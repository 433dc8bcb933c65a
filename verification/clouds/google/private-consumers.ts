/**
 * Private Service Connect, "Published services" (https://cloud.google.com/vpc/docs/about-vpc-hosted-services): projects that
 * a service accepts reach it from networks of their own, by endpoints that the service's own project does not hold. Services
 * that Google runs list them by fields of their own, as the provider documents these
 * (https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs); "Private Service Connect overview" of Cloud SQL
 * (https://cloud.google.com/sql/docs/mysql/about-private-service-connect): they may belong to other organizations.
 */
import { isDeepStrictEqual } from "node:util";
import { isReference, isUnknown, type Resource, type Unjudged, type Value } from "../../model";
import { isAbsent } from "../terraform-input";
import { segmentAfter, type GoogleInput } from "./input";

/** By the type of a service: paths of fields that name projects, and networks, whose clients may connect. */
interface Consumers {
  readonly projects?: readonly string[];
  readonly networks?: readonly string[];
}

const SQL = "settings.ip_configuration.psc_config.";
const ALLOYDB = "psc_instance_config.";
const ofMemorystore = (block: string): Consumers => ({
  projects: [`${block}.project_id`],
  networks: [`${block}.network`],
});
const ALLOW_LIST = "private_service_connect_config.project_allowlist";

const CONSUMERS: Readonly<Record<string, Consumers>> = {
  google_alloydb_instance: {
    projects: [`${ALLOYDB}allowed_consumer_projects`, `${ALLOYDB}psc_auto_connections.consumer_project`],
    networks: [`${ALLOYDB}psc_auto_connections.consumer_network`],
  },
  google_apigee_instance: { projects: ["consumer_accept_list"] },
  google_looker_instance: { networks: ["psc_config.allowed_vpcs"] },
  google_memorystore_instance: {
    projects: ["desired_auto_created_endpoints.project_id", "desired_psc_auto_connections.project_id"],
    networks: ["desired_auto_created_endpoints.network", "desired_psc_auto_connections.network"],
  },
  google_memorystore_instance_desired_user_created_endpoints: ofMemorystore(
    "desired_user_created_endpoints.connections.psc_connection",
  ),
  google_redis_cluster: { networks: ["psc_configs.network"] },
  google_redis_cluster_user_created_connections: ofMemorystore("cluster_endpoints.connections.psc_connection"),
  google_sql_database_instance: {
    projects: [`${SQL}allowed_consumer_projects`, `${SQL}psc_auto_connections.consumer_service_project_id`],
    networks: [`${SQL}psc_auto_connections.consumer_network`],
  },
  google_vertex_ai_endpoint: { projects: [ALLOW_LIST] },
  google_vertex_ai_feature_online_store: { projects: [`dedicated_serving_endpoint.${ALLOW_LIST}`] },
  google_vertex_ai_index_endpoint: { projects: [ALLOW_LIST] },
};

/** Services that clients of projects or networks elsewhere may connect to. */
export function privateConsumers(input: GoogleInput): Unjudged[] {
  return Object.entries(CONSUMERS).flatMap(([type, { projects = [], networks = [] }]) =>
    input.managed(type).flatMap((service) => {
      const isOpen =
        valuesAt(projects, service, input).some((value) => !isOwnProject(value, service, input)) ||
        valuesAt(networks, service, input).some((value) => !isOwnNetwork(value, service, input));
      const reason = "projects or networks that are not its own may connect to it by Private Service Connect";
      return isOpen ? [{ resource: service.address, location: service.location, reason }] : [];
    }),
  );
}

const valuesAt = (paths: readonly string[], service: Resource, input: GoogleInput): Value[] =>
  paths.flatMap((path) => input.collect(service, path));

/** Whether a value names the project that a service is in, or one that the input makes. */
function isOwnProject(value: Value, service: Resource, input: GoogleInput): boolean {
  const own = service.values["project"];
  if (isReference(value)) {
    const target = input.find({ ...value, attribute: "" }, service, "project");
    const isMade = target.kind === "resource" && target.resource.type === "google_project";
    if (isDeepStrictEqual(value, own) || (isMade && target.resource.mode === "managed")) return true;
  }
  const name = input.follow(value, service);
  const made = input.managed("google_project").map((project) => input.follow(project.values["project_id"], project));
  return typeof name === "string" && [input.follow(own, service), ...made].includes(name);
}

/** Whether a value names a network of a project that is the service's own. */
function isOwnNetwork(value: Value, service: Resource, input: GoogleInput): boolean {
  const target = input.named(value, service, "google_compute_network");
  if (isUnknown(target)) return false;
  const project = target.kind === "outside" ? segmentAfter("projects", target.name) : target.resource.values["project"];
  if (target.kind === "resource" && target.resource.mode === "managed") return true;
  // A reference to what the input does not hold says nothing of a project.
  const isTold = target.kind === "resource" || typeof value === "string";
  return isTold && (isAbsent(project) || isOwnProject(project, service, input));
}
