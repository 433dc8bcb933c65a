import type { Check } from "../../cloud";
import { check as defaultDeny } from "./default-deny";
import { check as egressAllowlist } from "./egress-allowlist";
import { check as encryptionAtRest } from "./encryption-at-rest";
import { check as encryptionInTransit } from "./encryption-in-transit";
import { check as flowLogs } from "./flow-logs";
import { check as noForeignPrincipals } from "./no-foreign-principals";
import { check as noInbound } from "./no-inbound";
import { check as noStaticCredentials } from "./no-static-credentials";
import { check as privateApiEndpoint } from "./private-api-endpoint";
import { check as requiredPaths } from "./required-paths";
import { check as residency } from "./residency";

/** One file an invariant, by its id; `npm run checks` writes this list. */
export const checks = {
  "default-deny": defaultDeny,
  "egress-allowlist": egressAllowlist,
  "encryption-at-rest": encryptionAtRest,
  "encryption-in-transit": encryptionInTransit,
  "flow-logs": flowLogs,
  "no-foreign-principals": noForeignPrincipals,
  "no-inbound": noInbound,
  "no-static-credentials": noStaticCredentials,
  "private-api-endpoint": privateApiEndpoint,
  "required-paths": requiredPaths,
  residency,
} satisfies Readonly<Record<string, Check>>;
