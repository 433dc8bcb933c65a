import { cloudObjects } from "../../../../verification/clouds/kubernetes/cloud-objects";
import type { Value } from "../../../../verification/model";
import { buildSystem } from "../../../../verification/system";
import { manifests } from "../../../support/manifests";

const object = (apiVersion: string, kind: string, spec: string, name = "a") =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}, namespace: d}, spec: ${spec}}`;
const ack = (spec: string, name?: string) => object("ec2.services.k8s.aws/v1alpha1", "SecurityGroup", spec, name);
const cnrm = (kind: string, spec: string, name?: string) =>
  object("compute.cnrm.cloud.google.com/v1beta1", kind, spec, name);
const upbound = (kind: string, spec: string, name?: string) =>
  object("ec2.aws.upbound.io/v1beta1", kind, `{forProvider: ${spec}}`, name);
const reference = (address: string): Value => ({ kind: "reference", address, attribute: "id" });
const converted = (...documents: string[]) => cloudObjects(manifests(documents.join("\n---\n")));

test.each<[what: string, documents: string[], type: string, values: object]>([
  [
    "ACK's SecurityGroup",
    [
      ack(
        "{name: g, vpcID: vpc-1, ingressRules: [{ipProtocol: tcp, fromPort: 22, toPort: 23, ipRanges: [{cidrIP: 10.0.0.0/8}], ipv6Ranges: [{cidrIPv6: 'fd00::/8'}], prefixListIDs: [{prefixListID: pl-1}], userIDGroupPairs: [{groupID: sg-1}, {groupRef: {from: {name: b}}}, {groupName: c}]}], egressRules: []}",
      ),
      ack("{name: b}", "b"),
    ],
    "aws_security_group",
    {
      name: "g",
      vpc_id: "vpc-1",
      ingress: [
        {
          protocol: "tcp",
          from_port: 22,
          to_port: 23,
          cidr_blocks: ["10.0.0.0/8"],
          ipv6_cidr_blocks: ["fd00::/8"],
          prefix_list_ids: ["pl-1"],
          security_groups: ["sg-1", reference("SecurityGroup/d/b"), { kind: "unknown" }],
        },
      ],
      egress: [],
    },
  ],
  [
    "one that does not say what goes out",
    [ack("{name: g, vpcRef: {from: {name: v}}, ingressRules: [{ipProtocol: '-1'}, {ipProtocol: udp}]}")],
    "aws_security_group",
    {
      vpc_id: reference("VPC/d/v"),
      ingress: [
        { from_port: 0, to_port: 0, cidr_blocks: [] },
        { from_port: { kind: "unknown" }, to_port: { kind: "unknown" } },
      ],
      egress: { kind: "unknown" },
    },
  ],
  [
    "Config Connector's ComputeFirewall",
    [
      cnrm(
        "ComputeFirewall",
        "{resourceID: f, allow: [{protocol: tcp, ports: ['22']}], networkRef: {name: w}, sourceRanges: [0.0.0.0/0], targetServiceAccounts: [{external: a@b}]}",
      ),
      cnrm("ComputeNetwork", "{autoCreateSubnetworks: false}", "w"),
    ],
    "google_compute_firewall",
    {
      name: "f",
      allow: [{ protocol: "tcp", ports: ["22"] }],
      network: reference("ComputeNetwork/d/w"),
      source_ranges: ["0.0.0.0/0"],
      target_service_accounts: ["a@b"],
    },
  ],
  [
    "one of a network elsewhere",
    [cnrm("ComputeFirewall", "{networkRef: {external: projects/p/global/networks/default}}")],
    "google_compute_firewall",
    { name: "a", network: "projects/p/global/networks/default" },
  ],
  [
    "ComputeNetwork",
    [cnrm("ComputeNetwork", "{autoCreateSubnetworks: false}")],
    "google_compute_network",
    { name: "a", auto_create_subnetworks: false },
  ],
  [
    "Crossplane's SecurityGroupRule",
    [
      upbound(
        "SecurityGroupRule",
        "{type: ingress, protocol: tcp, fromPort: 22, toPort: 22, cidrBlocks: [10.0.0.0/8], ipv6CidrBlocks: ['fd00::/8'], securityGroupIdRef: {name: g}, sourceSecurityGroupIdSelector: {matchLabels: {a: b}}}",
      ),
      upbound("SecurityGroup", "{vpcIdRef: {name: v}}", "g"),
    ],
    "aws_security_group_rule",
    {
      type: "ingress",
      from_port: 22,
      cidr_blocks: ["10.0.0.0/8"],
      ipv6_cidr_blocks: ["fd00::/8"],
      security_group_id: reference("SecurityGroup/d/g"),
      source_security_group_id: { kind: "unknown" },
    },
  ],
  [
    "one whose group is told beside the choice by labels",
    [upbound("SecurityGroupIngressRule", "{securityGroupId: sg-1, securityGroupIdSelector: {matchLabels: {a: b}}}")],
    "aws_vpc_security_group_ingress_rule",
    { security_group_id: "sg-1" },
  ],
  [
    "Crossplane's Firewall",
    [object("compute.gcp.m.upbound.io/v1beta1", "Firewall", "{forProvider: {networkRef: {name: w}}}")],
    "google_compute_firewall",
    { network: reference("network/d/w") },
  ],
])("%s", (_, documents, type, values) => {
  expect(converted(...documents)[0]).toMatchObject({ type, address: expect.stringContaining("/d/a"), values });
});

test.each<[what: string, document: string]>([
  ["another kind", object("ec2.services.k8s.aws/v1alpha1", "Instance", "{}")],
  ["a kind of another group", object("example.com/v1", "SecurityGroup", "{}")],
  [
    "Crossplane's that it only looks at",
    object("ec2.aws.upbound.io/v1beta1", "VPC", "{managementPolicies: [Observe], forProvider: {}}"),
  ],
  [
    "Crossplane's that is filled in as it is made",
    object("ec2.aws.upbound.io/v1beta1", "VPC", "{initProvider: {}, forProvider: {}}"),
  ],
  ["one without a spec", "{apiVersion: ec2.services.k8s.aws/v1alpha1, kind: SecurityGroup, metadata: {name: a}}"],
])("%s stays, and is not judged", (_, document) => {
  const [resource] = converted(document);
  expect(resource?.type).toMatch(/^kubernetes:/);
  expect(buildSystem(converted(document)).unjudged).toHaveLength(1);
});

test("fields are where they are written", () => {
  const group =
    "kind: SecurityGroup\napiVersion: ec2.services.k8s.aws/v1alpha1\nmetadata: {name: a}\nspec:\n  ingressRules:\n    - ipProtocol: tcp\n    - ipProtocol: udp";
  expect(cloudObjects(manifests(group))[0]?.locate(["ingress", 1]).line).toBe(7);
  const rule =
    "kind: SecurityGroupRule\napiVersion: ec2.aws.upbound.io/v1beta1\nmetadata: {name: a}\nspec:\n  forProvider:\n    type: ingress\n    cidrBlocks:\n      - 10.0.0.0/8";
  expect(cloudObjects(manifests(rule))[0]?.locate(["cidr_blocks", 0]).line).toBe(8);
  const firewall =
    "kind: ComputeFirewall\napiVersion: compute.cnrm.cloud.google.com/v1beta1\nmetadata: {name: a}\nspec:\n  sourceRanges:\n    - 10.0.0.0/8";
  expect(cloudObjects(manifests(firewall))[0]?.locate(["source_ranges", 0]).line).toBe(6);
});
