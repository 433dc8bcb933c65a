/**
 * What a deployment says is there and its stacks do not hold: pods that start at run time, those of Union's chart, and
 * parts of the network that the customer brings. Without them the paths of these would go unjudged.
 */
import { CHART_PODS, hasChartPod, type ChartPod, type ChartPodName } from "../../config/chart";
import { givenEndpoints, type GivenEndpoints } from "../../config/aws/endpoints";
import { givenSubnets } from "../../config/azure/address-plan";
import type { AwsDeployment, AzureDeployment, Deployment, GoogleDeployment } from "../../config/deployment";
import { networkName, networkPath, networkProject, subnetPath } from "../../config/google/network";
import {
  PLATFORM_NAMESPACE,
  TASK_NAMESPACE_SERVICE_ACCOUNT,
  TASK_SERVICE_ACCOUNT,
  namespacesOfTasks,
} from "../../config/names";
import { referenceTo, type Location, type Resource, type Value } from "../model";
import { manifestAddress } from "../readers/kubernetes-manifests";
import { shown } from "../../config/texts";

const TASKS = "tasks";

/** Id of the endpoint that stands for all task pods of a namespace. */
export const taskPod = (namespace: string) => `pod/${namespace}/${TASKS}`;

const standing = new WeakSet<Resource>();

/** Whether an object stands for pods that the input does not hold: of these, nothing but who they are is known. */
export const isStandIn = (resource: Resource): boolean => standing.has(resource);

const brought = new WeakSet<Resource>();

/** Whether it stands for a part of the network that the customer brings, of which the deployment is the only source. */
export const isGiven = (resource: Resource): boolean => brought.has(resource);

/** Whether it stands for pods of tasks, which start at run time. */
export const standsForTasks = (resource: Resource): boolean =>
  isStandIn(resource) && resource.type === "kubernetes:Pod";

/** @param location of the deployment that speaks of them; @param unit of the stack that holds its workloads or network */
export function standIns(deployment: Deployment, location: Location, unit: string): Resource[] {
  const make = (type: string, mode: Resource["mode"], address: string, values: Readonly<Record<string, Value>>) => ({
    type,
    mode,
    address,
    unit,
    values,
    location,
    locate: () => location,
  });
  const pods = [
    ...namespacesOfTasks(deployment).map((namespace) =>
      make("kubernetes:Pod", "managed", taskPod(namespace), task(namespace)),
    ),
    ...chartPods(deployment).map((pod) =>
      make(`kubernetes:${pod.kind}`, "managed", chartPodAddress(pod), chartWorkload(pod)),
    ),
  ];
  for (const pod of pods) standing.add(pod);
  const parts = given(deployment).map(({ type, mode, id, values }) => make(type, mode, id, { id, ...values }));
  for (const part of parts) brought.add(part);
  return [...pods, ...parts];
}

/**
 * Task pods carry whatever labels their tasks ask for; only a platform pod's would change which policies hold. Of their
 * containers nothing is known that would give up any right.
 */
function task(namespace: string): Readonly<Record<string, Value>> {
  const serviceAccountName = namespace === PLATFORM_NAMESPACE ? TASK_SERVICE_ACCOUNT : TASK_NAMESPACE_SERVICE_ACCOUNT;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: TASKS, namespace, labels: {} },
    spec: { serviceAccountName, containers: [{ name: "task" }] },
  };
}

// ---------------------------------------------------------------- Union's chart

/** What Union's chart brings to a deployment. */
function chartPods(deployment: Deployment): readonly ChartPod[] {
  if (deployment.workloads !== "chart") return [];
  const names = Object.keys(CHART_PODS) as ChartPodName[];
  return names.filter((name) => hasChartPod(deployment, name)).map((name) => CHART_PODS[name]);
}

/** The same as the object of a render has, which stands in its own place. */
const chartPodAddress = ({ kind, name }: ChartPod) => manifestAddress(kind, name, PLATFORM_NAMESPACE);

/**
 * Those of `known` that still stand in once a render of the chart is there. It holds all that the chart always makes,
 * so that what it lacks is missing; a Job is the hook before an upgrade, which a render of a first install leaves out.
 */
export function besideRender(known: readonly Resource[], render: readonly Resource[]): Resource[] {
  const held = new Set(render.map(({ address }) => address));
  const replaced = (one: Resource) => one.type === "kubernetes:Deployment" || held.has(one.address);
  return known.filter((one) => !(isStandIn(one) && replaced(one)));
}

/** Whether the input tells what the platform's pods are made of: a stack does, and a render of the chart. */
export const holdsPlatform = (resources: readonly Resource[]): boolean =>
  !resources.some((one) => isStandIn(one) && one.type === "kubernetes:Deployment");

/** Policies know it by its labels; of its containers nothing is known that would give up any right. */
function chartWorkload({ kind, name, labels, serviceAccount }: ChartPod): Readonly<Record<string, Value>> {
  return {
    apiVersion: kind === "Job" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name, namespace: PLATFORM_NAMESPACE },
    spec: {
      template: {
        metadata: { labels },
        spec: { serviceAccountName: serviceAccount, containers: [{ name }] },
      },
    },
  };
}

