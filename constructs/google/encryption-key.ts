import { DataGoogleLoggingProjectCmekSettings } from "@cdktf/provider-google/lib/data-google-logging-project-cmek-settings";
import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamBinding } from "@cdktf/provider-google/lib/kms-crypto-key-iam-binding";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import { KEYED_AGENTS } from "../../config/google/service-agents";
import { Construct } from "../../framework";

/** Whose key it is, and where. */
export interface EncryptionKeyProps {
  /** The deployment's name and generation; the key ring is `union-NAME-GENERATION`. */
  readonly name: string;
  /**
   * The deployment's generation, which tells it from one made before under the same name: Google never frees the name
   * of a key ring.
   */
  readonly generation: string;
  /** Id of the project. */
  readonly project: string;
  /** The cloud's region, where everything that the key encrypts lies too. */
  readonly region: string;
}

/** 90 and 30 days, in seconds. */
const ROTATION = "7776000s";
const DESTRUCTION = "2592000s";

/**
 * The deployment's Cloud KMS key: cluster secrets, node disks, buckets, logs, registry and secret store.
 *
 * Nobody uses it but the agents of the services that encrypt with it; a grant that someone adds is undone. A service's
 * agent must be there before the key is: `dataplane preflight NAME` prints how.
 *
 * Google never forgets a key ring, whose name is therefore the generation's. A destroy leaves the ring, and the key
 * with its versions scheduled for destruction, of which each can be restored for 30 days. Document: none; it speaks of
 * encryption in transit, this is at rest.
 */
export class EncryptionKey extends Construct {
  /** `projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY`; whatever refers to it waits for the grants. */
  readonly keyId: string;

  constructor(scope: Construct, id: string, { name, generation, project, region }: EncryptionKeyProps) {
    super(scope, id);
    const ring = new KmsKeyRing(this, "ring", {
      name: `union-${name}-${generation}`,
      location: region,
      lifecycle: { ignoreChanges: ["name"] },
    });
    const key = new KmsCryptoKey(this, "key", {
      name: "data-plane",
      keyRing: ring.id,
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: ROTATION,
      destroyScheduledDuration: DESTRUCTION,
    });
    const { number } = new DataGoogleProject(this, "project", { projectId: project });
    const storage = new DataGoogleStorageProjectServiceAccount(this, "storage-agent", { project });
    const logging = new DataGoogleLoggingProjectCmekSettings(this, "logging-agent", { project });
    const emails = [
      ...Object.values(KEYED_AGENTS).map(({ domain }) => `service-${number}@${domain}.iam.gserviceaccount.com`),
      storage.emailAddress,
      logging.serviceAccountId,
    ];
    const grants = new KmsCryptoKeyIamBinding(this, "grants", {
      cryptoKeyId: key.id,
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      members: emails.map((email) => `serviceAccount:${email}`),
    });
    this.keyId = grants.cryptoKeyId;
  }
}
