/**
 * From where a resource's own policy lets anybody in.
 *
 * AWS Identity and Access Management User Guide, "AWS global condition context keys"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html): what comes over the internet
 * has a source address and names no VPC and no endpoint. "Policy evaluation logic"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html): what no statement allows is
 * refused, and one that denies goes before all that allow.
 */
import type { Peer } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { holds, isLike, type RequestContext } from "./conditions";
import {
  isEverybody,
  isPartial,
  mayBeEverybody,
  type Condition,
  type Principal,
  type Statement,
} from "./policy-document";
import { and, type Ternary } from "../../ternary";

/**
 * Who asks: `anonymous` is nobody that the policy could name; `anyone` may be whoever it asks for, so that only where a
 * request comes from counts.
 */
export type Caller = "anonymous" | "anyone";

/** Addresses outside: those that certainly fit, and those that may. */
interface Sources {
  readonly certain: AddressSet;
  readonly possible: AddressSet;
}

const NONE: Sources = { certain: AddressSet.empty, possible: AddressSet.empty };
const ALL: Sources = { certain: AddressSet.all, possible: AddressSet.all };

/** What a request over the internet says of itself; `undefined`: it has no such key. */
const FROM_INTERNET: RequestContext = {
  "aws:securetransport": "true",
  "aws:viaawsservice": "false",
  "aws:principalisawsservice": "false",
  "aws:sourcevpc": undefined,
  "aws:sourcevpce": undefined,
  "aws:sourcevpcarn": undefined,
  "aws:vpcsourceip": undefined,
  "aws:vpceaccount": undefined,
  "aws:vpceorgid": undefined,
  "s3:tlsversion": "1.3",
};

/** Keys that tell who asks, or which of AWS's services asks on whose behalf. */
const IDENTITY =
  /^(aws:(principal(arn|account|orgid|orgpaths|type|tag\/.*)|userid|username|source(account|arn|owner|orgid|orgpaths)|calledvia(first|last)?|federatedprovider)|kms:(calleraccount|viaservice|grantisforawsresource|encryptioncontext.*)|lambda:eventsourcetoken|sns:endpoint|sts:externalid)$/;

/** The peers that a policy's statements let in, as a rule names them: none where it lets nobody in. */
export function admittedPeers(statements: readonly Statement[], caller: Caller): readonly Peer[] {
  const { certain, possible } = admitted(statements, caller);
  return [
    ...(certain.isEmpty ? [] : [{ kind: "addresses" as const, addresses: certain }]),
    ...(possible.isSubsetOf(certain)
      ? []
      : [{ kind: "unknown" as const, reason: "whom a condition or a principal of its policy lets in is not known" }]),
  ];
}

function admitted(statements: readonly Statement[], caller: Caller): Sources {
  const denials = statements.filter(({ effect }) => effect === "Deny");
  const allowances = statements.filter(({ effect }) => effect !== "Deny").map((one) => left(one, denials, caller));
  return {
    certain: AddressSet.unionOf(allowances.map(({ certain }) => certain)),
    possible: AddressSet.unionOf(allowances.map(({ possible }) => possible)),
  };
}

/** What statements that deny leave of one that allows. */
function left(allowance: Statement, denials: readonly Statement[], caller: Caller): Sources {
  if (isSpokenOf(allowance, caller) === false) return NONE;
  let { certain, possible } = sourcesOf(allowance, caller);
  if (allowance.effect !== "Allow" || isSpokenOf(allowance, caller) !== true) certain = AddressSet.empty;
  for (const denial of denials) {
    const covered = and([
      isDenied(denial, caller),
      covers(denial.actions, denial.except.actions, allowance.actions, allowance.except.actions),
      covers(denial.resources, denial.except.resources, allowance.resources, allowance.except.resources),
    ]);
    if (covered === false) continue;
    const denied = sourcesOf(denial, caller);
    certain = certain.subtract(denied.possible);
    if (covered === true) possible = possible.subtract(denied.certain);
  }
  return { certain, possible };
}

