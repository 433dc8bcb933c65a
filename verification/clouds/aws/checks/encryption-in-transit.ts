/** What AWS accepts without TLS. */
import { at, blocks, bool, isOpaque, knownText, number, text, whyOpaque } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import { isUnknown, type Resource } from "../../../model";
import { OLD, PLAIN, isSwitchedOff } from "../../tls";
import type { Check } from "../../cloud";
import { ON, judgeSetting, judgeSettings, optional, required, type Setting } from "../../setting";
import { attachmentsOf, inputOf } from "../../lookup";
import type { TerraformInput } from "../../terraform-input";
import { isEverybody, policyStatements, type Statement } from "../policy-document";

const SETTINGS: readonly Setting[] = [
  required("aws_elasticache_replication_group aws_elasticache_cluster", "transit_encryption_enabled", ON, PLAIN),
  optional("aws_elasticache_replication_group", "transit_encryption_mode", ["required"], PLAIN),
  optional("aws_memorydb_cluster", "tls_enabled", ON, PLAIN),
  optional("aws_msk_cluster", "encryption_info.encryption_in_transit.client_broker", ["TLS"], PLAIN),
  optional("aws_msk_cluster", "encryption_info.encryption_in_transit.in_cluster", ON, "its brokers talk without TLS"),
  optional("aws_opensearch_domain aws_elasticsearch_domain", "domain_endpoint_options.enforce_https", ON, PLAIN),
  required(
    "aws_opensearch_domain aws_elasticsearch_domain",
    "node_to_node_encryption.enabled",
    ON,
    "its nodes talk without TLS",
  ),
  required(
    "aws_ecs_task_definition",
    "volume.*.efs_volume_configuration.*.transit_encryption",
    ["ENABLED"],
    "files travel without TLS",
  ),
  required(
    "aws_cloudfront_distribution",
    "default_cache_behavior.viewer_protocol_policy",
    /^(https-only|redirect-to-https)$/,
    PLAIN,
  ),
  required(
    "aws_cloudfront_distribution",
    "ordered_cache_behavior.*.viewer_protocol_policy",
    /^(https-only|redirect-to-https)$/,
    PLAIN,
  ),
  optional(
    "aws_cloudfront_distribution",
    "origin.*.custom_origin_config.*.origin_protocol_policy",
    /^(https-only|match-viewer)$/,
    "it asks its origin without TLS",
  ),
  optional("aws_lb_target_group aws_alb_target_group", "protocol", /^(?!HTTP$)/, "requests travel on without TLS"),
  optional("aws_api_gateway_domain_name", "security_policy", ["TLS_1_2"], OLD),
];

export const check: Check = function* ({ system }) {
  const input = inputOf(system);
  yield* judgeSettings(SETTINGS, system);
  for (const bucket of input.managed("aws_s3_bucket")) yield* judgeBucket(bucket, input);
  for (const listener of input.managed("aws_lb_listener", "aws_alb_listener")) yield* judgeListener(listener, input);
  for (const balancer of input.managed("aws_elb")) yield* judgeClassicBalancer(balancer);
  yield* judgeParameters(input);
};

// ---------------------------------------------------------------- buckets

