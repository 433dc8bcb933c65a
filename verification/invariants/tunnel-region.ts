/**
 * `tunnel-region`. Document: "Egress configuration": blocks "can be further restricted to specific Cloudflare regions".
 *
 * Each container that runs `cloudflared tunnel` connects to a region of Cloudflare's edge that exists: the global one
 * (nothing said), or one of the names that cloudflared knows. Flags count, and so do the environment variables that
 * stand for them; a flag wins.
 *
 * In a deployment of this package, region and protocol are those that it names; cloudflared does not replace itself,
 * shows its insides only where the deployment says so, and has its token by its environment alone; with
 * `egress.mode: tunnel-regions` nodes and the tunnel's pods reach port 7844 in the edges of the named regions only.
 */
import { addressesOf, tunnelEdge, TUNNEL_REGIONS, unionOfCidrs } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { TUNNEL_PORT, tunnelRegionOf } from "../../config/egress";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { reach } from "../evaluate";
import { extentOf } from "../extent";
import type { Endpoint } from "../model";
import { AddressSet } from "../../packets/address-set";
import { protocolName } from "../../packets/protocols";
import { ServiceSet } from "../../packets/service-set";
import { isStandIn } from "../promises/stand-ins";
import { at, field, isOpaque, text, unknown, type Opaque, knownText, whyOpaque } from "../values";
import { containersOf, type Container } from "../clouds/kubernetes/containers";
import { problemAt, type Invariant, type Judged, type Problem } from "./invariant";
import { objectsOf } from "../clouds/kubernetes/objects";

export const invariant: Invariant = {
  id: "tunnel-region",
  title: "The tunnel connects to the region of Cloudflare's edge that is named, and to no other.",
  paragraph: "Egress configuration",
  remedy: "Give cloudflared the region, the protocol and the egress that the deployment names.",
  *check(judged) {
    const objects = objectsOf(judged.system);
    const tunnels = containersOf(objects).filter(runsTunnel);
    for (const container of tunnels) yield* judgeContainer(container, judged.deployment);
    if (!judged.deployment) return;
    const [proxy] = objects.named("Deployment", "apps", TUNNEL, PLATFORM_NAMESPACE);
    if (proxy && !isStandIn(proxy) && !tunnels.some(({ pods }) => pods.resource === proxy)) {
      yield problemAt(proxy, [], "violated", "has no container that runs the tunnel");
    }
    yield* judgeEgress(judged, judged.deployment);
  },
};

/** The Deployment whose pods hold the tunnel. */
const TUNNEL = "union-operator-proxy";

// ---------------------------------------------------------------- what cloudflared is told

function runsTunnel({ pods, path, words }: Container): boolean {
  const said = words.flatMap(({ text }) => (typeof text === "string" ? text.split(/\s+/) : []));
  const image = knownText(field(pods.resource, ...path, "image")) ?? "";
  const isCloudflared = said.some((word) => /(^|\/)cloudflared$/.test(word)) || /(^|\/)cloudflared([:@]|$)/.test(image);
  return isCloudflared && (said.includes("tunnel") || said.length === 0);
}

