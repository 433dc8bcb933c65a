import { DefaultServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/default-service-account-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { Construct } from "../../framework";
import type { WorkloadIdentity } from "../data-plane";
import type { Namespace } from "./namespaces";

/** A service account, and the cloud's identity that it acts as. */
export interface ServiceAccountProps {
  /** Namespace of the account and of the pods that may run as it. */
  readonly namespace: Namespace;
  /** `default` takes over the account that Kubernetes makes in each namespace. */
  readonly name: string;
  /** Cloud identity of the pods that run as this account; default: none. */
  readonly identity?: WorkloadIdentity;
}

/**
 * An account bound to a cloud identity by federation: no key exists. Its token for the Kubernetes API is not mounted
 * unless a pod asks for it; task pods never do. Document: "Communication paths" (rows with the cloud provider's SDK: as
 * whom a pod calls).
 */
export class ServiceAccount extends Construct {
  /** As given, known before the account is there. */
  readonly name: string;
  /** Its namespace, for roles that are bound to it. */
  readonly namespace: Namespace;

  constructor(scope: Construct, id: string, { namespace, name, identity }: ServiceAccountProps) {
    super(scope, id);
    this.name = name;
    this.namespace = namespace;
    const config = {
      ...namespace.object(name, { ...(identity && { annotations: identity.serviceAccountAnnotations }) }),
      automountServiceAccountToken: false,
    };
    if (name === "default") new DefaultServiceAccountV1(this, "account", config);
    else new ServiceAccountV1(this, "account", config);
  }
}
