/**
 * `flow-logs`. Document: "Verification", "Review VPC Flow Logs to confirm that connections to Cloudflare are
 * outbound-initiated", and "Analyze VPC Flow Logs for traffic patterns".
 *
 * Every network that the input makes records its traffic, accepted and refused, somewhere:
 * - AWS: each VPC, and one that a deployment of this package is given, has a flow log of `traffic_type` ALL with a
 *   destination. Logs of single subnets or interfaces don't count, since those that are added later would not be in them.
 * - Google: each subnetwork has `log_config`, except those whose purpose can't have any; networks that make their own
 *   subnetworks (auto mode) don't log.
 * - Azure: each virtual network is the target of an enabled flow log of the network watcher. Flow logs of security
 *   groups don't count: they record what their group sees, and Azure retires them.
 *
 * In a deployment of this package the records must also show who opened a connection: on AWS the fields
 * `flow-direction` and `tcp-flags`, both ends as the interface and as the packet has them; on Google every flow, not a
 * sample, with its metadata, those between pods of one node too, and what firewall rules refuse and NAT lets out, which
 * flow logs do not tell; on Azure, where records always show it, they are kept for the days that are promised.
 */
import { judgeFlowLogRights } from "../clouds/aws/rights";
import { isUnknown, type Resource, type Value } from "../model";
import { isAbsent, type TerraformInput } from "../clouds/terraform-input";
import { flowLogsOf, TEMPLATE_DEPLOYMENT, templateValue } from "../clouds/azure/template";
import { isGiven } from "../promises/stand-ins";
import { at, blocks, bool, field, isOpaque, number, text, type Opaque, knownText, whyOpaque } from "../values";
import { problemAt, type Invariant, type Problem } from "./invariant";
import { attachmentsOf, inputOf } from "../clouds/lookup";
import { judgeSetting, judgeSettings, required, type Setting } from "../clouds/setting";

/** Fields that show both ends of a connection, who opened it, and whether it was let through. */
const FIELDS = [
  "flow-direction",
  "tcp-flags",
  "srcaddr",
  "dstaddr",
  "srcport",
  "dstport",
  "pkt-srcaddr",
  "pkt-dstaddr",
  "action",
];

/** Purposes of subnetworks that hold no machines: https://cloud.google.com/vpc/docs/subnets#purpose */
const WITHOUT_LOGS =
  /^(REGIONAL_MANAGED_PROXY|GLOBAL_MANAGED_PROXY|INTERNAL_HTTPS_LOAD_BALANCER|PRIVATE_SERVICE_CONNECT|PRIVATE_NAT)$/;

export const invariant: Invariant = {
  id: "flow-logs",
  title: "Every network records all its traffic, so that who opened a connection can be shown.",
  paragraph: "Verification, Outbound-only model: Review VPC Flow Logs",
  remedy: "Add a flow log of all traffic, with a destination, to the network.",
  *check({ system, deployment }) {
    const input = inputOf(system);
    const isOurs = deployment !== undefined;
    for (const vpc of [...input.managed("aws_vpc", "aws_default_vpc"), ...givenVpcs(input)])
      yield* judgeVpc(vpc, input, isOurs);
    for (const network of input.managed("google_compute_network")) yield* judgeGoogleNetwork(network);
    for (const subnetwork of input.managed("google_compute_subnetwork")) yield* judgeSubnetwork(subnetwork, isOurs);
    if (deployment?.cloud === "aws") yield* judgeFlowLogRights(system, deployment);
    if (isOurs) {
      yield* judgeSettings(GOOGLE, system);
      yield* judgeRefusals(input);
    }
    for (const network of input.managed("azurerm_virtual_network"))
      yield* judgeVirtualNetwork(network, input, deployment?.logRetentionDays);
  },
};

/** A given VPC, whose flow logs are made along with the cluster. */
const givenVpcs = (input: TerraformInput): Resource[] =>
  input.managed("aws_eks_cluster").length === 0
    ? []
    : input.resources.filter((one) => one.type === "aws_vpc" && isGiven(one));

function* judgeVpc(vpc: Resource, input: TerraformInput, isOurs: boolean): Generator<Problem> {
  const { found, unclear } = attachmentsOf(vpc, input.managed("aws_flow_log"), "vpc_id", input);
  yield* best(
    vpc,
    found.map((log) => [...judgeFlowLog(log, input, isOurs)]),
    unclear.filter((log) => !isAbsent(log.values["vpc_id"])),
  );
}

