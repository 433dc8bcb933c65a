/** What the stand-in does not know, against a server that answers as AWS's documentation says: quotas, versions, refusals. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { run } from "../../cli/index";
import type { Line } from "../../preflight/check";
import { RIGHTS } from "../../preflight/aws/rights";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();

testEnvironment({
  AWS_ENDPOINT_URL: "",
  AWS_ACCESS_KEY_ID: "a",
  AWS_SECRET_ACCESS_KEY: "b",
  AWS_MAX_ATTEMPTS: "1",
  DATAPLANE_DEPLOYMENTS: EXAMPLES,
});

/** Blocks that a transit gateway leads to networks, by these, and whether it has more. */
let gatewayRoutes: Record<string, string>;
let hasMoreRoutes: boolean;
const routesFound = () => {
  const attached = (vpc: string) =>
    `<transitGatewayAttachments><item><resourceId>${vpc}</resourceId></item></transitGatewayAttachments>`;
  const items = Object.entries(gatewayRoutes).map(
    ([block, vpc]) => `<item><destinationCidrBlock>${block}</destinationCidrBlock>${attached(vpc)}</item>`,
  );
  return `<R><routeSet>${items.join("")}</routeSet><additionalRoutesAvailable>${String(hasMoreRoutes)}</additionalRoutesAvailable></R>`;
};

/** Quotas that the account has, by code. */
let quotas: Record<string, number>;
let versionStatus: string;
const IDENTITY =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const size = (type: string, cpus: number) =>
  `<item><instanceType>${type}</instanceType><vCpuInfo><defaultVCpus>${cpus}</defaultVCpus></vCpuInfo></item>`;
const instance = (type: string, more: string) =>
  `<item><instancesSet><item><instanceType>${type}</instanceType>${more}</item></instancesSet></item>`;
const own = "<tagSet><item><key>union:deployment</key><value>acme-eu-west-1</value></item></tagSet>";
const XML: Readonly<Record<string, string>> = {
  GetCallerIdentity: IDENTITY,
  DescribeInstances: `<R><reservationSet>${instance("m5.4xlarge", "")}${instance("m5.4xlarge", "<instanceLifecycle>spot</instanceLifecycle>")}${instance("m6i.4xlarge", own)}</reservationSet></R>`,
  DescribeTransitGateways: "<R><transitGatewaySet><item><state>available</state></item></transitGatewaySet></R>",
  DescribeTransitGatewayRouteTables: `<R><transitGatewayRouteTables><item><transitGatewayRouteTableId>tgw-rtb-1</transitGatewayRouteTableId></item></transitGatewayRouteTables></R>`,
  DescribeVpcs: "<R><vpcSet><item><vpcId>vpc-own</vpcId></item></vpcSet></R>",
  DescribeInstanceTypes: `<R><instanceTypeSet>${[
    "m6i.2xlarge 8",
    "m6i.4xlarge 16",
    "m5.4xlarge 16",
    "m6a.4xlarge 16",
    "g5.2xlarge 8",
  ]
    .map((one) => one.split(" "))
    .map(([type = "", cpus]) => size(type, Number(cpus)))
    .join("")}</instanceTypeSet></R>`,
};

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const json = (value: unknown) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
      const target = String(request.headers["x-amz-target"]);
      const action = /Action=(\w+)/.exec(body)?.[1] ?? "";
      const known = action === "SearchTransitGatewayRoutes" ? routesFound() : XML[action];
      if (target.endsWith(".GetServiceQuota")) {
        const Value = quotas[(JSON.parse(body) as { readonly QuotaCode: string }).QuotaCode];
        if (Value !== undefined) return json({ Quota: { Value } });
      } else if (known !== undefined) return response.writeHead(200, { "content-type": "text/xml" }).end(known);
      else if (request.url?.startsWith("/cluster-versions"))
        return json({ clusterVersions: [{ clusterVersion: "1.35", versionStatus }] });
      else if (request.url?.startsWith("/addons/supported-versions"))
        return json({ addons: [{ addonVersions: [{ addonVersion: "v1.13.2-eksbuild.21" }] }] });
      if (/Action=/.test(body)) {
        const code = body.includes("Version=2016-11-15") ? "UnauthorizedOperation" : "AccessDenied";
        const error = `<Error><Code>${code}</Code><Message>You may not.</Message></Error>`;
        const text = `<R><Errors>${error}</Errors>${error}</R>`;
        return response.writeHead(403, { "content-type": "text/xml" }).end(text);
      }
      const refusal = { __type: "AccessDeniedException", message: "You may not." };
      return response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify(refusal));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => void server.close());
