/**
 * `encryption-in-transit`. Document: "Communication paths": all of them are encrypted, none is not.
 *
 * | Row of the document | Where it is shown |
 * |---|---|
 * | Client to Control Plane | Not in the customer's account; apps that clients reach there: listeners, CDNs, Ingresses, Gateways below |
 * | Data Plane ↔ Control Plane, Cloudflare Tunnel | cloudflared has no unencrypted transport; no container switches verification off |
 * | Data Plane → Control Plane, gRPC over TLS | `union.connection` of the operator's ConfigMap: neither `insecure` nor `insecureSkipVerify`, to the region's host |
 * | Client to Object Store | Each bucket's policy denies what comes without TLS; Azure: HTTPS only, TLS 1.2; Google Storage speaks TLS only |
 * | Fluent Bit to Log Aggregator | Each output of a Fluent Bit ConfigMap speaks TLS and verifies it |
 * | Task Pods to Object Store | The same bucket policies, and no ConfigMap that switches the client's TLS off |
 * | Union.ai to Customer Kubernetes API | The API speaks TLS only; the private connection's listener passes it through on TCP 443 |
 *
 * What is stored by other means on the way (caches, databases, search domains, brokers) must not accept plain
 * connections either. Left out, a setting counts as the cloud's default. A TCP listener that faces outside passes on
 * what it gets: on port 443 that is TLS, on any other it can't be told.
 */
import { parse } from "yaml";
import { controlPlaneHost } from "../../config/control-plane";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { isUnknown, type Resource } from "../model";
import { isEverybody, policyStatements, type Statement } from "../clouds/aws/policy-document";
import { isAbsent, type TerraformInput } from "../clouds/terraform-input";
import { fluentBitSections, switchOf, type Section } from "../clouds/kubernetes/fluent-bit";
import { type KubernetesObjects, objectsOf } from "../clouds/kubernetes/objects";
import { at, blocks, bool, field, isObject, isOpaque, number, text, knownText, whyOpaque } from "../values";
import { containersOf } from "../clouds/kubernetes/containers";
import { problemAt, type Invariant, type Judged, type Problem } from "./invariant";
import { attachmentsOf, inputOf, partialText } from "../clouds/lookup";
import { judgeSetting, judgeSettings, ON, optional, required, type Setting } from "../clouds/setting";

const OFF = ["false"];
const PLAIN = "it accepts connections without TLS";
const OLD = "it accepts versions of TLS before 1.2";
const NEW_TLS = /^(TLS)?_?V?1[._][23]$/i;

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
  required("google_compute_ssl_policy google_compute_region_ssl_policy", "min_tls_version", NEW_TLS, OLD),
  required(
    "google_compute_target_https_proxy google_compute_target_ssl_proxy google_compute_region_target_https_proxy",
    "ssl_policy",
    /./,
    OLD,
  ),
  required("google_redis_instance", "transit_encryption_mode", ["SERVER_AUTHENTICATION"], PLAIN),
  optional("azurerm_storage_account", "https_traffic_only_enabled", ON, PLAIN),
  optional("azurerm_storage_account", "enable_https_traffic_only", ON, PLAIN),
  optional("azurerm_storage_account", "min_tls_version", NEW_TLS, OLD),
  required(
    "azurerm_linux_web_app azurerm_windows_web_app azurerm_linux_function_app azurerm_windows_function_app azurerm_app_service",
    "https_only",
    ON,
    PLAIN,
  ),
  optional("azurerm_redis_cache", "non_ssl_port_enabled", OFF, PLAIN),
  optional("azurerm_redis_cache", "enable_non_ssl_port", OFF, PLAIN),
  required("azurerm_redis_cache", "minimum_tls_version", NEW_TLS, OLD),
  optional("azurerm_mssql_server", "minimum_tls_version", NEW_TLS, OLD),
  required("azurerm_postgresql_server azurerm_mysql_server", "ssl_enforcement_enabled", ON, PLAIN),
  optional("azurerm_eventhub_namespace azurerm_servicebus_namespace", "minimum_tls_version", NEW_TLS, OLD),
  optional("azurerm_cdn_frontdoor_route", "https_redirect_enabled", ON, PLAIN),
];

