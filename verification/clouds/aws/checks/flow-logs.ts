/** Flow logs of VPCs. */
import { isOpaque, text, whyOpaque } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import { isUnknown, type Resource } from "../../../model";
import { isGiven } from "../../../promises/stand-ins";
import { best } from "../../flow-logs";
import type { Check } from "../../cloud";
import { attachmentsOf, inputOf } from "../../lookup";
import { isAbsent, type TerraformInput } from "../../terraform-input";
import { judgeFlowLogRights } from "../rights";

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

export const check: Check = function* ({ system, deployment }) {
  const input = inputOf(system);
  const isOurs = deployment !== undefined;
  for (const vpc of [...input.managed("aws_vpc", "aws_default_vpc"), ...givenVpcs(input)])
    yield* judgeVpc(vpc, input, isOurs);
  if (deployment?.cloud === "aws") yield* judgeFlowLogRights(system, deployment);
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