beforeEach(() => {
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  quotas = { "L-1216C47A": 1000, "L-34B43A08": 1000, "L-DB2E81BA": 100, "L-6D54EA21": 30, "L-BD136A63": 450 };
  versionStatus = "STANDARD_SUPPORT";
  gatewayRoutes = {};
  hasMoreRoutes = false;
});

async function look(only: string): Promise<readonly string[]> {
  const { stdout, stderr } = await run(["preflight", "acme-eu-west-1", "--only", only, "--format", "json"]);
  expect(stderr).toBe("");
  const { lines } = JSON.parse(stdout) as { readonly lines: readonly Line[] };
  return lines.map(({ status, about, found, remedy = "" }) => `${status} ${about}: ${found}; ${remedy}`);
}

test("processors are counted by their quota, at the most nodes, with what others run", async () => {
  const lines = (await look("quotas")).filter((line) => /vCPUs|node/.test(line));
  expect(lines).toEqual([
    "ok vCPUs of G and VT on-demand machines: 32 needed, others have 0, of 100; ",
    // 6 nodes of 8 and 10 of 16; one machine of 16 that is not this deployment's.
    "ok vCPUs of Standard (A, C, D, H, I, M, R, T, Z) on-demand machines: 208 needed, others have 16, of 1000; ",
    "ok vCPUs of Standard (A, C, D, H, I, M, R, T, Z) spot machines: 320 needed, others have 16, of 1000; ",
    expect.stringMatching(/^unknown rules of group acme-eu-west-1-nodes: /),
    "ok node groups of the cluster: 4 needed, others have 0, of 30; ",
    "ok nodes of a node group: 20 needed, others have 0, of 450; ",
  ]);
});

test("a quota that does not suffice says by how much, and how to ask", async () => {
  quotas["L-DB2E81BA"] = 31;
  expect(await look("quotas")).toContain(
    "fails vCPUs of G and VT on-demand machines: 32 needed, others have 0, of 31; aws service-quotas request-service-quota-increase --region eu-west-1 --service-code ec2 --quota-code L-DB2E81BA --desired-value 32",
  );
});

test("a right that lacks is named, and what it would tell is unknown", async () => {
  const lines = await look("services,names,machines,client-secret");
  expect(lines).toContainEqual(
    expect.stringMatching(/^unknown region eu-west-1: .*refused.*; give the identity the right ec2:DescribeRegions$/),
  );
  for (const line of lines.slice(1)) {
    const [, right] = /^unknown .*; give the identity the right (\S+)$/.exec(line) ?? [];
    expect([line, RIGHTS]).toEqual([line, expect.arrayContaining([right])]);
  }
});

test("routes of a transit gateway to parts of the block, but for those to the deployment's own network", async () => {
  const file = at("routed.yaml");
  const example = readFileSync(`${EXAMPLES}/aws-us-east-2.yaml`, "utf8").replaceAll("../../", "./");
  writeFiles({
    [file]: `${example}network: { routes: [{ cidr: 10.128.0.0/9, via: tgw-0123456789abcdef0 }] }\n`,
  });
  process.env["DATAPLANE_DEPLOYMENTS"] = file;
  const routes = async () => {
    const { stdout, stderr } = await run(["preflight", "acme-us-east-2", "--only", "network", "--format", "json"]);
    expect(stderr).toBe("");
    const { lines } = JSON.parse(stdout) as { readonly lines: readonly Line[] };
    return lines.filter(({ about }) => about.startsWith("routes of ")).map(({ status, found }) => `${status} ${found}`);
  };
  gatewayRoutes = { "10.0.0.0/16": "vpc-own", "10.0.0.0/8": "vpc-hub", "172.16.0.0/16": "vpc-other" };
  expect(await routes()).toEqual(["ok lead no part of its blocks elsewhere"]);
  gatewayRoutes["10.0.128.0/20"] = "vpc-other";
  expect(await routes()).toEqual(["fails lead parts of its blocks elsewhere: 10.0.128.0/20 in tgw-rtb-1"]);
  hasMoreRoutes = true;
  expect(await routes()).toEqual(["unknown tgw-rtb-1 has more routes than one answer holds"]);
  process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES;
});

test("versions of Kubernetes and of add-ons", async () => {
  expect(await look("versions")).toEqual([
    expect.stringMatching(/^ok account/),
    "ok Kubernetes 1.35: is offered (STANDARD_SUPPORT); ",
    "ok add-on coredns v1.13.2-eksbuild.21: is offered; ",
    expect.stringMatching(/^fails add-on kube-proxy .*: is not offered for Kubernetes 1\.35; /),
    expect.stringMatching(/^fails add-on vpc-cni /),
  ]);
  versionStatus = "UNSUPPORTED";
  expect((await look("versions"))[1]).toBe(
    "fails Kubernetes 1.35: is not offered (UNSUPPORTED); name one that is in 'kubernetesVersion'",
  );
});
