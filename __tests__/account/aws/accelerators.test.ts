/** What leads into VPCs from beside them, asked of a server that answers as AWS Global Accelerator and VPC Lattice do. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Asking } from "../../../account/aws/kind";
import { ACCELERATORS } from "../../../account/aws/kinds/accelerators";
import { LATTICE } from "../../../account/aws/kinds/lattice";
import { servicesIn } from "../../../account/aws/services";
import { keeper } from "../../../account/kept";
import { testEnvironment } from "../../support/environment";
import { Loopback } from "../../support/loopback";

class Service extends Loopback {
  /** By action of Global Accelerator, or path of VPC Lattice; a number: that status. */
  answers: Readonly<Record<string, unknown>> = {};
  readonly signedFor: string[] = [];

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const [, action] = /\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    const [path = ""] = (request.url ?? "").split("?");
    this.signedFor.push(/\/(\w+-\w+-\d)\//.exec(String(request.headers.authorization))?.[1] ?? "");
    if (text.includes("Action=DescribeVpcs")) {
      response.writeHead(200, { "content-type": "text/xml" });
      response.end("<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></R>");
      return;
    }
    const answer = this.answers[action ?? path] ?? {};
    const isRefusal = typeof answer === "number";
    response.writeHead(isRefusal ? answer : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(isRefusal ? { __type: "AccessDeniedException", message: "You may not." } : answer));
  }
}

testEnvironment({ AWS_ENDPOINT_URL: "", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" });
let service: Service;
beforeEach(async () => {
  service = await new Service().start();
  process.env["AWS_ENDPOINT_URL"] = service.url;
});
afterEach(() => service.stop());

async function collected(name: string, answers: Readonly<Record<string, unknown>>) {
  service.answers = answers;
  const kind = [...ACCELERATORS, ...LATTICE].find((one) => one.name === name);
  if (!kind) throw new Error(name);
  const ask = new Asking(name);
  const records: unknown[] = [];
  for await (const page of kind.answers(servicesIn("eu-west-1"), ask)) records.push(...page.map(keeper(kind.fields)));
  return { records, failed: ask.failed.map(({ call, lacks }) => [call, lacks]) };
}

const LISTENER = { ListenerArn: "l", Protocol: "TCP", PortRanges: [{ FromPort: 443, ToPort: 443 }] };
const GROUP = {
  EndpointGroupArn: "g",
  EndpointGroupRegion: "eu-west-1",
  EndpointDescriptions: [{ EndpointId: "i-1" }],
};

test("an accelerator is told with its listeners and what they lead to, by the region that answers for all", async () => {
  const { records, failed } = await collected("accelerators", {
    ListAccelerators: { Accelerators: [{ AcceleratorArn: "a", Name: "n", Enabled: true, DnsName: "d" }] },
    ListListeners: { Listeners: [{ ...LISTENER, ClientAffinity: "NONE" }] },
    ListEndpointGroups: { EndpointGroups: [{ ...GROUP, HealthCheckPort: 80 }] },
  });
  expect(failed).toEqual([]);
  expect(records).toEqual([
    { AcceleratorArn: "a", Name: "n", Enabled: true, Listeners: [{ ...LISTENER, Groups: [GROUP] }] },
  ]);
  expect(new Set(service.signedFor)).toEqual(new Set(["us-west-2"]));
});

test("a right that lacks leaves untold what it would have told, and is named", async () => {
  const right = "globalaccelerator:ListCustomRoutingListeners";
  const { records, failed } = await collected("custom-routing-accelerators", {
    ListCustomRoutingAccelerators: { Accelerators: [{ AcceleratorArn: "a", Enabled: true }] },
    ListCustomRoutingListeners: 400,
  });
  expect(failed).toEqual([[right, right]]);
  expect(records).toEqual([
    { AcceleratorArn: "a", Enabled: true, Listeners: { notTold: `${right}: AccessDeniedException: You may not.` } },
  ]);
});

test("VPC Lattice is asked VPC by VPC which networks are there, and which targets groups have", async () => {
  const association = { id: "snva-1", vpcId: "vpc-1", status: "ACTIVE", serviceNetworkId: "sn-1" };
  expect(
    await collected("lattice-vpc-associations", {
      "/servicenetworkvpcassociations": { items: [{ ...association, createdBy: "1" }] },
    }),
  ).toEqual({ records: [association], failed: [] });
  const answers = { "/targetgroups": { items: [{ id: "tg-1", vpcIdentifier: "vpc-1", port: 80 }] } };
  const targets = { items: [{ id: "i-1", port: 80, status: "HEALTHY" }] };
  expect(await collected("lattice-target-groups", { ...answers, "/targetgroups/tg-1/listtargets": targets })).toEqual({
    records: [{ id: "tg-1", vpcIdentifier: "vpc-1", Targets: [{ id: "i-1", port: 80 }] }],
    failed: [],
  });
  const { failed } = await collected("lattice-target-groups", { ...answers, "/targetgroups/tg-1/listtargets": 403 });
  expect(failed).toEqual([["vpc-lattice:ListTargets", "vpc-lattice:ListTargets"]]);
});

test("resource gateways are listed", async () => {
  const gateway = {
    id: "rgw-1",
    name: "r",
    vpcIdentifier: "vpc-1",
    subnetIds: ["subnet-1"],
    securityGroupIds: ["sg-1"],
  };
  expect(await collected("lattice-resource-gateways", { "/resourcegateways": { items: [gateway] } })).toEqual({
    records: [gateway],
    failed: [],
  });
});
