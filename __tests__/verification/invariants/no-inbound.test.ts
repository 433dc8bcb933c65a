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
  ["what may let packets in", { aws_cloudformation_stack: { s: {} } }, ["unknown aws_cloudformation_stack.s"]],
])("%s", (_, types, expected) => {
  expect(blamed(types)).toEqual(expected);
});
