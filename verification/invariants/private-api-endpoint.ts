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
import { counterexampleOf, serviceText } from "../crossings";
import { reach } from "../evaluate";
import { extentOf } from "../extent";
import type { Resource } from "../model";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import type { TerraformInput } from "../clouds/terraform-input";
import { at, blocks, bool, field, isOpaque, text, texts, type Opaque, whyOpaque } from "../values";
import { problemAt, type Invariant, type Judged, type Problem } from "./invariant";
import { inputOf } from "../clouds/lookup";
import { judgeSetting, judgeSettings, optional, required } from "../clouds/setting";

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

/** What else holds in a deployment of this package. */
const OWN_SETTINGS = [
  required(
    "google_container_cluster",
    "master_authorized_networks_config.private_endpoint_enforcement_enabled",
    ["true"],
    "every network that is connected may reach the Kubernetes API",
  ),
  required(
    "azurerm_kubernetes_cluster",
    "run_command_enabled",
    ["false"],
    "Azure's public API runs commands in the cluster",
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
    if (judged.deployment) yield* judgeSettings(OWN_SETTINGS, judged.system);
    for (const cluster of inputOf(judged.system).managed("google_container_cluster")) yield* judgeGoogle(cluster);
    yield* judgeOffers(judged);
    yield* judgeProxies(judged);
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
    if (offer.type === "google_compute_service_attachment" && "projects" in declared) {
      yield* judgeAttachment(offer, declared.projects, input);
    }
    if (offer.type === "azurerm_private_link_service" && "subscriptions" in declared) {
      yield* judgePrivateLink(offer, declared.subscriptions, input);
    }
    if (offer.type !== "aws_vpc_endpoint_service" || !("principals" in declared)) continue;
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
    yield* judgePrincipals(
      addition,
      "principal_arn",
      [principal],
      declared && "principals" in declared ? declared.principals : [],
    );
  }
}

/** A service attachment connects the projects on its list, and whoever asks where it does not go by a list. */
function* judgeAttachment(offer: Resource, declared: readonly string[], input: TerraformInput): Generator<Problem> {
  const preference = text(input.follow(offer.values["connection_preference"], offer));
  if (isOpaque(preference)) yield notKnown(offer, "connection_preference", preference);
  else if (preference !== "ACCEPT_MANUAL") {
    yield problemAt(offer, ["connection_preference"], "violated", "connects whoever asks, without being accepted");
  }
  const argument = "consumer_accept_lists";
  const accepted = input.follow(offer.values[argument], offer);
  const listed = isOpaque(accepted)
    ? [accepted]
    : blocks(accepted).map(
        (consumer) => text(at(consumer, "project_id_or_num") ?? at(consumer, "network_url")) ?? "nobody",
      );
  yield* judgePrincipals(offer, argument, listed, declared);
  const missing = declared.filter((project) => !listed.includes(project));
  if (missing.length > 0 && !listed.some(isOpaque)) {
    yield problemAt(offer, [argument], "violated", `leaves out ${missing.join(", ")}, which is declared`);
  }
  // Without, whoever is taken off the list stays connected.
  yield* judgeSetting(RECONCILED, offer, input);
  const target = input.find(offer.values["target_service"], offer, "load balancer");
  const frontend = target.kind === "resource" ? target.resource : undefined;
  if (frontend?.type !== "google_compute_forwarding_rule") {
    yield problemAt(offer, ["target_service"], "unknown", "what it leads to is not in the input");
  } else yield* judgeFrontend(frontend, input);
}

const MORE = "the connection reaches more than the Kubernetes API";

/** A load balancer's ports are a range or a list, or all. */
function* judgeFrontend(frontend: Resource, input: TerraformInput): Generator<Problem> {
  const ports = ["ports", "port_range"].flatMap((field) => input.collect(frontend, field));
  const opaque = ports.find((port) => typeof port !== "string");
  if (opaque !== undefined) yield problemAt(frontend, ["ports"], "unknown", "its ports can't be told");
  else if (ports.length !== 1 || !ports.every((port) => typeof port === "string" && /^443(-443)?$/.test(port))) {
    yield problemAt(frontend, ["ports"], "violated", `its ports are not 443 alone: ${MORE}`);
  }
}

/** What leads such a connection on may open the Kubernetes API inside, and nothing else there. */
function* judgeProxies({ system, policy, deployment }: Judged): Generator<Problem> {
  if (deployment?.cloud !== "google" || !deployment.privateManagement) return;
  const inside = { addresses: AddressSet.ofCidr(deployment.network.cidr), groups: new Set<string>() };
  const api = PacketSet.unionOf(
    system.endpoints
      .filter(({ kind }) => kind === "cluster-api")
      .map(({ addresses }) => PacketSet.of(addresses.intersect(policy.inside), ServiceSet.of(6, 443))),
  );
  const proxies = system.endpoints.filter(({ id }) => /(^|\/)google_compute_instance\./.test(id));
  for (const { id, location, ...rest } of proxies) {
    const packets = reach({ id, location, ...rest }, "outbound", inside).possible.subtract(api);
    const packet = packets.sample();
    if (!packet) continue;
    yield {
      status: "violated",
      resource: id,
      location,
      message: `${id} may open ${serviceText(packet)} at ${packet.address}: ${MORE}`,
      counterexample: counterexampleOf(packet, "outbound", id),
      extent: extentOf(packets.key()),
      remedy:
        "Let the proxies of the private management connection out to the Kubernetes API's subnet on TCP 443 only.",
    };
  }
}

const RECONCILED = required("", "reconcile_connections", ["true"], "who is no longer accepted stays connected");

/** Whoever sees a private link service may ask for a connection; who is approved beforehand needs nobody's consent. */
function* judgePrivateLink(offer: Resource, declared: readonly string[], input: TerraformInput): Generator<Problem> {
  const listed = (argument: string) => texts(input.follow(offer.values[argument], offer));
  const visible = listed("visibility_subscription_ids");
  yield* judgePrincipals(offer, "visibility_subscription_ids", visible, declared);
  const missing = declared.filter((subscription) => !visible.includes(subscription));
  if (missing.length > 0 && !visible.some(isOpaque)) {
    const message = `leaves out ${missing.join(", ")}, which is declared`;
    yield problemAt(offer, ["visibility_subscription_ids"], "violated", message);
  }
  const path = ["auto_approval_subscription_ids"];
  for (const approved of listed("auto_approval_subscription_ids")) {
    if (isOpaque(approved)) yield notKnown(offer, "auto_approval_subscription_ids", approved);
    else yield problemAt(offer, path, "violated", `connects ${approved} without its being accepted`);
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
