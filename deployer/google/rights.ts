/**
 * What Terraform's provider needs on Google Cloud for each type, by IAM's names of permissions. Reasoned from the
 * methods that the provider's resources call and from what each method asks for
 * (https://cloud.google.com/iam/docs/permissions-reference); nothing here was recorded.
 */
import type { Rights, RightsTable } from "../rights";

/** Permissions of one sort of resource: `compute.firewalls`. */
const of = (kind: string, ...verbs: readonly string[]) => verbs.map((verb) => `${kind}.${verb}`);

/** A resource that is made, read, changed and deleted by itself. */
const plain = (kind: string, ...further: readonly string[]): Rights => ({
  create: [...of(kind, "create"), ...further],
  read: of(kind, "get"),
  update: of(kind, "update"),
  delete: of(kind, "delete"),
});

/** One member or binding of a resource's policy. */
const policy = (kind: string): Rights => ({
  create: of(kind, "setIamPolicy"),
  read: of(kind, "getIamPolicy"),
  delete: of(kind, "setIamPolicy"),
});

/** Every change in Compute Engine is an operation that is waited for. */
const OPERATIONS = ["compute.globalOperations.get", "compute.regionOperations.get", "compute.zoneOperations.get"];
const NETWORK = ["compute.networks.updatePolicy", ...OPERATIONS];
const SUBNET = ["compute.subnetworks.use", ...OPERATIONS];
const LABELS = (kind: string) => of(kind, "setLabels");

