import * as z from "zod";
import {
  cidr,
  cloudRegion,
  common,
  declaration,
  images,
  localState,
  logs,
  maintenanceWindow,
  poolOf,
  stateKey,
  text,
} from "../fields";
import { encryption } from "../encryption";
import { accountName, containerName, ipv4Address, resourceGroup, secretName, uuid, vaultId, zones } from "./fields";
import { network } from "./network-fields";

const givenKey = {
  keyVaultId: vaultId.describe("Key vault of the key, with purge protection and Azure RBAC."),
  keyId: text(
    /^https:\/\/[a-zA-Z0-9-]+\.vault\.azure\.net\/keys\/[a-zA-Z0-9-]+\/[0-9a-f]{32}$/,
    "a key's identifier with its version (https://VAULT.vault.azure.net/keys/NAME/VERSION)",
  ),
};
/** A key for a service that passes no vault's firewall. */
const openKey = (what: string) =>
  z
    .strictObject({ ...givenKey, keyId: givenKey.keyId.describe("The key; its later versions are followed.") })
    .optional()
    .describe(`${what}, in a vault of yours that answers at its public address; default: Azure's own key.`);
const ephemeralDisk = z
  .boolean()
  .default(false)
  .describe(
    "OS disks on the machines' own storage instead of Azure's disks, where the size has room; a pool goes through zero nodes to take a new version of the key.",
  );

const pool = poolOf({
  vmSize: z.string().min(1).describe("Size of the virtual machines."),
  zones: zones
    .optional()
    .describe("Availability zones of the pool's nodes, where its size exists; default: `network.zones`."),
  ephemeralDisk,
  gpu: z.boolean().default(false).describe("NVIDIA driver, taint `nvidia.com/gpu`, and NVIDIA's device plugin."),
});

const DEFAULT_POOLS = {
  services: { role: "services", vmSize: "Standard_D8ds_v5", min: 3, max: 6 },
  worker: { role: "worker", vmSize: "Standard_D16ds_v5", min: 0, max: 10 },
} as const;

const state = z.discriminatedUnion("backend", [
  localState,
  z.strictObject({
    backend: z.literal("azurerm").describe("Where the state lies: in files, or in a bucket, locked there."),
    resourceGroup: resourceGroup.describe("Resource group of the storage account."),
    storageAccount: accountName.describe("Existing storage account of the state."),
    container: containerName.describe("Existing container in it."),
    key: stateKey
      .optional()
      .describe("Key prefix; default: the deployment's name. Subscription, region and the stacks' names follow."),
  }),
]);

