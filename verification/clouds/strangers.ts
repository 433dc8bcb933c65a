/**
 * Who brings tokens of a provider that a cloud is told to take: of one that many customers share, strangers do too, unless
 * the claim that tells its customers apart keeps those out.
 *
 * AWS Identity and Access Management User Guide, "Identity-provider controls for shared OIDC providers"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html): the shared providers
 * and those claims. Amazon EKS User Guide, "IAM roles for service accounts"
 * (https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html): a cluster's issuer signs for its
 * own pods alone. Microsoft, "ID token claims reference", `iss`
 * (https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference): a directory's issuer holds its id.
 */
import type { Ternary } from "../ternary";

/** The claim that tells the customers of a shared provider apart, by its issuer without `https://`. */
export const TELLING: Readonly<Record<string, string>> = {
  "accounts.google.com": "sub",
  "agent.buildkite.com": "sub",
  "api.pulumi.com/oidc": "aud",
  "app.terraform.io": "sub",
  "cognito-identity.amazonaws.com": "aud",
  "gitlab.com": "sub",
  "graph.facebook.com": "id",
  "oidc-configuration.audit-log.githubusercontent.com": "sub",
  "oidc.codefresh.io": "sub",
  "oidc.vercel.com": "aud",
  "proidc.upbound.io": "sub",
  "sandboxes.cloud": "aud",
  "scalr.io": "sub",
  "studio.datachain.ai/api": "sub",
  "token.actions.githubusercontent.com": "sub",
  "tokens.cloud.shisho.dev": "sub",
  "vstoken.actions.githubusercontent.com": "sub",
  "www.amazon.com": "user_id",
};

/** Issuers of one cluster, or one directory, each. */
const OF_ONE =
  /^(oidc[.-]eks[.-]|[\w.-]+\.oic\.prod-aks\.azure\.com(\/|$)|container\.googleapis\.com\/v1\/projects\/|(login\.microsoftonline\.com|sts\.windows\.net)\/[\da-f]{8}-)/;

/** An issuer as tokens and policies name it. */
export const issuerName = (url: string): string =>
  url
    .replace(/^https:\/\//, "")
    .replace(/\/$/, "")
    .toLowerCase();

/** Whether strangers have tokens of an issuer; of one that is in no list that can't be told. */
export function isShared(issuer: string | undefined): Ternary {
  if (issuer === undefined) return "unknown";
  if (OF_ONE.test(issuer)) return false;
  return Object.hasOwn(TELLING, issuer) || "unknown";
}

const UP_TO_OWNER = /^[^*?:/]+:[^*?:/]+[:/]/;
const ANY_OWNER = /^([^*?:/]+:)?\*+($|[:/])/;

/**
 * Whether a stranger's subject fits a pattern, in which `*` and `?` stand for any and `${}` for what is not known. A subject
 * says whose it is and then what that one calls things: `repo:OWNER/NAME:ref:…`, `organization:NAME:project:…`. Part of an
 * owner's name, as in `repo:acme*`, is of others too only where somebody has such a name.
 */
export function fitsStranger(pattern: string): Ternary {
  if (!/[*?]|\$\{\}/.test(pattern)) return false;
  const owner = UP_TO_OWNER.exec(pattern)?.[0];
  if (owner !== undefined && !owner.includes("${}")) return false;
  return ANY_OWNER.test(pattern) || "unknown";
}
