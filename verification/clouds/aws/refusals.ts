/**
 * What AWS refuses of what is written, so that it does not come up: part of `required-paths`.
 *
 * Amazon VPC User Guide, "Amazon VPC quotas" (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html):
 * rules of a group are counted by direction and by family; one that names a group counts in both, one that names a
 * prefix list counts as the most entries that the list may have, and a list of AWS's own as its weight ("Available
 * AWS-managed prefix lists", https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html).
 */
import type { AwsDeployment } from "../../../config/deployment";
import { problemAt, type Problem } from "../../problem";
import { attachmentsOf } from "../lookup";
import { isUnknown, referenceTo, type Resource, type Value } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ANY_V4, Networks } from "./network";
import { podInterfaces } from "./endpoints/pod-network";
import { namedService } from "./prefix-list";
import { isAbsent, type TerraformInput } from "../terraform-input";
import {
  blocks,
  bool,
  field,
  isList,
  isObject,
  isOpaque,
  number,
  text,
  type ObjectValue,
  knownText,
} from "../../values";

const LIST = "aws_ec2_managed_prefix_list";
const GROUP = "aws_security_group";
const CLUSTER = "aws_eks_cluster";

/** Rules that a list of AWS's own counts as; what is not listed, as one. */
const WEIGHTS: Readonly<Record<string, number>> = {
  "aws:cloudfront": 55,
  "aws:groundstation": 5,
  "aws:route53-healthchecks": 25,
  "aws:vpc-lattice": 10,
};

export function* judgeAwsRefusals(input: TerraformInput, deployment: AwsDeployment): Generator<Problem> {
  yield* judgeLists(input);
  yield* judgeGroups(input, deployment.network.rulesPerSecurityGroup);
  yield* judgeRegions(input, deployment);
  yield* judgeZones(input);
  yield* judgeBlocks(input);
  yield* judgePodZones(input);
  yield* judgeAddons(input);
  yield* judgeCapacityBlocks(input);
}

function* judgeLists(input: TerraformInput): Generator<Problem> {
  const apart = input.managed("aws_ec2_managed_prefix_list_entry");
  for (const list of input.managed(LIST)) {
    const most = number(input.follow(list.values["max_entries"], list));
    const { found } = attachmentsOf(list, apart, "prefix_list_id", input);
    const entries = blocks(list.values["entry"]).length + found.length;
    if (typeof most !== "number" || entries <= most) continue;
    yield problemAt(
      list,
      ["max_entries"],
      "violated",
      `holds ${entries} entries where it may have ${most}: AWS refuses it`,
    );
  }
}

// ---------------------------------------------------------------- rules of groups

type Counts = Readonly<Record<"v4" | "v6", number>>;