/** One data plane in one Azure subscription. */
export const azure = z.strictObject({
  ...common,
  cloud: z.literal("azure").describe("The cloud."),
  subscription: uuid("an Azure subscription's id").describe("Subscription of the data plane."),
  directory: uuid("a Microsoft Entra tenant's id").describe("Microsoft Entra tenant that the subscription trusts."),
  cloudRegion: cloudRegion("azure").describe(
    "Azure region of the data plane: a key of `config/azure/regions.json`. Azure Government and China are clouds of their own and not served.",
  ),
  network,
  cluster: z
    .strictObject({
      admins: z
        .array(uuid("a Microsoft Entra group's object id"))
        .default([])
        .describe("Microsoft Entra groups with cluster-admin access."),
      accessFromCidrs: z
        .array(cidr)
        .default([])
        .describe(
          "Private blocks (a bastion's, a runner's) that may reach the private Kubernetes API and the private endpoints on TCP 443; the way there and back is `network.peering`'s or yours.",
        ),
      systemPool: z
        .strictObject({
          vmSize: z.string().min(1).default("Standard_D4ds_v5").describe("Size of the virtual machines."),
          min: z.int().min(1).default(2).describe("Fewest nodes."),
          max: z.int().min(1).default(4).describe("Most nodes."),
          zones: zones.optional().describe("Availability zones of the nodes; default: `network.zones`."),
          ephemeralDisk,
        })
        .prefault({})
        .describe("Nodes of the cluster's own parts, such as its DNS; AKS asks for such a pool."),
      upgradeChannel: z
        .enum(["patch", "stable", "rapid", "node-image", "none"])
        .default("patch")
        .describe(
          "Channel by which Azure upgrades the cluster; `stable` and `rapid` raise its minor version, and are refused while the next one has LocalDNS on.",
        ),
      maintenanceWindow,
    })
    .prefault({})
    .describe("The AKS cluster."),
  nodePools: z
    .record(text(/^[a-z][a-z0-9]{0,11}$/, "a pool name (1 to 12 lower-case letters and digits, a letter first)"), pool)
    .prefault(DEFAULT_POOLS as never)
    .describe(
      "Node pools by name; default: `services` (3 to 6 Standard_D8ds_v5) and `worker` (0 to 10 Standard_D16ds_v5).",
    ),
  encryption: encryption(
    z.strictObject({
      ...givenKey,
      keyId: givenKey.keyId.describe("Key for secrets, disks and storage."),
    }),
    "Bring your own key, or `cloud-managed`: no key is made and none is named, Azure's own encrypt, and every report says so. Default: one is made. For a new deployment: with a later change the cluster is replaced.",
  ),
  registry: z
    .strictObject({ encryption: openKey("Key of the images") })
    .prefault({})
    .describe("The container registry."),
  objectStore: z
    .strictObject({
      existing: z
        .strictObject({
          account: accountName.describe("Storage account, with hierarchical namespace, in the same subscription."),
          resourceGroup: resourceGroup.describe("Its resource group."),
          metadata: containerName.describe("Container of metadata."),
          fastRegistration: containerName.describe("Container of code bundles."),
          endpoints: z
            .strictObject({
              blob: ipv4Address.describe("Address that the account's `blob` name leads to."),
              dfs: ipv4Address.describe("Address that its `dfs` name leads to."),
            })
            .optional()
            .describe(
              "Private endpoints that the account has already, by which the network resolves its names; default: both are made.",
            ),
        })
        .optional()
        .describe("Bring your own storage account; its encryption and CORS stay yours."),
      softDeleteDays: z
        .int()
        .min(1)
        .max(365)
        .default(30)
        .describe("Days in which a deleted object or container can be restored; versions do not exist here."),
    })
    .prefault({})
    .describe("The object store."),
  images: images("azure", {
    mirror: text(
      /^[a-z0-9-]{5,60}\.azurecr\.io(\/[a-z0-9._/-]+)?$/,
      "a container registry, with an optional path (NAME.azurecr.io/PATH)",
    ),
    login: z.strictObject({
      keyVaultId: vaultId.describe("Key vault of both secrets, with Azure RBAC, and open to Azure's trusted services."),
      userNameSecret: secretName.describe("Secret with the user's name; the registry's login may read it."),
      passwordSecret: secretName.describe("Secret with the password or token; the registry's login may read it."),
    }),
    repository: text(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerRegistry\/registries\/[a-zA-Z0-9]{5,50}$/,
      "a container registry's resource id",
    ),
    describe: {
      mirror:
        "Registry that already holds the platform's images, which must be one of `repositories`; default: cache rules are made.",
      upstreams:
        "Further public registries that task images come from: a cache of each is made at `REGISTRY.azurecr.io/UPSTREAM`.",
      credentials:
        "Logins to public registries, by upstream, as secrets of your own; with one, images of Docker Hub are fetched that a person must copy otherwise.",
      repositories:
        "Further container registries that images come from, in the Premium tier: each gets a private endpoint in the network, and nodes may pull from it.",
    },
  }),
  clientSecret: z
    .strictObject({
      keyVaultId: vaultId.describe("Key vault of the secret."),
      name: secretName.describe("The secret."),
    })
    .optional()
    .describe(
      "Existing Key Vault secret that holds the client secret; default: `client-secret` in the vault that is made, for you to fill.",
    ),
  logs: logs(
    "cloud-service",
    "Where logs of pods are kept: `cloud-service` (Log Analytics, where Union's console finds those of past runs). `object-store` is refused: Fluent Bit writes to Azure Storage with a key only.",
  ),
  logWorkspaceId: text(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/,
    "a Log Analytics workspace's resource id",
  )
    .optional()
    .describe(
      "Existing Log Analytics workspace of what Azure itself records, the Kubernetes API's audit and the network's flows, with its own retention; default: one is made. Logs of pods have one of their own.",
    ),
  logCluster: z
    .strictObject({
      sku: text(/^(Standard|Dev\(No SLA\))_[A-Z]\w*(\+\d+TB_PS)?$/, "a size of Data Explorer such as Standard_E2ads_v5")
        .default("Standard_E2ads_v5")
        .describe("Size of the nodes."),
      capacity: z.int().min(2).max(16).default(2).describe("Nodes."),
      encryption: openKey("Key of the logs: RSA of 2048 bits"),
    })
    .optional()
    .describe(
      "Azure Data Explorer instead of Log Analytics: billed by the hour, and out of the console's reach; off by default.",
    ),
  privateManagement: z
    .strictObject({
      subscriptions: z
        .array(uuid("an Azure subscription's id"))
        .min(1)
        .describe("Union's subscriptions that may connect."),
      ...declaration,
    })
    .optional()
    .describe("BYOC: Private Link from Union to the Kubernetes API, a declared exception; off by default."),
  state: state.prefault({ backend: "local" }).describe("Terraform state: `backend: local` or `backend: azurerm`."),
});
