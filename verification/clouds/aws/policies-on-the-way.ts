/**
 * The policies that a call to AWS meets on its way: those of the service's VPC endpoint and of the bucket or key.
 *
 * AWS Identity and Access Management User Guide, "Policy evaluation logic"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html); AWS KMS, "Key policies"
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html).
 */
import type { AwsDeployment } from "../../../config/deployment";
import { listed } from "../../crossings";
import { extentOf } from "../../extent";
import { problemAt, type Problem } from "../../problem";
import { attachmentsOf } from "../lookup";
import { isUnknown, referenceTo, type Resource, type Unknown } from "../../model";
import type { RequestContext } from "./conditions";
import { allows, type Permissions } from "./permissions";
import { policyStatements, type Principal, type Spelling, type Statement } from "./policy-document";
import { serviceOf } from "./prefix-list";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { OWN_KEY, type Calls } from "./calls";
import { ownNames } from "./own-names";
import { and, or, type Ternary } from "../../ternary";

export const KEY = "aws_kms_key";
const ENDPOINT = "aws_vpc_endpoint";

/** Who calls: whom policies see. */
export interface Caller {
  /** Undefined for whoever has no signature, but a token. */
  readonly arn: string | undefined;
  readonly service?: string;
}

/** What a policy does not let through. */
interface Refused {
  readonly at: Resource;
  readonly policy: string;
  readonly certain: boolean;
  readonly actions: Set<string>;
  readonly whom: Set<string>;
}

/** Whether the policies of the resources that a call meets let it through; what they do not is told of at the end. */
export class PoliciesOnTheWay {
  private readonly endpoints: readonly (readonly [service: string | undefined, endpoint: Resource])[];
  private readonly refused = new Map<string, Refused>();
  private readonly documents = new Map<Resource, readonly Statement[] | Unknown>();
  private readonly spelling: Spelling;

  constructor(
    private readonly input: TerraformInput,
    private readonly deployment: AwsDeployment,
  ) {
    this.spelling = ownNames(input, deployment);
    this.endpoints = input
      .managed(ENDPOINT)
      .map((endpoint) => [serviceOf(input, endpoint.values["service_name"], endpoint), endpoint] as const);
  }

  atEndpoint(caller: Caller, { endpoint: service, actions, on, context }: Calls): void {
    for (const [serves, endpoint] of this.endpoints) {
      if (service === undefined || serves !== service) continue;
      for (const from of [endpoint, ...this.attached(endpoint, "aws_vpc_endpoint_policy", "vpc_endpoint_id")]) {
        // Without a policy an endpoint lets all through.
        if (isAbsent(from.values["policy"])) continue;
        const permissions = this.towards(caller, from);
        const asked = contextOf(caller, this.deployment.account, { ...context, "aws:sourcevpce": endpoint.address });
        const answer = and(actions.flatMap((action) => on.map((one) => allows(permissions, action, one, asked))));
        this.note(answer, from, `the policy of ${endpoint.address}`, actions);
      }
    }
  }

  atBuckets(caller: Caller, { actions, on, context }: Calls): void {
    for (const bucket of this.input.managed("aws_s3_bucket")) {
      const arn = this.spelling.reference(referenceTo(bucket.address, "arn"), bucket);
      const asked = on.filter((one) => one === arn || (arn !== undefined && one.startsWith(`${arn}/`)));
      if (asked.length === 0) continue;
      const gateways = this.endpoints.filter(([serves]) => serves === "aws:s3").map(([, endpoint]) => endpoint.address);
      const way = gateways.length === 1 ? { "aws:sourcevpce": gateways[0] } : {};
      for (const from of this.attached(bucket, "aws_s3_bucket_policy", "bucket", "bucket")) {
        const denied = this.towards(caller, from, true);
        const request = contextOf(caller, this.deployment.account, { ...context, ...way });
        const answer = and(actions.flatMap((action) => asked.map((one) => allows(denied, action, one, request))));
        this.note(answer, from, `the policy of ${bucket.address}`, actions);
      }
    }
  }

  atKeys(caller: Caller, { actions, context }: Calls): void {
    for (const key of this.input.managed(KEY)) this.atKey(key, key, caller, actions, context);
  }

