import { invariant as apiTokens } from "./api-tokens";
import { invariant as clusterIpOnly } from "./cluster-ip-only";
import { invariant as defaultDeny } from "./default-deny";
import { invariant as egressAllowlist } from "./egress-allowlist";
import { invariant as encryptionAtRest } from "./encryption-at-rest";
import { invariant as encryptionInTransit } from "./encryption-in-transit";
import { invariant as flowLogs } from "./flow-logs";
import { invariant as imagesReachable } from "./images-reachable";
import type { Invariant } from "./invariant";
import { invariant as noForeignPrincipals } from "./no-foreign-principals";
import { invariant as noInbound } from "./no-inbound";
import { invariant as noSecrets } from "./no-secrets";
import { invariant as noStaticCredentials } from "./no-static-credentials";
import { invariant as nodeAccess } from "./node-access";
import { invariant as partsConfigured } from "./parts-configured";
import { invariant as podSecurity } from "./pod-security";
import { invariant as privateApiEndpoint } from "./private-api-endpoint";
import { invariant as requiredPaths } from "./required-paths";
import { invariant as residency } from "./residency";
import { invariant as schedulable } from "./schedulable";
import { invariant as severedChannels } from "./severed-channels";
import { invariant as tokenRotationSurvives } from "./token-rotation-survives";
import { invariant as tunnelRegion } from "./tunnel-region";

/** Every invariant, in the order of reports: what comes in, what leaves, what must work, and what guards these. */
export const invariants: readonly Invariant[] = [
  noInbound,
  egressAllowlist,
  severedChannels,
  noForeignPrincipals,
  requiredPaths,
  schedulable,
  imagesReachable,
  partsConfigured,
  clusterIpOnly,
  defaultDeny,
  podSecurity,
  nodeAccess,
  apiTokens,
  encryptionInTransit,
  encryptionAtRest,
  residency,
  privateApiEndpoint,
  flowLogs,
  noStaticCredentials,
  noSecrets,
  tunnelRegion,
  tokenRotationSurvives,
];
