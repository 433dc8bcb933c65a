/** What cloudflared is told. */
import { TUNNEL_REGIONS } from "../../../../config/control-plane";
import type { Deployment } from "../../../../config/deployment";
import { tunnelRegionOf } from "../../../../config/egress";
import { PLATFORM_NAMESPACE } from "../../../../config/names";
import { problemAt, type Problem } from "../../../problem";
import { at, field, isOpaque, knownText, text, unknown, whyOpaque, type Opaque } from "../../../values";
import { isStandIn } from "../../../promises/stand-ins";
import type { Check } from "../../cloud";
import { containersOf, type Container } from "../containers";
import { objectsOf } from "../objects";

/** The Deployment whose pods hold the tunnel. */
const TUNNEL = "union-operator-proxy";

export const check: Check = function* ({ system, deployment }) {
  const objects = objectsOf(system);
  const tunnels = containersOf(objects).filter(runsTunnel);
  for (const container of tunnels) yield* judgeContainer(container, deployment);
  if (!deployment) return;
  const [proxy] = objects.named("Deployment", "apps", TUNNEL, PLATFORM_NAMESPACE);
  if (proxy && !isStandIn(proxy) && !tunnels.some(({ pods }) => pods.resource === proxy)) {
    yield problemAt(proxy, [], "violated", "has no container that runs the tunnel");
  }
};

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
