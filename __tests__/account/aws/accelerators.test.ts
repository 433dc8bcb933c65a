/** What leads into VPCs from beside them, asked of a server that answers as AWS Global Accelerator and VPC Lattice do. */
import { AwsService, type AwsAnswers } from "../../support/aws-service";
import { testEnvironment } from "../../support/environment";

testEnvironment(AwsService.ELSEWHERE);
let service: AwsService;
beforeEach(async () => {
  service = await new AwsService().start();
  process.env["AWS_ENDPOINT_URL"] = service.url;
});
afterEach(() => service.stop());

async function collected(name: string, answers: AwsAnswers) {
  const { records, failed } = await service.collected(name, { ...answers, DescribeVpcs: VPCS });
  return { records, failed: failed.map(({ call, lacks }) => [call, lacks]) };
}

const VPCS = "<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></R>";
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
