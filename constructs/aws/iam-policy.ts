/** IAM policy documents, as the JSON texts that the provider takes. */
import { serviceAccountUser } from "../../config/names";

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly AWS: string } | { readonly Service: string } | { readonly Federated: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document of `statements`. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A trust policy that lets one AWS service assume the role. */
export function trustOfService(service: string): string {
  return policyDocument([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }]);
}

/** The cluster's OIDC provider: what makes service accounts known to IAM. */
export interface OidcProvider {
  readonly oidcProviderArn: string;
  /** The issuer's host and path, without `https://`. */
  readonly issuer: string;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** A trust policy for exactly these service accounts of one cluster: equality on subject and audience, no pattern. */
export function trustOfServiceAccounts(
  { oidcProviderArn, issuer }: OidcProvider,
  accounts: readonly ServiceAccount[],
): string {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Federated: oidcProviderArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: "sts.amazonaws.com",
          [`${issuer}:sub`]: accounts.map(({ namespace, name }) => serviceAccountUser(namespace, name)),
        },
      },
    },
  ]);
}

/** Pulls an image, by whoever is logged in to the registry. */
export const PULL = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"].map(
  (action) => `ecr:${action}`,
);
