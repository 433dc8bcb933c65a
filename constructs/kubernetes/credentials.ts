import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { Construct } from "../../framework";
import type { Namespace } from "./namespaces";

export const AUTH_SECRET = "union-secret-auth";
export const CLUSTER_NAME_SECRET = "operator-cluster-name";

/** What the platform signs in with. Secrets come from the customer's own store, or stay out of the state. */
export interface CredentialsProps {
  /** The platform's namespace: a pod mounts secrets of its own namespace only. */
  readonly namespace: Namespace;
  /** Name that the data plane registers under. Default: somebody else writes it. */
  readonly clusterName?: string | undefined;
  /** The client secret as an ephemeral expression. */
  readonly clientSecret: string;
}

/**
 * The secrets that the operator reads. Document: "Cloudflare Tunnel" (token rotation).
 *
 * `union-secret-auth` is written once, by a write-only argument, and then left alone: the operator adds the tunnel's
 * token to it and renews it, and a later write would replace all of its keys and so cut the tunnel. A new client secret
 * therefore goes into the customer's store, and `terraform apply -replace=ADDRESS` writes it; the operator then asks
 * for a token anew.
 */
export class Credentials extends Construct {
  constructor(scope: Construct, id: string, { namespace, clusterName, clientSecret }: CredentialsProps) {
    super(scope, id);
    new SecretV1(this, "auth", {
      ...namespace.object(AUTH_SECRET),
      dataWo: { client_secret: clientSecret, app_secret: clientSecret },
      dataWoRevision: 1,
      lifecycle: { ignoreChanges: ["data", "data_wo", "data_wo_revision"] },
    });
    if (clusterName === undefined) return;
    // The operator reads its cluster's name from a Secret, but the name is none.
    new SecretV1(this, "cluster-name", {
      ...namespace.object(CLUSTER_NAME_SECRET),
      data: { cluster_name: clusterName },
    });
  }
}
