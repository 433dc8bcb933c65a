import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { Construct } from "../../framework";

/** The store of the workloads' secrets, and who may read it. */
export interface SecretStoreProps {
  /** Id of the secret in the project. */
  readonly name: string;
  /** The cloud's region: the secret lies nowhere else. */
  readonly region: string;
  /** Key that encrypts the secret. Default: Google's own. */
  readonly keyId?: string | undefined;
  /** Days in which a destroyed version can be restored, at least 1. Default: 7. */
  readonly recoveryWindowDays?: number;
}

const SECONDS_A_DAY = 86_400;

/**
 * The secret that holds the data plane's client secret. It is made empty and a person fills it: a value that Terraform
 * sets would lie in the synthesized files and in the state. Document: "Direct gRPC connection" (cluster registration:
 * what the data plane signs in with).
 */
export class SecretStore extends Construct {
  /** `projects/PROJECT/secrets/NAME` */
  readonly secretId: string;

  constructor(scope: Construct, id: string, { name, region, keyId, recoveryWindowDays = 7 }: SecretStoreProps) {
    super(scope, id);
    const secret = new SecretManagerSecret(this, "client-secret", {
      secretId: name,
      replication: {
        userManaged: {
          replicas: [
            {
              location: region,
              ...(keyId !== undefined && { customerManagedEncryption: { kmsKeyName: keyId } }),
            },
          ],
        },
      },
      versionDestroyTtl: `${recoveryWindowDays * SECONDS_A_DAY}s`,
    });
    this.secretId = secret.id;
  }
}