function* judgeFlowLog(log: Resource, input: TerraformInput, isOurs: boolean): Generator<Problem> {
  const traffic = text(input.follow(log.values["traffic_type"], log));
  if (isOpaque(traffic))
    yield problemAt(log, ["traffic_type"], "unknown", `traffic_type can't be told: ${whyOpaque(traffic)}`);
  else if (traffic !== "ALL") {
    yield problemAt(log, ["traffic_type"], "violated", `records traffic of type ${traffic ?? "none"} only, not ALL`);
  }
  if (["log_destination", "log_group_name"].every((argument) => isAbsent(log.values[argument]))) {
    yield problemAt(log, ["log_destination"], "violated", "has no destination");
  }
  if (!isOurs) return;
  for (const argument of ["log_destination", "log_group_name"].filter((name) => !isAbsent(log.values[name]))) {
    const target = input.find(log.values[argument], log, "destination");
    if (isUnknown(target))
      yield problemAt(log, [argument], "unknown", `where records go can't be told: ${target.reason}`);
  }
  const format = text(input.follow(log.values["log_format"], log)) ?? "";
  if (isOpaque(format)) {
    yield problemAt(log, ["log_format"], "unknown", `log_format can't be told: ${whyOpaque(format)}`);
    return;
  }
  const missing = FIELDS.filter((name) => !format.includes(`\${${name}}`));
  if (missing.length > 0) {
    yield problemAt(
      log,
      ["log_format"],
      "violated",
      `does not record ${missing.join(", ")}: who opened a connection is not shown`,
    );
  }
}

function* judgeGoogleNetwork(network: Resource): Generator<Problem> {
  const automatic = bool(field(network, "auto_create_subnetworks")) ?? true;
  const path = ["auto_create_subnetworks"];
  if (isOpaque(automatic)) {
    yield problemAt(network, path, "unknown", `auto_create_subnetworks can't be told: ${whyOpaque(automatic)}`);
  } else if (automatic) {
    yield problemAt(network, path, "violated", "makes its own subnetworks, which have no flow logs");
  }
}

function* judgeSubnetwork(subnetwork: Resource, isOurs: boolean): Generator<Problem> {
  const purpose = knownText(field(subnetwork, "purpose"));
  if (purpose !== undefined && WITHOUT_LOGS.test(purpose)) return;
  const config: Value | undefined = field(subnetwork, "log_config");
  if (isOpaque(config)) {
    yield problemAt(subnetwork, ["log_config"], "unknown", `log_config can't be told: ${whyOpaque(config)}`);
  } else if (isAbsent(config) || (Array.isArray(config) && config.length === 0)) {
    yield problemAt(subnetwork, ["log_config"], "violated", "has no flow logs");
  } else if (isOurs) {
    const sampling = number(field(subnetwork, "log_config", "flow_sampling")) ?? 0.5;
    const metadata = text(field(subnetwork, "log_config", "metadata")) ?? "INCLUDE_ALL_METADATA";
    if (sampling !== 1) {
      yield problemAt(
        subnetwork,
        ["log_config", "flow_sampling"],
        "violated",
        "records a sample of the flows, not every one",
      );
    }
    if (metadata !== "INCLUDE_ALL_METADATA") {
      yield problemAt(subnetwork, ["log_config", "metadata"], "violated", "leaves metadata out of the records");
    }
    const filter = text(field(subnetwork, "log_config", "filter_expr")) ?? "true";
    if (filter !== "true") {
      yield problemAt(subnetwork, ["log_config", "filter_expr"], "violated", "records some flows only");
    }
  }
}

/** What else a deployment on Google Cloud records. */
const GOOGLE: readonly Setting[] = [
  required(
    "google_container_cluster",
    "enable_intranode_visibility",
    ["true"],
    "flows between pods of one node are not recorded",
  ),
  required("google_compute_router_nat", "log_config.enable", ["true"], "what NAT lets out is not recorded"),
  required("google_compute_router_nat", "log_config.filter", ["ALL"], "not all that NAT lets out is recorded"),
];

/** Rules record nothing unless they are told to; refused packets are in no flow log. */
const DENIES = required("", "log_config.metadata", /./, "what it refuses is not recorded");

