import { invariant } from "../../../verification/invariants/encryption-in-transit";
import { drop, one, own, judge, pick, testMutations, testTable, type Json, type Row } from "../../support/judge";
import { manifests } from "../../support/manifests";
import { resourcesOf } from "../../support/resources";

const PLAIN = "it accepts connections without TLS";
const OLD = "it accepts versions of TLS before 1.2";

// ---------------------------------------------------------------- buckets

const DENY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["${aws_s3_bucket.a.arn}", "${aws_s3_bucket.a.arn}/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const NO_DENIAL = "violated aws_s3_bucket.a: no policy denies requests without TLS (aws:SecureTransport false)";
const bucket = (statement: object | string, values: object = { bucket: "${aws_s3_bucket.a.id}" }) => {
  const policy = typeof statement === "string" ? statement : JSON.stringify({ Statement: [statement] });
  return one("aws_s3_bucket", { bucket: "acme" }, { aws_s3_bucket_policy: { p: { policy, ...values } } });
};
const documented = (statement: object) =>
  resourcesOf({
    resource: {
      aws_s3_bucket: { a: {} },
      aws_s3_bucket_policy: {
        p: { bucket: "${aws_s3_bucket.a.bucket}", policy: "${data.aws_iam_policy_document.d.json}" },
      },
    },
    data: { aws_iam_policy_document: { d: { statement: [statement] } } },
  });
const DOCUMENT = {
  effect: "Deny",
  actions: ["s3:*"],
  resources: ["${aws_s3_bucket.a.arn}", "${aws_s3_bucket.a.arn}/*"],
  principals: [{ type: "*", identifiers: ["*"] }],
  condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
};

describe("buckets", () => {
  testTable(invariant, [
    ["a denial", bucket(DENY)],
    ["a denial by name", bucket(DENY, { bucket: "acme" })],
    ["a denial within the bucket", one("aws_s3_bucket", { policy: JSON.stringify({ Statement: DENY }) })],
    ["one pattern for all", bucket({ ...DENY, Principal: { AWS: "*" }, Resource: "arn:aws:s3:::acme*" })],
    ["a document of its own", documented(DOCUMENT)],
    ["a document of its own that allows", documented({ ...DOCUMENT, effect: "Allow" }), NO_DENIAL],
    [
      "a document with an exemption",
      documented({ ...DOCUMENT, not_principals: DOCUMENT.principals, principals: null }),
      NO_DENIAL,
    ],
    ["no policy", one("aws_s3_bucket", {}), NO_DENIAL],
    ["another bucket's policy", bucket(DENY, { bucket: "other" }), NO_DENIAL],
    ["an allowance", bucket({ ...DENY, Effect: "Allow" }), NO_DENIAL],
    ["somebody", bucket({ ...DENY, Principal: { AWS: "arn:aws:iam::1:root" } }), NO_DENIAL],
    ["objects only", bucket({ ...DENY, Resource: "${aws_s3_bucket.a.arn}/*" }), NO_DENIAL],
    ["the bucket only", bucket({ ...DENY, Resource: "${aws_s3_bucket.a.arn}" }), NO_DENIAL],
    [
      "some objects only",
      bucket({ ...DENY, Resource: ["${aws_s3_bucket.a.arn}", "${aws_s3_bucket.a.arn}/a/*"] }),
      NO_DENIAL,
    ],
    ["writing only", bucket({ ...DENY, Action: "s3:PutObject" }), NO_DENIAL],
    ["everything else", bucket({ ...DENY, Action: undefined, NotAction: "s3:*" }), NO_DENIAL],
    ["with TLS", bucket({ ...DENY, Condition: { Bool: { "aws:SecureTransport": "true" } } }), NO_DENIAL],
    [
      "under a further condition",
      bucket({ ...DENY, Condition: { ...DENY.Condition, StringEquals: { "aws:PrincipalTag/a": "b" } } }),
      NO_DENIAL,
    ],
    [
      "a policy that can't be read",
      bucket("${var.policy} "),
      "unknown aws_s3_bucket.a: its policy can't be read: ${var.policy}  is not known",
    ],
    [
      "a policy of something not known",
      bucket(DENY, { bucket: "${var.bucket} " }),
      "unknown aws_s3_bucket.a: whether aws_s3_bucket_policy.p is its policy can't be told",
    ],
  ]);
});

// ---------------------------------------------------------------- listeners

const listener = (values: object, balancer: object = {}) =>
  one("aws_lb_listener", { load_balancer_arn: "${aws_lb.b.arn}", port: 443, ...values }, { aws_lb: { b: balancer } });
const redirect = (protocol?: string) => ({ type: "redirect", redirect: { protocol, status_code: "HTTP_301" } });

describe("listeners", () => {
  testTable(invariant, [
    ["HTTPS", listener({ protocol: "HTTPS", ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" })],
    [
      "HTTPS, TLS 1.0",
      listener({ protocol: "HTTPS", ssl_policy: "ELBSecurityPolicy-2016-08" }),
      `violated aws_lb_listener.a: ssl_policy is ELBSecurityPolicy-2016-08: ${OLD}`,
    ],
    ["TLS by default", listener({ protocol: "TLS" }), `violated aws_lb_listener.a: ssl_policy is left out: ${OLD}`],
    ["HTTP to HTTPS", listener({ protocol: "HTTP", default_action: [redirect("HTTPS")] })],
    [
      "HTTP to HTTP",
      listener({ protocol: "HTTP", default_action: [redirect()] }),
      `violated aws_lb_listener.a: protocol is HTTP and does not redirect to HTTPS: ${PLAIN}`,
    ],
    [
      "HTTP, internal too",
      listener({ protocol: "HTTP" }, { internal: true }),
      `violated aws_lb_listener.a: protocol is HTTP and does not redirect to HTTPS: ${PLAIN}`,
    ],
    ["TCP 443", listener({ protocol: "TCP" })],
    [
      "TCP 80",
      listener({ protocol: "TCP", port: 80 }),
      "unknown aws_lb_listener.a: whether what passes as TCP is TLS can't be told",
    ],
    ["TCP 80, internal", listener({ protocol: "TCP", port: 80 }, { internal: true })],
    ["a gateway", listener({}, { load_balancer_type: "gateway" })],
    [
      "a protocol not known",
      listener({ protocol: "${var.p} " }),
      "unknown aws_lb_listener.a: protocol can't be told: ${var.p}  is not known",
    ],
    ["classic HTTPS", one("aws_elb", { listener: [{ lb_protocol: "https", lb_port: 443 }] })],
    [
      "classic HTTP",
      one("aws_elb", { listener: [{ lb_protocol: "https" }, { lb_protocol: "http" }] }),
      `violated aws_elb.a: lb_protocol is HTTP: ${PLAIN}`,
    ],
    [
      "a CDN",
      one("aws_cloudfront_distribution", { default_cache_behavior: [{ viewer_protocol_policy: "redirect-to-https" }] }),
    ],
    [
      "a CDN's second behavior",
      one("aws_cloudfront_distribution", {
        default_cache_behavior: { viewer_protocol_policy: "https-only" },
        ordered_cache_behavior: [{ viewer_protocol_policy: "https-only" }, { viewer_protocol_policy: "allow-all" }],
      }),
      `violated aws_cloudfront_distribution.a: ordered_cache_behavior.viewer_protocol_policy is allow-all: ${PLAIN}`,
    ],
    [
      "Google, HTTP to HTTPS",
      one(
        "google_compute_target_http_proxy",
        { url_map: "${google_compute_url_map.m.id}" },
        { google_compute_url_map: { m: { default_url_redirect: [{ https_redirect: true }] } } },
      ),
    ],
    [
      "Google, HTTP",
      one("google_compute_target_http_proxy", {}),
      `violated google_compute_target_http_proxy.a: does not redirect to HTTPS: ${PLAIN}`,
    ],
    ["Google, a policy", one("google_compute_ssl_policy", { min_tls_version: "TLS_1_2" })],
    [
      "Google, a policy by default",
      one("google_compute_ssl_policy", {}),
      `violated google_compute_ssl_policy.a: min_tls_version is left out: ${OLD}`,
    ],
    ["Azure, HTTP to HTTPS", gateway({ target_listener_name: "https" })],
    [
      "Azure, HTTP to HTTP",
      gateway({ target_listener_name: "http" }),
      `violated azurerm_application_gateway.a: a listener is HTTP and does not redirect to HTTPS: ${PLAIN}`,
    ],
  ]);
});

function gateway(redirectConfiguration: object) {
  return one("azurerm_application_gateway", {
    http_listener: [
      { name: "http", protocol: "Http" },
      { name: "https", protocol: "Https" },
    ],
    request_routing_rule: [{ http_listener_name: "http", redirect_configuration_name: "r" }],
    redirect_configuration: [{ name: "r", ...redirectConfiguration }],
  });
}

// ---------------------------------------------------------------- stores

const set = (type: string, argument: string, good: unknown, bad: unknown, risk: string): Row[] => [
  [`${type} ${argument} ${String(good)}`, one(type, { [argument]: good })],
  [
    `${type} ${argument} ${String(bad)}`,
    one(type, { [argument]: bad }),
    `violated ${type}.a: ${argument} is ${String(bad)}: ${risk}`,
  ],
];

describe("stores", () => {
  testTable(invariant, [
    ...set("aws_elasticache_replication_group", "transit_encryption_enabled", true, false, PLAIN),
    ...set("aws_memorydb_cluster", "tls_enabled", true, false, PLAIN),
    ...set("google_redis_instance", "transit_encryption_mode", "SERVER_AUTHENTICATION", "DISABLED", PLAIN),
    ...set("azurerm_storage_account", "https_traffic_only_enabled", true, false, PLAIN),
    ...set("azurerm_storage_account", "min_tls_version", "TLS1_2", "TLS1_0", OLD),
    ...set("azurerm_linux_web_app", "https_only", true, false, PLAIN),
    [
      "a cache by default",
      one("aws_elasticache_cluster", {}),
      `violated aws_elasticache_cluster.a: transit_encryption_enabled is left out: ${PLAIN}`,
    ],
    ["a storage account by default", one("azurerm_storage_account", {})],
    [
      "an SQL database",
      one("google_sql_database_instance", { settings: { ip_configuration: { ssl_mode: "ENCRYPTED_ONLY" } } }),
    ],
    [
      "an SQL database by default",
      one("google_sql_database_instance", {}),
      `violated google_sql_database_instance.a: settings.ip_configuration.ssl_mode does not require TLS: ${PLAIN}`,
    ],
    [
      "a parameter",
      one("aws_db_parameter_group", { parameter: [{ name: "rds.force_ssl", value: "0" }] }),
      `violated aws_db_parameter_group.a: a parameter switches TLS off: ${PLAIN}`,
    ],
    ["a parameter that is on", one("aws_db_parameter_group", { parameter: [{ name: "rds.force_ssl", value: "1" }] })],
    [
      "a parameter of Azure",
      one("azurerm_mysql_flexible_server_configuration", { name: "require_secure_transport", value: "OFF" }),
      `violated azurerm_mysql_flexible_server_configuration.a: a parameter switches TLS off: ${PLAIN}`,
    ],
    [
      "a broker",
      one("aws_msk_cluster", { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS_PLAINTEXT" }] }] }),
      `violated aws_msk_cluster.a: encryption_info.encryption_in_transit.client_broker is TLS_PLAINTEXT: ${PLAIN}`,
    ],
  ]);
});

// ---------------------------------------------------------------- Kubernetes

const configMap = (...lines: string[]) =>
  manifests(
    [
      "apiVersion: v1",
      "kind: ConfigMap",
      "metadata: {name: a}",
      "data:",
      "  f: |",
      ...lines.map((line) => `    ${line}`),
    ].join("\n"),
  );
const ingress = (spec: string, annotations = "{}") =>
  manifests(
    `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations: ${annotations}}, spec: ${spec}}`,
  );
const web = (...routes: string[]) =>
  manifests(
    [
      "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: a}, spec: {listeners: [{name: http, protocol: HTTP}, {name: https, protocol: HTTPS}]}}",
      ...routes.map(
        (rules) =>
          `{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r}, spec: {parentRefs: [{name: a, sectionName: http}], rules: ${rules}}}`,
      ),
    ].join("\n---\n"),
  );
const REDIRECT = "[{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]";

describe("Kubernetes", () => {
  testTable(invariant, [
    ["a verified connection", configMap("union: {connection: {insecure: false, insecureSkipVerify: false}}")],
    [
      "an insecure connection",
      configMap("union: {connection: {insecure: true}}"),
      "violated ConfigMap/default/a: union.connection.insecure is true: TLS or its verification is switched off",
    ],
    [
      "no verification",
      configMap("union:", "  connection:", "    insecureSkipVerify: true"),
      "violated ConfigMap/default/a: union.connection.insecureSkipVerify is true: TLS or its verification is switched off",
    ],
    [
      "an object store without TLS",
      configMap("storage: {stow: {config: {disable_ssl: 'true'}}}"),
      "violated ConfigMap/default/a: storage.stow.config.disable_ssl is true: TLS or its verification is switched off",
    ],
    ["words about TLS", configMap("insecure: that is what this never is", "  - [")],
    ["a cloud's output", configMap("[OUTPUT]", "    Name cloudwatch_logs")],
    [
      "a cloud's output, unverified",
      configMap("[OUTPUT]", "    Name cloudwatch_logs", "    tls.verify Off"),
      "violated ConfigMap/default/a: output 'cloudwatch_logs' verifies no certificate (tls.verify off)",
    ],
    ["an output with TLS", configMap("[OUTPUT]", "    Name es", "    tls On")],
    [
      "an output by default",
      configMap("[INPUT]", "    Name tail", "[OUTPUT]", "    Name es"),
      "violated ConfigMap/default/a: output 'es' sends in plain text (tls is left out)",
    ],
    [
      "an output without TLS",
      configMap("[OUTPUT]", "    Name s3", "    tls Off"),
      "violated ConfigMap/default/a: output 's3' is switched to plain text (tls off)",
    ],
    [
      "an output to an address",
      configMap("[OUTPUT]", "    Name s3", "    endpoint http://s3.example.com"),
      "violated ConfigMap/default/a: output 's3' sends in plain text (endpoint is http)",
    ],
    [
      "an output of the environment",
      configMap("[OUTPUT]", "    Name es", "    tls ${TLS}"),
      "unknown ConfigMap/default/a: output 'es': tls can't be told",
    ],
    [
      "an output of YAML",
      configMap("pipeline: {outputs: [{name: forward, match: '*'}]}"),
      "violated ConfigMap/default/a: output 'forward' sends in plain text (tls is left out)",
    ],
    ["an output that sends nothing", configMap("[OUTPUT]", "    Name stdout")],
    ["an Ingress", ingress("{tls: [{hosts: [example.com]}]}")],
    [
      "an Ingress with a certificate of AWS",
      ingress("{}", '{alb.ingress.kubernetes.io/certificate-arn: "arn:aws:acm:x"}'),
    ],
    [
      "an Ingress without",
      ingress("{rules: [{host: example.com}]}"),
      `violated Ingress/default/a: has no TLS: ${PLAIN}`,
    ],
    ["a Gateway that redirects", web(REDIRECT)],
    ["a Gateway without a route", web(), `violated Gateway/default/a: a listener is HTTP: ${PLAIN}`],
    [
      "a Gateway with another route",
      web(REDIRECT, "[{backendRefs: [{name: web}]}]"),
      `violated Gateway/default/a: a listener is HTTP: ${PLAIN}`,
    ],
    [
      "a container's flag",
      manifests(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, args: [--no-tls-verify]}]}}",
      ),
      "violated Pod/default/a: --no-tls-verify switches the verification of TLS off",
    ],
  ]);
});

// ---------------------------------------------------------------- our own

const ownMap = (resource: Json, name: string): Json =>
  Object.values<Json>(resource["kubernetes_config_map_v1"]).find(({ metadata }) => metadata.name === name);

const edit = (name: string, file: string, from: string, to: string) => (resource: Json) => {
  const map = ownMap(resource, name);
  if (!map.data[file].includes(from)) throw new Error(`no '${from}' in ${file}`);
  map.data[file] = map.data[file].replace(from, to);
};
const configuration = (from: string, to: string) => edit("union-operator", "config.yaml", from, to);
const fluentBit = (from: string, to: string) => edit("fluent-bit", "fluent-bit.conf", from, to);

describe("our own", () => {
  testMutations(invariant, [
    [
      "a bucket without a policy",
      (resource) => drop(resource, "aws_s3_bucket_policy", "metadata"),
      "violated no policy denies requests without TLS (aws:SecureTransport false)",
    ],
    [
      "a bucket that denies TLS instead",
      (resource) => {
        const policy = pick(resource, "aws_s3_bucket_policy", "metadata");
        policy.policy = policy.policy.replace('"aws:SecureTransport":"false"', '"aws:SecureTransport":"true"');
      },
      "violated no policy denies requests without TLS (aws:SecureTransport false)",
    ],
    [
      "the connection in plain text",
      configuration("insecure: false", "insecure: true"),
      "violated union.connection.insecure is true: TLS or its verification is switched off",
    ],
    [
      "the connection unverified",
      configuration("insecureSkipVerify: false", "insecureSkipVerify: true"),
      "violated union.connection.insecureSkipVerify is true: TLS or its verification is switched off",
    ],
    [
      "the connection to elsewhere",
      configuration("dns:///acme.hosted.unionai.cloud", "dns:///acme.example.com"),
      "violated union.connection.host is not dns:///acme.hosted.unionai.cloud, where the control plane ends TLS",
    ],
    [
      "a configuration that can't be read",
      (resource) => (ownMap(resource, "union-operator").data["config.yaml"] = '${file("config.yaml")}'),
      "unknown config.yaml can't be read",
    ],
    [
      "logs unverified",
      fluentBit("[OUTPUT]", "[OUTPUT]\n    tls.verify Off"),
      "violated output 's3' verifies no certificate (tls.verify off)",
    ],
    [
      "logs by another way",
      fluentBit("Name s3", "Name forward"),
      "violated output 'forward' sends in plain text (tls is left out)",
    ],
    [
      "the API unverified",
      fluentBit("tls.verify On", "tls.verify Off"),
      "violated filter 'kubernetes' verifies no certificate (tls.verify off)",
    ],
  ]);

  test("the private connection's listener passes TLS through", () => {
    const { deployment, resources } = own(
      {
        privateManagement: {
          principals: ["arn:aws:iam::210987654321:root"],
          reason: "Union operates the cluster.",
          expires: "2099-12-31",
        },
      },
      (resource) => (pick(resource, "aws_lb_listener").protocol = "HTTP"),
    );
    expect(judge(invariant, resources, deployment)).toEqual([
      expect.stringContaining("protocol is HTTP and does not redirect to HTTPS"),
    ]);
  });
});
