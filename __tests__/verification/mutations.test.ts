/** One fault at a time in this package's own output, and the invariant that must find it: this one and no other. */
import { parseDocument } from "yaml";
import { add, copyOf, expectFound, find, idOf, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const original = synthesize();
const withLogGroup = synthesize({ logs: "cloud-service" });

type Mutation = readonly [fault: string, invariant: string | readonly string[], change: (tree: Tree) => void];

const group = (tree: Tree, name: string) =>
  idOf(tree.infrastructure, "aws_security_group", new RegExp(`firewall_${name}_`));
const NODES = "nodes";

/** Adds an ingress or egress rule to one of the groups, TCP 443 where nothing else is said. */
const rule = (direction: "ingress" | "egress", of: string, values: Json) => (tree: Tree) => {
  add(tree.infrastructure, `aws_vpc_security_group_${direction}_rule`, {
    security_group_id: group(tree, of),
    ip_protocol: "tcp",
    from_port: 443,
    to_port: 443,
    ...values,
  });
};

const change =
  (stack: "infrastructure" | "workloads", type: string, id: RegExp, edit: (resource: Json) => void) => (tree: Tree) => {
    for (const resource of find(tree[stack], type, id)) edit(resource);
  };
const without = (stack: "infrastructure" | "workloads", type: string, id: RegExp) => (tree: Tree) =>
  remove(tree[stack], type, id);

const policy = (id: RegExp, edit: (spec: Json) => void) =>
  change("workloads", "kubernetes_network_policy_v1", id, ({ spec }) => edit(spec));

/** Every block of a policy's egress. */
const blocksOf = (spec: Json): Json[] =>
  spec.egress.flatMap(({ to }: Json) => to.map(({ ip_block }: Json) => ip_block)).filter(Boolean);

const closeBlock = (cidr: string) => (spec: Json) => {
  for (const path of spec.egress) path.to = path.to.filter(({ ip_block }: Json) => ip_block?.cidr !== cidr);
};

const service = (edit: (spec: Json) => void) =>
  change("workloads", "kubernetes_service_v1", /tunnel/, ({ spec }) => edit(spec));
const pod = (type: string, id: RegExp, edit: (template: Json) => void) =>
  change("workloads", type, id, ({ spec }) => edit(spec.template));

const configuration = (text: string, other: string) =>
  change("workloads", "kubernetes_config_map_v1", /configuration/, ({ data }) => {
    data["config.yaml"] = data["config.yaml"].replace(text, other);
  });

const logOutput = (text: string, other: string) =>
  change("workloads", "kubernetes_config_map_v1", /fluent-bit/, ({ data }) => {
    data["fluent-bit.conf"] = data["fluent-bit.conf"].replace(text, other);
  });

/** A setting of a component taken out of its configuration. */
const withoutSetting = (map: RegExp, path: string) =>
  change("workloads", "kubernetes_config_map_v1", map, ({ data }) => {
    const sections = parseDocument(data["config.yaml"]);
    sections.deleteIn(path.split("."));
    data["config.yaml"] = String(sections);
  });

const OPERATOR = /^configuration_/;
const LEASE_WORKER = /^lease-worker_/;
const WEBHOOK = /^pod-webhook_/;

/** What each part must be told. */
const SETTINGS: readonly (readonly [map: RegExp, paths: readonly string[]])[] = [
  [
    OPERATOR,
    [
      "union.auth.clientId",
      "union.auth.clientSecretLocation",
      "authorizer.authorizerClient.grpcConfig.host",
      "operator.enableTunnelService",
      "operator.clusterId.organization",
      "operator.clusterId.name",
      "operator.clusterData.bucketName",
      "operator.clusterData.metadataBucketPrefix",
      "operator.clusterData.userRole",
      "operator.dependenciesHeartbeat.proxy.endpoint",
      "operator.org.namespaceTemplate",
      "operator.syncClusterConfig",
      "proxy.persistedLogs",
      "proxy.smConfig.type",
      "proxy.smConfig.webhookHostTemplate",
      "storage.container",
      "fastRegistrationStorage",
    ],
  ],
  [
    LEASE_WORKER,
    [
      "leaseworker.organization",
      "leaseworker.cluster",
      "leaseworker.namespace-template",
      "leaseworker.unionAuth",
      "union.connection",
      "admin.endpoint",
      "admin.clientSecretLocation",
      "authorizer",
      "catalog-cache",
      "fasttask.callback-uri",
      "tasks",
      "plugins.k8s.default-pod-template-name",
      "storage.stow",
    ],
  ],
  [
    WEBHOOK,
    [
      "webhook.certDir",
      "webhook.secretName",
      "webhook.serviceName",
      "webhook.listenPort",
      "webhook.embeddedSecretManagerConfig.type",
      "webhook.disableCreateMutatingWebhookConfig",
    ],
  ],
];

const registration = (edit: (webhook: Json) => void) =>
  change("workloads", "kubernetes_mutating_webhook_configuration_v1", /./, ({ webhook }) => edit(webhook[0]));

const MUTATIONS: readonly Mutation[] = [
  // ------------------------------------------------ no-inbound
  ["a block let in at the nodes", "no-inbound", rule("ingress", NODES, { cidr_ipv4: "81.2.70.0/24" })],
  [
    "the internet let in at the nodes",
    "no-inbound",
    rule("ingress", NODES, { cidr_ipv4: "0.0.0.0/0", from_port: 22, to_port: 22 }),
  ],
  ["IPv6's internet let in", "no-inbound", rule("ingress", NODES, { cidr_ipv6: "::/0" })],
  [
    "every protocol, ports left out",
    "no-inbound",
    (tree) => {
      const values = { security_group_id: group(tree, NODES), ip_protocol: "-1", cidr_ipv4: "81.2.69.7/32" };
      add(tree.infrastructure, "aws_vpc_security_group_ingress_rule", values);
    },
  ],
  ["half of the internet let in at the API", "no-inbound", rule("ingress", "cluster", { cidr_ipv4: "128.0.0.0/1" })],
  [
    "two halves that make the internet",
    "no-inbound",
    (tree) => {
      add(tree.infrastructure, "aws_security_group_rule", {
        type: "ingress",
        security_group_id: group(tree, "endpoints"),
        protocol: "tcp",
        from_port: 443,
        to_port: 443,
        cidr_blocks: ["0.0.0.0/1", "128.0.0.0/1"],
      });
    },
  ],
  ["another private network let in", "no-inbound", rule("ingress", "endpoints", { cidr_ipv4: "10.1.0.0/16" })],
  ["the own network, one bit too wide", "no-inbound", rule("ingress", NODES, { cidr_ipv4: "10.0.0.0/15" })],
  [
    "an inline rule",
    "no-inbound",
    change("infrastructure", "aws_security_group", /nodes/, (found) => {
      found.ingress = [{ protocol: "udp", from_port: 53, to_port: 53, cidr_blocks: ["81.2.69.0/24"] }];
    }),
  ],
  [
    "a rule of the default group",
    "no-inbound",
    change("infrastructure", "aws_default_security_group", /./, (found) => {
      found.ingress = [{ protocol: "icmp", from_port: 8, to_port: 0, cidr_blocks: ["0.0.0.0/0"] }];
    }),
  ],
  [
    "a prefix list of another network let in",
    "no-inbound",
    (tree) => {
      const list = idOf(tree.infrastructure, "aws_ec2_managed_prefix_list", /ipv4/);
      rule("ingress", NODES, { prefix_list_id: list })(tree);
    },
  ],
  ["a source that only the cloud will tell", "no-inbound", rule("ingress", NODES, { cidr_ipv4: "${var.office}" })],
  [
    "an endpoint service that nobody declared",
    ["no-inbound", "private-api-endpoint"],
    (tree) => {
      const subnets = find(tree.infrastructure, "aws_eks_cluster")[0].vpc_config.subnet_ids;
      const balancer = {
        load_balancer_type: "network",
        internal: true,
        subnets,
        security_groups: [group(tree, "cluster")],
      };
      add(tree.infrastructure, "aws_lb", balancer);
      const service = { network_load_balancer_arns: ["${aws_lb.added.arn}"], acceptance_required: true };
      add(tree.infrastructure, "aws_vpc_endpoint_service", service);
    },
  ],
  [
    "a resource that opens a way and is not modelled",
    "no-inbound",
    (tree) =>
      add(tree.infrastructure, "aws_ec2_instance_connect_endpoint", { security_group_ids: [group(tree, NODES)] }),
  ],
  [
    "a policy that admits the internet to pods",
    "no-inbound",
    policy(/union-operator-proxy/, (spec) => {
      spec.ingress.push({ from: [{ ip_block: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: "8080" }] });
    }),
  ],
  [
    "a policy that admits everybody to pods",
    "no-inbound",
    policy(/union-operator-proxy/, (spec) => {
      spec.ingress[0].from = [];
    }),
  ],

  // ------------------------------------------------ egress-allowlist
  ["egress to everywhere", "egress-allowlist", rule("egress", NODES, { cidr_ipv4: "0.0.0.0/0" })],
  ["egress to IPv6's everywhere", "egress-allowlist", rule("egress", NODES, { cidr_ipv6: "::/0" })],
  ["egress to one more block", "egress-allowlist", rule("egress", "endpoints", { cidr_ipv4: "81.2.69.0/24" })],
  [
    "a Cloudflare block one bit too wide",
    "egress-allowlist",
    change("infrastructure", "aws_ec2_managed_prefix_list", /ipv4/, ({ entry }) => {
      entry.find(({ cidr }: Json) => cidr === "162.158.0.0/15").cidr = "162.156.0.0/14";
    }),
  ],
  [
    "an entry outside of Cloudflare",
    "egress-allowlist",
    change("infrastructure", "aws_ec2_managed_prefix_list", /ipv4/, (found) => {
      found.entry.push({ cidr: "81.2.69.0/24" });
      found.max_entries += 1;
    }),
  ],
  [
    "an entry made apart from its list",
    "egress-allowlist",
    (tree) => {
      for (const list of find(tree.infrastructure, "aws_ec2_managed_prefix_list", /ipv6/)) list.max_entries += 1;
      add(tree.infrastructure, "aws_ec2_managed_prefix_list_entry", {
        prefix_list_id: idOf(tree.infrastructure, "aws_ec2_managed_prefix_list", /ipv6/),
        cidr: "2001:db8::/32",
      });
    },
  ],
  [
    "more ports to Cloudflare",
    "egress-allowlist",
    change("infrastructure", "aws_vpc_security_group_egress_rule", /cloudflare-ipv4/, (found) => {
      found.from_port = 80;
    }),
  ],
  [
    "every protocol to Cloudflare",
    "egress-allowlist",
    change("infrastructure", "aws_vpc_security_group_egress_rule", /tunnel-edge-ipv4-udp/, (found) => {
      found.ip_protocol = "-1";
      delete found.from_port;
      delete found.to_port;
    }),
  ],
  [
    "a launch template without groups",
    ["egress-allowlist", "required-paths"],
    change("infrastructure", "aws_launch_template", /services/, (found) => {
      delete found.vpc_security_group_ids;
    }),
  ],
  [
    "EKS's own group on the nodes",
    "egress-allowlist",
    (tree) => {
      const cluster = idOf(tree.infrastructure, "aws_eks_cluster", /./).replace(
        ".id}",
        ".vpc_config[0].cluster_security_group_id}",
      );
      for (const template of find(tree.infrastructure, "aws_launch_template"))
        template.vpc_security_group_ids.push(cluster);
    },
  ],
  [
    "another AWS service's public addresses",
    "egress-allowlist",
    (tree) => {
      tree.infrastructure.data.aws_prefix_list.added = { name: "com.amazonaws.us-east-2.dynamodb" };
      rule("egress", NODES, { prefix_list_id: "${data.aws_prefix_list.added.id}" })(tree);
    },
  ],
  [
    "a policy's block one bit too wide",
    "egress-allowlist",
    policy(/union-operator_/, (spec) => {
      blocksOf(spec).find(({ cidr }) => cidr === "104.16.0.0/13").cidr = "104.16.0.0/12";
    }),
  ],
  [
    "a policy without peers",
    "egress-allowlist",
    policy(/union-tasks/, (spec) => {
      spec.egress[0].to = [];
      delete spec.egress[0].dynamic;
    }),
  ],
  [
    "a policy without ports",
    "egress-allowlist",
    policy(/union-operator-proxy/, (spec) => {
      spec.egress[1].ports = [];
    }),
  ],
  [
    "a policy whose block has an exception that opens more",
    "egress-allowlist",
    policy(/fluent-bit-fluent-bit/, (spec) => {
      spec.egress[0].to.push({ ip_block: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } });
    }),
  ],

  [
    "the tunnel's edge opened to tasks",
    "egress-allowlist",
    policy(/union-tasks/, (spec) => {
      spec.egress.push({
        to: [{ ip_block: { cidr: "198.41.192.0/24" } }],
        ports: [{ protocol: "TCP", port: "7844" }],
      });
    }),
  ],

  // ------------------------------------------------ required-paths
  ["no endpoint for credentials", "required-paths", without("infrastructure", "aws_vpc_endpoint", /sts/)],
  [
    "no endpoint for image layers and objects, and no way to S3",
    "required-paths",
    (tree) => {
      remove(tree.infrastructure, "aws_vpc_endpoint", /_s3_/);
      remove(tree.infrastructure, "aws_vpc_security_group_egress_rule", /nodes-to-s3/);
    },
  ],
  [
    "an endpoint's group that does not admit the nodes",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_ingress_rule", /endpoints-from-nodes/),
  ],
  [
    "nodes that may not call endpoints",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_egress_rule", /nodes-to-endpoints/),
  ],
  [
    "one endpoint in a group that admits nobody",
    "required-paths",
    change("infrastructure", "aws_vpc_endpoint", /sts/, (found) => {
      found.security_group_ids = ["${aws_default_security_group.network_default-security-group_F40826B8.id}"];
    }),
  ],
  [
    "nodes that may not call the API",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_ingress_rule", /cluster-from-nodes/),
  ],
  [
    "kubelets closed to the API",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_ingress_rule", /nodes-from-cluster-tcp-10250/),
  ],
  [
    "nodes closed to each other",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_ingress_rule", /nodes-from-nodes/),
  ],
  [
    "one region of the edge only",
    "required-paths",
    change("infrastructure", "aws_ec2_managed_prefix_list", /ipv4/, (found) => {
      found.entry = found.entry.map(({ cidr }: Json) => ({
        cidr: cidr === "198.41.128.0/17" ? "198.41.192.0/24" : cidr,
      }));
    }),
  ],
  [
    "the edge's TCP closed",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_egress_rule", /tunnel-edge-ipv4-tcp/),
  ],
  [
    "the edge's UDP closed",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_egress_rule", /tunnel-edge-ipv4-udp/),
  ],
  ["no way out", "required-paths", without("infrastructure", "aws_route", /route-node-us-east-2b/)],
  ["a NAT gateway without a way out", "required-paths", without("infrastructure", "aws_route", /route-public/)],
  [
    "the control plane closed to the operator",
    "required-paths",
    policy(/union-operator_/, (spec) => spec.egress.splice(1, 1)),
  ],
  [
    "the edge closed to the tunnel",
    "required-paths",
    policy(/union-operator-proxy/, (spec) => spec.egress.splice(2, 1)),
  ],
  ["DNS closed", "required-paths", without("workloads", "kubernetes_network_policy_v1", /union-dns/)],
  [
    "DNS of another label",
    "required-paths",
    policy(/union-dns/, ({ egress }) => (egress[0].to[0].pod_selector.match_labels = { "k8s-app": "coredns" })),
  ],
  ["DNS over UDP only", "required-paths", policy(/union-fluent-bit-dns/, ({ egress }) => egress[0].ports.pop())],
  ["the API's own address closed to pods", "required-paths", policy(/union-operator_/, closeBlock("172.20.0.1/32"))],
  [
    "one address of the API closed to pods",
    "required-paths",
    policy(/union-operator_/, (spec) => {
      spec.egress[0].to = spec.egress[0].to.filter(({ ip_block }: Json) => ip_block.cidr !== "10.0.196.0/24");
      spec.egress[2].to = spec.egress[2].to.filter(({ ip_block }: Json) => ip_block?.cidr !== "10.0.196.0/24");
    }),
  ],
  [
    "the object store closed to tasks",
    "required-paths",
    policy(/union-tasks/, ({ egress }) => {
      delete egress[0].dynamic;
    }),
  ],
  [
    "the object store closed to Fluent Bit",
    "required-paths",
    policy(/fluent-bit-fluent-bit/, ({ egress }) => {
      delete egress[0].dynamic;
    }),
  ],
  [
    "the operator's label changed",
    "required-paths",
    pod("kubernetes_deployment_v1", /operator/, ({ metadata }) => {
      metadata.labels["app.kubernetes.io/name"] = "operator";
    }),
  ],
  [
    "the proxy closed to the operator",
    "required-paths",
    policy(/union-operator-proxy/, ({ ingress }) => {
      ingress[0].from[0].pod_selector.match_labels["app.kubernetes.io/part-of"] = "other";
    }),
  ],
  ["no lease worker", "required-paths", without("workloads", "kubernetes_deployment_v1", /lease-worker/)],
  ["no pod webhook", "required-paths", without("workloads", "kubernetes_deployment_v1", /pod-webhook/)],
  ["nothing that makes the webhook's certificate", "required-paths", without("workloads", "kubernetes_job_v1", /./)],
  [
    "the lease worker without its policy",
    "required-paths",
    without("workloads", "kubernetes_network_policy_v1", /union-leaseworker/),
  ],
  ["the lease worker closed to tasks", "required-paths", policy(/union-leaseworker/, (spec) => delete spec.ingress)],
  ["tasks closed to the lease worker", "required-paths", policy(/union-tasks/, ({ egress }) => egress.splice(2, 1))],
  ["the control plane closed to tasks", "required-paths", policy(/union-tasks/, ({ egress }) => egress.splice(3, 1))],
  [
    "the webhook without its policy",
    "required-paths",
    without("workloads", "kubernetes_network_policy_v1", /union-pod-webhook_/),
  ],
  [
    "the webhook closed to the Kubernetes API",
    "required-paths",
    policy(/union-pod-webhook_/, ({ ingress }) => ingress.splice(0, 1)),
  ],
  [
    "the webhook closed to the proxy",
    "required-paths",
    policy(/union-pod-webhook_/, ({ ingress }) => ingress.splice(1, 1)),
  ],
  [
    "the webhook's certificate without its policy",
    "required-paths",
    without("workloads", "kubernetes_network_policy_v1", /webhook-certificate/),
  ],
  [
    "nodes closed to the API at the webhook's port",
    "required-paths",
    without("infrastructure", "aws_vpc_security_group_ingress_rule", /nodes-from-cluster-tcp-9443/),
  ],
  [
    "browsers refused by a bucket",
    "required-paths",
    without("infrastructure", "aws_s3_bucket_cors_configuration", /metadata/),
  ],
  [
    "another origin than the tenant's",
    "required-paths",
    change("infrastructure", "aws_s3_bucket_cors_configuration", /metadata/, ({ cors_rule }) => {
      cors_rule[0].allowed_origins = ["https://*.example.com"];
    }),
  ],

  // ------------------------------------------------ parts-configured
  ...SETTINGS.flatMap(([map, settings]) =>
    settings.map((path): Mutation => [`${map.source} without ${path}`, "parts-configured", withoutSetting(map, path)]),
  ),
  [
    "an operator that is told of no control plane",
    ["parts-configured", "encryption-in-transit"],
    withoutSetting(OPERATOR, "union.connection.host"),
  ],
  ["no configuration of the webhook", "parts-configured", without("workloads", "kubernetes_config_map_v1", WEBHOOK)],
  [
    "another organization's lease worker",
    "parts-configured",
    change("workloads", "kubernetes_config_map_v1", LEASE_WORKER, ({ data }) => {
      data["config.yaml"] = data["config.yaml"].replace("organization: acme", "organization: other");
    }),
  ],
  [
    "a lease worker without its client secret",
    "parts-configured",
    pod("kubernetes_deployment_v1", /lease-worker/, ({ spec }) => {
      spec.container[0].volume_mount = spec.container[0].volume_mount.filter(({ name }: Json) => name !== "secret");
    }),
  ],
  ["no service of the lease worker", "parts-configured", without("workloads", "kubernetes_service_v1", /lease-worker/)],
  [
    "a service of the lease worker without its port",
    "parts-configured",
    change("workloads", "kubernetes_service_v1", /lease-worker/, ({ spec }) => spec.port.shift()),
  ],
  ["no template of task pods", "parts-configured", without("workloads", "kubernetes_manifest", /task-template/)],
  [
    "a template with an account that is not there",
    "parts-configured",
    change("workloads", "kubernetes_manifest", /task-template/, ({ manifest }) => {
      manifest.template.spec.serviceAccountName = "other";
    }),
  ],
  [
    "a webhook that is not registered",
    "parts-configured",
    without("workloads", "kubernetes_mutating_webhook_configuration_v1", /./),
  ],
  ["a webhook that may be passed over", "parts-configured", registration((found) => (found.failure_policy = "Ignore"))],
  [
    "a webhook that nobody vouches for",
    "parts-configured",
    registration(({ client_config }) => delete client_config.ca_bundle),
  ],
  [
    "a webhook of another service",
    "parts-configured",
    registration(({ client_config }) => (client_config.service.name = "other")),
  ],
  [
    "a webhook for other namespaces",
    "parts-configured",
    registration(({ namespace_selector }) => (namespace_selector.match_expressions[0].values = ["default"])),
  ],
  [
    "a webhook for other pods",
    "parts-configured",
    registration(({ object_selector }) => (object_selector.match_labels.organization = "other")),
  ],
  [
    "a webhook asked about pods that are there",
    "parts-configured",
    registration(({ rule }) => (rule[0].operations = ["UPDATE"])),
  ],

  // ------------------------------------------------ cluster-ip-only
  ["a NodePort", "cluster-ip-only", service((spec) => (spec.type = "NodePort"))],
  ["a load balancer", ["no-inbound", "cluster-ip-only"], service((spec) => (spec.type = "LoadBalancer"))],
  [
    "an internal load balancer",
    "cluster-ip-only",
    change("workloads", "kubernetes_service_v1", /tunnel/, (found) => {
      found.spec.type = "LoadBalancer";
      found.metadata.annotations = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" };
    }),
  ],
  ["external addresses", "cluster-ip-only", service((spec) => (spec.external_ips = ["81.2.69.9"]))],
  [
    "a port of the node",
    "cluster-ip-only",
    pod("kubernetes_daemon_set_v1", /fluent-bit/, ({ spec }) => {
      spec.container[0].port[0].host_port = 8080;
    }),
  ],
  ["a type that can't be told", ["no-inbound", "cluster-ip-only"], service((spec) => (spec.type = "${var.type}"))],

  // ------------------------------------------------ default-deny
  ["no default-deny", "default-deny", without("workloads", "kubernetes_network_policy_v1", /union_default-deny/)],
  [
    "default-deny of one direction",
    "default-deny",
    policy(/union_default-deny/, (spec) => (spec.policy_types = ["Egress"])),
  ],
  [
    "default-deny of some pods",
    "default-deny",
    policy(/union-autoscaler_default-deny/, (spec) => {
      spec.pod_selector = { match_labels: { app: "x" } };
    }),
  ],
  [
    "pods in their node's network",
    "default-deny",
    pod("kubernetes_daemon_set_v1", /fluent-bit/, ({ spec }) => (spec.host_network = true)),
  ],
  [
    "policies that nothing enforces",
    "default-deny",
    change("infrastructure", "aws_eks_addon", /vpc-cni/, (found) => {
      delete found.configuration_values;
    }),
  ],

  // ------------------------------------------------ pod-security
  [
    "a container that does not say that it runs as no root",
    "pod-security",
    pod(
      "kubernetes_deployment_v1",
      /autoscaler/,
      ({ spec }) => delete spec.container[0].security_context.run_as_non_root,
    ),
  ],
  [
    "a privileged container",
    ["pod-security", "node-access"],
    pod("kubernetes_deployment_v1", /operator/, ({ spec }) => (spec.container[0].security_context.privileged = true)),
  ],
  [
    "a folder of the node's",
    "pod-security",
    pod("kubernetes_deployment_v1", /tunnel/, ({ spec }) => spec.volume.push({ name: "a", host_path: { path: "/" } })),
  ],
  [
    "a namespace that enforces no level",
    "pod-security",
    change("workloads", "kubernetes_namespace_v1", /union_namespace/, ({ metadata }) => delete metadata.labels),
  ],
  [
    "a laxer level than needed",
    "pod-security",
    change("workloads", "kubernetes_namespace_v1", /autoscaler/, ({ metadata }) => {
      metadata.labels["pod-security.kubernetes.io/enforce"] = "baseline";
    }),
  ],

  // ------------------------------------------------ api-tokens
  [
    "an account that says nothing of its token",
    "api-tokens",
    change("workloads", "kubernetes_service_account_v1", /task-account/, (found) => {
      delete found.automount_service_account_token;
    }),
  ],
  [
    "a token that allows nothing",
    "api-tokens",
    without("workloads", "kubernetes_role_binding_v1", /pod-webhook_certificate/),
  ],

  // ------------------------------------------------ encryption-in-transit
  [
    "a bucket without its policy",
    "encryption-in-transit",
    without("infrastructure", "aws_s3_bucket_policy", /metadata/),
  ],
  [
    "a bucket policy that no longer denies plain requests",
    "encryption-in-transit",
    change("infrastructure", "aws_s3_bucket_policy", /metadata/, (found) => {
      const policy = JSON.parse(found.policy);
      policy.Statement = policy.Statement.filter(({ Sid }: Json) => Sid !== "TlsOnly");
      found.policy = JSON.stringify(policy);
    }),
  ],
  [
    "an operator that verifies nobody",
    "encryption-in-transit",
    configuration("insecureSkipVerify: false", "insecureSkipVerify: true"),
  ],
  ["an operator that talks in plain", "encryption-in-transit", configuration("insecure: false", "insecure: true")],
  ["logs uploaded in plain", "encryption-in-transit", logOutput("bucket ", "endpoint http://s3.internal\n    bucket ")],
  ["logs sent to who knows whom in plain", "encryption-in-transit", logOutput("Name s3", "Name forward")],

  // ------------------------------------------------ encryption-at-rest
  [
    "a bucket without encryption",
    "encryption-at-rest",
    without("infrastructure", "aws_s3_bucket_server_side_encryption_configuration", /fast/),
  ],
  [
    "a disk without encryption",
    "encryption-at-rest",
    change("infrastructure", "aws_launch_template", /worker/, (found) => {
      found.block_device_mappings[0].ebs.encrypted = "false";
    }),
  ],
  [
    "Kubernetes secrets without a key",
    "encryption-at-rest",
    change("infrastructure", "aws_eks_cluster", /./, (found) => delete found.encryption_config),
  ],

  // ------------------------------------------------ private-api-endpoint
  [
    "a public API",
    "private-api-endpoint",
    change("infrastructure", "aws_eks_cluster", /./, ({ vpc_config }) => (vpc_config.endpoint_public_access = true)),
  ],
  [
    "a public API by leaving it out",
    "private-api-endpoint",
    change("infrastructure", "aws_eks_cluster", /./, ({ vpc_config }) => delete vpc_config.endpoint_public_access),
  ],
  [
    "no private API",
    "private-api-endpoint",
    change("infrastructure", "aws_eks_cluster", /./, ({ vpc_config }) => (vpc_config.endpoint_private_access = false)),
  ],

  // ------------------------------------------------ flow-logs
  ["no flow log", "flow-logs", without("infrastructure", "aws_flow_log", /./)],
  [
    "flow logs of what is refused only",
    "flow-logs",
    change("infrastructure", "aws_flow_log", /./, (found) => (found.traffic_type = "REJECT")),
  ],
  [
    "flow logs that do not tell who opened a connection",
    "flow-logs",
    change("infrastructure", "aws_flow_log", /./, (found) => {
      found.log_format = found.log_format.replace("$${flow-direction}", "").replace("$${tcp-flags}", "");
    }),
  ],

  // ------------------------------------------------ no-static-credentials
  ["an access key", "no-static-credentials", (tree) => add(tree.infrastructure, "aws_iam_access_key", { user: "ci" })],
  [
    "a role that every service account may be",
    "no-static-credentials",
    change("infrastructure", "aws_iam_role", /identity_task/, (found) => {
      found.assume_role_policy = found.assume_role_policy
        .replace(/"StringEquals"/, '"StringLike"')
        .replace(/system:serviceaccount:union:union/, "system:serviceaccount:*");
    }),
  ],
  [
    "instance metadata without a session",
    "no-static-credentials",
    change(
      "infrastructure",
      "aws_launch_template",
      /services/,
      (found) => (found.metadata_options.http_tokens = "optional"),
    ),
  ],

  // ------------------------------------------------ no-secrets
  [
    "a client secret in the manifest",
    "no-secrets",
    change(
      "workloads",
      "kubernetes_secret_v1",
      /auth/,
      (found) => (found.data_wo.client_secret = "hunter2-hunter2-hunter2"),
    ),
  ],
  [
    "an access key in the environment",
    "no-secrets",
    pod("kubernetes_deployment_v1", /tunnel/, ({ spec }) => {
      spec.container[1].env.push({ name: "API_KEY", value: "AKIAIOSFODNN7EXAMPLE" });
    }),
  ],

  // ------------------------------------------------ tunnel-region
  [
    "another region than the deployment's",
    "tunnel-region",
    pod("kubernetes_deployment_v1", /tunnel/, ({ spec }) => spec.container[1].args.splice(3, 0, "--region", "us")),
  ],
  [
    "a tunnel token among the arguments",
    "tunnel-region",
    pod("kubernetes_deployment_v1", /tunnel/, ({ spec }) => spec.container[1].args.push("--token", "$(TUNNEL_TOKEN)")),
  ],
  [
    "a tunnel whose insides Cloudflare may look at",
    "tunnel-region",
    pod("kubernetes_deployment_v1", /tunnel/, ({ spec }) => {
      spec.container[1].env = spec.container[1].env.filter(({ name }: Json) => !name.includes("DIAGNOSTICS"));
    }),
  ],
  [
    "a protocol that the deployment does not name",
    "tunnel-region",
    pod("kubernetes_deployment_v1", /tunnel/, ({ spec }) => spec.container[1].args.splice(3, 0, "--protocol", "http2")),
  ],

  // ------------------------------------------------ token-rotation-survives
  [
    "each apply undoes a rotation",
    "token-rotation-survives",
    change("workloads", "kubernetes_secret_v1", /auth/, (found) => delete found.lifecycle),
  ],
  [
    "each apply undoes a restart",
    "token-rotation-survives",
    change("workloads", "kubernetes_deployment_v1", /tunnel/, (found) => delete found.lifecycle),
  ],
  [
    "an operator that may not write the token",
    "token-rotation-survives",
    without("workloads", "kubernetes_role_binding_v1", /token-rotation/),
  ],
];

