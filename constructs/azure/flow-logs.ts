import { ResourceGroupTemplateDeployment } from "@cdktf/provider-azurerm/lib/resource-group-template-deployment";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { zonesOfRegion } from "../../config/cloud-regions";
import { Construct } from "../../framework";
import { armParameters, armTemplate } from "./arm-template";
import { customerManaged, type EncryptionIdentity, type KeyIds } from "./encryption-key";
import type { ResourceGroup } from "./resource-group";
import { assignRole } from "./role-assignments";

/** A region's network watcher, which the subscription has one of. */
export interface NetworkWatcher {
  /** Name of its resource group; Azure itself makes `NetworkWatcherRG`. */
  readonly resourceGroup: string;
  /** Its name; Azure itself makes `NetworkWatcher_REGION`. */
  readonly name: string;
}

/** How records of the network's flows are kept. */
export interface FlowLogSettings {
  /** The watcher that keeps the flow log. Azure makes one with a region's first network, unless that is switched off. */
  readonly watcher: NetworkWatcher;
  /** Name of the storage account of the records: 3 to 24 lower-case letters and digits, unique in all of Azure. */
  readonly storageAccountName: string;
  /** Days that records are kept. */
  readonly retentionDays: number;
  /** Key that encrypts the records, and the identity that uses it. Default: Azure's own. */
  readonly key?: Pick<KeyIds, "versionlessKeyId"> | undefined;
  /** Identity that uses `key`: its resource id, and its roles, which must be there before the storage account. */
  readonly encryptionIdentity: Pick<EncryptionIdentity, "id" | "roles">;
  /** Log Analytics workspace that the records can be queried in: its resource id, its own id (a UUID), its region. */
  readonly workspace: {
    /** Resource id. */
    readonly id: string;
    /** The workspace's own id, a UUID. */
    readonly workspaceId: string;
    /** The Azure region that it lies in. */
    readonly region: string;
  };
}

interface FlowLogsProps extends FlowLogSettings {
  /** The deployment's name, which the flow log carries. */
  readonly name: string;
  readonly group: ResourceGroup;
  /** The virtual network to watch. */
  readonly networkId: string;
}

/**
 * Flow logs of a virtual network: all traffic, allowed and denied, with the rule that decided and the direction in which
 * a connection was opened. Document: "Verification", where a reviewer confirms that connections to Cloudflare are
 * outbound-initiated.
 *
 * The records lie in a storage account that only Azure's own services reach; a reviewer reads them in the workspace,
 * table `NTANetAnalytics`. The flow log comes from a template, since the provider's own resource knows no identity to
 * write as: it would need the account's keys switched on, and put them into the state.
 */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const { name, group, networkId, retentionDays, workspace, watcher } = props;
    const place = { resourceGroupName: group.name, location: group.location, tags: group.tags };

    const account = this.account(props);
    // Without an end in the flow log itself: its own retention reaches no further than a year.
    new StorageManagementPolicy(this, "retention", {
      storageAccountId: account.id,
      rule: [
        {
          name: "retention",
          enabled: true,
          filters: { blobTypes: ["blockBlob"] },
          actions: { baseBlob: { deleteAfterDaysSinceModificationGreaterThan: retentionDays } },
        },
      ],
    });
    const writer = new UserAssignedIdentity(this, "writer", { name: `${name}-flow-logs`, ...place });
    const role = assignRole(this, "writes-records", {
      role: "Storage Blob Data Contributor",
      scope: account.id,
      principalId: writer.principalId,
    });
    new ResourceGroupTemplateDeployment(this, "flow-log", {
      name: `flow-log-${name}`,
      resourceGroupName: watcher.resourceGroup,
      tags: group.tags,
      deploymentMode: "Incremental",
      parametersContent: armParameters({
        networkId,
        storageAccountId: account.id,
        identityId: writer.id,
        workspaceId: workspace.workspaceId,
        workspaceResourceId: workspace.id,
        workspaceRegion: workspace.region,
      }),
      templateContent: armTemplate(
        ["networkId", "storageAccountId", "identityId", "workspaceId", "workspaceResourceId", "workspaceRegion"],
        [
          {
            type: "Microsoft.Network/networkWatchers/flowLogs",
            apiVersion: "2024-05-01",
            name: `${watcher.name}/${name}`,
            location: group.location,
            tags: group.tags,
            identity: { type: "UserAssigned", userAssignedIdentities: { "[parameters('identityId')]": {} } },
            properties: {
              enabled: true,
              targetResourceId: "[parameters('networkId')]",
              storageId: "[parameters('storageAccountId')]",
              format: { type: "JSON", version: 2 },
              retentionPolicy: { enabled: false, days: 0 },
              flowAnalyticsConfiguration: {
                networkWatcherFlowAnalyticsConfiguration: {
                  enabled: true,
                  // The shorter of the two intervals, in minutes.
                  trafficAnalyticsInterval: 10,
                  workspaceId: "[parameters('workspaceId')]",
                  workspaceResourceId: "[parameters('workspaceResourceId')]",
                  workspaceRegion: "[parameters('workspaceRegion')]",
                },
              },
            },
          },
        ],
      ),
      dependsOn: [role],
    });
  }

  private account({ storageAccountName: name, group, key, encryptionIdentity }: FlowLogsProps): StorageAccount {
    return new StorageAccount(this, "records", {
      name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      accountKind: "StorageV2",
      accountTier: "Standard",
      accountReplicationType: zonesOfRegion("azure", group.location).length > 0 ? "ZRS" : "LRS",
      minTlsVersion: "TLS1_2",
      httpsTrafficOnlyEnabled: true,
      sharedAccessKeyEnabled: false,
      defaultToOauthAuthentication: true,
      localUserEnabled: false,
      allowNestedItemsToBePublic: false,
      crossTenantReplicationEnabled: false,
      allowedCopyScope: "AAD",
      infrastructureEncryptionEnabled: true,
      publicNetworkAccessEnabled: false,
      // Network Watcher is one of them.
      networkRules: { defaultAction: "Deny", bypass: ["AzureServices"] },
      ...customerManaged(key, encryptionIdentity),
      dependsOn: [...encryptionIdentity.roles],
    });
  }
}