export const invariant: Invariant = {
  id: "encryption-in-transit",
  title: "Every communication path is encrypted and verified: TLS 1.2 or newer, nothing in plain text.",
  paragraph: "Communication paths",
  remedy: "Require TLS 1.2 or newer, with verification, on this path.",
  *check(judged) {
    const input = inputOf(judged.system);
    yield* judgeSettings(SETTINGS, judged.system);
    for (const bucket of input.managed("aws_s3_bucket")) yield* judgeBucket(bucket, input);
    for (const listener of input.managed("aws_lb_listener", "aws_alb_listener")) yield* judgeListener(listener, input);
    for (const balancer of input.managed("aws_elb")) yield* judgeClassicBalancer(balancer);
    yield* judgeParameters(input);
    yield* judgeGoogle(input);
    for (const gateway of input.managed("azurerm_application_gateway")) yield* judgeApplicationGateway(gateway);
    yield* judgeKubernetes(judged);
  },
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

function* judgeGoogle(input: TerraformInput): Generator<Problem> {
  for (const proxy of input.managed("google_compute_target_http_proxy", "google_compute_region_target_http_proxy")) {
    const map = input.find(proxy.values["url_map"], proxy, "URL map");
    const redirects = map.kind === "resource" && bool(field(map.resource, "default_url_redirect", "https_redirect"));
    if (redirects !== true) yield problemAt(proxy, ["url_map"], "violated", `does not redirect to HTTPS: ${PLAIN}`);
  }
  for (const database of input.managed("google_sql_database_instance")) {
    const path = ["settings", "ip_configuration"];
    const mode = text(input.follow(field(database, ...path, "ssl_mode"), database));
    if (isOpaque(mode))
      yield problemAt(database, [...path, "ssl_mode"], "unknown", `ssl_mode can't be told: ${whyOpaque(mode)}`);
    else if (!/^(ENCRYPTED_ONLY|TRUSTED_CLIENT_CERTIFICATE_REQUIRED)$/.test(mode ?? "")) {
      if (mode === undefined && bool(field(database, ...path, "require_ssl")) === true) continue;
      yield problemAt(
        database,
        [...path, "ssl_mode"],
        "violated",
        `settings.ip_configuration.ssl_mode does not require TLS: ${PLAIN}`,
      );
    }
  }
}

/** A plain listener is fine where every rule of it redirects to another that is not. */
function* judgeApplicationGateway(gateway: Resource): Generator<Problem> {
  const listeners = blocks(gateway.values["http_listener"]);
  const isPlain = (name: string | undefined) =>
    knownText(
      at(
        listeners.find((listener) => knownText(at(listener, "name")) === name),
        "protocol",
      ),
    )?.toLowerCase() !== "https";
  for (const [i, listener] of listeners.entries()) {
    const path = ["http_listener", i, "protocol"];
    const [name, protocol] = [knownText(at(listener, "name")), text(at(listener, "protocol"))];
    if (isOpaque(protocol)) yield problemAt(gateway, path, "unknown", `protocol can't be told: ${whyOpaque(protocol)}`);
    else if (protocol?.toLowerCase() === "http") {
      const rules = blocks(gateway.values["request_routing_rule"]).filter(
        (rule) => knownText(at(rule, "http_listener_name")) === name,
      );
      const redirects = rules.every((rule) => {
        const redirect = blocks(gateway.values["redirect_configuration"]).find(
          (candidate) => knownText(at(candidate, "name")) === knownText(at(rule, "redirect_configuration_name")),
        );
        const url = knownText(at(redirect, "target_url"));
        return url === undefined
          ? redirect && !isPlain(knownText(at(redirect, "target_listener_name")))
          : /^https:/.test(url);
      });
      if (rules.length === 0 || !redirects) {
        yield problemAt(gateway, path, "violated", `a listener is HTTP and does not redirect to HTTPS: ${PLAIN}`);
      }
    }
  }
}

// ---------------------------------------------------------------- databases

/** Parameters of database servers that require TLS, and what they read where they don't. */
const TLS_PARAMETERS = /^(rds\.force_ssl|require_secure_transport|tls)$/;
const SWITCHED_OFF = /^(0|off|false|disabled)$/i;

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
  const servers = input.managed(
    "azurerm_postgresql_flexible_server_configuration",
    "azurerm_mysql_flexible_server_configuration",
  );
  for (const server of servers) {
    if (isSwitchedOff(knownText(server.values["name"]), knownText(server.values["value"]))) {
      yield problemAt(server, ["value"], "violated", `a parameter switches TLS off: ${PLAIN}`);
    }
  }
}

