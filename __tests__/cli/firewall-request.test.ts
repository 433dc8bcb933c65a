import { parse } from "yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cell, renderCsv } from "../../cli/firewall-request/csv";
import { firewallRequest, hasOwnNat } from "../../cli/firewall-request/index";
import { renderMarkdown } from "../../cli/firewall-request/markdown";
import { run } from "../../cli/index";
import type { Deployment } from "../../config/deployment";
import { policyOfDeployment } from "../../verification/promises/deployment-policy/index";
import type { System } from "../../verification/model";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { protocolNumber } from "../../packets/protocols";
import { ServiceSet } from "../../packets/service-set";
import { partyOf } from "../../verification/policy";
import { standIns } from "../../verification/promises/implied";
import { buildSystem } from "../../verification/system";
import {
  EXISTING_NETWORK,
  awsDeployment,
  azureDeployment,
  companyZones,
  googleDeployment,
} from "../support/deployments";
import { EXAMPLES } from "../support/examples";
import { own } from "../support/judge";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();

const example = (name: string) =>
  parse(readFileSync(join(EXAMPLES, `${name}.yaml`), "utf8")) as Record<string, unknown>;

const HUB = {
  hubNetworkId:
    "/subscriptions/44444444-5555-6666-7777-888888888888/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub",
  hubCidrs: ["10.250.0.0/22"],
};
const CENTRAL = { interface: [{ cidrs: ["10.200.0.0/24"] }] };
const AZURE = { ...example("azure-us-east-2"), name: "acme-prod" };
const GOOGLE = { ...example("google-us-east-2"), name: "acme-prod" };

/** A service tag, as policies know it. */
function addressesOfTag(tag: string): AddressSet {
  const party = partyOf(`azure:${tag}`);
  if (party.kind !== "addresses") throw new Error(`${tag} is no tag`);
  return party.addresses;
}

/** Packets that the request asks for. */
function asked(deployment: Deployment): PacketSet {
  return PacketSet.unionOf(
    firewallRequest(deployment).rules.map(({ destinations, protocol, port }) =>
      PacketSet.of(
        AddressSet.unionOf(
          destinations.map((one) => (one.includes("/") ? AddressSet.ofCidr(one) : addressesOfTag(one))),
        ),
        ServiceSet.of(protocolNumber(protocol.toLowerCase()) ?? "any", port),
      ),
    ),
  );
}

/**
 * Packets of the required paths that leave the network, as what was synthesized tells: of a service of the cloud, the
 * addresses beyond the network at which something in the input serves it, or its public ones where nothing does.
 */
function required(deployment: Deployment, { endpoints }: System): PacketSet {
  const policy = policyOfDeployment(deployment);
  return PacketSet.unionOf(
    policy.required.flatMap(({ from, to, services, withinCluster }) => {
      if (to.kind !== "addresses" || from.kind !== "resource" || withinCluster || to.name.startsWith("kubernetes:"))
        return [];
      const serving = endpoints.filter(({ serves, unnamed }) => serves?.includes(to.name) && !unnamed);
      const reached =
        serving.length === 0 ? to.addresses : AddressSet.unionOf(serving.map(({ addresses }) => addresses.numeric()));
      return [PacketSet.of(reached.subtract(policy.inside), services)];
    }),
  );
}

