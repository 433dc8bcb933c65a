import { check as encryptionInTransit } from "./encryption-in-transit";
import { check as noStaticCredentials } from "./no-static-credentials";
import type { Cloud } from "../../cloud";

/** One file an invariant, by its id. */
export const checks: Cloud["checks"] = {
  "encryption-in-transit": encryptionInTransit,
  "no-static-credentials": noStaticCredentials,
};