// ---------------------------------------------------------------- the customer's network

/** A part of the cloud that the customer brings. */
interface Given {
  readonly type: string;
  readonly mode: Resource["mode"];
  readonly id: string;
  readonly values: Readonly<Record<string, Value>>;
}

function given(deployment: Deployment): Given[] {
  switch (deployment.cloud) {
    case "aws":
      return givenOnAws(deployment);
    case "google":
      return givenOnGoogle(deployment);
    case "azure":
      return givenOnAzure(deployment);
  }
}

function givenOnAws(deployment: AwsDeployment): Given[] {
  const { network, cluster } = deployment;
  const { cidr, existing } = network;
  const endpoints = givenEndpoints(deployment);
  // Members of a given group are in the given network; of its own rules nothing depends here.
  const named = [
    ...cluster.accessFromSecurityGroups,
    ...(existing?.endpoints.admitSecurityGroups ?? []),
    ...endpoints.flatMap(({ securityGroupId }) => securityGroupId ?? []),
  ];
  const groups = [...new Set(named)].map((id): Given => ({
    type: "aws_security_group",
    mode: "managed",
    id,
    values: {},
  }));
  const declared = [...groups, ...boundary(deployment)];
  if (!existing) return declared;
  const vpc: Given = { type: "aws_vpc", mode: "data", id: existing.vpcId, values: { cidr_block: cidr } };
  const subnets = [...existing.nodeSubnets, ...existing.clusterSubnets].map(({ id, cidr: block }): Given => ({
    type: "aws_subnet",
    mode: "data",
    id,
    values: { vpc_id: existing.vpcId, cidr_block: block, map_public_ip_on_launch: false },
  }));
  const gateway: Given = {
    type: "aws_vpc_endpoint",
    mode: "managed",
    id: `S3's gateway endpoint of ${existing.vpcId}`,
    values: {
      vpc_id: existing.vpcId,
      service_name: serviceName(deployment, "s3"),
      vpc_endpoint_type: "Gateway",
      route_table_ids: existing.nodeRouteTableIds,
    },
  };
  return [
    vpc,
    ...subnets,
    ...declared,
    ...(existing.endpoints.s3Gateway ? [gateway] : []),
    ...endpoints.flatMap((given, index) => givenInterfaces(deployment, existing.vpcId, given, index)),
  ];
}

/** The account's own boundary, as the deployment declares it: it takes nothing away that roles here are given. */
const boundary = ({ permissionsBoundary: id }: AwsDeployment): Given[] =>
  id === undefined
    ? []
    : [
        {
          type: "aws_iam_policy",
          mode: "data",
          id,
          values: {
            arn: id,
            policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }),
          },
        },
      ];

const serviceName = ({ cloudRegion }: AwsDeployment, service: string) => `com.amazonaws.${cloudRegion}.${service}`;

/**
 * Endpoints as the deployment declares them: their names lead to them, and their policies let its principals through.
 * A group of theirs admits whom its rules say; without one, they let the deployment's network in.
 */
function givenInterfaces(
  deployment: AwsDeployment,
  vpcId: string,
  { services, cidrs, securityGroupId }: GivenEndpoints,
  index: number,
): Given[] {
  const place = `network.existing.endpoints.interface[${index}]`;
  const inVpc = securityGroupId === undefined ? {} : { vpc_id: vpcId };
  const admitting: Given = {
    type: "aws_security_group",
    mode: "managed",
    id: `group of ${place}`,
    values: {
      ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: [deployment.network.cidr] }],
      egress: [],
    },
  };
  const subnets = cidrs.map((block): Given => ({
    type: "aws_subnet",
    mode: "data",
    id: `${block} of ${place}`,
    values: { ...inVpc, cidr_block: block, map_public_ip_on_launch: false },
  }));
  const endpoints = services.map((service): Given => ({
    type: "aws_vpc_endpoint",
    mode: "managed",
    id: `${service} of ${place}`,
    values: {
      ...inVpc,
      service_name: serviceName(deployment, service),
      vpc_endpoint_type: "Interface",
      private_dns_enabled: true,
      subnet_ids: subnets.map(({ id }) => referenceTo(id)),
      security_group_ids: [securityGroupId ?? referenceTo(admitting.id)],
    },
  }));
  return [...(securityGroupId === undefined ? [admitting] : []), ...subnets, ...endpoints];
}