function* judgeContainer(container: Container, deployment: Deployment | undefined): Generator<Problem> {
  const { pods, path } = container;
  const say = (status: Problem["status"], message: string) => problemAt(pods.resource, path, status, message);
  const region = setting(container, "region", "TUNNEL_REGION") ?? "";
  const known: readonly string[] = TUNNEL_REGIONS.filter((name) => name !== "global");
  if (isOpaque(region)) yield say("unknown", `the tunnel's region can't be told: ${whyOpaque(region)}`);
  else if (region !== "" && !known.includes(region)) {
    yield say(
      "violated",
      `'${region}' is not a region of the tunnel's edge (${known.join(", ")}, or nothing for the global one)`,
    );
  } else if (deployment && (region || "global") !== tunnelRegionOf(deployment)) {
    yield say("violated", `the tunnel's region is ${region || "global"}, not ${tunnelRegionOf(deployment)}`);
  }
  if (!deployment) return;
  const protocol = setting(container, "protocol", "TUNNEL_TRANSPORT_PROTOCOL") ?? "auto";
  if (isOpaque(protocol)) yield say("unknown", `the tunnel's protocol can't be told: ${whyOpaque(protocol)}`);
  else if (protocol !== deployment.tunnel.protocol) {
    yield say("violated", `the tunnel's protocol is ${protocol}, not ${deployment.tunnel.protocol}`);
  }
  const pinned = setting(container, "no-autoupdate", "NO_AUTOUPDATE");
  if (isOpaque(pinned)) yield say("unknown", `whether cloudflared replaces itself can't be told: ${whyOpaque(pinned)}`);
  else if (pinned !== "true") yield say("violated", "cloudflared may replace itself (--no-autoupdate is left out)");
  const diagnostics = setting(container, "management-diagnostics", "TUNNEL_MANAGEMENT_DIAGNOSTICS") ?? "true";
  const wanted = String(deployment.tunnel.remoteDiagnostics);
  if (isOpaque(diagnostics)) {
    yield say("unknown", `whether cloudflared shows its insides can't be told: ${whyOpaque(diagnostics)}`);
  } else if (diagnostics !== wanted) yield say("violated", `remote diagnostics are ${diagnostics}, not ${wanted}`);
  if (container.words.some(({ text }) => typeof text === "string" && /^--token(=|$)/.test(text))) {
    yield say("violated", "the token is among the arguments, where whoever lists processes sees it");
  }
}

/** Flags that stand alone. */
const SWITCHES = new Set(["no-autoupdate"]);

/** What a flag, or the environment variable in its place, says; undefined where neither is there. */
function setting({ words, environment }: Container, flag: string, variable: string): string | Opaque | undefined {
  const parts = words.flatMap(({ text }): (string | Opaque)[] =>
    typeof text === "string" ? text.split(/\s+/) : [text],
  );
  let said: string | Opaque | undefined;
  for (const [i, part] of parts.entries()) {
    if (typeof part !== "string") said ??= part;
    else if (part === `--${flag}`)
      said = SWITCHES.has(flag) ? "true" : (parts[i + 1] ?? unknown(`--${flag} has no value`));
    else if (part.startsWith(`--${flag}=`)) said = part.slice(flag.length + 3);
  }
  if (said !== undefined) return said;
  const set = environment.find(({ name }) => name === variable);
  return set && (text(at(set.values, "value")) ?? unknown(`${variable} comes from elsewhere`));
}

// ---------------------------------------------------------------- where it may go

function* judgeEgress({ system, policy }: Judged, { egress }: Deployment): Generator<Problem> {
  if (egress.mode !== "tunnel-regions") return;
  const edges = addressesOf(unionOfCidrs((egress.tunnelRegions ?? []).map(tunnelEdge)));
  const beyond = {
    addresses: AddressSet.all.numeric().subtract(policy.inside).subtract(edges),
    groups: new Set<string>(),
  };
  for (const endpoint of system.endpoints.filter(holdsTunnel)) {
    const { allowed, possible } = reach(endpoint, "outbound", beyond);
    const packets = possible.onServices(ServiceSet.of("any", TUNNEL_PORT));
    const packet = packets.sample();
    if (!packet) continue;
    const isCertain = allowed.onServices(ServiceSet.of("any", TUNNEL_PORT)).overlaps(possible);
    yield {
      status: isCertain ? "violated" : "unknown",
      resource: endpoint.id,
      location: endpoint.location,
      message: `reaches port ${TUNNEL_PORT} beyond the edge of ${egress.tunnelRegions?.join(", ")}`,
      counterexample: {
        direction: "outbound",
        protocol: protocolName(packet.protocol),
        source: endpoint.addresses.sample() ?? endpoint.id,
        destination: packet.address,
        port: packet.port,
      },
      extent: extentOf(packets.key()),
    };
  }
}

const holdsTunnel = ({ kind, id }: Endpoint) => kind === "node" || id === `deployment/${PLATFORM_NAMESPACE}/${TUNNEL}`;
