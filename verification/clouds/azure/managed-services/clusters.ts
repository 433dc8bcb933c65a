/**
 * Clusters that Azure builds of machines of its own and that answer at public addresses: Service Fabric managed clusters,
 * Azure Red Hat OpenShift, HDInsight.
 *
 * Microsoft, "Configure network settings for Service Fabric managed clusters"
 * (https://learn.microsoft.com/azure/service-fabric/how-to-managed-cluster-networking): a public load balancer at the
 * gateway's ports and those of its rules. "Create a private Azure Red Hat OpenShift cluster"
 * (https://learn.microsoft.com/azure/openshift/howto-create-private-cluster-4x): the API and the ingress are each public
 * or private. "Ports used by Apache Hadoop services on HDInsight"
 * (https://learn.microsoft.com/azure/hdinsight/hdinsight-hadoop-port-settings-for-services): the gateway and SSH are
 * public, in a virtual network behind the subnet's security group.
 */
import type { Endpoint, Resource, Rule, Value } from "../../../model";
import { ServiceSet } from "../../../../packets/service-set";
import { at, blocks, bool, field, isOpaque, number, text, type Opaque } from "../../../values";
import type { AzureInput } from "../input";
import { portServices } from "../listening";
import { allow, EVERYBODY, filterNamed, servicesOf } from "./firewalls";
import { publicService } from "./public-service";

const HDINSIGHT = [
  "azurerm_hdinsight_hadoop_cluster",
  "azurerm_hdinsight_hbase_cluster",
  "azurerm_hdinsight_interactive_query_cluster",
  "azurerm_hdinsight_kafka_cluster",
  "azurerm_hdinsight_spark_cluster",
];

export function clusters(input: AzureInput): Endpoint[] {
  const endpoint = (resource: Resource, rules: readonly Rule[]): Endpoint => ({
    ...publicService(input, resource),
    filters: [filterNamed(input.id(resource), { rules })],
  });
  return [
    ...input.managed("azurerm_service_fabric_managed_cluster").map((one) => endpoint(one, fabricRules(one, input))),
    ...input.managed("azurerm_redhat_openshift_cluster").map((one) => endpoint(one, openshiftRules(one, input))),
    ...input.managed(...HDINSIGHT).map((one) => endpoint(one, hdinsightRules(one, input))),
  ];
}

function fabricRules(cluster: Resource, input: AzureInput): Rule[] {
  const gateway = ["client_connection_port", "http_gateway_port"].map((name) => cluster.values[name]);
  const balanced = blocks(input.follow(cluster.values["lb_rule"], cluster));
  const rule = (protocol: string | Opaque | undefined, port: Value | undefined, path: (string | number)[]): Rule => ({
    ...allow(cluster, ServiceSet.empty, [EVERYBODY]),
    ...portServices(protocol, number(input.follow(port, cluster))),
    location: cluster.locate(path),
  });
  return [
    ...gateway.flatMap((port) => (port === undefined ? [] : [rule("tcp", port, [])])),
    ...balanced.map((block, index) =>
      rule(text(input.follow(at(block, "protocol"), cluster)), at(block, "frontend_port"), ["lb_rule", index]),
    ),
  ];
}

function openshiftRules(cluster: Resource, input: AzureInput): Rule[] {
  const profiles = [
    ["api_server_profile", [6443]],
    ["ingress_profile", [80, 443]],
  ] as const;
  return profiles.flatMap(([profile, ports]) => {
    const visibility = text(input.follow(field(cluster, profile, "visibility"), cluster)) ?? "Public";
    if (typeof visibility === "string" && visibility.toLowerCase() === "private") return [];
    const rule = { ...allow(cluster, servicesOf(ports), [EVERYBODY]), location: cluster.locate([profile]) };
    return isOpaque(visibility) ? { ...rule, unknown: `whether its ${profile} is public is not known` } : rule;
  });
}

function hdinsightRules(cluster: Resource, input: AzureInput): Rule[] {
  const isPrivate = bool(input.follow(field(cluster, "network", "private_link_enabled"), cluster)) ?? false;
  if (isPrivate === true) return [];
  const isInNetwork = input.collect(cluster, "roles.head_node.virtual_network_id").length > 0;
  const unknown = isInNetwork
    ? "the security group of its subnet decides, and is not modelled"
    : "whether it is private is not known";
  const rule = allow(cluster, servicesOf([22, 443]), [EVERYBODY]);
  return [isInNetwork || isOpaque(isPrivate) ? { ...rule, unknown } : rule];
}
