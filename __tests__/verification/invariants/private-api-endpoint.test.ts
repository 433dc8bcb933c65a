import { invariant } from "../../../verification/invariants/private-api-endpoint";
import { one, pick, testMutations, testTable, type Json } from "../../support/judge";

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
