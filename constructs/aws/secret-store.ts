import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "../../framework";

/** The store of the workloads' secrets, and who may read it. */
export interface SecretStoreProps {
  /** Name of the secret. */
  readonly name: string;
  /** Key that encrypts the secret. */
  readonly keyArn: string;
  /** Days in which a deleted secret can be restored, 7 to 30; its name stays taken so long. Default: 7. */
  readonly recoveryWindowDays?: number;
}

/**
 * The secret that holds the data plane's client secret. It is made empty and a person fills it: a value that Terraform
 * sets would lie in the synthesized files and in the state. Document: "Direct gRPC connection" (cluster registration:
 * what the data plane signs in with).
 */
export class SecretStore extends Construct {
  /** ARN of the secret, with the six characters that AWS appends to its name. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, keyArn, recoveryWindowDays = 7 }: SecretStoreProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, "client-secret", {
      name,
      description: "Client secret of the data plane, issued by Union",
      kmsKeyId: keyArn,
      recoveryWindowInDays: recoveryWindowDays,
    });
    this.arn = secret.arn;
  }
}