test.each(MUTATIONS)("%s: %s", async (_, expected, apply) => {
  await expectFound(original, expected, apply);
});

test("no-static-credentials: a role that the account's boundary does not bound", async () => {
  const bounded = synthesize({ permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary" });
  const unbound = change("infrastructure", "aws_iam_role", /task/, (role) => delete role.permissions_boundary);
  await expectFound(bounded, "no-static-credentials", unbound);
});

test("required-paths: clients that the cluster's group no longer admits", async () => {
  const reachable = synthesize({
    cluster: { accessFromCidrs: ["10.9.0.0/16"] },
    network: { routes: [{ cidr: "10.9.0.0/16", via: "pcx-0a1b" }] },
  });
  const closed = (tree: Tree) => {
    for (const entry of find(tree.infrastructure, "aws_vpc_security_group_ingress_rule"))
      if (entry.cidr_ipv4 === "10.9.0.0/16") entry.cidr_ipv4 = "10.9.0.0/17";
  };
  await expectFound(reachable, "required-paths", closed);
});

describe("with logs in CloudWatch", () => {
  test.each<Mutation>([
    ["out of reach", "required-paths", without("infrastructure", "aws_vpc_endpoint", /logs/)],
    [
      "closed to Fluent Bit",
      "required-paths",
      without("workloads", "kubernetes_network_policy_v1", /fluent-bit-fluent-bit/),
    ],
    [
      "without a key",
      "encryption-at-rest",
      change("infrastructure", "aws_cloudwatch_log_group", /log-aggregation/, (found) => delete found.kms_key_id),
    ],
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(withLogGroup, expected, apply);
  });
});

test("without a fault nothing is found", async () => {
  const { verdict, findings } = await judge(copyOf(original));
  expect([verdict, findings]).toEqual(["pass", []]);
});
