/** Security groups that are there already are judged by what a deployment says of them, like groups that are made. */
import { judge, synthesize } from "../support/tree";

const place = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/net/providers/Microsoft.Network";
const subnet = (name: string, cidr: string) => ({ id: `${place}/virtualNetworks/v/subnets/${name}`, cidr });
const PODS = ["10.0.0.0/17", "172.24.0.0/14"];

interface Rule {
  readonly priority: number;
  readonly direction: "Inbound" | "Outbound";
  readonly access: "Allow" | "Deny";
  readonly [field: string]: unknown;
}

/** What the group of the endpoints' subnet must let in, and nothing else. */
const RULES: readonly Rule[] = [
  { priority: 200, direction: "Inbound", access: "Allow", protocol: "Tcp", sources: PODS, ports: ["443"] },
  { priority: 210, direction: "Inbound", access: "Allow", protocol: "Tcp", sources: ["10.0.128.0/28"], ports: ["443"] },
  { priority: 4000, direction: "Inbound", access: "Deny" },
  { priority: 4000, direction: "Outbound", access: "Deny" },
];

async function invariantsAgainst(rules: readonly Rule[]): Promise<string[]> {
  const securityGroup = { id: `${place}/networkSecurityGroups/endpoints`, rules };
  const { findings } = await judge(
    synthesize({
      cloud: "azure",
      network: {
        existing: {
          nodeSubnet: subnet("nodes", "10.0.0.0/17"),
          clusterSubnet: subnet("api", "10.0.128.0/28"),
          endpointSubnet: { ...subnet("endpoints", "10.0.128.64/26"), securityGroup },
        },
      },
    }),
  );
  return [...new Set(findings.map(({ invariant }) => invariant))];
}

const without = (priority: number, direction: string) =>
  RULES.filter((rule) => rule.priority !== priority || rule.direction !== direction);

test("one that lets in what is needed and nothing else holds", async () => {
  expect(await invariantsAgainst(RULES)).toEqual([]);
});

test.each<[string, readonly Rule[], string[]]>([
  [
    "a block of the internet",
    [{ ...RULES[0], priority: 190, sources: ["81.2.69.0/24"] } as Rule, ...RULES],
    ["no-inbound"],
  ],
  ["everybody", [{ ...RULES[0], priority: 190, sources: ["*"] } as Rule, ...RULES], ["no-inbound"]],
  // Azure's defaults let in VirtualNetwork: all that a given network is peered with, which nobody said.
  ["what its defaults let in", without(4000, "Inbound"), ["no-inbound"]],
])("one that admits %s fails", async (_, rules, invariants) => {
  expect(await invariantsAgainst(rules)).toEqual(invariants);
});

test.each<[string, readonly Rule[]]>([
  ["nodes and pods", without(200, "Inbound")],
  ["the Kubernetes API", without(210, "Inbound")],
  ["one of them by a denial above", [{ ...RULES[0], priority: 190, access: "Deny" } as Rule, ...RULES]],
])("one that is closed to %s fails", async (_, rules) => {
  expect(await invariantsAgainst(rules)).toEqual(["required-paths"]);
});
