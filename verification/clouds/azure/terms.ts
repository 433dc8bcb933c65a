import { planAddresses } from "../../../config/azure/address-plan";
import type { AzureDeployment } from "../../../config/deployment";
import { isCloudManaged } from "../../../config/encryption";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { SHARED_TAGS } from "./tenants";
import { partyOf, STANDING, type Party } from "../../policy";
import {
  addresses,
  API_AGENTS,
  cloudManagedKeys,
  DNS,
  HTTPS,
  KUBELET,
  service,
  type Beyond,
  type Place,
  type Terms,
} from "../../promises/deployment-policy/terms";

const SET = "azure:";

/**
 * What a storage account answers. It can't be told to answer HTTPS only: it refuses what comes over HTTP after the
 * connection stands, and files by their keys, of which it has none.
 */
const OBJECTS = ServiceSet.unionOf([80, 443, 445].map((port) => ServiceSet.of(6, port)));

const azure = (tag: string) => service(SET + tag);

/** Tokens for the identities of nodes and pods. */
const ENTRA = azure("AzureActiveDirectory");
const RESOURCE_MANAGER = azure("AzureResourceManager");
/** Images of AKS's own parts: the registry's names, and where its layers are. */
const OWN_IMAGES = [azure("MicrosoftContainerRegistry"), azure("AzureFrontDoor.FirstParty")];

/**
 * Names of what has no private endpoint and is reached by its tag. Microsoft, "Outbound network and FQDN rules for Azure
 * Kubernetes Service" (https://learn.microsoft.com/azure/aks/outbound-rules-control-egress).
 */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  AzureActiveDirectory: ["login.microsoftonline.com"],
  AzureResourceManager: ["management.azure.com"],
  MicrosoftContainerRegistry: ["mcr.microsoft.com"],
  "AzureFrontDoor.FirstParty": ["*.data.mcr.microsoft.com"],
};

function beyond(set: string): Beyond | undefined {
  const found = Object.entries(HOSTS).find(([tag]) => azure(tag).to.name === set);
  return found && { to: [found[0]], hosts: found[1] };
}

/** The cluster is the resource of its first nodes too. */
const cluster = (of: "node" | "cluster-api"): Party => ({ kind: "resource", name: "azurerm_kubernetes_cluster.*", of });

/** What Azure adds: its services by private endpoints, and by service tags those that have none. */
export function azureTerms(deployment: AzureDeployment): Terms {
  const { network, cloudRegion, objectStore, images, encryption, logCluster } = deployment;
  const ownImages = network.isolated ? [] : OWN_IMAGES;
  const regional = (tag: string) => azure(`${tag}.${cloudRegion}`);
  // Endpoints of what the customer brings are the customer's, in the subnet of endpoints.
  const given = (what: string) => ({
    to: addresses(`the endpoints of ${what}`, AddressSet.ofCidr(planAddresses(deployment).endpoints)),
    services: HTTPS,
  });
  const registries = [
    regional("AzureContainerRegistry"),
    ...(images.repositories.length === 0 ? [] : [given("the registries that are given")]),
  ];
  // File systems over blobs: clients speak to both names.
  const endpoints = objectStore.existing?.endpoints;
  const storage: Place[] = endpoints
    ? Object.entries(endpoints).map(([service, address]) => ({
        to: addresses(`the private endpoint of the storage account's ${service}`, AddressSet.ofCidr(`${address}/32`)),
        services: HTTPS,
      }))
    : [azure("Storage.blob"), azure("Storage.dfs")];
  const names = network.dnsServers?.map((address) => ({
    to: addresses(`the DNS server ${address}`, AddressSet.ofCidr(`${address}/32`)),
    services: DNS,
  }));
  return {
    furtherInside: [network.podCidr],
    // Clients read and write objects by presigned URLs.
    called: [{ to: { kind: "resource", name: "azurerm_storage_account.object-store*" }, services: OBJECTS }],
    sources: [planAddresses(deployment).nodes],
    beyond,
    outbound: [ENTRA, RESOURCE_MANAGER, ...ownImages, ...(endpoints ? storage : []), ...(names ?? [])],
    nodes: [cluster("node"), partyOf("azurerm_kubernetes_cluster_node_pool.*")],
    clusterApi: cluster("cluster-api"),
    imagePulls: [...registries, ...ownImages].map((place) => ({ name: "Image pulls", ...place })),
    registry: registries,
    bootstrap: [ENTRA, RESOURCE_MANAGER, ...(names ?? [])].map((place) => ({ name: "Node bootstrap", ...place })),
    // A customer's own key is a customer's own vault.
    ofApi: isCloudManaged(deployment)
      ? []
      : [
          {
            name: "Encryption of Kubernetes secrets",
            ...(encryption ? given("the key vault that is given") : regional("AzureKeyVault")),
          },
        ],
    fromApi: [
      { name: "Kubernetes API to kubelets", services: KUBELET },
      { name: "Kubernetes API to admission webhooks", services: HTTPS },
    ],
    webhookCallers: [API_AGENTS],
    objectStore: storage,
    secretStore: [regional("AzureKeyVault")],
    // AKS's own agent ships them to Log Analytics; Union's proxy can't read Data Explorer.
    ...(logCluster
      ? { logs: [regional("AzureDataExplorer")], pastLogs: [] }
      : { logs: [regional("AzureMonitor")], logAgent: true, pastLogs: [regional("AzureMonitor")] }),
    credentials: [ENTRA],
    more: () => [],
    exceptions: [
      ...SHARED_TAGS.map((resource) => ({
        id: "no-foreign-principals",
        resource,
        reason:
          "Azure has no private endpoint for it and its service tag is every tenant's: credentials of another work there.",
        expires: STANDING,
      })),
      ...cloudManagedKeys(deployment),
      ...(network.withoutFlowLogs
        ? [{ id: "flow-logs", resource: "azurerm_virtual_network.*", ...network.withoutFlowLogs }]
        : []),
    ],
    offers: ["azurerm_private_link_service.*"],
    management: [partyOf("azurerm_private_link_service.*")],
  };
}
