/**
 * Whose tokens a role's trust policy takes.
 *
 * AWS Identity and Access Management User Guide, "Available keys for AWS OIDC federation"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html): a key is the issuer and a
 * claim; Google, Facebook and Amazon are known without a provider of one's own.
 */
import { isReference, isUnknown, referenceTo, type Reference, type Resource } from "../../model";
import { knownText } from "../../values";
import type { TerraformInput } from "../terraform-input";
import { fitsStranger, isShared, issuerName, TELLING } from "../strangers";
import { isLike } from "./conditions";
import {
  isEverybody,
  isPartial,
  type Condition,
  type Principal,
  type Spelling,
  type Statement,
} from "./policy-document";
import { and, not, or, type Ternary } from "../../ternary";

/** Providers of people, whose tokens are for the app that asked for them. Of the others whoever asks says what for. */
const OF_PEOPLE = new Set(["accounts.google.com", "graph.facebook.com", "www.amazon.com"]);

const PROVIDER = "aws_iam_openid_connect_provider";
const CLUSTER = /(^|\.)aws_eks_cluster\./;
/** What stands for the issuer of a cluster that the input makes. */
const OWN_CLUSTER = "oidc.eks.own";

/** How a trust policy names the provider that a reference leads to: by its issuer. */
export const byIssuer = (input: TerraformInput): Spelling => ({
  reference: ({ address, attribute }: Reference, from: Resource) => {
    const target = input.find(referenceTo(address, ""), from, "provider");
    if (target.kind !== "resource" || target.resource.type !== PROVIDER) return undefined;
    const url = issuerOf(target.resource, input);
    if (url === undefined || !["arn", "id", "url"].includes(attribute)) return undefined;
    return attribute === "url" ? url : `oidc-provider/${url}`;
  },
  written: (document) => document,
});

function issuerOf(provider: Resource, input: TerraformInput): string | undefined {
  const { url, arn } = provider.values;
  const known = knownText(input.follow(url, provider)) ?? knownText(arn)?.replace(/^.*:oidc-provider\//, "");
  if (known !== undefined) return issuerName(known);
  const mentions = isReference(url) ? [url.address] : isUnknown(url) ? url.mentions : [];
  return mentions.some((address) => CLUSTER.test(address)) ? OWN_CLUSTER : undefined;
}

/**
 * The statements of a trust policy as they are for a stranger who brings a token: whoever is let in by any token is
 * everybody.
 */
export function forStrangers(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((statement) => {
    const { conditions, principals, effect } = statement;
    if (!takesTokens(statement)) return [];
    return principals
      .filter(({ type }) => type === "Federated" || effect === "Deny")
      .flatMap((principal) => {
        const issuer = isEverybody(principal) ? undefined : named(principal, conditions);
        const claims = conditions.filter(({ key }) => isClaim(key));
        const answer = and([
          effect === "Deny" || isShared(issuer),
          ...claims.map((condition) => holdsForStranger(condition, issuer)),
        ]);
        if (answer === false) return [];
        const everybody: Principal =
          answer === true ? { type: "*", id: "*" } : { type: "*", id: "${}", maybeEverybody: true };
        const others = conditions.filter(({ key }) => !isClaim(key));
        return [{ ...statement, principals: [everybody], conditions: others }];
      });
  });
}

const takesTokens = ({ actions, except }: Statement): boolean =>
  except.actions ||
  actions.some((action) => isPartial(action) || isLike("sts:assumerolewithwebidentity", action.toLowerCase()));

/** `token.actions.githubusercontent.com:sub`, whose issuer may not be known. */
const isClaim = (key: string): boolean => !/^(aws|sts|saml):/.test(key) && key.includes(":");
const claimOf = (key: string): string => key.slice(key.lastIndexOf(":") + 1);

/** The issuer that a principal or, where that is not known, a condition names. */
function named({ id }: Principal, conditions: readonly Condition[]): string | undefined {
  const issuers = [
    id,
    ...conditions
      .map(({ key }) => key)
      .filter(isClaim)
      .map((key) => key.slice(0, key.lastIndexOf(":"))),
  ];
  return issuers
    .map((issuer) => issuerName(issuer.replace(/^.*oidc-provider\//, "")))
    .find((issuer) => !isPartial(issuer));
}

function holdsForStranger({ operator, key, values }: Condition, issuer: string | undefined): Ternary {
  const [, isNegated, kind = ""] =
    /^(?:for(?:any|all)values?:)?(?:string|arn)(not)?(equals|like|equalsignorecase)(?:ifexists)?$/.exec(operator) ?? [];
  if (operator === "null") return or(values.map((value) => (isPartial(value) ? "unknown" : value !== "true")));
  if (kind === "") return "unknown";
  const telling = TELLING[issuer ?? ""] ?? "sub";
  const claim = claimOf(key);
  if (claim === telling || claim === "sub") {
    const fits = or(values.map((value) => (kind === "like" ? fitsStranger(value) : false)));
    return isNegated === undefined ? fits : not(fits);
  }
  const isChosen = claim === "aud" && issuer !== undefined && !OF_PEOPLE.has(issuer);
  return isChosen || "unknown";
}
