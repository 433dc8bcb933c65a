import type { ChangeRule } from "../change-rule";

const NEW_POOL =
  "Add a pool under another name and apply; cordon and drain the nodes of the old one once its tasks have ended; then remove it";
const TASKS_OF_POOL = "tasks that run in the pool, which is deleted before its successor is made: about ten minutes";
const NEW_DEPLOYMENT =
  "Make a new deployment beside this one, copy what is to be kept, and destroy this one afterwards";
/** Azure tells of no other key while secrets are still written with the old one. */
const KEEP_OLD_KEY =
  "Give the identities NAME-encryption (Key Vault Crypto Service Encryption User) and NAME-cluster (Key Vault Crypto User) their roles on the whole vault of the old key by hand; apply; write every Kubernetes secret anew (`kubectl get secrets -A -o json | kubectl replace -f -`); take these roles back a day later, and let the old key stand";

/** What can't change of a cluster that stands. */
const NEW_CLUSTER: Omit<ChangeRule, "field" | "when"> = {
  effect: "impossible",
  does: "The cluster would be replaced; Terraform refuses the plan, since it is protected",
  loses: "the cluster and all that runs in it, once `deletionProtection` is off",
  cuts: "tunnel and tasks until the new cluster has its workloads: about an hour",
  instead: NEW_DEPLOYMENT,
};

const OTHER_NETWORK: Omit<ChangeRule, "field" | "when"> = {
  effect: "impossible",
  does: "A cluster stays in its network, and its API in its subnet: the data plane remembers them, and Terraform refuses others before anything is touched",
  instead: NEW_DEPLOYMENT,
};

