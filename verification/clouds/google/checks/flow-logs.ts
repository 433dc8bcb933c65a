/** Flow logs of subnetworks, and what they do not tell. */
import { blocks, bool, field, isOpaque, knownText, number, text, whyOpaque } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import type { Resource, Value } from "../../../model";
import type { Check } from "../../cloud";
import { judgeSetting, judgeSettings, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import { isAbsent, type TerraformInput } from "../../terraform-input";

/** Purposes of subnetworks that hold no machines: https://cloud.google.com/vpc/docs/subnets#purpose */
const WITHOUT_LOGS =
  /^(REGIONAL_MANAGED_PROXY|GLOBAL_MANAGED_PROXY|INTERNAL_HTTPS_LOAD_BALANCER|PRIVATE_SERVICE_CONNECT|PRIVATE_NAT)$/;

/** What else a deployment on Google Cloud records. */
const OWN_SETTINGS: readonly Setting[] = [
  required(
    "google_container_cluster",
    "enable_intranode_visibility",
    ["true"],
    "flows between pods of one node are not recorded",
  ),
  required("google_compute_router_nat", "log_config.enable", ["true"], "what NAT lets out is not recorded"),
  required("google_compute_router_nat", "log_config.filter", ["ALL"], "not all that NAT lets out is recorded"),
];

export const check: Check = function* ({ system, deployment }) {
  const input = inputOf(system);
  for (const network of input.managed("google_compute_network")) yield* judgeNetwork(network);
  for (const subnetwork of input.managed("google_compute_subnetwork"))
    yield* judgeSubnetwork(subnetwork, deployment !== undefined);
  if (!deployment) return;
  yield* judgeSettings(OWN_SETTINGS, system);
  yield* judgeRefusals(input);
};

function* judgeNetwork(network: Resource): Generator<Problem> {
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

/** Rules record nothing unless they are told to; refused packets are in no flow log. */
const DENIES = required("", "log_config.metadata", /./, "what it refuses is not recorded");

function* judgeRefusals(input: TerraformInput): Generator<Problem> {
  for (const rule of input.managed("google_compute_firewall")) {
    if (blocks(rule.values["deny"]).length > 0) yield* judgeSetting(DENIES, rule, input);
  }
}
