import type { Finding } from "../../verification/model";
import type { Report } from "../../verification/verify";

/** Findings of both kinds, with and without a packet, and exceptions in every state. */
const VIOLATED: Finding = {
  invariant: "no-inbound",
  status: "violated",
  resource: "aws_security_group.a",
  location: { file: "stacks/a/cdk.tf.json", line: 7 },
  message: "TCP 22 from 1.0.0.1 can reach aws_instance.web",
  counterexample: {
    direction: "inbound",
    protocol: "tcp",
    source: "1.0.0.1",
    destination: "aws_instance.web",
    port: 22,
  },
  remedy: "Remove the rule.",
};

const UNKNOWN: Finding = {
  invariant: "egress-allowlist",
  status: "unknown",
  resource: "module.vpc",
  location: { file: "main.tf", line: 0 },
  message: "module.vpc is not judged",
  counterexample: { direction: "outbound", protocol: "99", source: "module.vpc", destination: "aws:s3" },
  remedy: "Put the module in the input.",
};

const EXCEPTION = { id: "no-inbound", resource: "aws_lb.a", reason: "until the move", expires: "2999-12-31" };

export const FAILED: Report = {
  verdict: "fail",
  findings: [VIOLATED, UNKNOWN],
  exceptions: [
    { ...EXCEPTION, state: "used", findings: [{ ...VIOLATED, resource: "aws_lb.a" }] },
    { ...EXCEPTION, state: "unused", resource: "aws_lb.b", findings: [] },
    { ...EXCEPTION, state: "expired", resource: "aws_lb.c", expires: "2020-01-31", findings: [] },
  ],
  judged: { rules: 3, endpoints: 1 },
};

export const PASSED: Report = { verdict: "pass", findings: [], exceptions: [], judged: { rules: 1, endpoints: 2 } };

const ASSUMPTION = {
  id: "way-out",
  assumed: "What stands behind tgw-1 lets it out.",
  otherwise: "No tunnel.",
  check: "aws ec2 describe-route-tables",
  field: "network.transitGatewayId",
  paragraph: "Egress configuration",
} as const;

/** Holds by an exception, and by two assumptions, one of which three deployments make. */
export const ASSUMED: Report = {
  ...PASSED,
  exceptions: [{ ...EXCEPTION, state: "used", findings: [] }],
  assumptions: [
    { deployment: "acme-a", ...ASSUMPTION },
    { deployment: "acme-a", ...ASSUMPTION, id: "no-proxy", check: "who | what" },
    ...["acme-b", "acme-c", "acme-d"].map((deployment) => ({ deployment, ...ASSUMPTION })),
  ],
};

/** A failed report of one finding with other fields. */
export const failedBy = (fields: Partial<Finding>): Report => ({
  ...FAILED,
  findings: [{ ...VIOLATED, ...fields }],
  exceptions: [],
});
