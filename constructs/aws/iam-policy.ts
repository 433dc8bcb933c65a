/** IAM policy documents, as the JSON texts that the provider takes. */
import { serviceAccountUser } from "../../config/names";

/** A statement of an IAM policy, with IAM's own names of its parts. */
export interface Statement {
  /** Letters and digits, unique in the policy. Default: none. */
  readonly Sid?: string;
  /** `Deny` wins over every `Allow`, whichever policy that stands in. */
  readonly Effect: "Allow" | "Deny";
  /**
   * Who: only in a policy of a resource or a trust policy. `*` is everybody, whom `Condition` must narrow. Left out in
   * a role's own policy.
   */
  readonly Principal?:
    | "*"
    | {
        /** An ARN, or the id of an account. */
        readonly AWS: string;
      }
    | {
        /** A service of AWS, e.g. `eks.amazonaws.com`. */
        readonly Service: string;
      }
    | {
        /** ARN of an OIDC provider. */
        readonly Federated: string;
      };
  /** `SERVICE:CALL`; a `*` in it stands for any rest. */
  readonly Action: string | readonly string[];
  /** ARNs; a `*` in one stands for any rest. Left out in trust policies. */
  readonly Resource?: string | readonly string[];
  /**
   * Values by key of the request, by operator: `{ StringEquals: { "aws:SourceAccount": "..." } }`. All must hold.
   * Default: none.
   */
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
  /** ARN by which trust policies name the provider. */
  readonly oidcProviderArn: string;
  /** The issuer's host and path, without `https://`. */
  readonly issuer: string;
}

/** A Kubernetes service account: `system:serviceaccount:NAMESPACE:NAME` is the subject of its tokens. */
export interface ServiceAccount {
  /** Namespace of the account and of the pods that run as it. */
  readonly namespace: string;
  /** The account's name, in full: a trust policy takes no pattern. */
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