  atKey(key: Resource, of: Resource, caller: Caller, actions: readonly string[], context?: RequestContext): void {
    const apart = this.attached(key, "aws_kms_key_policy", "key_id");
    // A key that says nothing has AWS's own policy: its account may all, and no service anything.
    for (const from of apart.length > 0 ? apart : [key]) {
      const permissions = this.towards(caller, from);
      const asked = contextOf(caller, this.deployment.account, { "kms:grantisforawsresource": "true", ...context });
      const answer = and(actions.map((action) => allows(permissions, action, OWN_KEY, asked)));
      const whom = caller.service ?? caller.arn ?? "who calls";
      const what = of === key ? whom : `${whom} for ${of.address}`;
      this.note(answer, from, `the key policy of ${key.address}`, actions, what);
    }
  }

  /** Remembers what a policy does not let through, to be told once for each policy. */
  private note(answer: Ternary, at: Resource, policy: string, actions: readonly string[], whom?: string): void {
    if (answer === true) return;
    const key = [policy, at.address, answer].join("\n");
    const known = this.refused.get(key) ?? {
      at,
      policy,
      certain: answer === false,
      actions: new Set(),
      whom: new Set(),
    };
    for (const action of actions) known.actions.add(action);
    if (whom !== undefined) known.whom.add(whom);
    this.refused.set(key, known);
  }

  *refusals(): Generator<Problem> {
    for (const { at, policy, certain, actions, whom } of this.refused.values()) {
      const what = [listed([...actions], 4), ...(whom.size > 0 ? [`of ${listed([...whom])}`] : [])].join(" ");
      const extent = extentOf(JSON.stringify([...actions]), JSON.stringify([...whom]));
      yield certain
        ? problemAt(at, ["policy"], "violated", `${policy} does not let ${what} through`, extent)
        : problemAt(at, ["policy"], "unknown", `whether ${policy} lets ${what} through can't be told`, extent);
    }
  }

  private attached(target: Resource, type: string, argument: string, name?: string): readonly Resource[] {
    return attachmentsOf(target, this.input.managed(type), argument, this.input, name).found;
  }

  /** What a resource's policy says of a caller. @param deniesOnly where the caller's own policies allow */
  private towards(caller: Caller, from: Resource, deniesOnly = false): Permissions {
    const known = this.documents.get(from) ?? policyStatements(from.values["policy"], from, this.input, this.spelling);
    this.documents.set(from, known);
    const read = isUnknown(known) ? [] : known;
    const statements = read.flatMap((statement) => {
      const answer = this.isCaller(caller, statement);
      if (answer === false) return [];
      const hidden = { operator: "", key: "principal", values: [] };
      return [answer === true ? statement : { ...statement, conditions: [...statement.conditions, hidden] }];
    });
    return {
      statements: deniesOnly ? [ALL, ...statements] : statements,
      maybeMore: isUnknown(known) && !deniesOnly,
      maybeLess: isUnknown(known),
    };
  }

  private isCaller({ arn, service }: Caller, { principals, except }: Statement): Ternary {
    const named = or(principals.map((principal) => this.isNamed(arn, service, principal)));
    if (!except.principals) return named;
    return named === "unknown" ? named : !named;
  }

  private isNamed(arn: string | undefined, service: string | undefined, { type, id }: Principal): Ternary {
    if (type === "*" || (type === "AWS" && id === "*")) return true;
    if (type === "Service") return arn === undefined && id === service;
    if (type !== "AWS" || arn === undefined) return false;
    // The account as a whole is what its own policies make of it; a role of AWS's own has none that speak of keys.
    const isOfAccount = id === this.deployment.account || id === `arn:aws:iam::${this.deployment.account}:root`;
    return id.includes("${}") ? "unknown" : id === arn || (isOfAccount && !arn.includes("/aws-service-role/"));
  }
}

/** What a request of a caller says of itself. */
export function contextOf({ arn }: Caller, account: string, context: RequestContext = {}): RequestContext {
  const ofAccount = arn === undefined ? undefined : account;
  return {
    "aws:principalaccount": ofAccount,
    "aws:principalarn": arn,
    "aws:resourceaccount": account,
    ...context,
  };
}

const ALL: Statement = {
  effect: "Allow",
  principals: [],
  actions: ["*"],
  resources: ["*"],
  except: { principals: false, actions: false, resources: false },
  conditions: [],
};
