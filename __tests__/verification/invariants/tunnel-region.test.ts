import { invariant } from "../../../verification/invariants/tunnel-region";
import { unknown } from "../../../verification/values";
import type { Endpoint, Filter } from "../../../verification/model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { awsDeployment } from "../../support/deployments";
import { judge, pick, testMutations, testTable, type Json } from "../../support/judge";
import { manifests } from "../../support/manifests";

const pod = (container: string) =>
  manifests(`{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [${container}]}}`);
const tunnel = (...flags: string[]) =>
  pod(`{name: a, command: [cloudflared, tunnel], args: [${[...flags, "run"].join(", ")}]}`);
const notRegion = (name: string) =>
  `violated Pod/default/a: '${name}' is not a region of the tunnel's edge (us, fed, or nothing for the global one)`;

describe("anyone's", () => {
  testTable(invariant, [
    ["the global edge", tunnel()],
    ["the US edge", tunnel("--region", "us")],
    ["the US edge, in one word", tunnel("--region=us")],
    [
      "the federal edge, by the environment",
      pod("{name: a, args: [cloudflared, tunnel, run], env: [{name: TUNNEL_REGION, value: fed}]}"),
    ],
    ["a region that does not exist", tunnel("--region", "eu"), notRegion("eu")],
    ["the last of two flags", tunnel("--region", "us", "--region=eu"), notRegion("eu")],
    [
      "a flag before the environment",
      pod("{name: a, args: [cloudflared, tunnel, --region, eu], env: [{name: TUNNEL_REGION, value: us}]}"),
      notRegion("eu"),
    ],
    ["a shell", pod('{name: a, command: [sh, -c, "exec cloudflared tunnel --region eu run"]}'), notRegion("eu")],
    [
      "cloudflared by its image",
      pod('{name: a, image: "cloudflare/cloudflared:2026.1.0", args: [tunnel, --region, eu]}'),
      notRegion("eu"),
    ],
    [
      "a region from elsewhere",
      pod(
        "{name: a, args: [cloudflared, tunnel], env: [{name: TUNNEL_REGION, valueFrom: {configMapKeyRef: {name: a, key: b}}}]}",
      ),
      "unknown Pod/default/a: the tunnel's region can't be told: TUNNEL_REGION comes from elsewhere",
    ],
    ["no tunnel", pod("{name: a, args: [cloudflared, version]}")],
    ["another program", pod("{name: a, args: [tool, tunnel, --region, eu]}")],
  ]);

  test("arguments that are not known", () => {
    const [resource] = tunnel();
    if (!resource) throw new Error("no pod");
    const args = ["cloudflared", "tunnel", unknown("var.flag is not known")];
    const values = { ...resource.values, spec: { containers: [{ name: "a", args }] } };
    expect(judge(invariant, [{ ...resource, values }])).toEqual([
      "unknown Pod/default/a: the tunnel's region can't be told: var.flag is not known",
    ]);
  });
});

const container = (resource: Json) => {
  const { container: containers } = pick(resource, "kubernetes_deployment_v1", "tunnel").spec.template.spec;
  return containers.find(({ name }: { name: string }) => name === "tunnel");
};
const replaceWord = (words: string[], from: string, to: string) => words.splice(words.indexOf(from), 1, to);
const without =
  (...flags: string[]) =>
  (resource: Json) => {
    const found = container(resource);
    found.args = found.args.filter((word: string) => !flags.includes(word));
  };

describe("our own", () => {
  testMutations(
    invariant,
    [
      [
        "another region",
        (resource) => replaceWord(container(resource).args, "us", "fed"),
        "violated the tunnel's region is fed, not us",
      ],
      ["no region", without("--region", "us"), "violated the tunnel's region is global, not us"],
      ["no protocol", without("--protocol", "http2"), "violated the tunnel's protocol is auto, not http2"],
      ["updates", without("--no-autoupdate"), "violated cloudflared may replace itself (--no-autoupdate is left out)"],
      [
        "no tunnel",
        (resource) => (container(resource).args = ["sleep", "infinity"]),
        "violated has no container that runs the tunnel",
      ],
    ],
    { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, tunnel: { protocol: "http2" } },
  );
});

describe("where nodes and the tunnel may go", () => {
  const location = { file: "test", line: 1 };
  const node = (cidr: string, port: number, unread?: string): Endpoint => {
    const rule = {
      resource: "r",
      location,
      action: "allow" as const,
      services: ServiceSet.of(6, port),
      peers: [{ kind: "addresses" as const, addresses: AddressSet.ofCidr(cidr) }],
      ...(unread !== undefined && { unknown: unread }),
    };
    const filter: Filter = {
      name: "f",
      system: "s",
      direction: "outbound",
      stateful: true,
      levels: [[rule]],
      otherwise: "deny",
    };
    return {
      id: "nodes",
      kind: "node",
      location,
      addresses: AddressSet.ofCidr("10.0.0.0/16"),
      groups: new Set(),
      filters: [filter],
    };
  };
  const BEYOND = "nodes: reaches port 7844 beyond the edge of us";
  const restricted = awsDeployment({ egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } });

  test.each<[string, Endpoint, ...string[]]>([
    ["one block of the edge", node("198.41.218.0/24", 7844)],
    ["both blocks of the edge", node("198.41.218.0/23", 7844)],
    ["a range one bit too wide", node("198.41.216.0/22", 7844), `violated ${BEYOND}`],
    ["the global edge", node("198.41.192.0/24", 7844), `violated ${BEYOND}`],
    ["another port", node("0.0.0.0/0", 443)],
    ["within", node("10.0.0.0/8", 7844)],
    ["a rule that can't be read", node("0.0.0.0/0", 443, "var.port is not known"), `unknown ${BEYOND}`],
  ])("%s", (_, endpoint, ...findings) => {
    expect(judge(invariant, [], restricted, [endpoint])).toEqual(findings);
  });

  test("only where regions are named", () => {
    expect(judge(invariant, [], awsDeployment(), [node("0.0.0.0/0", 7844)])).toEqual([]);
  });
});
