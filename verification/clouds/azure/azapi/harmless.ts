/** Types of Azure's API that `azapi` may write and by which nobody reaches more or less, in lower case. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  "it names or groups what is judged by itself": [
    "microsoft.resources/resourcegroups",
    "microsoft.network/applicationsecuritygroups",
    "microsoft.network/privatednszones",
    "microsoft.network/privatednszones/a",
    "microsoft.network/privatednszones/virtualnetworklinks",
    "microsoft.network/privateendpoints/privatednszonegroups",
  ],
  "it says who somebody is and what they may do, not what reaches what": [
    "microsoft.authorization/locks",
    "microsoft.authorization/policyassignments",
    "microsoft.authorization/policydefinitions",
    "microsoft.authorization/roleassignments",
    "microsoft.authorization/roledefinitions",
    "microsoft.managedidentity/userassignedidentities",
    "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials",
    "microsoft.compute/sshpublickeys",
  ],
  "it watches, records or reports": [
    "microsoft.alertsmanagement/prometheusrulegroups",
    "microsoft.insights/actiongroups",
    "microsoft.insights/activitylogalerts",
    "microsoft.insights/datacollectionruleassociations",
    "microsoft.insights/datacollectionrules",
    "microsoft.insights/diagnosticsettings",
    "microsoft.insights/metricalerts",
    "microsoft.insights/scheduledqueryrules",
  ],
  "it says when and how a cluster that is judged is changed": [
    "microsoft.containerservice/fleets/autoupgradeprofiles",
    "microsoft.containerservice/fleets/members",
    "microsoft.containerservice/fleets/updatestrategies",
    "microsoft.containerservice/managedclusters/maintenanceconfigurations",
    "microsoft.containerservice/managedclusters/managednamespaces",
  ],
  "it is data behind an account that is judged": [
    "microsoft.keyvault/vaults/keys",
    "microsoft.keyvault/vaults/secrets",
    "microsoft.storage/storageaccounts/managementpolicies",
  ],
};

export const HARMLESS_TYPES: ReadonlySet<string> = new Set(Object.values(HARMLESS).flat());