describe("asks for what verification requires beyond the network, and for nothing else", () => {
  test.each<[string, Record<string, unknown>]>([
    ["the example on AWS", example("aws-us-east-2")],
    ["the example on Google Cloud", example("google-us-east-2")],
    ["the example on Azure", example("azure-us-east-2")],
    ["a bank's on AWS", example("aws-eu-west-2")],
    ["a bank's on Google Cloud", example("google-eu-west-2")],
    ["a bank's on Azure, behind its firewall", example("azure-eu-west-2")],
    ["a transit gateway", { network: { transitGatewayId: "tgw-1" }, tunnel: { protocol: "http2" } }],
    ["central endpoints in another VPC", { network: { existing: { ...EXISTING_NETWORK, endpoints: CENTRAL } } }],
    [
      "one region of the edge",
      { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, network: { transitGatewayId: "tgw-1" } },
    ],
    [
      "a database of tasks behind a transit gateway",
      {
        network: { transitGatewayId: "tgw-1" },
        allowances: [
          { to: "addresses", name: "db", reason: "The warehouse.", cidrs: ["10.200.1.0/24"], ports: [5432, 5433] },
        ],
      },
    ],
    [
      "Azure's own registries, behind a firewall",
      { ...AZURE, network: { isolated: false, firewallAddress: "10.250.0.4", peering: HUB } },
    ],
    [
      "a company's DNS servers",
      { ...AZURE, network: { dnsServers: ["10.250.0.5"], peering: { ...HUB, privateDnsZones: companyZones } } },
    ],
    ["the DNS endpoint of GKE", { ...GOOGLE, cluster: { dnsEndpoint: true } }],
  ])("%s", (_, fields) => {
    const { deployment, resources } = own(fields);
    const given = standIns(deployment, { file: "deployment", line: 1 }, resources[0]?.unit ?? "");
    const system = buildSystem([...resources, ...given]);
    const [wanted, found] = [required(deployment, system), asked(deployment)];
    expect(wanted.subtract(found).sample()).toBeUndefined();
    expect(found.subtract(wanted).sample()).toBeUndefined();
    expect(found.isEmpty).toBe(false);
  });
});

describe("a request", () => {
  const rulesOf = (deployment: Deployment) =>
    firewallRequest(deployment).rules.map(({ protocol, port, hosts }) => [protocol, port, hosts.join(" ")]);

  test.each<[string, string[]]>([
    ["auto", ["TCP", "UDP"]],
    ["http2", ["TCP"]],
    ["quic", ["UDP"]],
  ])("of a tunnel over %s asks for its transports", (protocol, expected) => {
    const rules = rulesOf(awsDeployment({ tunnel: { protocol } }));
    expect(rules.filter(([, port]) => port === 7844).map(([name]) => name)).toEqual(expected);
  });

  test("names the control plane's host and both of the edge's region", () => {
    const deployment = azureDeployment({
      region: "eu-west-1",
      egress: { mode: "tunnel-regions", tunnelRegions: ["fed"] },
      tunnel: { protocol: "http2" },
    });
    expect(rulesOf(deployment).slice(0, 2)).toEqual([
      ["TCP", 443, "acme.eu-west-1.unionai.cloud"],
      ["TCP", 7844, "fed-region1.v2.argotunnel.com fed-region2.v2.argotunnel.com"],
    ]);
  });

  test("names AWS's services where their endpoints are in another VPC", () => {
    const deployment = awsDeployment({ network: { existing: { ...EXISTING_NETWORK, endpoints: CENTRAL } } });
    const central = firewallRequest(deployment).rules.filter(({ destinations }) =>
      destinations.includes("10.200.0.0/24"),
    );
    expect(central.flatMap(({ hosts }) => hosts)).toEqual(
      expect.arrayContaining([
        "sts.us-east-2.amazonaws.com",
        "api.ecr.us-east-2.amazonaws.com",
        "*.dkr.ecr.us-east-2.amazonaws.com",
      ]),
    );
    expect(central.every(({ sources }) => sources.join() === "10.0.0.0/20,10.0.16.0/20")).toBe(true);
  });

  test("only opens connections from inside", () => {
    for (const deployment of [awsDeployment(), googleDeployment(), azureDeployment()]) {
      const { rules, notAskedFor } = firewallRequest(deployment);
      expect(new Set(rules.map(({ direction }) => direction))).toEqual(new Set(["outbound"]));
      expect(notAskedFor[0]).toMatch(/inbound rule/);
    }
  });

  test.each([
    [awsDeployment(), true],
    [awsDeployment({ network: { transitGatewayId: "tgw-1" } }), false],
    [googleDeployment(), true],
    [azureDeployment(), true],
    [azureDeployment({ network: { firewallAddress: "10.250.0.4", peering: HUB } }), false],
  ])("says where a NAT hides its sources", (deployment, expected) => {
    expect(hasOwnNat(deployment)).toBe(expected);
    expect(firewallRequest(deployment).conditions.some((one) => one.includes("nat_addresses"))).toBe(expected);
  });
});