const isSwitchedOff = (name = "", value = "") => TLS_PARAMETERS.test(name) && SWITCHED_OFF.test(value);

// ---------------------------------------------------------------- Kubernetes

function* judgeKubernetes(judged: Judged): Generator<Problem> {
  const objects = objectsOf(judged.system);
  for (const map of objects.ofKind("ConfigMap", "")) yield* judgeConfigMap(map, judged);
  for (const ingress of objects.ofKind("Ingress", "networking.k8s.io", "extensions")) yield* judgeIngress(ingress);
  for (const gateway of objects.ofKind("Gateway", "gateway.networking.k8s.io")) yield* judgeGateway(gateway, objects);
  for (const { words, pods } of containersOf(objects)) {
    for (const { text, path } of words) {
      if (typeof text === "string" && SWITCH_OFF_FLAG.test(text)) {
        yield problemAt(pods.resource, path, "violated", `${text} switches the verification of TLS off`);
      }
    }
  }
  yield* judgeConnection(judged, objects);
}

const SWITCH_OFF_FLAG =
  /^--?(insecure|insecure-skip-(tls-)?verify|no-tls-verify|kubelet-insecure-tls|skip-tls-verify)(=true)?$/;
/** Keys of configuration files that switch TLS or its verification off. */
const SWITCH_OFF_KEY = /^(insecure(skip(tls)?verify)?|skip(tls)?verify|disable(ssl|tls)|notlsverify)$/;

function* judgeConfigMap(map: Resource, { system, deployment }: Judged): Generator<Problem> {
  const input = inputOf(system);
  const files = field(map, "data");
  if (isOpaque(files)) {
    if (deployment) yield problemAt(map, ["data"], "unknown", `its files can't be read: ${whyOpaque(files)}`);
    return;
  }
  for (const [name, value] of isObject(files) ? Object.entries(files) : []) {
    const path = ["data", name];
    const content = partialText(value, map, input);
    if (content === undefined) {
      if (deployment) yield problemAt(map, path, "unknown", `${name} can't be read`);
      continue;
    }
    for (const section of fluentBitSections(content)) yield* judgeSection(section, map, path);
    if (!/insecure|ssl|tls|verify/i.test(content)) continue;
    for (const key of switchesOff(parsed(content))) {
      yield problemAt(map, path, "violated", `${key} is true: TLS or its verification is switched off`);
    }
  }
}

function parsed(content: string): unknown {
  try {
    return parse(content);
  } catch {
    return undefined;
  }
}

/** Paths of the keys that switch TLS off. */
function* switchesOff(value: unknown, above: readonly string[] = []): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, held] of Object.entries(value)) {
    const path = [...above, key];
    const isOn = held === true || held === "true";
    if (isOn && SWITCH_OFF_KEY.test(key.toLowerCase().replaceAll(/[-_]/g, ""))) yield path.join(".");
    else yield* switchesOff(held, path);
  }
}

/** Plugins that speak TLS without being told: https://docs.fluentbit.io/manual/pipeline/outputs */
const TLS_ALWAYS =
  /^(cloudwatch(_logs)?|kinesis(_streams|_firehose)?|firehose|s3|stackdriver|bigquery|chronicle|azure|azure_kusto|azure_logs_ingestion)$/;
