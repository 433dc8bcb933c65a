/**
 * The client secret as a reference to the customer's store, where Terraform writes its value: objects of the External
 * Secrets Operator (external-secrets.io/v1), which reads the store as the platform's own identity.
 *
 * The operator of the data plane keeps the tunnel's token in the same Secret. `Merge` is the policy that leaves a key
 * alone which the ExternalSecret does not name, and that needs the Secret to be there: so it is written too, without
 * data, which no client that applies it takes away again.
 */
import type { Deployment } from "../../config/deployment";
import { PLATFORM_SERVICE_ACCOUNT } from "../../config/names";
import type { Resource } from "../../verification/model";
import { at, isObject, isOpaque, type ObjectValue } from "../../verification/values";
import { cloudOf } from "../clouds/index";

const API = "external-secrets.io/v1";
const STORE = "client-secret-store";

/** Whether a Secret's values are ones that Terraform reads from the customer's store while it applies. */
export function holdsClientSecret({ type, values }: Resource): boolean {
  return type === "kubernetes:Secret" && dataOf(values).some(([, value]) => isOpaque(value));
}

const dataOf = (secret: ObjectValue) => {
  const data = at(secret, "stringData");
  return isObject(data) ? Object.entries(data) : [];
};

/** In the place of the Secret: the Secret without such values, the store, and what fills the one from the other. */
export function clientSecretObjects({ values }: Resource, deployment: Deployment): ObjectValue[] {
  const { provider, key } = cloudOf(deployment).secretStore({ name: PLATFORM_SERVICE_ACCOUNT });
  const name = at(values, "metadata", "name") ?? null;
  const namespace = at(values, "metadata", "namespace") ?? null;
  const secret = Object.fromEntries(Object.entries(values).filter(([field]) => field !== "stringData"));
  const written = dataOf(values).filter(([, value]) => !isOpaque(value));
  const referred = dataOf(values).filter(([, value]) => isOpaque(value));
  return [
    { ...secret, ...(written.length > 0 && { stringData: Object.fromEntries(written) }) },
    { apiVersion: API, kind: "SecretStore", metadata: { name: STORE, namespace }, spec: { provider } },
    {
      apiVersion: API,
      kind: "ExternalSecret",
      metadata: { name, namespace },
      spec: {
        refreshInterval: "1h0m0s",
        secretStoreRef: { kind: "SecretStore", name: STORE },
        target: { name, creationPolicy: "Merge", deletionPolicy: "Retain" },
        data: referred.map(([secretKey]) => ({ secretKey, remoteRef: { key } })),
      },
    },
  ];
}
