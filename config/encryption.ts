/** Whose keys encrypt what a deployment stores: one that is made for it, one that is given, or the cloud's own. */
import * as z from "zod";

/** Says that no key is made and none is named: the cloud encrypts with keys of its own. */
export const CLOUD_MANAGED = "cloud-managed";

/** A key as its cloud names it, or `cloud-managed`. */
export const encryption = <Key extends z.ZodObject>(given: Key, description: string) =>
  z
    .union([z.literal(CLOUD_MANAGED), given])
    .optional()
    .describe(description);

interface Encrypted<Key> {
  readonly encryption?: Key | typeof CLOUD_MANAGED | undefined;
}

export const isCloudManaged = ({ encryption }: Encrypted<unknown>): boolean => encryption === CLOUD_MANAGED;

/** The key that a deployment is given. */
export const givenKeyOf = <Key extends object>({ encryption }: Encrypted<Key>): Key | undefined =>
  encryption === CLOUD_MANAGED ? undefined : encryption;

/** What a finding names where the deployment says that the cloud's own keys encrypt. */
export const CLOUD_KEYS = `encryption: ${CLOUD_MANAGED}`;
