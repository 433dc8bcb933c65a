/**
 * Services of Google's that listen and that one or a few fields describe: on which ports, whether at a public address,
 * and whom they let in there. Each field and its default as the provider documents it
 * (https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs), and the service itself:
 *
 * - AlloyDB, "Public IP" and "Firewall" (https://cloud.google.com/alloydb/docs/firewall): 5432 for the authorized
 *   networks, 5433 for the Auth Proxy.
 * - API Gateway (https://cloud.google.com/api-gateway/docs/about-api-gateway), Media CDN and Firebase App Hosting have no
 *   network setting: everyone may connect.
 * - Cloud Composer, "Airflow web server access control"
 *   (https://cloud.google.com/composer/docs/composer-2/access-airflow-web-interface): everyone unless ranges are written.
 * - Vertex AI, "Choose an endpoint type"
 *   (https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type): public unless peered or over Private
 *   Service Connect.
 * - Memorystore, Filestore, NetApp Volumes, Managed Service for Apache Kafka, Dataproc Metastore, Apigee, Oracle
 *   Database and Backup and DR have addresses of the customer's network, or of one peered to it, and no others.
 */
import { ServiceSet } from "../../../../packets/service-set";
import type { Switch } from "../switch";

const TCP = 6;
const UDP = 17;
export const HTTPS = ServiceSet.of(TCP, 443);
export const WEB = ServiceSet.of(TCP, 80).union(HTTPS);
const NFS = ServiceSet.unionOf(
  [TCP, UDP].flatMap((protocol) => [111, 2049].map((port) => ServiceSet.of(protocol, port))),
);
const TCP_AND_UDP = ServiceSet.of(TCP).union(ServiceSet.of(UDP));
const REDIS_CLUSTER = ServiceSet.of(TCP, 6379).union(ServiceSet.of(TCP, 11000, 13047));

/** What a service listens for, and whom it lets in at its public address. */
export interface Listens {
  readonly services: ServiceSet;
  /** Path of the blocks that it lets in. Left out: everyone. */
  readonly blocks?: string;
  /** Path of what must be written for `blocks` to count: where it is not, everyone is let in. */
  readonly blocksOf?: string;
  /** Why it can't be told whom it lets in. */
  readonly unclear?: string;
}

/** How a type of resource listens. */
export interface Shape {
  readonly listens: readonly Listens[];
  /** `never` at a public address, or what keeps the outside away; none: nothing does. */
  readonly isPublic: "never" | readonly Switch[];
  /** Path of the field that names the network, or the subnetwork, whose clients reach it. */
  readonly network?: string;
  readonly subnet?: string;
  /** Fields of which one must be written for it to listen at all. */
  readonly where?: readonly string[];
}

const isPrivateService = (services: ServiceSet, place: Pick<Shape, "network" | "subnet"> = {}): Shape => ({
  listens: [{ services }],
  isPublic: "never",
  ...place,
});
const isPublicUnless = (services: ServiceSet, ...isPublic: readonly Switch[]): Shape => ({
  listens: [{ services }],
  isPublic,
});
const psc = (block: string): Switch => ({
  field: `${block}private_service_connect_config.enable_private_service_connect`,
  closes: ["true"],
});

export const SHAPES: Readonly<Record<string, Shape>> = {
  google_alloydb_instance: {
    listens: [
      { services: ServiceSet.of(TCP, 5432), blocks: "network_config.authorized_external_networks.cidr_range" },
      {
        services: ServiceSet.of(TCP, 5433),
        unclear: "whether the Auth Proxy's port knows authorized networks is not documented",
      },
    ],
    isPublic: [{ field: "network_config.enable_public_ip", closes: ["false"], unwritten: "closed" }],
  },
  google_api_gateway_gateway: isPublicUnless(HTTPS),
  google_composer_environment: {
    listens: [
      {
        services: HTTPS,
        blocks: "config.web_server_network_access_control.allowed_ip_range.value",
        blocksOf: "config.web_server_network_access_control.allowed_ip_range.value",
      },
    ],
    isPublic: [],
  },
  google_data_fusion_instance: isPublicUnless(HTTPS, { field: "private_instance", closes: ["true"] }),
  google_firebase_app_hosting_backend: isPublicUnless(WEB),
  google_firebase_hosting_site: isPublicUnless(WEB),
  google_looker_instance: isPublicUnless(HTTPS, { field: "public_ip_enabled", closes: ["false"] }),
  google_network_services_edge_cache_service: isPublicUnless(WEB),
  google_secure_source_manager_instance: isPublicUnless(HTTPS.union(ServiceSet.of(TCP, 22)), {
    field: "private_config.is_private",
    closes: ["true"],
  }),
  google_vertex_ai_endpoint: isPublicUnless(HTTPS, { field: "network" }, psc("")),
  google_vertex_ai_endpoint_with_model_garden_deployment: isPublicUnless(HTTPS, psc("endpoint_config.")),
  google_vertex_ai_feature_online_store: {
    ...isPublicUnless(HTTPS, psc("dedicated_serving_endpoint.")),
    // What Bigtable serves is asked for by Google's shared API.
    where: ["dedicated_serving_endpoint", "optimized"],
  },
  google_vertex_ai_index_endpoint: isPublicUnless(HTTPS, {
    field: "public_endpoint_enabled",
    closes: ["false"],
    unwritten: "closed",
  }),
  google_workstations_workstation_cluster: isPublicUnless(WEB, {
    field: "private_cluster_config.enable_private_endpoint",
    closes: ["true"],
  }),
  google_active_directory_domain: isPrivateService(TCP_AND_UDP, { network: "authorized_networks" }),
  google_apigee_instance: isPrivateService(HTTPS),
  google_backup_dr_management_server: isPrivateService(HTTPS, { network: "networks.network" }),
  google_dataproc_metastore_service: isPrivateService(ServiceSet.of(TCP), { network: "network" }),
  google_filestore_instance: isPrivateService(NFS, { network: "networks.network" }),
  google_lustre_instance: isPrivateService(ServiceSet.of(TCP, 988), { network: "network" }),
  google_managed_kafka_cluster: isPrivateService(ServiceSet.of(TCP, 9092), {
    subnet: "gcp_config.access_config.network_configs.subnet",
  }),
  google_memcache_instance: isPrivateService(ServiceSet.of(TCP, 11211), { network: "authorized_network" }),
  google_memorystore_instance: isPrivateService(REDIS_CLUSTER),
  google_netapp_volume: isPrivateService(NFS.union(ServiceSet.of(TCP, 445))),
  google_oracle_database_autonomous_database: isPrivateService(ServiceSet.of(TCP), { network: "network" }),
  google_oracle_database_cloud_vm_cluster: isPrivateService(ServiceSet.of(TCP), { network: "network" }),
  google_parallelstore_instance: isPrivateService(ServiceSet.of(TCP), { network: "network" }),
  google_redis_cluster: isPrivateService(REDIS_CLUSTER, { network: "psc_configs.network" }),
  google_redis_instance: isPrivateService(ServiceSet.of(TCP, 6378, 6379), { network: "authorized_network" }),
};