/** Plugins that send nothing. */
const LOCAL = /^(null|stdout|file|counter|flowcounter|exit|lib|plot)$/;

function* judgeSection(section: Section, map: Resource, path: readonly (string | number)[]): Generator<Problem> {
  const plugin = (section.fields.get("name") ?? "").toLowerCase();
  const what = `${section.kind.toLowerCase()} '${plugin}'`;
  for (const [key, consequence] of [
    ["tls", "is switched to plain text"],
    ["tls.verify", "verifies no certificate"],
  ] as const) {
    if (switchOf(section, key) === false) yield problemAt(map, path, "violated", `${what} ${consequence} (${key} off)`);
    else if (section.fields.has(key) && switchOf(section, key) === undefined) {
      yield problemAt(map, path, "unknown", `${what}: ${key} can't be told`);
    }
  }
  for (const [key, value] of section.fields) {
    if (/url$|endpoint$/.test(key) && /^http:/i.test(value)) {
      yield problemAt(map, path, "violated", `${what} sends in plain text (${key} is http)`);
    }
  }
  if (section.kind !== "OUTPUT" || TLS_ALWAYS.test(plugin) || LOCAL.test(plugin) || section.fields.has("tls")) return;
  yield problemAt(map, path, "violated", `${what} sends in plain text (tls is left out)`);
}

/** The AWS controller takes the certificate of an Ingress from an annotation. */
const CERTIFICATE = "alb.ingress.kubernetes.io/certificate-arn";

function* judgeIngress(ingress: Resource): Generator<Problem> {
  const tls = field(ingress, "spec", "tls");
  if (isOpaque(tls)) yield problemAt(ingress, ["spec", "tls"], "unknown", `spec.tls can't be told: ${whyOpaque(tls)}`);
  else if (blocks(tls).length === 0 && isAbsent(field(ingress, "metadata", "annotations", CERTIFICATE))) {
    yield problemAt(ingress, ["spec", "tls"], "violated", `has no TLS: ${PLAIN}`);
  }
}

/** A plain listener is fine where every route that may attach to it redirects to HTTPS. */
function* judgeGateway(gateway: Resource, objects: KubernetesObjects): Generator<Problem> {
  const routes = objects.ofKind("HTTPRoute", "gateway.networking.k8s.io");
  for (const [i, listener] of blocks(field(gateway, "spec", "listeners")).entries()) {
    if (knownText(at(listener, "protocol")) !== "HTTP") continue;
    const attached = routes.filter((route) =>
      blocks(field(route, "spec", "parentRefs")).some((parent) => {
        const section = knownText(at(parent, "sectionName"));
        return (
          knownText(at(parent, "name")) === objects.nameOf(gateway) &&
          (section === undefined || section === knownText(at(listener, "name")))
        );
      }),
    );
    const redirects = attached.every((route) =>
      blocks(field(route, "spec", "rules")).every((rule) =>
        blocks(at(rule, "filters")).some((filter) => at(filter, "requestRedirect", "scheme") === "https"),
      ),
    );
    if (attached.length === 0 || !redirects) {
      yield problemAt(gateway, ["spec", "listeners", i, "protocol"], "violated", `a listener is HTTP: ${PLAIN}`);
    }
  }
}

/** The operator's own connection: the row "gRPC over TLS". */
function* judgeConnection({ system, deployment }: Judged, objects: KubernetesObjects): Generator<Problem> {
  if (!deployment) return;
  const host = controlPlaneHost(deployment.tenant, deployment.region);
  for (const map of objects.named("ConfigMap", "", "union-operator", PLATFORM_NAMESPACE)) {
    const path = ["data", "config.yaml"];
    const content = partialText(field(map, ...path), map, inputOf(system));
    if (content === undefined) continue;
    const configuration = parsed(content) as { union?: { connection?: { host?: unknown } } } | undefined;
    const written = configuration?.union?.connection?.host;
    if (written !== `dns:///${host}`) {
      yield problemAt(
        map,
        path,
        "violated",
        `union.connection.host is not dns:///${host}, where the control plane ends TLS`,
      );
    }
  }
}