function* judgeRefusals(input: TerraformInput): Generator<Problem> {
  for (const rule of input.managed("google_compute_firewall")) {
    if (blocks(rule.values["deny"]).length > 0) yield* judgeSetting(DENIES, rule, input);
  }
}

/** A flow log of Azure, as the provider's own resource or a template writes it. */
interface AzureFlowLog {
  readonly resource: Resource;
  readonly target: Value | undefined;
  readonly enabled: Value | undefined;
  readonly retention: Value | undefined;
  /** The storage account of the records. */
  readonly account: Value | undefined;
}

function azureFlowLogs(input: TerraformInput): AzureFlowLog[] {
  const own = input.managed("azurerm_network_watcher_flow_log").map((resource) => ({
    resource,
    target: resource.values["target_resource_id"],
    enabled: field(resource, "enabled"),
    retention: field(resource, "retention_policy"),
    account: resource.values["storage_account_id"],
  }));
  const byTemplate = input.managed(TEMPLATE_DEPLOYMENT).flatMap((resource) =>
    flowLogsOf(resource, input).map(({ properties }) => ({
      resource,
      target: templateValue(at(properties, "targetResourceId"), resource, input),
      enabled: at(properties, "enabled"),
      retention: at(properties, "retentionPolicy"),
      account: templateValue(at(properties, "storageId"), resource, input),
    })),
  );
  return [...own, ...byTemplate];
}

function* judgeVirtualNetwork(network: Resource, input: TerraformInput, days: number | undefined): Generator<Problem> {
  const logs = azureFlowLogs(input).filter(({ target }) => !isAbsent(target));
  const targets = logs.map((log) => ({ log, target: input.find(log.target, log.resource, "network") }));
  yield* best(
    network,
    targets
      .filter(({ target }) => target.kind === "resource" && target.resource === network)
      .map(({ log }) => [...judgeAzureLog(log, input, days)]),
    targets.flatMap(({ log, target }) => (isUnknown(target) ? log.resource : [])),
  );
}

function* judgeAzureLog(log: AzureFlowLog, input: TerraformInput, days: number | undefined): Generator<Problem> {
  const { resource, retention } = log;
  const enabled = bool(log.enabled);
  if (isOpaque(enabled))
    yield problemAt(resource, ["enabled"], "unknown", `enabled can't be told: ${whyOpaque(enabled)}`);
  else if (enabled !== true) yield problemAt(resource, ["enabled"], "violated", "is not enabled");
  if (days === undefined) return;
  const own = bool(at(retention, "enabled")) === true ? number(at(retention, "days")) : undefined;
  const kept = own ?? daysKept(log, input);
  if (typeof kept === "number" && kept >= days) return;
  const message = `records are not kept for ${days} days`;
  yield problemAt(resource, ["retention_policy"], isOpaque(kept) ? "unknown" : "violated", message);
}

/** The days after which the account of the records deletes them: the fewest that a rule says. */
function daysKept({ resource, account }: AzureFlowLog, input: TerraformInput): number | Opaque | undefined {
  const of = input.find(account, resource, "storage account");
  if (of.kind !== "resource") return undefined;
  const { found } = attachmentsOf(
    of.resource,
    input.managed("azurerm_storage_management_policy"),
    "storage_account_id",
    input,
  );
  const said = found
    .flatMap((policy) => blocks(field(policy, "rule")))
    .filter((rule) => bool(at(rule, "enabled")) !== false)
    .map((rule) => number(at(rule, "actions", "base_blob", "delete_after_days_since_modification_greater_than")));
  const known = said.filter((days) => typeof days === "number");
  return said.find(isOpaque) ?? (known.length > 0 ? Math.min(...known) : undefined);
}

/** One log that holds is enough; of several that don't, what the first lacks; none at all is said of the network. */
function* best(network: Resource, logs: readonly Problem[][], unclear: readonly Resource[]): Generator<Problem> {
  if (logs.some((problems) => problems.length === 0)) return;
  const [first] = logs;
  const [other] = unclear;
  if (first) yield* first;
  else if (other) yield problemAt(network, [], "unknown", `whether ${other.address} is its flow log can't be told`);
  else yield problemAt(network, [], "violated", "has no flow log");
}