/**
 * S3 answers without TLS unless the bucket's policy denies it:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
function* judgeBucket(bucket: Resource, input: TerraformInput): Generator<Problem> {
  const { found, unclear } = attachmentsOf(bucket, input.managed("aws_s3_bucket_policy"), "bucket", input, "bucket");
  const documents = [
    ...found.map((policy) => policyStatements(policy.values["policy"], policy, input)),
    policyStatements(bucket.values["policy"], bucket, input),
  ];
  if (documents.some((statements) => !isUnknown(statements) && statements.some(deniesPlain))) return;
  const unread = documents.find(isUnknown);
  const [other] = unclear;
  if (unread) yield problemAt(bucket, ["policy"], "unknown", `its policy can't be read: ${unread.reason}`);
  else if (other) yield problemAt(bucket, [], "unknown", `whether ${other.address} is its policy can't be told`);
  else yield problemAt(bucket, [], "violated", "no policy denies requests without TLS (aws:SecureTransport false)");
}

/** S3 refuses a policy that names anything but its bucket, so that only the form of a resource counts. */
function deniesPlain({ effect, principals, actions, resources, except, conditions }: Statement): boolean {
  const [condition] = conditions;
  const coversBucket = resources.some((arn) => /^[^/]*$/.test(arn));
  const coversObjects = resources.some((arn) => /^[^/]*\/?\*$/.test(arn));
  return (
    effect === "Deny" &&
    !except.principals &&
    !except.actions &&
    !except.resources &&
    principals.some(isEverybody) &&
    actions.some((action) => action === "*" || action.toLowerCase() === "s3:*") &&
    coversBucket &&
    coversObjects &&
    conditions.length === 1 &&
    /^bool(ifexists)?$/.test(condition?.operator ?? "") &&
    condition?.key === "aws:securetransport" &&
    condition.values.length === 1 &&
    condition.values[0] === "false"
  );
}

// ---------------------------------------------------------------- load balancers

/** Policies that end at TLS 1.2: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const LISTENER_POLICY = required("", "ssl_policy", /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-/, OLD);

function* judgeListener(listener: Resource, input: TerraformInput): Generator<Problem> {
  const balancer = input.find(listener.values["load_balancer_arn"], listener, "load balancer");
  const known = balancer.kind === "resource" ? balancer.resource : undefined;
  if (knownText(known?.values["load_balancer_type"]) === "gateway") return;
  const protocol = text(input.follow(listener.values["protocol"], listener)) ?? "HTTP";
  const path = ["protocol"];
  if (isOpaque(protocol)) yield problemAt(listener, path, "unknown", `protocol can't be told: ${whyOpaque(protocol)}`);
  else if (protocol === "HTTPS" || protocol === "TLS") yield* judgeSetting(LISTENER_POLICY, listener, input);
  else if (protocol === "HTTP") {
    const actions = blocks(listener.values["default_action"]);
    const redirects = actions.length > 0 && actions.every((action) => at(action, "redirect", "protocol") === "HTTPS");
    if (!redirects)
      yield problemAt(listener, path, "violated", `protocol is HTTP and does not redirect to HTTPS: ${PLAIN}`);
  } else if (bool(known?.values["internal"]) !== true) {
    const port = number(input.follow(listener.values["port"], listener));
    if (port !== 443)
      yield problemAt(listener, path, "unknown", `whether what passes as ${protocol} is TLS can't be told`);
  }
}

function* judgeClassicBalancer(balancer: Resource): Generator<Problem> {
  for (const [i, listener] of blocks(balancer.values["listener"]).entries()) {
    const path = ["listener", i, "lb_protocol"];
    const protocol = text(at(listener, "lb_protocol"));
    if (isOpaque(protocol))
      yield problemAt(balancer, path, "unknown", `lb_protocol can't be told: ${whyOpaque(protocol)}`);
    else if (/^http$/i.test(protocol ?? ""))
      yield problemAt(balancer, path, "violated", `lb_protocol is HTTP: ${PLAIN}`);
    else if (/^tcp$/i.test(protocol ?? "") && number(at(listener, "lb_port")) !== 443) {
      yield problemAt(balancer, path, "unknown", "whether what passes as TCP is TLS can't be told");
    }
  }
}

// ---------------------------------------------------------------- databases

function* judgeParameters(input: TerraformInput): Generator<Problem> {
  const groups = input.managed(
    "aws_db_parameter_group",
    "aws_rds_cluster_parameter_group",
    "aws_docdb_cluster_parameter_group",
  );
  for (const group of groups) {
    for (const [i, parameter] of blocks(group.values["parameter"]).entries()) {
      if (isSwitchedOff(knownText(at(parameter, "name")), knownText(at(parameter, "value")))) {
        yield problemAt(group, ["parameter", i, "value"], "violated", `a parameter switches TLS off: ${PLAIN}`);
      }
    }
  }
}
