import { invariant } from "../../../verification/invariants/no-inbound";
import { defaultPolicy } from "../../../verification/policy";
import { buildSystem } from "../../../verification/system";
import type { Types } from "../../support/no-inbound";
import { resourcesOf } from "../../support/resources";

const FIREWALL: Types = { aws_networkfirewall_firewall: { f: {} } };
const queue = (principal: string): Types => ({
  aws_sqs_queue_policy: {
    q: { policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: principal, Action: "sqs:SendMessage" } }) },
  },
});
const network = (ranges: string): Types => ({
  google_compute_network: { n: { name: "n", auto_create_subnetworks: false } },
  google_compute_firewall: {
    f: { name: "f", network: "${google_compute_network.n.id}", allow: { protocol: "tcp" }, source_ranges: [ranges] },
  },
  google_compute_ha_vpn_gateway: { v: { name: "v", network: "${google_compute_network.n.id}" } },
});
const PEERING: Types = { google_compute_network_peering: { p: { network: "a", peer_network: "b" } } };
const blamed = (types: Types) => {
  const system = buildSystem(resourcesOf({ resource: types }));
  return [...invariant.check({ system, policy: defaultPolicy(), deployment: undefined })].map(
    ({ status, resource }) => `${status} ${resource}`,
  );
};

test.each<[what: string, types: Types, expected: string[]]>([
  ["what only stops packets, where none comes in", { ...FIREWALL, ...queue("arn:aws:iam::1:root") }, []],
  [
    "the same, where one comes in",
    { ...FIREWALL, ...queue("*") },
    ["violated aws_sqs_queue_policy.q", "unknown aws_networkfirewall_firewall.f"],
  ],
  [
    "who may connect to an endpoint service that is elsewhere",
    {
      aws_vpc_endpoint_service_allowed_principal: { p: { vpc_endpoint_service_id: "vpce-svc-1", principal_arn: "*" } },
    },
    ["violated aws_vpc_endpoint_service_allowed_principal.p"],
  ],
  ["what only leads packets to a network, whose rules let none in", network("10.0.0.0/8"), []],
  [
    "the same, whose rules let some in",
    network("198.51.0.0/16"),
    ["violated google_compute_firewall.f", "unknown google_compute_ha_vpn_gateway.v"],
  ],
  [
    "the same, with what no rule stands before",
    {
      ...network("10.0.0.0/8"),
      google_redis_instance: { r: { authorized_network: "${google_compute_network.n.id}" } },
    },
    ["unknown google_compute_ha_vpn_gateway.v"],
  ],
  ["what only leads packets to a network that is elsewhere", PEERING, []],
  [
    "the same, where a machine's network is not known",
    { ...PEERING, google_compute_instance: { i: { network_interface: { network: "${var.a}" } } } },
    ["unknown google_compute_instance.i", "unknown var.a", "unknown google_compute_network_peering.p"],
  ],
  ["what may let packets in", { aws_cloudformation_stack: { s: {} } }, ["unknown aws_cloudformation_stack.s"]],
])("%s", (_, types, expected) => {
  expect(blamed(types)).toEqual(expected);
});
