/** Calls that fail, against a server that refuses and throttles as AWS does. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { run } from "../../../cli/index";
import { EXAMPLES } from "../../support/examples";
import { testEnvironment } from "../../support/environment";
import { scratchFolder } from "../../support/scratch";

const scratch = scratchFolder();
testEnvironment({
  AWS_ENDPOINT_URL: "",
  AWS_ACCESS_KEY_ID: "a",
  AWS_SECRET_ACCESS_KEY: "b",
  AWS_MAX_ATTEMPTS: "",
  DATAPLANE_DEPLOYMENTS: "",
});

let server: Server;
let throttled = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const action = /Action=(\w+)/.exec(body)?.[1];
      const [status, text] = answerTo(action);
      response.writeHead(status, { "content-type": "text/xml", "x-amzn-requestid": "1" }).end(text);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => void server.close());
beforeEach(() => {
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  delete process.env["AWS_MAX_ATTEMPTS"];
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

const error = (code: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>You may not.</Message></Error></Errors></Response>`;

/** An account with one VPC, whose peerings may not be read; everything that is not of EC2 is refused. */
function answerTo(action: string | undefined): readonly [number, string] {
  switch (action) {
    case "GetCallerIdentity":
      return [
        200,
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>999999999999</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
      ];
    case "DescribeVpcs":
      if (throttled++ === 0) return [503, error("RequestLimitExceeded")];
      return [
        200,
        "<R><vpcSet><item><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock><isDefault>false</isDefault></item></vpcSet></R>",
      ];
    case "DescribeVpcPeeringConnections":
      return [403, error("UnauthorizedOperation")];
    default:
      return action === undefined || !/^Describe|^Get/.test(action)
        ? [403, '{"__type":"AccessDeniedException","message":"You may not."}']
        : [200, "<R/>"];
  }
}

test("a right that lacks is one line, a throttled call waits, and what was not told is unknown", async () => {
  const folder = scratch("collected");
  const { exitCode, stdout, stderr } = await run(["collect", "--region", "us-east-2", "--output", folder]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    "vpc-peerings: ec2:DescribeVpcPeeringConnections was refused: the right ec2:DescribeVpcPeeringConnections lacks",
  );
  expect(stdout).toContain("eks-clusters: eks:ListClusters was refused: the right eks:ListClusters lacks");
  // Once more for VPC Lattice, which is asked of each VPC.
  expect(throttled).toBe(3);
  expect(readFileSync(`${folder}/aws/vpcs.ndjson`, "utf8")).toContain('"VpcId":"vpc-1"');
  const audit = await run(["audit", "--account-only", folder]);
  expect(audit.exitCode).toBe(1);
  expect(audit.stdout).toMatch(/unknown no-inbound: .*vpc-peerings\.ndjson is not judged: not collected: .*lacks/);
});

test("a folder that holds something is refused", async () => {
  const { exitCode, stderr } = await run(["collect", "--region", "us-east-2", "--output", scratch("collected")]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("holds something")]);
});

test("credentials of another account than the deployment's are refused before anything is written", async () => {
  process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES;
  const { exitCode, stderr } = await run(["collect", "acme-us-east-2", "--output", scratch("other")]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("999999999999 (needed: 123456789012)")]);
  expect(existsSync(scratch("other"))).toBe(false);
});