test("addresses of the data plane's own NAT are the sources of what goes by it", () => {
  const { rules, conditions } = firewallRequest(googleDeployment(), ["203.0.113.7", "203.0.113.8"]);
  const [first, last] = [rules[0], rules.at(-1)];
  expect(first?.sources).toEqual(["203.0.113.7/32", "203.0.113.8/32"]);
  // Google's own services are reached without NAT.
  expect(last?.destinations).toEqual(["199.36.153.4/30"]);
  expect(last?.sources).toEqual(["10.2.0.0/16", "10.0.0.0/15"]);
  expect(conditions.some((one) => one.includes("nat_addresses"))).toBe(false);
});

describe("CSV", () => {
  test.each([
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@a", `"'@a"`],
    ["\t=1", `"'\t=1"`],
    ['say "a, b"\nc', `"say ""a, b""\nc"`],
    ["10.0.0.0/18", `"10.0.0.0/18"`],
  ])("the cell %j is %s", (text, written) => {
    expect(cell(text)).toBe(written);
  });

  test("has a line for each rule, and each as many cells as the head, none of which is calculated", () => {
    const request = firewallRequest(
      awsDeployment({
        network: { transitGatewayId: "tgw-1" },
        allowances: [
          { to: "addresses", name: "db", reason: '=cmd, "quoted"', cidrs: ["10.200.1.0/24"], ports: [5432] },
        ],
      }),
    );
    const lines = renderCsv(request).split("\r\n");
    expect(lines.pop()).toBe("");
    expect(lines).toHaveLength(request.rules.length + 1);
    for (const line of lines) {
      const cells = [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, text]) => text);
      expect(cells).toHaveLength(8);
      expect(cells.filter((text) => /^[=+\-@]/.test(text ?? ""))).toEqual([]);
    }
  });
});

describe("dataplane firewall-request", () => {
  beforeEach(() => (process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES));
  afterEach(() => delete process.env["DATAPLANE_DEPLOYMENTS"]);

  test("prints a ticket, in Markdown unless it is told otherwise", async () => {
    const { exitCode, stdout, stderr } = await run(["firewall-request", "acme-azure-eu-west-2"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^# Firewall request: `acme-azure-eu-west-2`\n/);
    expect(stdout).toMatch(/^\| outbound \| `10\.128\.0\.0\/21` \| .* \| UDP \| 7844 \| /m);
    expect(stdout).toContain("## Not asked for");
    const csv = await run(["firewall-request", "acme-azure-eu-west-2", "--format", "csv"]);
    expect(csv.stdout).toMatch(/^"Direction","Source",/);
  });

  test("takes the addresses of its NAT from a file of outputs, and says what is wrong with it", async () => {
    const [right, wrong] = [at("outputs.json"), at("wrong.json")];
    writeFiles({ [right]: { "acme-us-east-2": { nat_addresses: ["203.0.113.7"] } }, [wrong]: {} });
    const { stdout } = await run(["firewall-request", "acme-us-east-2", "--outputs", right]);
    expect(stdout).toContain("| outbound | `203.0.113.7/32` |");
    const { exitCode, stderr } = await run(["firewall-request", "acme-us-east-2", "--outputs", wrong]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/wrong\.json: holds no nat_addresses below 'acme-us-east-2'/);
  });

  test("a name that is no deployment is one line and exit code 2", async () => {
    const { exitCode, stdout, stderr } = await run(["firewall-request", "nobody"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^'nobody' is no deployment \(allowed: .*\)\n$/);
  });

  test("a name of Markdown is shown as it is", () => {
    const deployment = awsDeployment({
      network: { transitGatewayId: "tgw-1" },
      allowances: [{ to: "addresses", name: "db", reason: "a | <b> `c`", cidrs: ["10.200.1.0/24"], ports: [5432] }],
    });
    expect(renderMarkdown(firewallRequest(deployment), deployment)).toContain("a \\| \\<b\\> \\`c\\`");
  });
});
