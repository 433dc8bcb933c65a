import { PrivateConnectivity } from "../../../constructs/aws/private-connectivity";
import { Testing } from "../../../framework";

type Attributes = Record<string, unknown>;
type Blocks = Record<string, Record<string, Attributes>>;

const { resource, data } = JSON.parse(
  Testing.synthScope((scope) => {
    new PrivateConnectivity(scope, "private-connectivity", {
      name: "acme",
      vpcId: "vpc-1",
      subnetIds: ["subnet-1", "subnet-2"],
      clusterName: "${aws_eks_cluster.cluster.id}",
      clusterSecurityGroupId: "sg-cluster",
      principals: ["arn:aws:iam::210987654321:role/union"],
    });
  }),
) as { resource: Blocks; data: Blocks };

const all = (type: string) => Object.values(resource[type] ?? {});
/** The reference to an attribute of the only resource of a type. */
const only = (type: string, attribute: string) => {
  const ids = Object.keys(resource[type] ?? {});
  expect(ids).toHaveLength(1);
  return `\${${type}.${ids[0]}.${attribute}}`;
};

test("a connection needs a given principal and the customer's acceptance", () => {
  expect(all("aws_vpc_endpoint_service")).toEqual([
    expect.objectContaining({
      acceptance_required: true,
      allowed_principals: ["arn:aws:iam::210987654321:role/union"],
      network_load_balancer_arns: [only("aws_lb", "arn")],
    }),
  ]);
});

test("the endpoint service names the invariant that it departs from", () => {
  expect(all("aws_vpc_endpoint_service")[0]?.["tags"]).toMatchObject({ "union.ai/exception": "no-inbound" });
});

test("only PrivateLink enters the load balancer: it is internal, and its group admits no one", () => {
  const group = only("aws_security_group", "id");
  expect(all("aws_lb")).toEqual([
    expect.objectContaining({
      internal: true,
      load_balancer_type: "network",
      subnets: ["subnet-1", "subnet-2"],
      security_groups: [group],
      enforce_security_group_inbound_rules_on_private_link_traffic: "off",
    }),
  ]);
  expect(all("aws_security_group")[0]).not.toHaveProperty("ingress");
  expect(all("aws_vpc_security_group_ingress_rule").map((rule) => rule["security_group_id"])).toEqual(["sg-cluster"]);
});

test("only the Kubernetes API can be reached through it, by reference on TCP 443", () => {
  const group = only("aws_security_group", "id");
  const https = { ip_protocol: "tcp", from_port: 443, to_port: 443 };
  expect(all("aws_vpc_security_group_egress_rule")).toEqual([
    expect.objectContaining({ security_group_id: group, referenced_security_group_id: "sg-cluster", ...https }),
  ]);
  expect(all("aws_vpc_security_group_ingress_rule")).toEqual([
    expect.objectContaining({ security_group_id: "sg-cluster", referenced_security_group_id: group, ...https }),
  ]);
});

test("targets are the two addresses that EKS keeps for this cluster in this VPC", () => {
  const interfaces = Object.entries(data["aws_network_interface"] ?? {});
  expect(Object.values(data["aws_network_interfaces"] ?? {}).map(({ filter }) => filter)).toEqual([
    [
      { name: "vpc-id", values: ["vpc-1"] },
      { name: "description", values: ["Amazon EKS ${aws_eks_cluster.cluster.id}"] },
    ],
  ]);
  expect(interfaces.map(([, { id }]) => id)).toEqual([
    expect.stringMatching(/^\$\{element\(sort\(data\.aws_network_interfaces\..*\.ids\), 0\)\}$/),
    expect.stringMatching(/^\$\{element\(sort\(data\.aws_network_interfaces\..*\.ids\), 1\)\}$/),
  ]);
  expect(all("aws_lb_target_group")).toEqual([
    expect.objectContaining({ target_type: "ip", protocol: "TCP", port: 443, vpc_id: "vpc-1" }),
  ]);
  expect(all("aws_lb_target_group_attachment").map((attachment) => attachment["target_id"])).toEqual(
    interfaces.map(([id]) => `\${data.aws_network_interface.${id}.private_ip}`),
  );
});

test("the service goes before what leads to the API: AWS deletes none that has a connection, and all else then stands", () => {
  const types = ["aws_lb_listener", "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"];
  const made = types.flatMap((type) => Object.keys(resource[type] ?? {}).map((id) => `${type}.${id}`));
  expect(made).toHaveLength(3);
  expect(all("aws_vpc_endpoint_service").map((one) => one["depends_on"])).toEqual([made]);
  for (const type of types) expect(all(type)[0]).not.toHaveProperty("depends_on");
});
