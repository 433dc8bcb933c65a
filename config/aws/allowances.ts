/** What task pods may reach beside the document's own destinations: named, with a reason each. */
import type { AwsDeployment } from "../deployment";

type Allowance = AwsDeployment["allowances"][number];
type To<Kind extends Allowance["to"]> = Extract<Allowance, { to: Kind }>;

const allowancesTo =
  <Kind extends Allowance["to"]>(kind: Kind) =>
  ({ allowances }: AwsDeployment): To<Kind>[] =>
    allowances.filter((allowance): allowance is To<Kind> => allowance.to === kind);

export const addressAllowances = allowancesTo("addresses");
export const bucketAllowances = allowancesTo("bucket");
export const serviceAllowances = allowancesTo("service");

/** Name and reason, as policy and report say them. */
export const allowanceText = ({ name, reason }: Allowance) => `allowance ${name} (${reason})`;

/** The same in the letters that a tag takes: at most 256 of letters, digits, spaces and `_.:/=+-@`. */
export const allowanceTag = ({ name, reason }: Pick<Allowance, "name" | "reason">) =>
  `${name}: ${reason}`.replace(/[^\p{L}\p{N} _.:/=+@-]/gu, "-").slice(0, 256);
