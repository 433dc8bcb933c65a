import { invariant } from "../../../verification/invariants/private-api-endpoint";
import { one, pick, testMutations, testTable, type Json } from "../../support/judge";
import { azureDeployment } from "../../support/deployments";

const eks = (vpcConfig: object) => one("aws_eks_cluster", { vpc_config: [vpcConfig] });
const gke = (values: object) => one("google_container_cluster", values);
const PRIVATE = { private_cluster_config: { enable_private_endpoint: true } };

testTable(invariant, [
  ["EKS, private", eks({ endpoint_public_access: false, endpoint_private_access: true })],
  ["EKS, private as a text", eks({ endpoint_public_access: "false", endpoint_private_access: "true" })],
  [
    "EKS by default",
    eks({}),
    "violated aws_eks_cluster.a: vpc_config.endpoint_public_access is left out: the Kubernetes API has a public endpoint",
    "violated aws_eks_cluster.a: vpc_config.endpoint_private_access is left out: nodes reach the Kubernetes API by a public endpoint",
  ],
  [
    "EKS, public for a few",
    eks({ endpoint_public_access: true, endpoint_private_access: true, public_access_cidrs: ["192.0.2.0/24"] }),
    "violated aws_eks_cluster.a: vpc_config.endpoint_public_access is true: the Kubernetes API has a public endpoint",
  ],
  [
    "EKS, not known",
    eks({ endpoint_public_access: "${var.public} ", endpoint_private_access: true }),
    "unknown aws_eks_cluster.a: vpc_config.endpoint_public_access can't be told: ${var.public}  is not known",
  ],
  ["GKE, private endpoint", gke(PRIVATE)],
  [
    "GKE, no endpoint with an address",
    gke({ control_plane_endpoints_config: { ip_endpoints_config: { enabled: false } } }),
  ],
  [
    "GKE by default",
    gke({}),
    "violated google_container_cluster.a: private_cluster_config.enable_private_endpoint is not true: the Kubernetes API has a public endpoint",
  ],
  [
    "GKE, not known",
    gke({ private_cluster_config: { enable_private_endpoint: "${var.private} " } }),
    "unknown google_container_cluster.a: whether the endpoint is private can't be told: ${var.private}  is not known",
  ],
  [
    "GKE, a DNS endpoint for the internet",
    gke({ ...PRIVATE, control_plane_endpoints_config: { dns_endpoint_config: { allow_external_traffic: true } } }),
    "violated google_container_cluster.a: control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic is true: the DNS endpoint of the Kubernetes API answers the internet",
  ],
  [
    "GKE, the second of two authorized networks",
    gke({
      ...PRIVATE,
      master_authorized_networks_config: { cidr_blocks: [{ cidr_block: "10.0.0.0/8" }, { cidr_block: "0.0.0.0/0" }] },
    }),
    "violated google_container_cluster.a: master_authorized_networks_config.cidr_blocks.cidr_block is 0.0.0.0/0: every address may reach the Kubernetes API",
  ],
  ["AKS, private", one("azurerm_kubernetes_cluster", { private_cluster_enabled: true })],
  [
    "AKS by default",
    one("azurerm_kubernetes_cluster", {}),
    "violated azurerm_kubernetes_cluster.a: private_cluster_enabled is left out: the Kubernetes API has a public endpoint",
  ],
  ["what others offer is theirs", one("aws_vpc_endpoint_service", { acceptance_required: false })],
]);

const addService = (resource: Json) => (resource.aws_vpc_endpoint_service = { a: { acceptance_required: true } });
const service = (resource: Json) => pick(resource, "aws_vpc_endpoint_service");

describe("our own", () => {
  testMutations(invariant, [
    [
      "a public endpoint",
      (resource) => (pick(resource, "aws_eks_cluster").vpc_config.endpoint_public_access = true),
      "violated vpc_config.endpoint_public_access is true: the Kubernetes API has a public endpoint",
    ],
    [
      "a connection that is not declared",
      addService,
      "violated offers a private connection that the deployment does not declare",
    ],
    [
      "a principal without a declared connection",
      (resource) =>
        (resource.aws_vpc_endpoint_service_allowed_principal = { a: { principal_arn: "arn:aws:iam::1:root" } }),
      "violated lets arn:aws:iam::1:root connect, which the deployment does not declare",
    ],
  ]);
});

const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
const link = (values: object) => one("azurerm_private_link_service", values);
const LINK = "azurerm_private_link_service.a";

describe("a private link service of a deployment without one", () => {
  testTable(
    invariant,
    [
      [
        "is not declared",
        link({ visibility_subscription_ids: [SUBSCRIPTION] }),
        `violated ${LINK}: offers a private connection that the deployment does not declare`,
      ],
    ],
    azureDeployment(),
  );
});

