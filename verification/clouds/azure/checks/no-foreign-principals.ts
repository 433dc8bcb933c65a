/** Tenants that service tags lead to. */
import { judgeAzureTenants } from "../tenants";
import type { Check } from "../../cloud";

export const check: Check = ({ system, deployment }) =>
  deployment?.cloud === "azure" ? judgeAzureTenants(system, deployment) : [];