function givenOnGoogle(deployment: GoogleDeployment): Given[] {
  const { project: own, cloudRegion, network } = deployment;
  const { serviceCidr, existing } = network;
  if (!existing) return [];
  const { nodeSubnet, podRange, serviceRange, clusterSubnet, proxySubnet, consumerSubnet, privateZones } = existing;
  const project = networkProject(deployment);
  const networkId = networkPath(deployment, existing.network);
  const given: Given = {
    type: "google_compute_network",
    mode: "data",
    id: networkId,
    values: { name: networkName(existing.network), project, auto_create_subnetworks: false },
  };
  const ranges = [
    { range_name: podRange.name, ip_cidr_range: podRange.cidr },
    { range_name: serviceRange, ip_cidr_range: serviceCidr },
  ];
  const subnets = [
    { ...nodeSubnet, secondary_ip_range: ranges },
    ...[clusterSubnet, proxySubnet, consumerSubnet].flatMap((subnet) =>
      subnet ? [{ ...subnet, secondary_ip_range: [] }] : [],
    ),
  ].map(({ name, cidr: block, secondary_ip_range }): Given => ({
    type: "google_compute_subnetwork",
    mode: "data",
    id: subnetPath(deployment, name),
    values: {
      name,
      project,
      region: cloudRegion,
      network: networkId,
      ip_cidr_range: block,
      secondary_ip_range,
      stack_type: "IPV4_ONLY",
    },
  }));
  return [given, ...subnets, ...privateZones.flatMap((domain) => givenZone(domain, own, networkId))];
}

/** A private zone as `privateZones` declares it: every name of its domain leads to the restricted addresses. */
function givenZone(domain: string, project: string, networkUrl: string): Given[] {
  const name = `given-${domain.replace(".", "-")}`;
  const zone: Given = {
    type: "google_dns_managed_zone",
    mode: "managed",
    id: `private zone ${domain}`,
    values: {
      name,
      project,
      dns_name: `${domain}.`,
      visibility: "private",
      private_visibility_config: { networks: [{ network_url: networkUrl }] },
    },
  };
  const records: Given = {
    type: "google_dns_record_set",
    mode: "managed",
    id: `names of private zone ${domain}`,
    values: { managed_zone: name, project, name: `*.${domain}.`, type: "A", rrdatas: RESTRICTED_APIS },
  };
  return [zone, records];
}

/** restricted.googleapis.com: https://cloud.google.com/vpc/docs/configure-private-google-access */
const RESTRICTED_APIS = [4, 5, 6, 7].map((last) => `199.36.153.${last}`);

/** A virtual network by its id, with its address space. */
const azureNetwork = (id: string, blocks: readonly string[]): Given => {
  const [, , , , resource_group_name = "", , , , name = ""] = id.split("/");
  return {
    type: "azurerm_virtual_network",
    mode: "data",
    id,
    values: { name, resource_group_name, address_space: [...blocks] },
  };
};

type Rules = NonNullable<NonNullable<AzureDeployment["network"]["existing"]>["nodeSubnet"]["securityGroup"]>;

/** A security group with the rules that it is said to have. */
const azureGroup = ({ id, rules }: Rules): Given => ({
  type: "azurerm_network_security_group",
  mode: "data",
  id,
  values: {
    security_rule: rules.map(({ priority, direction, access, protocol, ...sides }) => ({
      name: `${direction}-${priority}`,
      priority,
      direction,
      access,
      protocol,
      source_address_prefixes: sides.sources,
      source_port_ranges: sides.sourcePorts,
      destination_address_prefixes: sides.destinations,
      destination_port_ranges: sides.ports,
    })),
  },
});

/** All that a virtual network is peered with, as one network, and both sides of the peering. */
const connected = (network: Given, others: Given): Given[] => [
  others,
  ...[
    [network, others],
    [others, network],
  ].flatMap(([local, remote]): Given[] =>
    local && remote
      ? [
          {
            type: "azurerm_virtual_network_peering",
            mode: "managed",
            id: `${local.id}/virtualNetworkPeerings/${shown(remote.values["name"])}`,
            values: {
              resource_group_name: local.values["resource_group_name"] ?? null,
              virtual_network_name: local.values["name"] ?? null,
              remote_virtual_network_id: remote.id,
            },
          },
        ]
      : [],
  ),
];

function givenOnAzure(deployment: AzureDeployment): Given[] {
  const { cidr, existing, peering } = deployment.network;
  if (peering) return [azureNetwork(peering.hubNetworkId, peering.hubCidrs)];
  if (!existing) return [];
  const networkId = existing.nodeSubnet.id.replace(/\/subnets\/[^/]+$/, "");
  const network = azureNetwork(networkId, [cidr]);
  const others =
    existing.connectedCidrs.length === 0
      ? []
      : connected(network, azureNetwork(`${networkId}-peers`, existing.connectedCidrs));
  const given = givenSubnets(deployment);
  const subnets = given.map(({ id, cidr: block, securityGroup }): Given => ({
    type: "azurerm_subnet",
    mode: "data",
    id,
    values: {
      address_prefixes: [block],
      // The group of the endpoints' subnet is judged as if it filtered them, whether the subnet says so or not.
      private_endpoint_network_policies: "Enabled",
      ...(securityGroup && { network_security_group_id: securityGroup.id }),
    },
  }));
  const groups = given.flatMap(({ securityGroup }) => (securityGroup ? [azureGroup(securityGroup)] : []));
  const distinct = new Map(groups.map((group) => [group.id.toLowerCase(), group]));
  return [network, ...others, ...distinct.values(), ...subnets];
}
