/** What of Azure's services answers at a public address though nothing says so. */
import type { Check } from "../../cloud";
import { judgeSettings, required } from "../../setting";

/**
 * A deployment's own vault has a list that denies, and no public access beside: Azure's trusted services, whom a list lets
 * by, have no business there either.
 */
const OWN_SETTINGS = [
  required("azurerm_key_vault", "public_network_access_enabled", ["false"], "it answers at a public address"),
];

export const check: Check = function* ({ system, deployment }) {
  if (deployment) yield* judgeSettings(OWN_SETTINGS, system);
};
