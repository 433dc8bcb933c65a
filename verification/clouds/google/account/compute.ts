/**
 * Assets of what runs in networks as resources of the provider.
 *
 * Compute Engine API (https://cloud.google.com/compute/docs/reference/rest/v1), Google Kubernetes Engine API
 * (https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1) and Cloud SQL Admin API
 * (https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1).
 */
import { lastSegment, shown } from "../../../../config/texts";
import { isUnknown, type Value } from "../../../model";
import { at, blocks, isObject, type ObjectValue } from "../../../values";
import type { AccountReader, Made } from "../../account";
import { alike, made, pathOf } from "./asset";

type More = Readonly<Record<string, Value | undefined>>;

/** A machine or the template of machines. */
const machine = (data: ObjectValue | Value | undefined): More => ({
  network_interface: blocks(at(data, "network_interfaces")).map(networkInterface),
  tags: at(data, "tags", "items"),
  service_account: at(data, "service_accounts"),
  can_ip_forward: at(data, "can_ip_forward"),
});

function networkInterface(told: Value): Value {
  if (!isObject(told)) return told;
  const { access_configs, ipv6_access_configs, alias_ip_ranges, ...others } = told;
  return {
    ...others,
    access_config: access_configs ?? [],
    ipv6_access_config: ipv6_access_configs ?? [],
    alias_ip_range: alias_ip_ranges ?? [],
  };
}

const isRegional = (asset: ObjectValue) => pathOf(asset).includes("/regions/");

/** An asset of which the provider has a type for a region and one for the world. */
const inRegion =
  (what: string, more?: (data: ObjectValue) => More) =>
  (asset: ObjectValue): Made[] => [
    made(asset, isRegional(asset) ? `google_compute_region_${what}` : `google_compute_${what}`, more),
  ];

const backends = (data: ObjectValue): More => ({ backend: data["backends"] });

export const compute: AccountReader = {
  instances: alike("google_compute_instance", machine),
  "instance-templates": inRegion("instance_template", (data) => machine(data["properties"])),
  "instance-group-managers": inRegion("instance_group_manager", (data) => ({
    version: data["versions"] ?? [{ instance_template: data["instance_template"] ?? null }],
    auto_healing_policies: data["auto_healing_policies"],
  })),
  "instance-groups": (asset, records) => {
    const members = records.of("instance-group-members").filter(({ values }) => values["of"] === pathOf(asset));
    const instances = members.flatMap(({ values }) => values["instance"] ?? []);
    return [made(asset, "google_compute_instance_group", () => ({ instances }))];
  },
  // They are read with their groups.
  "instance-group-members": () => [],
  "network-endpoint-groups": alike("google_compute_network_endpoint_group"),
  "network-endpoints": (record) => {
    const of = shown(record["of"] ?? null);
    const endpoint = record["networkEndpoint"];
    const [address, port] = [at(endpoint, "ipAddress"), at(endpoint, "port")];
    return [
      {
        type: "google_compute_network_endpoint",
        name: `${lastSegment(of)}:${shown(address ?? null)}:${shown(port ?? null)}`,
        values: { network_endpoint_group: of, ip_address: address, port, instance: at(endpoint, "instance") },
      },
    ];
  },
  disks: alike("google_compute_disk", (data) => ({
    disk_encryption_key: [{ kms_key_self_link: keyOf(at(data["disk_encryption_key"], "kms_key_name")) ?? null }],
  })),
  "backend-services": alike("google_compute_backend_service", backends),
  "region-backend-services": alike("google_compute_region_backend_service", backends),
  "target-http-proxies": inRegion("target_http_proxy"),
  "target-https-proxies": inRegion("target_https_proxy"),
  "target-ssl-proxies": alike("google_compute_target_ssl_proxy", ({ service }) => ({ backend_service: service })),
  "target-tcp-proxies": inRegion("target_tcp_proxy", ({ service }) => ({ backend_service: service })),
  "target-pools": alike("google_compute_target_pool"),
  "target-instances": alike("google_compute_target_instance"),
  "url-maps": inRegion("url_map", ({ path_matchers }) => ({ path_matcher: path_matchers })),
  clusters: (asset) => [made(asset, "google_container_cluster", cluster)],
  "node-pools": (asset) => {
    const [, of = ""] = /^(.*)\/nodePools\//.exec(pathOf(asset)) ?? [];
    return [
      {
        ...made(asset, "google_container_node_pool", (data) => ({
          cluster: of,
          node_config: nodes(data["config"]),
          node_locations: data["locations"],
        })),
        name: `${lastSegment(of)}:${lastSegment(pathOf(asset))}`,
      },
    ];
  },
  "database-instances": alike("google_sql_database_instance", (data) => ({
    encryption_key_name: at(data["disk_encryption_configuration"], "kms_key_name"),
  })),
};

