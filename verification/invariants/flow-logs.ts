/**
 * `flow-logs`. Document: "Verification", "Review VPC Flow Logs to confirm that connections to Cloudflare are
 * outbound-initiated", and "Analyze VPC Flow Logs for traffic patterns".
 *
 * Every network that the input makes records its traffic, accepted and refused, somewhere:
 * - AWS: each VPC has a flow log of `traffic_type` ALL with a destination. Logs of single subnets or interfaces don't
 *   count, since those that are added later would not be in them.
 * - Google: each subnetwork has `log_config`, except those whose purpose can't have any; networks that make their own
 *   subnetworks (auto mode) don't log.
 * - Azure: each virtual network is the target of an enabled flow log of the network watcher.
 *
 * In a deployment of this package the records must also show who opened a connection: on AWS the fields
 * `flow-direction` and `tcp-flags`, both ends as the interface and as the packet has them; on Google every flow, not a
 * sample, with its metadata.
 */
import type { Resource, Value } from "../model";
import { isAbsent, type AwsInput } from "../semantics/aws-input";
import { knownText, whyOpaque } from "../semantics/kubernetes-objects";
import { bool, field, isOpaque, number, text } from "../values";
import { problemAt, type Invariant, type Problem } from "./invariant";
import { attachmentsOf, inputOf } from "./lookup";

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
    for (const vpc of input.managed("aws_vpc", "aws_default_vpc")) yield* judgeVpc(vpc, input, isOurs);
    for (const network of input.managed("google_compute_network")) yield* judgeGoogleNetwork(network);
    for (const subnetwork of input.managed("google_compute_subnetwork")) yield* judgeSubnetwork(subnetwork, isOurs);
    for (const network of input.managed("azurerm_virtual_network")) yield* judgeVirtualNetwork(network, input);
  },
};

function* judgeVpc(vpc: Resource, input: AwsInput, isOurs: boolean): Generator<Problem> {
  const { found, unclear } = attachmentsOf(vpc, input.managed("aws_flow_log"), "vpc_id", input);
  yield* best(
    vpc,
    found.map((log) => [...judgeFlowLog(log, input, isOurs)]),
    unclear.filter((log) => !isAbsent(log.values["vpc_id"])),
  );
}

function* judgeFlowLog(log: Resource, input: AwsInput, isOurs: boolean): Generator<Problem> {
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
  }
}

function* judgeVirtualNetwork(network: Resource, input: AwsInput): Generator<Problem> {
  const logs = input.managed("azurerm_network_watcher_flow_log");
  const { found, unclear } = attachmentsOf(network, logs, "target_resource_id", input);
  yield* best(
    network,
    found.map((log) => {
      const enabled = bool(field(log, "enabled"));
      if (enabled === true) return [];
      return [
        isOpaque(enabled)
          ? problemAt(log, ["enabled"], "unknown", `enabled can't be told: ${whyOpaque(enabled)}`)
          : problemAt(log, ["enabled"], "violated", "is not enabled"),
      ];
    }),
    unclear.filter((log) => !isAbsent(log.values["target_resource_id"])),
  );
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
