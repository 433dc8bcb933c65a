import { HARMLESS_TYPES } from "../azapi/harmless";

/** Types of Resource Graph by which nobody reaches more or less, or of which others tell, in lower case. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  "it is where others are, or watches them": [
    "microsoft.network/networkwatchers",
    "microsoft.operationsmanagement/solutions",
    "microsoft.insights/workbooks",
    "microsoft.portal/dashboards",
  ],
  "it is a part of what is judged, or what runs it": [
    "microsoft.network/firewallpolicies",
    "microsoft.network/applicationgatewaywebapplicationfirewallpolicies",
    "microsoft.sql/servers/databases",
    "microsoft.web/certificates",
    "microsoft.web/serverfarms",
  ],
  "it is data": [
    "microsoft.compute/snapshots",
    "microsoft.compute/images",
    "microsoft.compute/restorepointcollections",
  ],
  "it refuses, or says who may do nothing": ["microsoft.authorization/denyassignments"],
};

const TYPES = new Set(Object.values(HARMLESS).flat());

export function isHarmlessResource(type: string): boolean {
  const name = type.toLowerCase();
  return HARMLESS_TYPES.has(name) || TYPES.has(name);
}