describe("a private link service that is declared", () => {
  const privateManagement = {
    subscriptions: [SUBSCRIPTION],
    reason: "Union operates the cluster.",
    expires: "2099-12-31",
  };
  testTable(
    invariant,
    [
      ["is seen by whom it is declared for", link({ visibility_subscription_ids: [SUBSCRIPTION] })],
      [
        "is seen by everybody",
        link({ visibility_subscription_ids: [SUBSCRIPTION, "*"] }),
        `violated ${LINK}: lets * connect, which the deployment does not declare`,
      ],
      ["is seen by nobody", link({}), `violated ${LINK}: leaves out ${SUBSCRIPTION}, which is declared`],
      [
        "is seen by subscriptions that are not known",
        link({ visibility_subscription_ids: "${var.a}-x" }),
        `unknown ${LINK}: visibility_subscription_ids can't be told: \${var.a}-x is not known`,
      ],
      [
        "accepts by itself",
        link({ visibility_subscription_ids: [SUBSCRIPTION], auto_approval_subscription_ids: [SUBSCRIPTION] }),
        `violated ${LINK}: connects ${SUBSCRIPTION} without its being accepted`,
      ],
      [
        "accepts whom is not known",
        link({ visibility_subscription_ids: [SUBSCRIPTION], auto_approval_subscription_ids: ["${var.a}-x"] }),
        `unknown ${LINK}: auto_approval_subscription_ids can't be told: \${var.a}-x is not known`,
      ],
    ],
    azureDeployment({ privateManagement }),
  );
});

describe("commands by Azure's own API, in a deployment", () => {
  const cluster = (values: object) => one("azurerm_kubernetes_cluster", { private_cluster_enabled: true, ...values });
  testTable(
    invariant,
    [
      ["are off", cluster({ run_command_enabled: false })],
      [
        "are on by default",
        cluster({}),
        "violated azurerm_kubernetes_cluster.a: run_command_enabled is left out: Azure's public API runs commands in the cluster",
      ],
    ],
    azureDeployment(),
  );
});

describe("our own, with a declared connection", () => {
  const privateManagement = {
    principals: ["arn:aws:iam::210987654321:role/union"],
    reason: "Union operates the cluster.",
    expires: "2099-12-31",
  };
  testMutations(
    invariant,
    [
      [
        "without acceptance",
        (resource) => (service(resource).acceptance_required = false),
        "violated connects whoever asks, without being accepted",
      ],
      [
        "one principal more",
        (resource) => service(resource).allowed_principals.push("*"),
        "violated lets * connect, which the deployment does not declare",
      ],
      [
        "another principal",
        (resource) => (service(resource).allowed_principals = ["arn:aws:iam::1:root"]),
        "violated lets arn:aws:iam::1:root connect, which the deployment does not declare",
        "violated leaves out arn:aws:iam::210987654321:role/union, which is declared",
      ],
      [
        "principals that are not known",
        (resource) => (service(resource).allowed_principals = '${split(",", var.principals)}'),
        "unknown allowed_principals can't be told: var.principals is not declared",
      ],
    ],
    { privateManagement },
  );
});

describe("our own on Google Cloud, with a declared connection", () => {
  const attachment = (edit: (found: Json) => void) => (resource: Json) =>
    edit(pick(resource, "google_compute_service_attachment"));
  const networks = (edit: (found: Json) => void) => (resource: Json) =>
    edit(pick(resource, "google_container_cluster").master_authorized_networks_config);
  testMutations(
    invariant,
    [
      [
        "automatic acceptance",
        attachment((found) => (found.connection_preference = "ACCEPT_AUTOMATIC")),
        "violated connects whoever asks, without being accepted",
      ],
      [
        "acceptance that is not known",
        attachment((found) => (found.connection_preference = "${var.preference}")),
        "unknown connection_preference can't be told: var.preference is not declared",
      ],
      [
        "a network more",
        attachment((found) => found.consumer_accept_lists.push({ network_url: "projects/x/global/networks/n" })),
        "violated lets projects/x/global/networks/n connect, which the deployment does not declare",
      ],
      [
        "another project",
        attachment((found) => (found.consumer_accept_lists = [{ project_id_or_num: "stranger" }])),
        "violated lets stranger connect, which the deployment does not declare",
        "violated leaves out union-management, which is declared",
      ],
      [
        "a project that is not known",
        attachment((found) => found.consumer_accept_lists.push({ project_id_or_num: "${var.project}" })),
        "unknown consumer_accept_lists can't be told: var.project is not declared",
      ],
      [
        "connections that outlast the list",
        attachment((found) => delete found.reconcile_connections),
        "violated reconcile_connections is left out: who is no longer accepted stays connected",
      ],
      [
        "another service",
        attachment((found) => (found.target_service = "projects/p/regions/r/forwardingRules/other")),
        "unknown what it leads to is not in the input",
      ],
      [
        "more ports than the API's",
        (resource) => pick(resource, "google_compute_forwarding_rule").ports.push("8443"),
        "violated its ports are not 443 alone: the connection reaches more than the Kubernetes API",
      ],
      [
        "ports that can't be told",
        (resource) => (pick(resource, "google_compute_forwarding_rule").ports = ["${var.port}"]),
        "unknown its ports can't be told",
      ],
      [
        "authorized networks for the public address alone",
        networks((found) => (found.private_endpoint_enforcement_enabled = false)),
        "violated master_authorized_networks_config.private_endpoint_enforcement_enabled is false: every network that is connected may reach the Kubernetes API",
      ],
    ],
    {
      cloud: "google",
      privateManagement: {
        projects: ["union-management"],
        reason: "Union operates the cluster.",
        expires: "2099-12-31",
      },
    },
  );
});
