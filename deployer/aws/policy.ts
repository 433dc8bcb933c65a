/** Policies of IAM, as its grammar has them. */
import type { Scope } from "./scopes";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Scope["condition"];
}

export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export const policyOf = (statements: readonly Statement[]): Policy => ({
  Version: "2012-10-17",
  Statement: statements,
});
