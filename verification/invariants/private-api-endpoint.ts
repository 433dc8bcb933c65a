/**
 * `private-api-endpoint`. Document: "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and
 * "Outbound-only model": no listening service that can be reached from outside.
 *
 * The Kubernetes API of every managed cluster has a private address only. A public endpoint that is narrowed to some
 * addresses is still a public one. A cluster's defaults are public on every cloud, so what is left out does not hold.
 *
 * In a deployment of this package, what offers a private connection to others (AWS PrivateLink, Google Private Service
 * Connect, Azure Private Link) exists only where the deployment declares `privateManagement`, with exactly its
 * principals, each of whose connections a person must accept.
 */
import type { Resource } from "../model";
import { whyOpaque } from "../semantics/kubernetes-objects";
import { at, bool, field, isOpaque, text, texts, type Opaque } from "../values";
import { problemAt, type Invariant, type Judged, type Problem } from "./invariant";
import { inputOf } from "./lookup";
import { judgeSettings, optional, required } from "./setting";

const SETTINGS = [
  required(
    "aws_eks_cluster",
    "vpc_config.endpoint_public_access",
    ["false"],
    "the Kubernetes API has a public endpoint",
  ),
  required(
    "aws_eks_cluster",
    "vpc_config.endpoint_private_access",
    ["true"],
    "nodes reach the Kubernetes API by a public endpoint",
  ),
  required(
    "azurerm_kubernetes_cluster",
    "private_cluster_enabled",
    ["true"],
    "the Kubernetes API has a public endpoint",
  ),
  optional(
    "google_container_cluster",
    "control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic",
    ["false"],
    "the DNS endpoint of the Kubernetes API answers the internet",
  ),
  optional(
    "google_container_cluster",
    "master_authorized_networks_config.gcp_public_cidrs_access_enabled",
    ["false"],
    "every virtual machine of Google Cloud may reach the Kubernetes API",
  ),
  optional(
    "google_container_cluster",
    "master_authorized_networks_config.cidr_blocks.*.cidr_block",
    /\/(?!0$)/,
    "every address may reach the Kubernetes API",
  ),
];

/** What lets others connect to a service of this network by its private address. */
const CONNECTION_OFFERS = [
  "aws_vpc_endpoint_service",
  "google_compute_service_attachment",
  "azurerm_private_link_service",
];

export const invariant: Invariant = {
  id: "private-api-endpoint",
  title: "The Kubernetes API has a private endpoint only, and no connection to it is offered but a declared one.",
  paragraph: 'Communication paths, "Union.ai to Customer Kubernetes API (BYOC only)"',
  remedy:
    "Switch the cluster's public endpoint off and its private one on; declare a management connection in the deployment.",
  *check(judged) {
    yield* judgeSettings(SETTINGS, judged.system);
    for (const cluster of inputOf(judged.system).managed("google_container_cluster")) yield* judgeGoogle(cluster);
    yield* judgeOffers(judged);
  },
};

/** Either argument takes the public address away: https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation */
function* judgeGoogle(cluster: Resource): Generator<Problem> {
  const privateEndpoint = ["private_cluster_config", "enable_private_endpoint"];
  const ipEndpoints = ["control_plane_endpoints_config", "ip_endpoints_config", "enabled"];
  const answers = [bool(field(cluster, ...privateEndpoint)), bool(field(cluster, ...ipEndpoints))];
  if (answers[0] === true || answers[1] === false) return;
  const opaque = answers.find(isOpaque);
  yield opaque
    ? problemAt(
        cluster,
        privateEndpoint,
        "unknown",
        `whether the endpoint is private can't be told: ${whyOpaque(opaque)}`,
      )
    : problemAt(
        cluster,
        privateEndpoint,
        "violated",
        "private_cluster_config.enable_private_endpoint is not true: the Kubernetes API has a public endpoint",
      );
}

function* judgeOffers({ system, deployment }: Judged): Generator<Problem> {
  if (!deployment) return;
  const input = inputOf(system);
  const declared = deployment.privateManagement;
  for (const offer of input.managed(...CONNECTION_OFFERS)) {
    if (!declared) {
      yield problemAt(offer, [], "violated", "offers a private connection that the deployment does not declare");
      continue;
    }
    if (offer.type !== "aws_vpc_endpoint_service") continue;
    const acceptance = bool(field(offer, "acceptance_required"));
    if (isOpaque(acceptance)) yield notKnown(offer, "acceptance_required", acceptance);
    else if (acceptance !== true) {
      yield problemAt(offer, ["acceptance_required"], "violated", "connects whoever asks, without being accepted");
    }
    const principals = texts(input.follow(offer.values["allowed_principals"], offer));
    yield* judgePrincipals(offer, "allowed_principals", principals, declared.principals);
    const missing = declared.principals.filter((principal) => !principals.includes(principal));
    if (missing.length > 0 && !principals.some(isOpaque) && input.managed(PRINCIPAL).length === 0) {
      yield problemAt(offer, ["allowed_principals"], "violated", `leaves out ${missing.join(", ")}, which is declared`);
    }
  }
  for (const addition of input.managed(PRINCIPAL)) {
    const principal = text(input.follow(at(addition.values, "principal_arn"), addition)) ?? "nobody";
    yield* judgePrincipals(addition, "principal_arn", [principal], declared?.principals ?? []);
  }
}

/** A principal that is added to a service by a resource of its own. */
const PRINCIPAL = "aws_vpc_endpoint_service_allowed_principal";

function* judgePrincipals(
  resource: Resource,
  argument: string,
  principals: readonly (string | Opaque)[],
  declared: readonly string[],
): Generator<Problem> {
  for (const principal of principals) {
    if (isOpaque(principal)) yield notKnown(resource, argument, principal);
    else if (!declared.includes(principal)) {
      yield problemAt(
        resource,
        [argument],
        "violated",
        `lets ${principal} connect, which the deployment does not declare`,
      );
    }
  }
}

const notKnown = (resource: Resource, argument: string, value: Opaque): Problem =>
  problemAt(resource, [argument], "unknown", `${argument} can't be told: ${whyOpaque(value)}`);