/** Machines name the version of a key, everything else the key. */
const keyOf = (name: Value | undefined): Value | undefined =>
  typeof name === "string" ? name.replace(/\/cryptoKeyVersions\/.*$/, "") : name;

function nodes(config: Value | undefined): Value | undefined {
  if (!isObject(config)) return config;
  const { taints, accelerators, ...others } = config;
  const guests = blocks(accelerators).map((one) => ({
    count: at(one, "accelerator_count") ?? null,
    type: at(one, "accelerator_type") ?? null,
  }));
  return [{ ...others, taint: taints ?? [], guest_accelerator: guests }];
}

/** What the provider has at another place than the API, or calls otherwise. */
function cluster(data: ObjectValue): More {
  const network = data["network_config"];
  const scaling = data["autoscaling"];
  const authorized = data["master_authorized_networks_config"];
  const components = (config: Value | undefined) => {
    const enabled = at(config, "component_config", "enable_components");
    return enabled === undefined ? undefined : [{ enable_components: enabled }];
  };
  return {
    network: at(network, "network") ?? data["network"],
    subnetwork: at(network, "subnetwork") ?? data["subnetwork"],
    datapath_provider: at(network, "datapath_provider"),
    enable_intranode_visibility: at(network, "enable_intra_node_visibility"),
    enable_l4_ilb_subsetting: at(network, "enable_l4ilb_subsetting"),
    dns_config: at(network, "dns_config"),
    service_external_ips_config: at(network, "service_external_ips_config"),
    gateway_api_config: at(network, "gateway_api_config"),
    enable_multi_networking: at(network, "enable_multi_networking"),
    enable_autopilot: at(data["autopilot"], "enabled"),
    enable_legacy_abac: at(data["legacy_abac"], "enabled") ?? false,
    min_master_version: data["current_master_version"],
    enable_shielded_nodes: at(data["shielded_nodes"], "enabled"),
    logging_config: components(data["logging_config"]),
    // Its pools are assets of their own.
    remove_default_node_pool: true,
    master_authorized_networks_config: isAbsentOrOff(authorized) ? undefined : authorized,
    master_auth: masterAuth(data["master_auth"]),
    cluster_autoscaling: [
      {
        enabled: at(scaling, "enable_node_autoprovisioning") ?? false,
        auto_provisioning_defaults: at(scaling, "autoprovisioning_node_pool_defaults") ?? null,
      },
    ],
  };
}

/** The API shows authorized networks that are off; the provider leaves them out, but for what else they say. */
function isAbsentOrOff(authorized: Value | undefined): boolean {
  if (!isObject(authorized)) return authorized === undefined;
  const others = Object.entries(authorized).filter(([name, value]) => name !== "enabled" && value !== false);
  return at(authorized, "enabled") !== true && !isUnknown(at(authorized, "enabled")) && others.length === 0;
}

/** Without a word of it no client certificate is issued, and no password exists. */
function masterAuth(told: Value | undefined): Value {
  if (told !== undefined && !isObject(told)) return told;
  const issues = at(told, "client_certificate_config", "issue_client_certificate") ?? false;
  const username = at(told, "username");
  return [
    { client_certificate_config: [{ issue_client_certificate: issues }], ...(username !== undefined && { username }) },
  ];
}
