import { invariant } from "../../../verification/invariants/flow-logs";
import { azureDeployment } from "../../support/deployments";
import { drop, one, pick, testMutations, testTable, type Json } from "../../support/judge";

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
  [
    "a log of a security group",
    virtualNetwork({ network_security_group_id: "${azurerm_network_security_group.n.id}", enabled: true }),
    "violated azurerm_virtual_network.a: has no flow log",
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

describe("our own on Google Cloud", () => {
  testMutations(
    invariant,
    [
      [
        "some flows only",
        (resource) =>
          (pick(resource, "google_compute_subnetwork", "nodes").log_config.filter_expr = "src_ip == '10.0.0.1'"),
        "violated records some flows only",
      ],
      [
        "a sample",
        (resource) => delete pick(resource, "google_compute_subnetwork", "nodes").log_config.flow_sampling,
        "violated records a sample of the flows, not every one",
      ],
      [
        "refusals unseen",
        (resource) => delete pick(resource, "google_compute_firewall", "deny-ipv4-in").log_config,
        "violated log_config.metadata is left out: what it refuses is not recorded",
      ],
      [
        "NAT unseen",
        (resource) => delete pick(resource, "google_compute_router_nat").log_config,
        "violated log_config.enable is left out: what NAT lets out is not recorded",
        "violated log_config.filter is left out: not all that NAT lets out is recorded",
      ],
      [
        "flows within a node unseen",
        (resource) => delete pick(resource, "google_container_cluster").enable_intranode_visibility,
        "violated enable_intranode_visibility is left out: flows between pods of one node are not recorded",
      ],
    ],
    { cloud: "google" },
  );
});

describe("a flow log of a deployment on Azure, by the provider's own resource", () => {
  const KEPT = azureDeployment().logRetentionDays;
  const own = (values: object) => virtualNetwork({ ...TARGET, enabled: true, ...values });
  testTable(
    invariant,
    [
      ["records that are kept", own({ retention_policy: [{ enabled: true, days: KEPT }] })],
      [
        "records that are kept for fewer days than promised",
        own({ retention_policy: [{ enabled: true, days: KEPT - 1 }] }),
        `violated azurerm_network_watcher_flow_log.0: records are not kept for ${KEPT} days`,
      ],
      [
        "records of which nothing is said",
        own({ retention_policy: [{ enabled: false, days: 0 }] }),
        `violated azurerm_network_watcher_flow_log.0: records are not kept for ${KEPT} days`,
      ],
    ],
    azureDeployment(),
  );
});

describe("our own on Azure", () => {
  const TEMPLATE = "azurerm_resource_group_template_deployment";
  const template = (edit: (log: Json) => void) => (resource: Json) => {
    const deployment = pick(resource, TEMPLATE, "flow-log");
    const content = JSON.parse(deployment.template_content);
    edit(content.resources[0]);
    deployment.template_content = JSON.stringify(content);
  };
  const kept = (edit: (rule: Json) => void) => (resource: Json) =>
    edit(pick(resource, "azurerm_storage_management_policy").rule[0]);
  const KEPT = azureDeployment().logRetentionDays;
  testMutations(
    invariant,
    [
      ["no log", (resource) => drop(resource, TEMPLATE, "flow-log"), "violated has no flow log"],
      ["a log that is off", template((log) => (log.properties.enabled = false)), "violated is not enabled"],
      ["a log that may not be made", template((log) => (log.condition = "[equals(1, 2)]")), "violated has no flow log"],
      [
        "a log of something else",
        template((log) => (log.properties.targetResourceId = "[parameters('storageAccountId')]")),
        "violated has no flow log",
      ],
      [
        "a log of what can't be told",
        template((log) => (log.properties.targetResourceId = "[resourceId('x', 'y')]")),
        "violated has no flow log",
      ],
      [
        "a network that can't be told",
        (resource) => {
          const deployment = pick(resource, TEMPLATE, "flow-log");
          deployment.parameters_content = deployment.parameters_content.replace(
            /\$\{azurerm_virtual_network[^}]*\}/,
            "${var.network}",
          );
        },
        "unknown whether azurerm_resource_group_template_deployment.network_flow-logs_flow-log_98431EDB is its flow log can't be told",
      ],
      [
        "records that are deleted too early",
        kept((rule) => (rule.actions.base_blob.delete_after_days_since_modification_greater_than = KEPT - 1)),
        `violated records are not kept for ${KEPT} days`,
      ],
      [
        "records of which nothing is said",
        kept((rule) => (rule.enabled = false)),
        `violated records are not kept for ${KEPT} days`,
      ],
      [
        "days that can't be told",
        kept((rule) => (rule.actions.base_blob.delete_after_days_since_modification_greater_than = "${var.days}")),
        `unknown records are not kept for ${KEPT} days`,
      ],
    ],
    { cloud: "azure" },
  );
});
