/**
 * Resources that change who can reach what and that the other files do not model. Each is named in the report, so that
 * what is not judged is never taken as fine.
 *
 * Of no effect on packets, and so left out: the parts that a listed resource is made of and that do nothing without it;
 * Cloud Armor and IAM, which take connections away and give none; services that are reached through Google's APIs alone.
 *
 * The documentation of each is the service's own (https://cloud.google.com/docs).
 */
import { bool, isOpaque } from "../../values";
import type { Resource, Unjudged } from "../../model";
import type { GoogleInput } from "./input";
import { CONNECTIONS } from "./routes";

const CONNECTS = "it connects the network to another one, whose addresses are not in the input";
const OPENS = "it opens a way into the network that firewall rules alone do not tell";
const STOPS = "it may stop or divert what rules and routes allow";
const MAKES = "it may make network resources that the input does not hold";
const LAUNCHES = "the machines that it makes are not modelled";
const SERVES = "it may be reachable from outside and is not modelled";

const TYPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(CONNECTIONS).map((type) => [type, CONNECTS])),
  google_network_connectivity_policy_based_route: STOPS,
  google_compute_interconnect: CONNECTS,
  google_compute_external_vpn_gateway: CONNECTS,
  google_compute_network_attachment: OPENS,
  google_compute_packet_mirroring: "it copies packets out beside every rule",
  google_compute_network_firewall_policy_packet_mirroring_rule: "it copies packets out beside every rule",
  google_compute_organization_security_policy: STOPS,
  google_network_security_firewall_endpoint_association: STOPS,
  google_network_security_gateway_security_policy: STOPS,
  google_network_services_gateway: OPENS,
  google_vpc_access_connector: LAUNCHES,
  google_compute_instance_from_machine_image: LAUNCHES,
  google_compute_instance_network_interface: OPENS,
  google_compute_router_route_policy: CONNECTS,
  google_alloydb_instance: SERVES,
  google_app_engine_application: SERVES,
  google_app_engine_flexible_app_version: LAUNCHES,
  google_app_engine_standard_app_version: SERVES,
  google_api_gateway_gateway: SERVES,
  google_apigee_instance: SERVES,
  google_cloudfunctions_function: SERVES,
  google_cloudfunctions2_function: SERVES,
  google_cloud_run_v2_worker_pool: LAUNCHES,
  google_cloud_run_v2_job: LAUNCHES,
  google_bare_metal_solution_instance: LAUNCHES,
  google_batch_job: LAUNCHES,
  google_composer_environment: LAUNCHES,
  google_container_attached_cluster: LAUNCHES,
  google_container_aws_cluster: LAUNCHES,
  google_container_azure_cluster: LAUNCHES,
  google_data_fusion_instance: SERVES,
  google_dataflow_flex_template_job: LAUNCHES,
  google_dataflow_job: LAUNCHES,
  google_dataproc_cluster: LAUNCHES,
  google_deployment_manager_deployment: MAKES,
  google_edgecontainer_cluster: LAUNCHES,
  google_filestore_instance: SERVES,
  google_gke_hub_feature: MAKES,
  google_infra_manager_deployment: MAKES,
  google_looker_instance: SERVES,
  google_memcache_instance: SERVES,
  google_network_services_edge_cache_service: SERVES,
  google_network_services_tcp_route: SERVES,
  google_netapp_storage_pool: SERVES,
  google_notebooks_instance: LAUNCHES,
  google_notebooks_runtime: LAUNCHES,
  google_parallelstore_instance: SERVES,
  google_redis_cluster: SERVES,
  google_redis_instance: SERVES,
  google_tpu_node: LAUNCHES,
  google_tpu_v2_vm: LAUNCHES,
  google_vertex_ai_endpoint: SERVES,
  google_vertex_ai_index_endpoint: SERVES,
  google_vmwareengine_private_cloud: LAUNCHES,
  google_vmwareengine_network_peering: CONNECTS,
  google_workbench_instance: LAUNCHES,
  google_workstations_workstation_cluster: LAUNCHES,
};

const EXACT = new Map(Object.entries(TYPES));

/** What the Google files leave out of `input`. */
export function unjudgedTypes(input: GoogleInput): Unjudged[] {
  return input.resources.flatMap((resource) => {
    const reason = resource.mode === "managed" ? reasonOf(resource) : undefined;
    return reason === undefined ? [] : [{ resource: resource.address, location: resource.location, reason }];
  });
}

function reasonOf(resource: Resource): string | undefined {
  if (resource.type !== "google_project") return EXACT.get(resource.type);
  const makesNetwork = bool(resource.values["auto_create_network"]) ?? true;
  return isOpaque(makesNetwork) || makesNetwork
    ? "it is made with the default network, whose rules let SSH, RDP and ICMP in from everywhere"
    : undefined;
}
