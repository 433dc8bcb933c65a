/** What Google Cloud bills: https://cloud.google.com/pricing/list */
import { isReference, type Value } from "../../verification/model";
import { at, field } from "../../verification/values";
import { always, between, each, times, wordOf, type Bill, type Count, type Counting } from "../part";

/** Nodes of a regional pool: bounds of all its zones together, and what it begins with in each zone. */
const nodePool: Counting = (pool) => {
  const { address: resource } = pool;
  const bound = (name: string) => field(pool, "autoscaling", name);
  const fewest = bound("total_min_node_count");
  // The autoscaler brings what the pool begins with inside of the bounds.
  const count = between(fewest, fewest, bound("total_max_node_count"));
  const type = wordOf(pool, "node_config", "machine_type");
  const isSpot = field(pool, "node_config", "spot") === true;
  const disk = wordOf(pool, "node_config", "disk_type");
  const node = {
    what: `${type}${isSpot ? " spot" : ""} node`,
    price: `${isSpot ? "spot" : "machine"}:${type}`,
    resource,
    count,
  };
  const size = times(count, field(pool, "node_config", "disk_size_gb"));
  const disks = { what: `GiB of ${disk} disk`, price: `disk:${disk}`, resource, count: size };
  // Machines that are made for accelerators are priced with them.
  if (/^(a2|a3|a4|a4x|g2|g4)-/.test(type)) return [node, disks];
  return [node, disks, ...accelerators(field(pool, "node_config", "guest_accelerator"), resource, count)];
};

function accelerators(value: Value | undefined, resource: string, count: Count | undefined) {
  const type = at(value, 0, "type");
  if (typeof type !== "string") return [];
  return [
    { what: `${type} accelerator`, price: `accelerator:${type}`, resource, count: times(count, at(value, 0, "count")) },
  ];
}

/** Addresses within the network are free. */
const address: Counting = (resource) =>
  wordOf(resource, "address_type") === "INTERNAL" ? [] : each("external IPv4 address", "public-address")(resource, []);

const machine: Counting = (resource) => {
  const type = wordOf(resource, "machine_type");
  return each(`${type} machine`, `machine:${type}`)(resource, []);
};

const disk: Counting = (resource) => {
  const type = wordOf(resource, "type");
  const count = times(always(1), field(resource, "size"));
  return [{ what: `GiB of ${type} disk`, price: `disk:${type}`, resource: resource.address, count }];
};

/** Keys are billed by their versions, of which rotation makes further ones. */
const key: Counting = (resource) => {
  const level = field(resource, "version_template", "protection_level");
  const kind = typeof level === "string" ? level : isReference(level) ? "unknown" : "SOFTWARE";
  return each(`first version of a ${kind} key`, `key:${kind}`)(resource, []);
};

export const bill: Bill = {
  byTime: {
    google_compute_address: address,
    google_compute_disk: disk,
    google_compute_forwarding_rule: each("forwarding rule", "forwarding-rule"),
    google_compute_instance: machine,
    google_compute_router_nat: each("Cloud NAT gateway, by the number of its nodes", "nat-gateway"),
    google_container_cluster: each("GKE cluster", "cluster"),
    google_container_node_pool: nodePool,
    google_dns_managed_zone: each("private DNS zone", "dns-zone"),
    google_kms_crypto_key: key,
    google_secret_manager_secret: each("secret's version", "secret"),
  },
  byUse: {
    google_artifact_registry_repository: "GB of images kept, and fetched by others",
    google_compute_forwarding_rule: "GB through the load balancer",
    google_compute_router_nat: "GB through Cloud NAT",
    google_compute_service_attachment: "GB through Private Service Connect",
    google_compute_subnetwork: "GB of flow logs",
    google_kms_crypto_key: "requests to keys, and further versions",
    google_logging_project_bucket_config: "GB of logs taken in and kept",
    google_secret_manager_secret: "requests for secrets",
    google_storage_bucket: "GB of objects kept, old and soft-deleted versions included, and requests",
  },
  free: [
    "google_artifact_registry_repository_iam_member",
    "google_compute_firewall",
    "google_compute_health_check",
    "google_compute_network",
    "google_compute_network_endpoint",
    "google_compute_network_endpoint_group",
    "google_compute_region_backend_service",
    "google_compute_route",
    "google_compute_router",
    "google_dns_record_set",
    "google_kms_crypto_key_iam_binding",
    "google_kms_key_ring",
    "google_logging_log_view_iam_member",
    "google_logging_project_exclusion",
    "google_logging_project_sink",
    "google_project_iam_custom_role",
    "google_project_iam_member",
    "google_service_account",
    "google_service_account_iam_member",
    "google_storage_bucket_iam_member",
  ],
};