/** Whether a statement that allows speaks of one who asks: whoever may choose whom to be is whom it names. */
const isSpokenOf = ({ principals, except }: Statement, caller: Caller): Ternary =>
  caller === "anyone" || except.principals || namesEverybody(principals);

/** Whether one who asks is denied: whoever may choose whom to be is nobody that is named. */
function isDenied({ principals, except }: Statement, caller: Caller): Ternary {
  const everybody = namesEverybody(principals);
  if (!except.principals) return everybody;
  return caller === "anonymous" && (everybody === "unknown" ? everybody : !everybody);
}

const namesEverybody = (principals: readonly Principal[]): Ternary =>
  principals.some(isEverybody) || (principals.some(mayBeEverybody) && "unknown");

/** Whether all that `narrow` speaks of is spoken of by `wide`. */
function covers(
  wide: readonly string[],
  exceptWide: boolean,
  narrow: readonly string[],
  exceptNarrow: boolean,
): Ternary {
  if (!exceptWide && wide.includes("*")) return true;
  // A resource's policy that names no resource speaks of its own.
  if (wide.length === 0 && !exceptWide) return true;
  if (exceptNarrow || exceptWide) return "unknown";
  const answers = narrow.map((one): Ternary => {
    if (wide.some((other) => other === one || isLike(one.toLowerCase(), other.toLowerCase()))) return true;
    return isPartial(one) || wide.some(isPartial) ? "unknown" : false;
  });
  return and(answers);
}

/** The addresses from which a statement's conditions all hold. */
function sourcesOf({ conditions, effect }: Statement, caller: Caller): Sources {
  return conditions
    .map((condition) => sourcesOfCondition(condition, caller, effect))
    .reduce((a, b) => ({ certain: a.certain.intersect(b.certain), possible: a.possible.intersect(b.possible) }), ALL);
}

function sourcesOfCondition(condition: Condition, caller: Caller, effect: string): Sources {
  if (condition.key === "aws:sourceip") return ofAddresses(condition);
  const answer = IDENTITY.test(condition.key) ? ofIdentity(condition, caller, effect) : holds(condition, FROM_INTERNET);
  if (answer === "unknown") return { certain: AddressSet.empty, possible: AddressSet.all };
  return answer ? ALL : NONE;
}

/**
 * Nobody has no identity: what compares one fails, and what excludes one holds. Whoever may be anyone is who is let in
 * and not who is kept out.
 */
function ofIdentity(condition: Condition, caller: Caller, effect: string): Ternary {
  if (caller === "anyone") return effect !== "Deny";
  const isAnyones = condition.values.includes("*") || (condition.maybeAny && BY_PATTERN.test(condition.operator));
  return isAnyones ? "unknown" : holds(condition, { [condition.key]: undefined });
}

/** Operators to which `*` is a pattern, and no text. */
const BY_PATTERN = /like|arn/;

const BY_ADDRESS = /^(?:for(?:any|all)values?:)?(not)?ipaddress(?:ifexists)?$/;

function ofAddresses({ operator, values }: Condition): Sources {
  const read = BY_ADDRESS.exec(operator);
  const blocks = values.map(readBlock);
  const known = AddressSet.ofBlocks(blocks.filter((block) => block !== undefined));
  const isKnown = read !== null && blocks.every((block) => block !== undefined);
  const isNegated = read?.[1] !== undefined;
  if (isKnown) return isNegated ? both(known.complement()) : both(known);
  if (read === null) return { certain: AddressSet.empty, possible: AddressSet.all };
  return isNegated
    ? { certain: AddressSet.empty, possible: known.complement() }
    : { certain: known, possible: AddressSet.all };
}

const both = (addresses: AddressSet): Sources => ({ certain: addresses, possible: addresses });

function readBlock(text: string): AddressSet | undefined {
  try {
    return AddressSet.ofCidr(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