/** @param quota rules of a group in each direction and family */
function* judgeGroups(input: TerraformInput, quota: number): Generator<Problem> {
  for (const group of input.managed(GROUP)) {
    for (const direction of ["ingress", "egress"] as const) {
      // A group that stands has its rules as values of its own too, and AWS has no rule twice.
      const counts = new Map(
        [...rulesOf(group, direction, input)].flatMap(([rule, from]) => countsOf(rule, from, input)),
      );
      const most = Math.max(
        ...(["v4", "v6"] as const).map((family) => sum([...counts.values()].map((one) => one[family]))),
      );
      if (most <= quota) continue;
      const message = `counts ${most} ${direction} rules, above AWS's quota of ${quota} (a prefix list counts as its max_entries)`;
      yield problemAt(group, [], "violated", message);
    }
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The rules of a group, and the resource that holds each. */
function* rulesOf(
  group: Resource,
  direction: "ingress" | "egress",
  input: TerraformInput,
): Generator<readonly [rule: ObjectValue, from: Resource]> {
  for (const rule of blocks(input.follow(group.values[direction], group))) if (isObject(rule)) yield [rule, group];
  const own = input.managed(`aws_vpc_security_group_${direction}_rule`);
  for (const rule of attachmentsOf(group, own, "security_group_id", input).found) yield [rule.values, rule];
  const old = input.managed("aws_security_group_rule").filter(({ values }) => values["type"] === direction);
  for (const rule of attachmentsOf(group, old, "security_group_id", input).found) yield [rule.values, rule];
}

/** What AWS makes of a block of rules, one for each peer: which rule it is, and what it counts. */
function countsOf(
  rule: ObjectValue,
  from: Resource,
  input: TerraformInput,
): (readonly [which: string, counts: Counts])[] {
  const services = servicesOf(rule);
  const peersAt = (name: string) => {
    const list = input.follow(rule[name], from);
    // Whom one peer refers to is looked up where it is counted.
    return blocks(isList(list ?? null) ? list : rule[name]);
  };
  const each = (names: readonly string[], counts: (peer: Value) => Counts) =>
    names
      .flatMap(peersAt)
      .filter((peer) => !isAbsent(peer))
      .map((peer) => [`${services} ${peerOf(peer, from, input)}`, counts(peer)] as const);
  return [
    ...each(["cidr_ipv4", "cidr_blocks"], () => ({ v4: 1, v6: 0 })),
    ...each(["cidr_ipv6", "ipv6_cidr_blocks"], () => ({ v4: 0, v6: 1 })),
    ...each(["referenced_security_group_id", "source_security_group_id", "security_groups"], () => ({ v4: 1, v6: 1 })),
    ...each(["prefix_list_id", "prefix_list_ids"], (list) => weightOf(list, from, input)),
    ...(rule["self"] === true ? [[`${services} self`, { v4: 1, v6: 1 }] as const] : []),
  ];
}

/** Protocol and ports; all protocols have none. */
function servicesOf(rule: ObjectValue): string {
  const protocol = rule["ip_protocol"] ?? rule["protocol"] ?? null;
  return JSON.stringify(
    protocol === "-1" ? [protocol] : [protocol, rule["from_port"] ?? null, rule["to_port"] ?? null],
  );
}

/** A name for a peer that is the same by a reference and by an id. */
function peerOf(peer: Value, from: Resource, input: TerraformInput): string {
  if (typeof peer === "string" && /[.:/]/.test(peer)) return peer;
  const target = input.find(peer, from, "peer");
  if (target.kind === "resource") return target.resource.address;
  // Of two that nobody knows, each counts.
  return typeof peer === "string" ? peer : `${from.address} ${JSON.stringify(peer)}`;
}

function weightOf(value: Value | undefined, from: Resource, input: TerraformInput): Counts {
  const target = input.find(value, from, "prefix list");
  if (target.kind !== "resource") return { v4: 1, v6: 1 };
  const { resource } = target;
  if (resource.type !== LIST) {
    const service = namedService(knownText(resource.values["name"]) ?? "");
    const weight = WEIGHTS[service ?? ""] ?? 1;
    return { v4: weight, v6: weight };
  }
  const most = number(input.follow(resource.values["max_entries"], resource));
  const weight = typeof most === "number" ? most : 1;
  return resource.values["address_family"] === "IPv6" ? { v4: 0, v6: weight } : { v4: weight, v6: 0 };
}

// ---------------------------------------------------------------- regions and zones

const REGION_OF_SERVICE = /^com\.amazonaws\.([a-z0-9-]+)\./;

/** A service of another region is none that the names and addresses of this one lead to. */
function* judgeRegions(input: TerraformInput, { cloudRegion }: AwsDeployment): Generator<Problem> {
  const named = [
    ...input.managed("aws_vpc_endpoint").map((one) => [one, "service_name"] as const),
    ...input.resources.filter(({ type }) => type === "aws_prefix_list").map((one) => [one, "name"] as const),
  ];
  for (const [resource, argument] of named) {
    const name = text(input.follow(resource.values[argument], resource));
    const region = typeof name === "string" ? REGION_OF_SERVICE.exec(name)?.[1] : undefined;
    if (region === undefined || region === cloudRegion || region === "vpce") continue;
    yield problemAt(resource, [argument], "violated", `is of ${region}, and the data plane is in ${cloudRegion}`);
  }
}

/** EKS takes subnets of two zones at least. */
function* judgeZones(input: TerraformInput): Generator<Problem> {
  for (const cluster of input.managed(CLUSTER)) {
    const subnets = input.collect(cluster, "vpc_config.subnet_ids");
    const zones = subnets.map((id) => zoneOf(id, cluster, input));
    if (subnets.length > 1 && (zones.includes(undefined) || new Set(zones).size > 1)) continue;
    yield problemAt(cluster, ["vpc_config", "subnet_ids"], "violated", "EKS refuses subnets of fewer than two zones");
  }
}

/** The zone of the subnet that a value names, where it is told. */
function zoneOf(subnet: Value, from: Resource, input: TerraformInput): string | undefined {
  const target = input.find(subnet, from, "subnet");
  return target.kind === "resource" ? knownText(field(target.resource, "availability_zone")) : undefined;
}

/** A subnet lies in a block of its VPC. */
function* judgeBlocks(input: TerraformInput): Generator<Problem> {
  const networks = Networks.of(input);
  for (const resource of input.managed("aws_subnet")) {
    const { blocks: own, vpc } = networks.subnet(referenceTo(resource.address), resource);
    // Of a VPC that is only named, another input may add blocks.
    if (!own || !vpc?.cidrs || vpc.resource?.mode !== "managed") continue;
    if (own.intersect(ANY_V4).isSubsetOf(AddressSet.ofCidrs(vpc.cidrs))) continue;
    yield problemAt(resource, ["cidr_block"], "violated", `lies in no block of ${vpc.id}: AWS refuses it`);
  }
}

// ---------------------------------------------------------------- the cluster's own parts

const ADDON = "aws_eks_addon";

const nameOf = (addon: Resource, input: TerraformInput) => text(input.follow(addon.values["addon_name"], addon));

/** Where pods have subnets of their own, those of a node are in its zone: else they get no address. */
function* judgePodZones(input: TerraformInput): Generator<Problem> {
  for (const addon of input.managed(ADDON).filter((one) => nameOf(one, input) === "vpc-cni")) {
    const found = podInterfaces(addon, input);
    if (isUnknown(found) || found.length === 0) continue;
    const say = (message: string) => problemAt(addon, ["configuration_values"], "violated", message);
    for (const { zone, subnet } of found) {
      const own = zoneOf(subnet, addon, input);
      if (own !== undefined && own !== zone) yield say(`pods in ${zone} get no address: their subnet is in ${own}`);
    }
    const ofNodes = input
      .managed("aws_eks_node_group")
      .flatMap((pool) => input.collect(pool, "subnet_ids").map((subnet) => zoneOf(subnet, pool, input)));
    for (const zone of new Set(ofNodes)) {
      if (zone === undefined || found.some((one) => one.zone === zone)) continue;
      yield say(`pods in ${zone} get no address: it has nodes and no subnet of pods`);
    }
  }
}

/** Without these no pod reaches a service, or finds it by name. EKS adds them itself unless the cluster says otherwise. */
const NEEDED = { "kube-proxy": "leads to services", coredns: "answers for names" } as const;

function* judgeAddons(input: TerraformInput): Generator<Problem> {
  for (const cluster of input.managed(CLUSTER)) {
    const own = bool(input.follow(cluster.values["bootstrap_self_managed_addons"], cluster)) ?? true;
    if (own === true) continue;
    const { found, unclear } = attachmentsOf(cluster, input.managed(ADDON), "cluster_name", input, "name");
    const names = [...found, ...unclear].map((addon) => nameOf(addon, input));
    for (const [name, does] of Object.entries(NEEDED)) {
      if (found.some((addon) => nameOf(addon, input) === name)) continue;
      const isUnsure = isOpaque(own) || names.some((one) => one === name || isOpaque(one));
      const status = isUnsure ? "unknown" : "violated";
      yield problemAt(
        cluster,
        ["bootstrap_self_managed_addons"],
        status,
        `no add-on '${name}' of it ${does} in the cluster`,
      );
    }
  }
}

const CAPACITY_BLOCK = "capacity-block";

/** A Capacity Block is bought as one by template and group, in one zone: EC2, "Capacity Blocks for ML". */
function* judgeCapacityBlocks(input: TerraformInput): Generator<Problem> {
  for (const pool of input.managed("aws_eks_node_group")) {
    const target = input.find(field(pool, "launch_template", "id"), pool, "launch template");
    const template = target.kind === "resource" ? target.resource : undefined;
    const market = template && text(input.follow(field(template, "instance_market_options", "market_type"), template));
    const isBlock = text(input.follow(field(pool, "capacity_type"), pool)) === "CAPACITY_BLOCK";
    if (!isBlock && market !== CAPACITY_BLOCK) continue;
    const reserved = ["capacity_reservation_specification", "capacity_reservation_target", "capacity_reservation_id"];
    const say = (message: string) => problemAt(pool, ["capacity_type"], "violated", message);
    if (!isBlock || market !== CAPACITY_BLOCK || isAbsent(template && field(template, ...reserved)))
      yield say("EKS refuses a capacity block that not both the group and its template name as such");
    if (isAbsent(template && field(template, "instance_type")))
      yield say("EKS refuses a capacity block whose template names no instance type");
    if (input.collect(pool, "subnet_ids").length !== 1)
      yield say("a capacity block lies in one zone, and its group in others");
  }
}
