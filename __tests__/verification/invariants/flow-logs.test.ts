import { invariant } from "../../../verification/invariants/flow-logs";
import { one, pick, testMutations, testTable } from "../../support/judge";

const vpc = (...logs: object[]) =>
  one("aws_vpc", { cidr_block: "10.0.0.0/16" }, { aws_flow_log: Object.fromEntries(logs.entries()) });
const ALL = { vpc_id: "${aws_vpc.a.id}", traffic_type: "ALL", log_destination: "${aws_s3_bucket.logs.arn}" };

const subnetwork = (values: object) => one("google_compute_subnetwork", values);
const virtualNetwork = (...logs: object[]) =>
  one("azurerm_virtual_network", {}, { azurerm_network_watcher_flow_log: Object.fromEntries(logs.entries()) });
const TARGET = { target_resource_id: "${azurerm_virtual_network.a.id}" };

testTable(invariant, [
  ["a VPC with a log of all traffic", vpc(ALL)],
  ["one of two logs holds", vpc({ ...ALL, traffic_type: "REJECT" }, ALL)],
  ["the default VPC too", one("aws_default_vpc", {}), "violated aws_default_vpc.a: has no flow log"],
  ["a VPC without", vpc(), "violated aws_vpc.a: has no flow log"],
  ["a log of another VPC", vpc({ ...ALL, vpc_id: "vpc-0123456789abcdef0" }), "violated aws_vpc.a: has no flow log"],
  ["a log of a subnet", vpc({ ...ALL, vpc_id: null, subnet_id: "subnet-0" }), "violated aws_vpc.a: has no flow log"],
  [
    "a log of something not known",
    vpc({ ...ALL, vpc_id: "${var.vpc} " }),
    "unknown aws_vpc.a: whether aws_flow_log.0 is its flow log can't be told",
  ],
  [
    "refused traffic only",
    vpc({ ...ALL, traffic_type: "REJECT" }),
    "violated aws_flow_log.0: records traffic of type REJECT only, not ALL",
  ],
  [
    "traffic of a type not known",
    vpc({ ...ALL, traffic_type: "${var.type} " }),
    "unknown aws_flow_log.0: traffic_type can't be told: ${var.type}  is not known",
  ],
  ["no destination", vpc({ ...ALL, log_destination: null }), "violated aws_flow_log.0: has no destination"],
  ["a subnetwork with logs", subnetwork({ log_config: { flow_sampling: 0.5 } })],
  ["a subnetwork with logs by default", subnetwork({ log_config: [{}] })],
  ["a subnetwork without", subnetwork({}), "violated google_compute_subnetwork.a: has no flow logs"],
  ["a subnetwork that can't have any", subnetwork({ purpose: "REGIONAL_MANAGED_PROXY" })],
  ["a network of subnetworks written out", one("google_compute_network", { auto_create_subnetworks: false })],
  [
    "a network that makes subnetworks",
    one("google_compute_network", {}),
    "violated google_compute_network.a: makes its own subnetworks, which have no flow logs",
  ],
  ["a virtual network with a log", virtualNetwork({ ...TARGET, enabled: true })],
  ["a virtual network without", virtualNetwork(), "violated azurerm_virtual_network.a: has no flow log"],
  [
    "a log that is switched off",
    virtualNetwork({ ...TARGET, enabled: false }),
    "violated azurerm_network_watcher_flow_log.0: is not enabled",
  ],
]);

describe("our own", () => {
  testMutations(invariant, [
    ["no log", (resource) => delete resource.aws_flow_log, "violated has no flow log"],
    [
      "refused traffic only",
      (resource) => (pick(resource, "aws_flow_log").traffic_type = "REJECT"),
      "violated records traffic of type REJECT only, not ALL",
    ],
    [
      "no destination",
      (resource) => delete pick(resource, "aws_flow_log").log_destination,
      "violated has no destination",
    ],
    [
      "a format without who initiated",
      (resource) => {
        const log = pick(resource, "aws_flow_log");
        log.log_format = log.log_format.replace(" $${flow-direction}", "").replace(" $${tcp-flags}", "");
      },
      "violated does not record flow-direction, tcp-flags: who opened a connection is not shown",
    ],
    [
      "the default format",
      (resource) => delete pick(resource, "aws_flow_log").log_format,
      "violated does not record flow-direction, tcp-flags, srcaddr, dstaddr, srcport, dstport, pkt-srcaddr, pkt-dstaddr, action: who opened a connection is not shown",
    ],
  ]);
});
