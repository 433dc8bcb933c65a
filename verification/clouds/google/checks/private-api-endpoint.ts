/** The public endpoints of GKE, and Private Service Connect. */
import { AddressSet } from "../../../../packets/address-set";
import { PacketSet } from "../../../../packets/packet-set";
import { ServiceSet } from "../../../../packets/service-set";
import type { Deployment } from "../../../../config/deployment";
import { at, blocks, bool, field, isOpaque, text, whyOpaque } from "../../../values";
import type { Judged } from "../../../judged";
import { problemAt, type Problem } from "../../../problem";
import { counterexampleOf, serviceText } from "../../../crossings";
import { reach } from "../../../evaluate";
import { extentOf } from "../../../extent";
import type { Resource } from "../../../model";
import { MORE, judgePrincipals, notKnown, undeclared } from "../../private-connections";
import type { Check } from "../../cloud";
import { judgeSetting, judgeSettings, optional, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import type { TerraformInput } from "../../terraform-input";

const SETTINGS: readonly Setting[] = [
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
const OWN_SETTINGS: readonly Setting[] = [
  required(
    "google_container_cluster",
    "master_authorized_networks_config.private_endpoint_enforcement_enabled",
    ["true"],
    "every network that is connected may reach the Kubernetes API",
  ),
];

export const check: Check = function* (judged) {
  const { system, deployment } = judged;
  const input = inputOf(system);
  yield* judgeSettings(SETTINGS, system);
  if (deployment) yield* judgeSettings(OWN_SETTINGS, system);
  for (const cluster of input.managed("google_container_cluster")) yield* judgeEndpoint(cluster);
  if (deployment) yield* judgeOffers(input, deployment);
  yield* judgeProxies(judged);
};

/** Either argument takes the public address away: https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation */
function* judgeEndpoint(cluster: Resource): Generator<Problem> {
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

function* judgeOffers(input: TerraformInput, deployment: Deployment): Generator<Problem> {
  const { privateManagement: managers } = deployment;
  for (const offer of input.managed("google_compute_service_attachment")) {
    if (!managers) yield undeclared(offer);
    else if ("projects" in managers) yield* judgeAttachment(offer, managers.projects, input);
  }
}

const RECONCILED = required("", "reconcile_connections", ["true"], "who is no longer accepted stays connected");

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