/** What later changes do, where that is not plain from the resources that change. */
export const CHANGES: readonly ChangeRule[] = [
  {
    field: "directory",
    effect: "impossible",
    does: "A vault and a cluster belong to the tenant that their subscription trusts; identities of another have no right in them",
    instead: NEW_DEPLOYMENT,
  },
  ...["podCidr", "serviceCidr"].map((field): ChangeRule => ({ field: `network.${field}`, ...NEW_CLUSTER })),
  {
    field: "network.cidr",
    effect: "impossible",
    does: "Azure changes no block of a subnet that is in use: the data plane remembers the one it was made with, and Terraform refuses another before anything is touched",
    instead: NEW_DEPLOYMENT,
  },
  {
    field: "network.zones",
    effect: "in-place",
    does: "Pools that are made from now on take these zones; pools and Data Explorer that stand stay in theirs",
    instead: "To move a pool, name `zones` in the pool itself, or add one beside it",
  },
  {
    field: "network.natAddresses",
    when: "lowered",
    effect: "in-place",
    loses: "addresses that others may have on their lists, and no later address is the same",
    cuts: "open connections that came from them, the tunnel's among them: seconds, until they are opened again",
  },
  {
    field: "network.firewallAddress",
    when: "added",
    effect: "in-place",
    does: "The route to the firewall stands before NAT gateway and addresses go",
    loses: "the addresses of the NAT gateway, which others may have on their lists",
    cuts: "every open connection once, as its packets take another way: seconds, if the firewall lets them pass",
    instead: "Have the firewall let pass what `dataplane firewall-request NAME` lists, before this is applied",
  },
  {
    field: "network.firewallAddress",
    when: "removed",
    effect: "in-place",
    does: "The NAT gateway has its addresses before the route to the firewall goes",
    cuts: "every open connection once, as its packets take another way: seconds",
  },
  {
    field: "network.firewallAddress",
    effect: "in-place",
    cuts: "every open connection once, as its packets take another way: seconds, if the new firewall lets them pass",
  },
  {
    field: "network.peering",
    when: "removed",
    effect: "in-place",
    cuts: "all that comes through the hub, such as the Kubernetes API's own clients, until it is peered again",
  },
  {
    field: "network.peering",
    when: "added",
    effect: "in-place",
    does: "Both sides of the peering are made, and nothing else changes",
  },
  {
    field: "network.peering.hubNetworkId",
    effect: "replaces",
    does: "The peering with the old hub goes and that with the new one is made",
    cuts: "all that goes through the hub, and with `network.firewallAddress` everything that leaves: about a minute",
  },
  {
    field: "network.peering.forwardedTraffic",
    when: { to: false },
    effect: "in-place",
    cuts: "what the hub forwards; with `network.firewallAddress` the answers to everything that leaves, until it is switched on again",
  },
  {
    field: "network.isolated",
    when: { from: "false", to: "true" },
    effect: "rolls-nodes",
    does: "The group of the nodes closes Microsoft's registry first, then the cluster is told to use its own; nodes that run take that up only with their next image",
    cuts: "nodes that start and pods of AKS's own that move in between: some minutes, and on nodes that are not made anew until they are",
    instead:
      "Apply while no pool grows, and make every node anew right after: `az aks nodepool upgrade --node-image-only` for each pool",
  },
  {
    field: "network.isolated",
    effect: "in-place",
    does: "The group of the nodes opens Microsoft's registry first, then the cluster is told to use it",
  },
  {
    field: "network.dnsServers",
    when: "removed",
    effect: "rolls-nodes",
    does: "The group of the nodes closes the servers that leave; nodes that run ask them until they start anew",
    cuts: "names, on every node that runs, until it is made anew: the tunnel among what finds nothing",
    instead:
      "Where servers change: name the new ones beside the old, make every node anew (`az aks nodepool upgrade --node-image-only` for each pool), then take the old ones out",
  },
  {
    field: "network.dnsServers",
    effect: "rolls-nodes",
    does: "Nodes that run keep the DNS servers that they started with until they start anew",
    instead: "Make every node anew after it: `az aks nodepool upgrade --node-image-only` for each pool",
  },
  { field: "network.existing", when: ["added", "removed"], ...OTHER_NETWORK },
  ...["network.peering", "network.existing"].map((network): ChangeRule => ({
    field: `${network}.privateDnsZones`,
    effect: "replaces",
    does: "Zones that come or go are the other ones' successors by name: a network sees one zone of a name, so that the old one leaves first",
    cuts: "names of vault, registry, objects and logs, until the other zones are linked and have the endpoints' addresses: some minutes",
    instead: "Have whoever owns the zones link them to the network, or take the link away, in the same minutes",
  })),
  ...["nodeSubnet", "clusterSubnet", "endpointSubnet", "privateLinkSubnet"].map((subnet): ChangeRule => ({
    field: `network.existing.${subnet}.securityGroup`,
    effect: "in-place",
    does: "Terraform forgets that it gave the subnet a group, so that yours stays; give yours to the subnet first",
  })),
  { field: "network.existing.clusterSubnet.id", ...OTHER_NETWORK },
  {
    field: "network.existing.nodeSubnet",
    effect: "rolls-nodes",
    does: "Security groups admit the new block and no longer the old one; then every pool is made in the new subnet beside the old one, which is drained, and again under its own name",
    cuts: "every node of the old subnet at once, from the Kubernetes API and the private endpoints: tasks for good, and the tunnel until its pods run in the new subnet, about half an hour",
    instead: `Give the new subnet its way out and its group first, and apply while no task runs. Where the tunnel must stay: ${NEW_DEPLOYMENT.charAt(0).toLowerCase()}${NEW_DEPLOYMENT.slice(1)}`,
  },
  {
    field: "network.existing.privateLinkSubnet.id",
    effect: "impossible",
    does: "A private link service keeps its subnet: the provider refuses the plan",
    cuts: "Union's private management connection, whose alias is another one afterwards",
    instead:
      "In two deploys: take `privateManagement` out, then declare it again together with the new subnet; Union connects to the new alias",
  },
  {
    field: "network.existing.endpointSubnet",
    effect: "replaces",
    cuts: "vault, registry, objects and logs at their private addresses, until each endpoint is made anew: some minutes",
  },
  {
    field: "network.existing.exit",
    effect: "in-place",
    does: "AKS is told of a way out that must be there already: nothing in the network changes by it",
    instead: "Give the subnet its new way out first",
  },
  {
    field: "network.watcher",
    effect: "in-place",
    does: "A network has one flow log, which stays with its watcher: Azure refuses that of the other until the old one is deleted",
    instead: "Delete the old one right before: `az network watcher flow-log delete`",
  },
  {
    field: "network.withoutFlowLogs",
    effect: "in-place",
    does: "Records and the account that holds them stay, managed by Terraform no longer; so does the flow log itself, until someone deletes it (`az network watcher flow-log delete`)",
  },
  {
    field: "kubernetesVersion",
    when: "lowered",
    effect: "impossible",
    does: "AKS takes no version back",
    instead: "Leave it: a cluster of an older version is a new one",
  },
  {
    field: "kubernetesVersion",
    effect: "rolls-nodes",
    does: "The control plane goes first, then every pool, a third of its nodes at a time; one minor version at a time",
  },
  {
    field: "cluster.admins",
    effect: "in-place",
    does: "With the first group, the principal that made the cluster is no admin of it any more; with the last one gone, whoever applies becomes one",
  },
  {
    field: "cluster.accessFromCidrs",
    when: "removed",
    effect: "in-place",
    cuts: "the Kubernetes API and the private endpoints for whoever calls from the block, the runner that deploys among them",
  },
  ...["vmSize", "zones", "ephemeralDisk"].map((field): ChangeRule => ({
    field: `cluster.systemPool.${field}`,
    effect: "rolls-nodes",
    does: "A second pool is made, the old one is drained and made anew, and the second one goes",
  })),
  {
    field: "nodePools.NAME",
    when: "removed",
    effect: "replaces",
    cuts: "what runs in the pool; if it is the only one for services, the tunnel until another has nodes: about ten minutes",
    instead: NEW_POOL,
  },
  { field: "nodePools.NAME.spot", effect: "replaces", cuts: TASKS_OF_POOL, instead: NEW_POOL },
  { field: "nodePools.NAME.gpu", effect: "replaces", cuts: TASKS_OF_POOL, instead: NEW_POOL },
  ...["vmSize", "zones", "diskGiB", "ephemeralDisk"].map((field): ChangeRule => ({
    field: `nodePools.NAME.${field}`,
    effect: "rolls-nodes",
    does: "A second pool with the new values is made, the old one is drained and made anew, and the second one goes: pods move twice",
    cuts: "tasks that run in the pool, twice",
    instead: NEW_POOL,
  })),
  {
    field: "nodePools.NAME.role",
    effect: "in-place",
    does: "Labels and taints change on nodes that run: what is there already stays, and what comes goes by the new ones",
  },
  {
    field: "encryption",
    when: { to: "cloud-managed" },
    effect: "impossible",
    does: "The cluster would be replaced, whose disks have their encryption for good; Terraform refuses the plan, since it is protected",
    loses: "the cluster and all that runs in it, once `deletionProtection` is off",
    instead: NEW_DEPLOYMENT,
  },
  {
    field: "encryption",
    when: { from: "cloud-managed" },
    effect: "impossible",
    does: "The cluster would be replaced, whose disks have their encryption for good; Terraform refuses the plan, since it is protected",
    loses: "the cluster and all that runs in it, once `deletionProtection` is off",
    instead: NEW_DEPLOYMENT,
  },
  {
    field: "encryption",
    effect: "in-place",
    does: "Services move to the new key, whose roles stand before the old ones go; the key that was made stays in its vault",
    loses:
      "Kubernetes secrets that were written with the old key, if nobody writes them anew while it may still be used",
    instead: KEEP_OLD_KEY,
  },
  {
    field: "registry.encryption",
    when: "removed",
    effect: "impossible",
    does: "Azure takes no key away from a registry: it keeps the one that it was made with, and the right to use it, which Terraform manages no longer",
  },
  {
    field: "registry.encryption",
    when: "added",
    effect: "impossible",
    does: "A registry's encryption is chosen when it is made: Azure refuses a key later",
    instead: "Bring a registry that was made with a key, by `images.mirror`, or make a new deployment",
  },
  {
    field: "registry.encryption",
    effect: "in-place",
    does: "The registry moves to the new key, whose role stands before the old one goes",
    instead: "Let the old key stand until the registry says that it uses the new one: `az acr encryption show`",
  },
  {
    field: "objectStore.existing",
    when: "added",
    effect: "in-place",
    does: "The account that was made stays as it is with all in it, managed by Terraform no longer; the new one starts as it is",
    cuts: "reads of earlier objects, until they are copied and the workloads are deployed",
    instead: "Copy the containers first (`azcopy copy --recursive`), and again after the workloads are deployed",
  },
  {
    field: "objectStore.existing",
    when: "removed",
    effect: "in-place",
    does: "The account that was given stays yours, beside the one that is made; identities lose their roles on it and get those on that one",
    cuts: "reads of earlier objects, until they are copied and the workloads are deployed",
    instead: "Copy the containers first (`azcopy copy --recursive`), and again after the workloads are deployed",
  },
  {
    field: "objectStore.existing.endpoints",
    when: ["added", "removed"],
    effect: "replaces",
    does: "Private endpoints that come or go take their private DNS zones along; a network sees one zone of a name",
    cuts: "objects, until names lead to the other endpoints: some minutes",
    instead: "Link your zones to the network, or take the link away, in the same minutes",
  },
  {
    field: "objectStore.existing.endpoints",
    effect: "in-place",
    does: "Security groups and network policies let the new address pass",
    cuts: "objects, where names lead to the new address before the workloads are deployed, or to the old one after it",
  },
  {
    field: "objectStore.existing",
    effect: "in-place",
    does: "The account that was given stays yours; identities lose their roles on it and get those on the new one",
    cuts: "reads of earlier objects, until they are copied and the workloads are deployed",
    instead: "Copy the containers first (`azcopy copy --recursive`), and again after the workloads are deployed",
  },
  {
    field: "objectStore.softDeleteDays",
    when: "lowered",
    effect: "in-place",
    does: "Objects that are deleted from now on can be restored for a shorter time",
  },
  {
    field: "logRetentionDays",
    when: "lowered",
    effect: "in-place",
    loses: "logs and flow records that are older than the new number of days, 30 days after the change in a workspace",
  },
  {
    field: "logWorkspaceId",
    when: "added",
    effect: "in-place",
    does: "The workspace that was made stays with its records, managed by Terraform no longer",
  },
  {
    field: "logWorkspaceId",
    when: "removed",
    effect: "in-place",
    does: "Azure makes a workspace of the name again with its earlier records, if that one was deleted less than 14 days ago; one that still stands is imported first",
    instead: "`terraform import` of the workspace NAME-logs, where it stands",
  },
  {
    field: "logCluster",
    when: "added",
    effect: "replaces",
    does: "Log Analytics' workspace of pods stays with its logs, managed by Terraform no longer; what led logs there goes",
    cuts: "logs of pods, until Fluent Bit is deployed with the workloads: some minutes, and the console's sight of them",
  },
  {
    field: "logCluster",
    when: "removed",
    effect: "replaces",
    does: "Data Explorer stays with its logs, managed by Terraform no longer, and is billed by the hour until you delete it",
    cuts: "logs of pods, until AKS's agent runs: some minutes",
  },
  {
    field: "logCluster.encryption",
    effect: "in-place",
    does: "Data Explorer's logs move to the other key, or to Azure's own, before the role on the old one goes",
  },
  {
    field: "logCluster.sku",
    effect: "in-place",
    does: "Data Explorer takes no logs while it moves; Fluent Bit keeps them on its node's disk",
  },
  {
    field: "images.mirror",
    when: "added",
    effect: "in-place",
    does: "Cache rules go before the workloads move; what they have fetched stays in the registry",
    cuts: "first pulls of the platform's images that were never pulled, until the workloads are deployed",
  },
  {
    field: "images.repositories",
    when: "removed",
    effect: "in-place",
    cuts: "pulls from that registry, from nodes and tasks",
    instead: "Move the images that tasks name first",
  },
  {
    field: "images.upstreams",
    when: "removed",
    effect: "in-place",
    cuts: "first pulls of images of that registry; what was fetched stays",
  },
  {
    field: "privateManagement",
    when: "removed",
    effect: "in-place",
    cuts: "Union's private management connection for good: its alias is another one afterwards",
  },
];