export const RIGHTS: RightsTable = {
  google_access_context_manager_service_perimeter: plain("accesscontextmanager.servicePerimeters"),
  google_access_context_manager_service_perimeter_resource: {
    create: of("accesscontextmanager.servicePerimeters", "update"),
    read: of("accesscontextmanager.servicePerimeters", "get"),
    delete: of("accesscontextmanager.servicePerimeters", "update"),
  },
  google_artifact_registry_repository: plain("artifactregistry.repositories"),
  google_artifact_registry_repository_iam_member: policy("artifactregistry.repositories"),
  google_compute_address: {
    ...plain("compute.addresses", ...SUBNET, "compute.addresses.createInternal", ...LABELS("compute.addresses")),
    update: LABELS("compute.addresses"),
    delete: of("compute.addresses", "delete", "deleteInternal"),
  },
  google_compute_disk: {
    ...plain("compute.disks", ...OPERATIONS, ...LABELS("compute.disks")),
    update: of("compute.disks", "update", "resize", "setLabels"),
  },
  google_compute_firewall: plain("compute.firewalls", ...NETWORK),
  google_compute_forwarding_rule: {
    ...plain("compute.forwardingRules", ...SUBNET, "compute.addresses.use", "compute.regionBackendServices.use"),
    update: of("compute.forwardingRules", "update", "setLabels", "setTarget"),
  },
  google_compute_health_check: plain("compute.healthChecks", ...OPERATIONS),
  google_compute_instance: {
    create: [
      ...of("compute.instances", "create", "setMetadata", "setTags", "setLabels", "setServiceAccount"),
      ...of("compute.disks", "use", "useReadOnly"),
      ...SUBNET,
      "compute.addresses.useInternal",
    ],
    read: of("compute.instances", "get"),
    update: of("compute.instances", "update", "setMetadata", "setTags", "setLabels", "stop", "start"),
    delete: of("compute.instances", "delete"),
  },
  google_compute_network: plain("compute.networks", ...NETWORK),
  google_compute_network_endpoint: {
    create: [...of("compute.networkEndpointGroups", "attachNetworkEndpoints"), "compute.instances.use", ...OPERATIONS],
    read: of("compute.networkEndpointGroups", "get"),
    delete: of("compute.networkEndpointGroups", "detachNetworkEndpoints"),
  },
  google_compute_network_endpoint_group: {
    ...plain("compute.networkEndpointGroups", "compute.networks.use", ...SUBNET),
    update: [],
  },
  google_compute_region_backend_service: plain(
    "compute.regionBackendServices",
    "compute.healthChecks.useReadOnly",
    "compute.networkEndpointGroups.use",
    ...OPERATIONS,
  ),
  google_compute_route: { ...plain("compute.routes", ...NETWORK), update: [] },
  google_compute_router: plain("compute.routers", "compute.networks.use", ...NETWORK),
  google_compute_router_nat: {
    create: [...of("compute.routers", "update"), "compute.addresses.use", ...SUBNET],
    read: of("compute.routers", "get"),
    update: of("compute.routers", "update"),
    delete: of("compute.routers", "update"),
  },
  google_compute_service_attachment: plain("compute.serviceAttachments", "compute.forwardingRules.use", ...SUBNET),
  google_compute_subnetwork: {
    ...plain("compute.subnetworks", ...NETWORK),
    update: of("compute.subnetworks", "update", "setPrivateIpGoogleAccess", "expandIpCidrRange"),
  },
  google_container_cluster: {
    ...plain(
      "container.clusters",
      "container.operations.get",
      "iam.serviceAccounts.actAs",
      "compute.networks.use",
      "compute.subnetworks.use",
      "cloudkms.cryptoKeys.get",
    ),
    read: of("container.clusters", "get", "list"),
  },
  // GKE has no permissions of node pools: they are changes of the cluster.
  google_container_node_pool: {
    create: ["container.clusters.update", "container.operations.get", "iam.serviceAccounts.actAs"],
    read: ["container.clusters.get", "compute.instanceGroupManagers.get"],
    update: ["container.clusters.update"],
    delete: ["container.clusters.update"],
  },
  google_dns_managed_zone: plain("dns.managedZones", "dns.networks.bindPrivateDNSZone", "compute.networks.get"),
  google_dns_record_set: {
    create: [...of("dns.resourceRecordSets", "create"), ...of("dns.changes", "create", "get")],
    read: of("dns.resourceRecordSets", "list", "get"),
    update: of("dns.resourceRecordSets", "update"),
    delete: of("dns.resourceRecordSets", "delete"),
  },
  // A key's versions are destroyed by a person: no plan may do it.
  google_kms_crypto_key: {
    create: of("cloudkms.cryptoKeys", "create"),
    read: of("cloudkms.cryptoKeys", "get"),
    update: of("cloudkms.cryptoKeys", "update"),
  },
  google_kms_crypto_key_iam_binding: policy("cloudkms.cryptoKeys"),
  google_kms_key_ring: { create: of("cloudkms.keyRings", "create"), read: of("cloudkms.keyRings", "get") },
  google_logging_log_view_iam_member: policy("logging.views"),
  google_logging_project_bucket_config: plain("logging.buckets"),
  google_logging_project_exclusion: plain("logging.exclusions"),
  google_logging_project_sink: plain("logging.sinks"),
  google_project_iam_custom_role: { ...plain("iam.roles"), delete: of("iam.roles", "delete", "undelete") },
  google_project_iam_member: policy("resourcemanager.projects"),
  google_secret_manager_secret: plain("secretmanager.secrets"),
  google_secret_manager_secret_iam_member: policy("secretmanager.secrets"),
  google_service_account: plain("iam.serviceAccounts"),
  google_service_account_iam_member: policy("iam.serviceAccounts"),
  google_storage_bucket: plain("storage.buckets"),
  google_storage_bucket_iam_member: policy("storage.buckets"),
  "data.google_compute_address": { read: of("compute.addresses", "get") },
  "data.google_container_cluster": { read: of("container.clusters", "get") },
  "data.google_logging_project_cmek_settings": { read: of("logging.cmekSettings", "get") },
  "data.google_project": { read: of("resourcemanager.projects", "get") },
  "data.google_storage_project_service_account": { read: of("resourcemanager.projects", "get") },
};
