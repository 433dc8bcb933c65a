/** One fault at a time in this package's own output on Google Cloud, and the invariant that must find it: no other. */
import { add, expectFound, find, idOf, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const BYOC = {
  privateManagement: {
    projects: ["union-management"],
    reason: "Union operates the cluster",
    expires: "2099-12-31",
  },
};

const NETWORK = {
  network: "shared",
  nodeSubnet: { name: "nodes", cidr: "10.2.0.0/16" },
  podRange: { name: "pods", cidr: "10.0.0.0/15" },
  serviceRange: "services",
  clusterSubnet: { name: "api", cidr: "10.3.0.0/28" },
};

/** The same names in the host project of a Shared VPC, whose zones the customer keeps. */
const SHARED = {
  network: {
    existing: {
      ...NETWORK,
      network: "projects/acme-host/global/networks/shared",
      privateZones: ["googleapis.com", "gcr.io", "pkg.dev"],
    },
  },
};

const original = synthesize({ cloud: "google" });
const managed = synthesize({ cloud: "google", ...BYOC });
const shared = synthesize({ cloud: "google", ...SHARED });

type Mutation = readonly [fault: string, invariant: string | readonly string[], change: (tree: Tree) => void];

const change =
  (stack: "infrastructure" | "workloads", type: string, id: RegExp, edit: (resource: Json) => void) => (tree: Tree) => {
    for (const resource of find(tree[stack], type, id)) edit(resource);
  };
const without = (stack: "infrastructure" | "workloads", type: string, id: RegExp) => (tree: Tree) =>
  remove(tree[stack], type, id);
const setting = (type: string, id: RegExp, edit: (resource: Json) => void) => change("infrastructure", type, id, edit);

const cluster = (edit: (found: Json) => void) => setting("google_container_cluster", /./, edit);
const pool = (edit: (config: Json) => void) =>
  setting("google_container_node_pool", /worker/, ({ node_config }) => edit(node_config));
const nodeSubnet = (edit: (found: Json) => void) => setting("google_compute_subnetwork", /subnet-nodes/, edit);
const firewall = (id: RegExp, edit: (found: Json) => void) => setting("google_compute_firewall", id, edit);
const noFirewall = (id: RegExp) => without("infrastructure", "google_compute_firewall", id);

const HTTPS = [{ protocol: "tcp", ports: ["443"] }];
const networkOf = (tree: Tree) => idOf(tree.infrastructure, "google_compute_network", /./);

/** Adds a rule for the nodes, TCP 443 where nothing else is said. */
const rule = (values: Json) => (tree: Tree) =>
  add(tree.infrastructure, "google_compute_firewall", {
    name: "added",
    network: values.network ?? networkOf(tree),
    priority: 900,
    allow: HTTPS,
    target_tags: ["acme-prod-node"],
    ...values,
  });
const ingress = (values: Json) => rule({ direction: "INGRESS", ...values });
const egress = (values: Json) => rule({ direction: "EGRESS", ...values });

const policy = (id: RegExp, edit: (spec: Json) => void) =>
  change("workloads", "kubernetes_network_policy_v1", id, ({ spec }) => edit(spec));
const closeBlock = (cidr: string) => (spec: Json) => {
  for (const path of spec.egress) path.to = path.to.filter(({ ip_block }: Json) => ip_block?.cidr !== cidr);
  // A path without peers would lead everywhere.
  spec.egress = spec.egress.filter(({ to }: Json) => to.length > 0);
};

/** Closes pods' way to resolvers of a label. */
const closeResolver =
  (label: string) =>
  (tree: Tree): void =>
    policy(/-dns_/, ({ egress: [dns] }) => {
      dns.to = dns.to.filter(({ pod_selector }: Json) => pod_selector.match_labels["k8s-app"] !== label);
    })(tree);

/** A grant beside those that are there. */
const grant = (on: string, values: Json) => (tree: Tree) =>
  add(tree.infrastructure, `${on}_iam_member`, {
    ...(on === "google_project" && { project: "acme-data-plane" }),
    ...values,
  });
const account = (id: string) => `serviceAccount:${id}@acme-data-plane.iam.gserviceaccount.com`;

const workloadAccount = (id: RegExp, edit: (metadata: Json) => void) =>
  change("workloads", "kubernetes_service_account_v1", id, ({ metadata }) => edit(metadata));
const ANNOTATION = "iam.gke.io/gcp-service-account";

const EVERYWHERE = ["0.0.0.0/0"];

const MUTATIONS: readonly Mutation[] = [
  // ------------------------------------------------ no-inbound
  ["the internet let in at the nodes", "no-inbound", ingress({ source_ranges: EVERYWHERE })],
  ["a source left out, which means everywhere", "no-inbound", ingress({})],
  ["two halves that make the internet", "no-inbound", ingress({ source_ranges: ["0.0.0.0/1", "128.0.0.0/1"] })],
  ["IPv6's internet let in", "no-inbound", ingress({ source_ranges: ["::/0"] })],
  [
    "health checks of load balancers let in",
    "no-inbound",
    ingress({ source_ranges: ["35.191.0.0/16", "130.211.0.0/22"] }),
  ],
  ["SSH by IAP let in", "no-inbound", ingress({ source_ranges: ["35.235.240.0/20"], allow: [{ protocol: "tcp" }] })],
  ["the own network, one bit too wide", "no-inbound", ingress({ source_ranges: ["10.0.0.0/13"] })],
  ["every protocol let in", "no-inbound", ingress({ source_ranges: ["81.2.69.7/32"], allow: [{ protocol: "all" }] })],
  ["a rule for machines of another tag", "no-inbound", ingress({ source_ranges: EVERYWHERE, target_tags: ["web"] })],
  ["a source that only the cloud will tell", "no-inbound", ingress({ source_ranges: ["${var.office}"] })],
  [
    "an admitted block that grew",
    "no-inbound",
    firewall(/from-nodes/, (found) => found.source_ranges.push("81.2.71.0/24")),
  ],
  [
    "an API that a public block may reach",
    "no-inbound",
    cluster((found) => {
      found.master_authorized_networks_config.cidr_blocks = [{ cidr_block: "81.2.70.0/24" }];
    }),
  ],
  [
    "a load balancer of the internet",
    "no-inbound",
    (tree) =>
      add(tree.infrastructure, "google_compute_forwarding_rule", {
        name: "added",
        region: "us-east5",
        load_balancing_scheme: "EXTERNAL_MANAGED",
        port_range: "443",
        ip_protocol: "TCP",
      }),
  ],
  [
    "a service attachment that nobody declared",
    ["no-inbound", "private-api-endpoint"],
    (tree) =>
      add(tree.infrastructure, "google_compute_service_attachment", {
        name: "added",
        region: "us-east5",
        connection_preference: "ACCEPT_MANUAL",
        consumer_accept_lists: [{ project_id_or_num: "union-management", connection_limit: 1 }],
        reconcile_connections: true,
        enable_proxy_protocol: false,
        nat_subnets: [],
        target_service: "https://example.test",
      }),
  ],
  [
    "a resource that opens a way and is not modelled",
    "no-inbound",
    (tree) => add(tree.infrastructure, "google_compute_network_attachment", { name: "added", region: "us-east5" }),
  ],

  // ------------------------------------------------ egress-allowlist
  ["no denies of IPv4 out", "egress-allowlist", noFirewall(/deny-ipv4-out/)],
  ["no denies of IPv6 out", "egress-allowlist", noFirewall(/deny-ipv6-out/)],
  ["a deny that is switched off", "egress-allowlist", firewall(/deny-ipv4-out/, (found) => (found.disabled = true))],
  [
    "a deny for some machines only",
    "egress-allowlist",
    firewall(/deny-ipv4-out/, (found) => (found.target_tags = ["others"])),
  ],
  ["egress to everywhere", "egress-allowlist", egress({ destination_ranges: EVERYWHERE })],
  ["a destination left out, which means everywhere", "egress-allowlist", egress({})],
  ["egress to one more block", "egress-allowlist", egress({ destination_ranges: ["81.2.69.0/24"] })],
  ["private.googleapis.com", "egress-allowlist", egress({ destination_ranges: ["199.36.153.8/30"] })],
  [
    "restricted.googleapis.com without TLS",
    "egress-allowlist",
    egress({ destination_ranges: ["199.36.153.4/30"], allow: [{ protocol: "tcp", ports: ["80"] }] }),
  ],
  [
    "more ports to Cloudflare",
    "egress-allowlist",
    firewall(/to-cloudflare/, (found) => (found.allow[0].ports = ["443-8443"])),
  ],
  [
    "every port to Cloudflare",
    "egress-allowlist",
    firewall(/to-cloudflare/, (found) => {
      delete found.allow[0].ports;
    }),
  ],
  [
    "a Cloudflare block one bit too wide",
    "egress-allowlist",
    firewall(/to-cloudflare/, (found) => {
      found.destination_ranges = found.destination_ranges.map((block: string) => block.replace("/13", "/12"));
    }),
  ],
  [
    "a policy's block one bit too wide",
    "egress-allowlist",
    policy(/union-tasks/, (spec) => {
      for (const { to } of spec.egress)
        for (const { ip_block } of to)
          if (ip_block) ip_block.cidr = ip_block.cidr.replace("199.36.153.4/30", "199.36.153.0/29");
    }),
  ],
  [
    "nodes without the tag of the denies",
    ["egress-allowlist", "required-paths"],
    (tree) => {
      for (const found of find(tree.infrastructure, "google_compute_firewall", /deny-ipv4-out/))
        found.target_tags = ["acme-prod-node"];
      pool((config) => (config.tags = ["others"]))(tree);
    },
  ],

  // ------------------------------------------------ required-paths
  ["no lease worker", "required-paths", without("workloads", "kubernetes_deployment_v1", /lease-worker/)],
  ["no pod webhook", "required-paths", without("workloads", "kubernetes_deployment_v1", /pod-webhook/)],
  ["nothing that makes the webhook's certificate", "required-paths", without("workloads", "kubernetes_job_v1", /./)],
  [
    "the lease worker without its policy",
    "required-paths",
    without("workloads", "kubernetes_network_policy_v1", /union-leaseworker/),
  ],
  ["the lease worker closed to tasks", "required-paths", policy(/union-leaseworker/, (spec) => delete spec.ingress)],
  [
    "the webhook closed to the agents of the Kubernetes API",
    "required-paths",
    policy(/union-pod-webhook_/, ({ ingress }) => {
      ingress[0].from = ingress[0].from.filter(({ ip_block }: Json) => ip_block);
    }),
  ],
  [
    "the webhook's certificate without its policy",
    "required-paths",
    without("workloads", "kubernetes_network_policy_v1", /webhook-certificate/),
  ],
  ["nodes without the tag of the allows", "required-paths", pool((config) => (config.tags = ["others"]))],
  ["nodes that may not call the API", "required-paths", noFirewall(/to-cluster/)],
  ["Konnectivity closed", "required-paths", firewall(/to-cluster/, (found) => (found.allow[0].ports = ["443"]))],
  ["nodes and pods closed to each other", "required-paths", noFirewall(/to-nodes/)],
  [
    "pods closed to pods of another node",
    "required-paths",
    firewall(/to-nodes/, (found) => (found.destination_ranges = ["10.2.0.0/16"])),
  ],
  [
    "kubelets closed to the API",
    "required-paths",
    ingress({
      allow: [],
      deny: [{ protocol: "tcp", ports: ["10250"] }],
      source_ranges: EVERYWHERE,
      log_config: { metadata: "INCLUDE_ALL_METADATA" },
    }),
  ],
  ["Google's APIs closed", "required-paths", noFirewall(/to-google-apis/)],
  ["Cloudflare closed", "required-paths", noFirewall(/to-cloudflare/)],
  [
    "one region of the edge only",
    "required-paths",
    firewall(/to-tunnel-edge/, (found) => (found.destination_ranges = ["198.41.192.0/24"])),
  ],
  [
    "the edge's TCP closed",
    "required-paths",
    firewall(
      /to-tunnel-edge/,
      (found) => (found.allow = found.allow.filter(({ protocol }: Json) => protocol !== "tcp")),
    ),
  ],
  ["no way out", "required-paths", without("infrastructure", "google_compute_route", /./)],
  ["no NAT", "required-paths", without("infrastructure", "google_compute_router_nat", /./)],
  [
    "no Private Google Access",
    "required-paths",
    (tree) => {
      nodeSubnet((found) => (found.private_ip_google_access = false))(tree);
      // Cloud NAT would carry packets to the restricted addresses nowhere.
      remove(tree.infrastructure, "google_compute_router_nat", /./);
    },
  ],
  ["no private names for images", "required-paths", without("infrastructure", "google_dns_managed_zone", /pkg-dev/)],
  [
    "private names that another network sees",
    "required-paths",
    setting("google_dns_managed_zone", /googleapis-com/, (found) => {
      found.private_visibility_config.networks = [{ network_url: "projects/p/global/networks/other" }];
    }),
  ],
  [
    "a public zone of private names",
    "required-paths",
    setting("google_dns_managed_zone", /googleapis-com/, (found) => (found.visibility = "public")),
  ],
  [
    "no alias for every name",
    ["no-inbound", "required-paths"],
    without("infrastructure", "google_dns_record_set", /googleapis-com-aliases/),
  ],
  [
    "names that lead to private.googleapis.com",
    "required-paths",
    setting("google_dns_record_set", /googleapis-com-addresses/, (found) => {
      found.rrdatas = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"];
    }),
  ],
  ["the metadata server closed to tasks", "required-paths", policy(/union-tasks/, closeBlock("169.254.169.254/32"))],
  [
    "Google's APIs closed to Fluent Bit",
    "required-paths",
    policy(/fluent-bit-fluent-bit/, closeBlock("199.36.153.4/30")),
  ],
  ["the API's address closed to pods", "required-paths", policy(/union-operator_/, closeBlock("10.3.0.0/28"))],
  ["DNS closed", "required-paths", without("workloads", "kubernetes_network_policy_v1", /union-dns/)],
  ["kube-dns closed", "required-paths", closeResolver("kube-dns")],
  ["the nodes' cache closed", "required-paths", closeResolver("node-local-dns")],
  [
    "a cache that newer versions turn on, closed",
    "required-paths",
    (tree) => {
      cluster((found) => delete found.addons_config.dns_cache_config)(tree);
      closeResolver("node-local-dns")(tree);
    },
  ],
  [
    "Cloud DNS turned on, whose address is closed",
    "required-paths",
    cluster((found) => (found.dns_config = { cluster_dns: "CLOUD_DNS", cluster_dns_scope: "CLUSTER_SCOPE" })),
  ],
  [
    "a provider of names that is not known",
    "required-paths",
    cluster((found) => (found.dns_config.cluster_dns = "${var.dns}")),
  ],
  [
    "browsers refused by a bucket",
    "required-paths",
    setting("google_storage_bucket", /metadata/, (found) => {
      delete found.cors;
    }),
  ],
  [
    "an origin that Cloud Storage takes as it is written",
    "required-paths",
    setting("google_storage_bucket", /metadata/, (found) => {
      found.cors[0].origin = ["https://*.unionai.cloud"];
    }),
  ],

  // ------------------------------------------------ default-deny
  ["no Dataplane V2", "default-deny", cluster((found) => (found.datapath_provider = "LEGACY_DATAPATH"))],
  ["no default-deny", "default-deny", without("workloads", "kubernetes_network_policy_v1", /union_default-deny/)],

  // ------------------------------------------------ pod-security
  [
    "a container with a capability",
    "pod-security",
    change("workloads", "kubernetes_deployment_v1", /operator/, ({ spec }) => {
      spec.template.spec.container[0].security_context.capabilities.add = ["SYS_ADMIN"];
    }),
  ],
  [
    "a seccomp profile without a type",
    "pod-security",
    change("workloads", "kubernetes_deployment_v1", /tunnel/, ({ spec }) => {
      spec.template.spec.container[0].security_context.seccomp_profile = {};
    }),
  ],
  [
    "a namespace that enforces no level",
    "pod-security",
    change("workloads", "kubernetes_namespace_v1", /union_namespace/, ({ metadata }) => delete metadata.labels),
  ],
  [
    "a laxer level than needed",
    "pod-security",
    change("workloads", "kubernetes_namespace_v1", /union_namespace/, ({ metadata }) => {
      metadata.labels["pod-security.kubernetes.io/enforce"] = "privileged";
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
    "Fluent Bit without verification",
    "encryption-in-transit",
    change("workloads", "kubernetes_config_map_v1", /fluent-bit/, ({ data }) => {
      data["fluent-bit.conf"] = data["fluent-bit.conf"].replace("[OUTPUT]", "[OUTPUT]\n    tls.verify Off");
    }),
  ],

  [
    "Fluent Bit that sends in plain",
    "encryption-in-transit",
    change("workloads", "kubernetes_config_map_v1", /fluent-bit/, ({ data }) => {
      data["fluent-bit.conf"] += "    cloud_logging_base_url http://logging.internal\n";
    }),
  ],

  // ------------------------------------------------ encryption-at-rest
  ["secrets without a key", "encryption-at-rest", cluster((found) => delete found.database_encryption)],
  ["disks with Google's key", "encryption-at-rest", pool((config) => delete config.boot_disk_kms_key)],
  [
    "a bucket with Google's key",
    "encryption-at-rest",
    setting("google_storage_bucket", /metadata/, (found) => delete found.encryption),
  ],
  [
    "images with Google's key",
    "encryption-at-rest",
    setting("google_artifact_registry_repository", /builds/, (found) => delete found.kms_key_name),
  ],
  [
    "logs with Google's key",
    "encryption-at-rest",
    setting("google_logging_project_bucket_config", /pods/, (found) => delete found.cmek_settings),
  ],
  [
    "the client secret with Google's key",
    "encryption-at-rest",
    setting("google_secret_manager_secret", /./, (found) => {
      delete found.replication.user_managed.replicas[0].customer_managed_encryption;
    }),
  ],

  // ------------------------------------------------ private-api-endpoint
  [
    "an API with a public address",
    ["no-inbound", "required-paths", "private-api-endpoint"],
    cluster((found) => {
      delete found.private_cluster_config.enable_private_endpoint;
      delete found.control_plane_endpoints_config.ip_endpoints_config;
      delete found.master_authorized_networks_config.private_endpoint_enforcement_enabled;
      found.master_authorized_networks_config.cidr_blocks = [{ cidr_block: "81.2.70.0/24" }];
    }),
  ],
  [
    "a DNS endpoint that answers the internet",
    ["no-inbound", "private-api-endpoint"],
    cluster((found) => (found.control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic = true)),
  ],
  [
    "authorized networks that are not enforced",
    "private-api-endpoint",
    cluster((found) => delete found.master_authorized_networks_config.private_endpoint_enforcement_enabled),
  ],

  // ------------------------------------------------ flow-logs
  ["no flow logs", "flow-logs", nodeSubnet((found) => delete found.log_config)],
  ["a sample of the flows", "flow-logs", nodeSubnet((found) => (found.log_config.flow_sampling = 0.5))],
  ["flows without metadata", "flow-logs", nodeSubnet((found) => (found.log_config.metadata = "EXCLUDE_ALL_METADATA"))],
  [
    "some flows only",
    "flow-logs",
    nodeSubnet((found) => (found.log_config.filter_expr = "inIpRange(connection.src_ip, '10.0.0.0/8')")),
  ],
  ["refusals that are not recorded", "flow-logs", firewall(/deny-ipv4-in/, (found) => delete found.log_config)],
  [
    "NAT that records errors only",
    "flow-logs",
    setting("google_compute_router_nat", /./, (found) => (found.log_config.filter = "ERRORS_ONLY")),
  ],
  ["flows within a node unseen", "flow-logs", cluster((found) => (found.enable_intranode_visibility = false))],

  // ------------------------------------------------ no-static-credentials
  [
    "a service account's key",
    "no-static-credentials",
    (tree) => add(tree.infrastructure, "google_service_account_key", { service_account_id: "x" }),
  ],
  [
    "an HMAC key",
    "no-static-credentials",
    (tree) => add(tree.infrastructure, "google_storage_hmac_key", { service_account_email: "x" }),
  ],
  [
    "a role on the whole project",
    "no-static-credentials",
    grant("google_project", { role: "roles/storage.objectAdmin", member: account("acme-prod-task") }),
  ],
  [
    "an owner",
    "no-static-credentials",
    grant("google_project", { role: "roles/owner", member: account("acme-prod-platform") }),
  ],
  [
    "a right that is another identity's",
    "no-static-credentials",
    grant("google_project", { role: "roles/logging.logWriter", member: account("acme-prod-task") }),
  ],
  [
    "a stranger with a right",
    "no-static-credentials",
    grant("google_storage_bucket", {
      bucket: "b",
      role: "roles/storage.objectViewer",
      member: "user:somebody@example.com",
    }),
  ],
  [
    "everybody's bucket",
    ["no-inbound", "no-static-credentials"],
    grant("google_storage_bucket", { bucket: "b", role: "roles/storage.objectViewer", member: "allUsers" }),
  ],
  [
    "another pod that may be the platform",
    "no-static-credentials",
    setting("google_service_account_iam_member", /platform-workload/, (found) => {
      found.member = found.member.replace("[union/union-system]", "[default/default]");
    }),
  ],
  [
    "a task identity that no task may be",
    "no-static-credentials",
    without("infrastructure", "google_service_account_iam_member", /task-workload/),
  ],
  [
    "secrets that are not the deployment's own",
    "no-static-credentials",
    setting("google_project_iam_member", /platform-secrets/, (found) => delete found.condition),
  ],
  [
    "a condition that is too wide",
    "no-static-credentials",
    setting("google_project_iam_member", /platform-secrets/, (found) => {
      found.condition.expression += ' || resource.name.extract("/secrets/{id}").startsWith("u")';
    }),
  ],
  [
    "a role that shares secrets",
    "no-static-credentials",
    setting("google_project_iam_custom_role", /role-secrets/, (found) =>
      found.permissions.push("secretmanager.secrets.setIamPolicy"),
    ),
  ],
  [
    "nodes that are the default service account",
    // What that one may read nobody has written.
    ["images-reachable", "no-static-credentials"],
    pool((config) => delete config.service_account),
  ],
  [
    "pods that can be their node",
    "no-static-credentials",
    pool((config) => (config.workload_metadata_config.mode = "GCE_METADATA")),
  ],
  ["no workload identities", "no-static-credentials", cluster((found) => delete found.workload_identity_config)],
  [
    "a bucket whose objects have readers of their own",
    "no-static-credentials",
    setting("google_storage_bucket", /metadata/, (found) => (found.uniform_bucket_level_access = false)),
  ],
  [
    "tasks with the platform's identity",
    "no-static-credentials",
    workloadAccount(/task-account/, (metadata) => {
      metadata.annotations[ANNOTATION] = "acme-prod-platform@acme-data-plane.iam.gserviceaccount.com";
    }),
  ],
  [
    "tasks without an identity",
    "no-static-credentials",
    workloadAccount(/task-account/, (metadata) => (metadata.annotations = {})),
  ],

  // ------------------------------------------------ no-secrets, tunnel-region, token-rotation-survives
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
    "another region than the deployment's",
    "tunnel-region",
    change("workloads", "kubernetes_deployment_v1", /tunnel/, ({ spec }) =>
      spec.template.spec.container[1].args.splice(3, 0, "--region", "us"),
    ),
  ],
  [
    "each apply undoes a rotation",
    "token-rotation-survives",
    change("workloads", "kubernetes_secret_v1", /auth/, (found) => delete found.lifecycle),
  ],
  [
    "a NodePort",
    "cluster-ip-only",
    change("workloads", "kubernetes_service_v1", /tunnel/, ({ spec }) => (spec.type = "NodePort")),
  ],
];

/** Faults of the declared connection: what else than what is declared comes in by it. */
const attachment = (edit: (found: Json) => void) => setting("google_compute_service_attachment", /./, edit);

const OF_DNS: readonly (readonly [fault: string, dns: string, change: (tree: Tree) => void])[] = [
  ["the nodes' cache turned on", "kube-dns", cluster((found) => (found.addons_config.dns_cache_config.enabled = true))],
  ["Cloud DNS turned off", "cloud-dns", cluster((found) => (found.dns_config = { cluster_dns: "PLATFORM_DEFAULT" }))],
  ["Cloud DNS closed", "cloud-dns", without("workloads", "kubernetes_network_policy_v1", /union-dns/)],
  [
    "the nodes' cache turned on",
    "cloud-dns",
    cluster((found) => (found.addons_config.dns_cache_config.enabled = true)),
  ],
];

const OF_CONNECTION: readonly Mutation[] = [
  [
    "whoever asks is connected",
    "private-api-endpoint",
    attachment((found) => (found.connection_preference = "ACCEPT_AUTOMATIC")),
  ],
  [
    "a project that is not declared",
    "private-api-endpoint",
    attachment((found) => found.consumer_accept_lists.push({ project_id_or_num: "stranger", connection_limit: 1 })),
  ],
  ["a declared project left out", "private-api-endpoint", attachment((found) => (found.consumer_accept_lists = []))],
  [
    "who is taken off stays connected",
    "private-api-endpoint",
    attachment((found) => (found.reconcile_connections = false)),
  ],
  [
    "proxies that the API refuses",
    "required-paths",
    cluster((found) => (found.master_authorized_networks_config.cidr_blocks = [])),
  ],
  [
    "a load balancer of the internet",
    "no-inbound",
    setting("google_compute_forwarding_rule", /./, (found) => (found.load_balancing_scheme = "EXTERNAL")),
  ],
  [
    "a load balancer of every port",
    "private-api-endpoint",
    setting("google_compute_forwarding_rule", /./, (found) => {
      delete found.ports;
      found.all_ports = true;
    }),
  ],
  [
    "the internet let in at the proxies",
    "no-inbound",
    firewall(/from-health-checks/, (found) => found.source_ranges.push("0.0.0.0/0")),
  ],
  [
    "health checks let in at more ports",
    "no-inbound",
    firewall(/from-health-checks/, (found) => (found.allow[0].ports = ["22", "443"])),
  ],
  [
    "health checks let in at the nodes too",
    "no-inbound",
    firewall(/from-health-checks/, (found) => found.target_tags.push("acme-prod-node")),
  ],
  ["health checks closed", "required-paths", noFirewall(/from-health-checks/)],
  ["those who connect closed out", "required-paths", noFirewall(/from-consumers/)],
  ["proxies that may not call the API", "required-paths", noFirewall(/to-cluster-from-proxies/)],
  [
    "proxies that may call nodes",
    "private-api-endpoint",
    firewall(/to-cluster-from-proxies/, (found) => found.destination_ranges.push("10.2.0.0/16")),
  ],
  [
    "proxies that may leave",
    "egress-allowlist",
    firewall(/to-cluster-from-proxies/, (found) => found.destination_ranges.push("81.2.69.0/24")),
  ],
  [
    "proxies without their tag",
    ["no-inbound", "required-paths"],
    setting("google_compute_instance", /./, (found) => (found.tags = ["others"])),
  ],
];

/** Changes the deployment that both stacks carry. */
const declared = (edit: (deployment: Json) => void) => (tree: Tree) => {
  const carried = Object.values(tree.files).flatMap((file) => Object.values<Json>(file).flatMap(deploymentsIn));
  if (carried.length !== 2) throw new Error(`${carried.length} deployments`);
  for (const deployment of carried) edit(deployment);
};
const deploymentsIn = (value: Json): Json[] => {
  if (typeof value !== "object" || value === null) return [];
  return "cloudRegion" in value ? [value] : Object.values<Json>(value).flatMap(deploymentsIn);
};

/** Faults of a Shared VPC: what is of the wrong project of two with the same names, and zones that nobody has. */
const OF_SHARED_VPC: readonly Mutation[] = [
  [
    "denies in a network of the same name in the own project",
    "egress-allowlist",
    firewall(/deny-ipv4-out/, (found) => (found.network = "projects/acme-data-plane/global/networks/shared")),
  ],
  [
    "allows in a network of the same name in the own project",
    ["egress-allowlist", "required-paths"],
    firewall(/to-google-apis/, (found) => (found.network = "projects/acme-data-plane/global/networks/shared")),
  ],
  [
    "a rule that lets the internet in, by the network's full name",
    "no-inbound",
    ingress({ network: "projects/acme-host/global/networks/shared", source_ranges: EVERYWHERE }),
  ],
  [
    "private zones that nobody has",
    "required-paths",
    declared(({ network }) => (network.existing.privateZones = ["googleapis.com", "gcr.io"])),
  ],
  [
    "nodes in a subnet of the own project",
    ["no-inbound", "egress-allowlist", "required-paths"],
    cluster((found) => {
      found.network = "projects/acme-data-plane/global/networks/shared";
      found.subnetwork = "projects/acme-data-plane/regions/us-east5/subnetworks/nodes";
    }),
  ],
];

test.each(MUTATIONS)("%s: %s", async (_, expected, apply) => {
  await expectFound(original, expected, apply);
});

test.each(OF_CONNECTION)("the private management connection, %s: %s", async (_, expected, apply) => {
  await expectFound(managed, expected, apply);
});

test.each(OF_SHARED_VPC)("in a Shared VPC, %s: %s", async (_, expected, apply) => {
  await expectFound(shared, expected, apply);
});

test.each(OF_DNS)("%s, where the deployment says %s: required-paths", async (_, dns, apply) => {
  await expectFound(synthesize({ cloud: "google", cluster: { dns } }), "required-paths", apply);
});

// ---------------------------------------------------------------- no false alarm

/** The DNS endpoint answers whoever has a permission: two departures, which only an exception of the deployment covers. */
const DNS_ENDPOINT = {
  cluster: { dnsEndpoint: true },
  exceptions: ["no-inbound", "private-api-endpoint"].map((id) => ({
    id,
    resource: "google_container_cluster.*",
    reason: "VPC Service Controls narrow it",
    expires: "2099-12-31",
  })),
};

const VARIANTS: readonly (readonly [what: string, fields: Readonly<Record<string, unknown>>])[] = [
  ["the smallest", {}],
  ["a network of the customer's own", { network: { existing: NETWORK } }],
  ["a Shared VPC with private zones of the customer's own", SHARED],
  ["the connection in a network of the customer's own", { network: { existing: NETWORK }, ...BYOC }],
  ["the private management connection", BYOC],
  [
    "the connection in a Shared VPC",
    {
      network: {
        existing: {
          ...SHARED.network.existing,
          proxySubnet: { name: "proxies", cidr: "10.3.0.64/26" },
          consumerSubnet: { name: "consumers", cidr: "10.3.0.16/28" },
        },
      },
      ...BYOC,
    },
  ],
  ["roles in one namespace", { rbac: "low-privilege" }],
  ["namespaces of tasks", { taskNamespaces: ["acme-development", "acme-production"] }],
  ["a DNS endpoint that is declared", DNS_ENDPOINT],
  ["kube-dns alone", { cluster: { dns: "kube-dns" } }],
  ["Cloud DNS", { cluster: { dns: "cloud-dns" } }],
  ["a key of the customer's own", { encryption: { keyId: "projects/p/locations/us-east5/keyRings/r/cryptoKeys/k" } }],
  ["a mirror of images", { images: { mirror: "us-docker.pkg.dev/acme-data-plane/mirror/union" } }],
  [
    "further registries and repositories of images",
    {
      components: { imageBuilder: true },
      images: {
        upstreams: ["nvcr", "docker"],
        credentials: { nvcr: { userName: "$oauthtoken", passwordVersion: "projects/p/secrets/nvcr/versions/1" } },
        repositories: [
          "projects/acme-data-plane/locations/us-east5/repositories/fraud",
          "projects/acme-images/locations/us/repositories/base",
        ],
      },
    },
  ],
  ["HTTP/2 only", { tunnel: { protocol: "http2" } }],
  ["QUIC only", { tunnel: { protocol: "quic" } }],
  ["one region of the edge", { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } }],
  ["a list of blocks", { egress: { mode: "list", cidrs: ["104.16.0.0/13", "198.41.128.0/17"] } }],
  ["further blocks of the control plane", { egress: { controlPlaneCidrs: ["3.137.115.239/32"] } }],
  ["Union's chart", { workloads: "chart" }],
  ["clients in another network", { cluster: { accessFromCidrs: ["172.31.0.0/24"] } }],
  ["buckets of the customer's own", { objectStore: { existing: { metadata: "a-meta", fastRegistration: "a-fast" } } }],
  ["a client secret of the customer's own", { clientSecretId: "projects/p/secrets/s" }],
  ["apps", { workloads: "chart", appsAndServing: true }],
];

test.each(VARIANTS)("without a fault nothing is found: %s", async (_, fields) => {
  const { verdict, findings } = await judge(synthesize({ cloud: "google", ...fields }));
  expect([verdict, findings]).toEqual(["pass", []]);
});
