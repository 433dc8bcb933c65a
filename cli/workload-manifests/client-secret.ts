/**
 * The client secret as a reference to the customer's store, where Terraform writes its value: objects of the External
 * Secrets Operator (external-secrets.io/v1), which reads the store as the platform's own identity.
 *
 * The operator of the data plane keeps the tunnel's token in the same Secret. `Merge` is the policy that leaves a key
 * alone which the ExternalSecret does not name, and that needs the Secret to be there: so it is written too, without
 * data, which no client that applies it takes away again.
 */
import { clientSecretName } from "../../config/aws/names";
import { clientSecret, vaultUrl } from "../../config/azure/names";
import type { Deployment } from "../../config/deployment";
import { clientSecretId } from "../../config/google/names";
import { clusterName, PLATFORM_SERVICE_ACCOUNT } from "../../config/names";
import type { Resource } from "../../verification/model";
import { at, isObject, isOpaque, type ObjectValue } from "../../verification/values";
import { lastSegment } from "../../config/texts";

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
  const { provider, key } = storeOf(deployment);
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

/** Where the customer's store is, read as the platform's identity, and the client secret's name in it. */
function storeOf(deployment: Deployment): { readonly provider: ObjectValue; readonly key: string } {
  const serviceAccountRef = { name: PLATFORM_SERVICE_ACCOUNT };
  switch (deployment.cloud) {
    case "aws":
      return {
        provider: {
          aws: { service: "SecretsManager", region: deployment.cloudRegion, auth: { jwt: { serviceAccountRef } } },
        },
        key: deployment.clientSecretArn ?? clientSecretName(deployment),
      };
    case "google": {
      const [, project = "", , secret = ""] = clientSecretId(deployment).split("/");
      const cluster = {
        clusterProjectID: deployment.project,
        clusterLocation: deployment.cloudRegion,
        clusterName: clusterName(deployment),
      };
      return {
        provider: { gcpsm: { projectID: project, auth: { workloadIdentity: { ...cluster, serviceAccountRef } } } },
        key: secret,
      };
    }
    case "azure": {
      const { keyVaultId, name } = clientSecret(deployment);
      const url = vaultUrl(lastSegment(keyVaultId));
      return { provider: { azurekv: { authType: "WorkloadIdentity", vaultUrl: url, serviceAccountRef } }, key: name };
    }
  }
}
