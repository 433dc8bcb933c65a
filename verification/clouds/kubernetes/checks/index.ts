import type { Check } from "../../cloud";
import { check as apiTokens } from "./api-tokens";
import { check as clusterIpOnly } from "./cluster-ip-only";
import { check as defaultDeny } from "./default-deny";
import { check as encryptionInTransit } from "./encryption-in-transit";
import { check as imagesReachable } from "./images-reachable";
import { check as noInbound } from "./no-inbound";
import { check as noSecrets } from "./no-secrets";
import { check as noStaticCredentials } from "./no-static-credentials";
import { check as nodeAccess } from "./node-access";
import { check as partsConfigured } from "./parts-configured";
import { check as podSecurity } from "./pod-security";
import { check as schedulable } from "./schedulable";
import { check as severedChannels } from "./severed-channels";
import { check as tokenRotationSurvives } from "./token-rotation-survives";
import { check as tunnelRegion } from "./tunnel-region";

/** One file an invariant, by its id; `npm run checks` writes this list. */
export const checks = {
  "api-tokens": apiTokens,
  "cluster-ip-only": clusterIpOnly,
  "default-deny": defaultDeny,
  "encryption-in-transit": encryptionInTransit,
  "images-reachable": imagesReachable,
  "no-inbound": noInbound,
  "no-secrets": noSecrets,
  "no-static-credentials": noStaticCredentials,
  "node-access": nodeAccess,
  "parts-configured": partsConfigured,
  "pod-security": podSecurity,
  schedulable,
  "severed-channels": severedChannels,
  "token-rotation-survives": tokenRotationSurvives,
  "tunnel-region": tunnelRegion,
} satisfies Readonly<Record<string, Check>>;
