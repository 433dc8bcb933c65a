import type { ChangeRule } from "../change-rule";

const OTHER_DEPLOYMENT =
  "make another deployment beside this one, move projects to it in Union's console, then take this one away";
const OLD_STAYS =
  "Terraform forgets what it made, and nothing of it is destroyed: it is still there with all that it holds, and yours to delete";
const KEEPS_KEY =
  "What was written before, the registries and the disks of the pools that stand keep the old key, which must stay enabled";
/** What a cluster is made in, it keeps. */
const OTHER_NETWORK: Omit<ChangeRule, "field" | "when"> = {
  effect: "impossible",
  does: "a cluster keeps its network, its subnets and its ranges: Terraform would make it anew, and refuses the plan",
  instead: OTHER_DEPLOYMENT,
};
const PODS_LACK = "from the apply of the infrastructure until the workloads are deployed, minutes later";

/** What later changes do, where that is not plain from the resources that change. */
export const CHANGES: readonly ChangeRule[] = [
  // The cluster and its network.
  {
    field: "network.cidr",
    effect: "impossible",
    does: "a subnet's block only grows, and the cluster keeps its range of pods: Terraform would make subnets and cluster anew, and refuses the plan",
    instead: OTHER_DEPLOYMENT,
  },
  {
    field: "network.serviceCidr",
    effect: "impossible",
    does: "the cluster keeps its range of services for life: Terraform would make it anew, and refuses the plan",
    instead: OTHER_DEPLOYMENT,
  },
  { field: "network.existing", when: ["added", "removed"], ...OTHER_NETWORK },
  {
    field: "network.existing.privateZones",
    effect: "in-place",
    does: "a private zone is made or deleted with its records",
    cuts: "where a zone leaves before yours answers, nodes reach none of its names: registry, Google's APIs",
    instead: "make your zone and link it to the network first, then name it here",
  },
  ...["network.existing.proxySubnet", "network.existing.consumerSubnet"].map((field): ChangeRule => ({
    field,
    effect: "replaces",
    does: "the way of Union's private connection is made anew",
    cuts: "Union's management reaches the Kubernetes API no more until it accepts the new connection",
  })),
  { field: "network.existing", ...OTHER_NETWORK },
  {
    field: "network.zones",
    effect: "rolls-nodes",
    does: "the cluster's and the pools' nodes move to the zones: nodes of a zone that leaves are drained, a new zone gets nodes as pods need them. No address changes: subnets, NAT and the Kubernetes API are the region's",
  },
  {
    field: "network.natAddresses",
    when: "raised",
    effect: "in-place",
    does: "NAT takes the new addresses beside those that it has",
  },
  {
    field: "network.natAddresses",
    when: "lowered",
    effect: "in-place",
    does: "NAT lets go of the addresses that leave before these are given back",
    loses: "the addresses that leave: others may have them on their lists, and Google gives them to anybody",
    cuts: "connections over an address that leaves, the tunnel's among them, which open again at once",
    instead: "tell those who list the addresses first",
  },
  {
    field: "network.natAddresses",
    effect: "in-place",
    does: `NAT takes up the new addresses and lets go of the old ones. ${OLD_STAYS}; addresses that are made later have the names of those that were forgotten, which \`terraform import\` takes back first`,
    cuts: "connections over an address that leaves, the tunnel's among them, which open again at once",
    instead: "tell those who list the addresses first",
  },
  ...[
    { field: "network.perimeter", when: "removed" } as const,
    { field: "network.perimeter.join", when: { to: false } } as const,
  ].map((which): ChangeRule => ({
    ...which,
    effect: "in-place",
    does: "the perimeter is deleted, or the project leaves it: up to half an hour later Google's APIs answer whoever has the rights, from any network and about any project",
  })),
  {
    field: "network.perimeter.accessPolicy",
    when: "changed",
    effect: "replaces",
    does: "the perimeter is deleted and made anew in the other policy; until that one counts, up to half an hour later, none closes the project",
    cuts: "what the perimeter does not let in is refused, a deployer outside of it among them",
    instead: "name who deploys in `network.perimeter.deployers` in the same change",
  },
  {
    field: "network.perimeter",
    effect: "in-place",
    does: "Google's APIs judge every call anew, up to half an hour later",
    cuts: "what the perimeter does not let in is refused, a deployer outside of it among them",
    instead: "name who deploys in `network.perimeter.deployers` in the same change",
  },
  {
    field: "kubernetesVersion",
    when: "lowered",
    effect: "impossible",
    does: "Google takes no control plane back, and the provider asks for nothing: the plan shows a change that never comes",
    instead: "leave it at the version that runs",
  },
  {
    field: "kubernetesVersion",
    effect: "rolls-nodes",
    does: "the apply upgrades the control plane, whose API answers throughout. Google upgrades the node pools to it by itself, one node more at a time, in the maintenance windows that follow",
    instead:
      "to have the nodes at once: `gcloud container clusters upgrade CLUSTER --node-pool POOL --location REGION`, pool by pool",
  },
  {
    field: "cluster.releaseChannel",
    effect: "in-place",
    does: "Google upgrades by the new channel from then on. It refuses one whose versions are all older than the one that runs",
  },
  {
    field: "cluster.dns",
    effect: "rolls-nodes",
    does: "pods of nodes that stand ask where they asked before: Google makes the nodes anew, one more at a time, in a maintenance window",
    cuts: "names may fail for pods of either kind of node until all nodes are new",
  },
  {
    field: "cluster.dnsEndpoint",
    effect: "in-place",
    does: "the endpoint answers the internet, or no longer, within minutes: whoever uses its kubeconfig needs the other",
  },
  {
    field: "cluster.accessFromCidrs",
    when: "removed",
    effect: "in-place",
    cuts: "the Kubernetes API for whoever calls from the block, the runner that deploys among them",
  },

  // Pools.
  {
    field: "nodePools",
    when: "added",
    effect: "in-place",
    does: "a pool is made beside the others",
  },
  {
    field: "nodePools",
    when: "removed",
    effect: "replaces",
    does: "Google drains the pool's nodes, each for an hour at most, and deletes them",
    cuts: "its tasks, and the tunnel and the operator where it is the last of `role: services`",
    instead:
      "in two steps: add the new pool and deploy both stacks; `kubectl cordon` and `kubectl drain` the old one's nodes; then take it out",
  },
  {
    field: "nodePools.NAME.role",
    effect: "in-place",
    does: "labels and taints change on the nodes that stand: pods stay where they are, and new ones go by the new role",
    cuts: "pods of a pool that was the only one of its role start nowhere until there is another",
    instead: "add a pool of the other role, then take this one out",
  },
  ...["min", "max"].map((bound): ChangeRule => ({
    field: `nodePools.NAME.${bound}`,
    effect: "in-place",
    does: "the autoscaler keeps to it from then on: it adds nodes to reach `min`, and no node that is in use goes for `max`",
  })),
  {
    field: "nodePools.NAME.labels",
    effect: "in-place",
    does: "Google labels the nodes that stand",
  },
  ...["spot", "accelerator", "localSsds", "reservation"].map((field): ChangeRule => ({
    field: `nodePools.NAME.${field}`,
    effect: "replaces",
    does: "a pool of another name is made first, then the old one's nodes are drained, each for an hour at most: the operator and the tunnel move to new nodes while others of theirs run",
    cuts: "tasks that still run on the old pool after an hour; the tunnel's connections move with its pods",
    instead:
      "where tasks must not be cut, in two steps: add a pool, `kubectl cordon` the old one's nodes, and take that out when its tasks have ended",
  })),
  ...["machineType", "diskGiB", "diskType"].map((field): ChangeRule => ({
    field: `nodePools.NAME.${field}`,
    effect: "rolls-nodes",
    does: "Google makes the pool's nodes anew, one more at a time, and drains each old one for an hour at most",
    cuts: "tasks that still run on a node after an hour; the tunnel's pods move one after the other",
    instead:
      "where tasks must not be cut, in two steps: add a pool, `kubectl cordon` the old one's nodes, and take that out when its tasks have ended",
  })),
  {
    field: "nodePools.NAME.zones",
    effect: "rolls-nodes",
    does: "nodes of a zone that leaves are drained and deleted, a new zone gets nodes as pods need them",
    cuts: "tasks in a zone that leaves",
  },
  {
    field: "cluster.systemPool.machineType",
    effect: "rolls-nodes",
    does: "Google makes the nodes of the cluster's own parts anew, one more at a time",
  },
  {
    field: "tags",
    effect: "in-place",
    does: "labels change on what has them; the pools' machines get theirs from Google without a new node where it can, else node by node as with an upgrade",
  },

  // Keys and what they encrypt.
  {
    field: "encryption",
    when: { from: "cloud-managed" },
    effect: "impossible",
    does: "Google takes a key for a log bucket only when it makes it, and refuses the apply",
    instead: OTHER_DEPLOYMENT,
  },
  {
    field: "encryption",
    when: { to: "cloud-managed" },
    effect: "impossible",
    does: "a log bucket and a cluster keep a key once they have one; with the key that is made forgotten and standing, nothing of it would be lost, and nothing won",
    instead: OTHER_DEPLOYMENT,
  },
  {
    field: "encryption",
    when: "removed",
    effect: "in-place",
    does: `a key is made, and encrypts what is written from then on. ${KEEPS_KEY}. A ring of before, which was forgotten, has the new one's name, and Google refuses the apply`,
    instead: "where one was made before, take ring, key and grants back with `terraform import` first",
  },
  {
    field: "encryption",
    effect: "in-place",
    does: `new objects, logs, secrets' versions and the cluster's secrets are encrypted with the new key. ${KEEPS_KEY}: ${OLD_STAYS}. Pools and registries that are made later have the new one`,
    instead:
      "to be rid of the old key: add new pools and take the old ones out, rewrite the objects with `gcloud storage objects update --encryption-key=KEY`, and keep it until the old logs and images are past their days",
  },

  // What is given.
  ...["platform", "tasks", "fluentBit"].map((account): ChangeRule => ({
    field: `serviceAccounts.${account}`,
    effect: "replaces",
    does: "an account that was made is deleted with its rights, and the other gets the same",
    cuts: `its pods have no rights at Google ${PODS_LACK}: presigned links, logs or objects fail`,
    instead: "deploy both stacks one after the other, at a time without tasks",
  })),
  {
    field: "serviceAccounts.nodes",
    effect: "replaces",
    does: "pools are made anew by other names, new nodes first, and the account that was made is deleted after them",
    cuts: "tasks that still run on an old node after an hour; pods that start there on a node without their image, since the old account reads no image any more",
  },
  {
    field: "objectStore.existing",
    when: "removed",
    effect: "replaces",
    does: "buckets are made, and rights move to them; the others stay with all that is in them. Ones of before, which were forgotten, have the names of the new ones, and Google refuses them when the rights to the others are gone already",
    cuts: `the platform and tasks reach the other buckets no more, and use no other ${PODS_LACK}. Inputs and outputs of past runs are not in the new ones`,
    instead:
      "where some were made before, take them back with `terraform import` first; copy the objects with `gcloud storage rsync -r`, at a time without tasks, then deploy both stacks",
  },
  {
    field: "objectStore.existing",
    effect: "replaces",
    does: `rights move to the other buckets. ${OLD_STAYS}`,
    cuts: `the platform and tasks reach the old buckets no more, and use no other ${PODS_LACK}. Inputs and outputs of past runs are not in the new ones`,
    instead: "copy the objects first with `gcloud storage rsync -r`, at a time without tasks, then deploy both stacks",
  },
  {
    field: "objectStore.noncurrentDays",
    when: "lowered",
    effect: "in-place",
    loses: "overwritten and deleted versions that are older than the new number of days, within a day",
  },
  {
    field: "objectStore.softDeleteDays",
    effect: "in-place",
    does: "what is deleted from then on is kept so many days; what was deleted before keeps its own",
  },
  {
    field: "objectStore.forceDestroy",
    effect: "in-place",
    does: "a later destroy deletes the objects too",
  },
  {
    field: "logRetentionDays",
    when: "lowered",
    effect: "in-place",
    loses: "logs that are older than the new number of days",
  },
  {
    field: "clientSecretId",
    when: "removed",
    effect: "in-place",
    does: "a secret is made, empty; the other stays as it is. One of before, which was forgotten, has the new one's name, and Google refuses the apply",
    instead:
      "where one was made before, take it back with `terraform import` first; store the client secret in it before the workloads are deployed",
  },
  {
    field: "clientSecretId",
    effect: "in-place",
    does: `the operator reads the other secret once the workloads are deployed. ${OLD_STAYS}`,
    instead: "fill the secret that is named before the workloads are deployed",
  },
  {
    field: "images.mirror",
    when: "removed",
    effect: "in-place",
    does: "remote repositories are made, and pods take their images from them once the workloads are deployed. Ones of before, which were forgotten, have their names, and Google refuses the apply",
    cuts: `pods that start on a node without their image ${PODS_LACK}: the nodes' right to the mirror goes with the apply`,
    instead:
      "take the ones of before back with `terraform import` first, or delete them; name the mirror in `images.repositories` until the workloads are deployed",
  },
  {
    field: "images.mirror",
    effect: "in-place",
    does: `pods take their images from the mirror once the workloads are deployed. ${OLD_STAYS}: pods of before still pull from the remote repositories`,
    instead: "copy the images to the mirror first, as `npx dataplane images NAME` lists them",
  },
  {
    field: "images.upstreams",
    when: "removed",
    effect: "replaces",
    does: "the upstream's remote repository is deleted",
    loses: "the images in it; the upstream may have them still",
    cuts: "tasks whose image comes from it start no more",
    instead: "move the tasks' images first",
  },
  {
    field: "images.credentials",
    effect: "replaces",
    does: "Google changes no login of a remote repository: it is made anew, and its right to be read with it",
    loses: "the images in that cache, which are fetched from the upstream again; what the upstream has no more is gone",
    cuts: "pulls from that upstream, for a minute",
    instead:
      "name the version `latest` once: then a new password is a new version of the secret, and nothing here changes",
  },
  {
    field: "privateManagement",
    when: "removed",
    effect: "replaces",
    does: "service attachment, forwarding rule and proxies are deleted",
    cuts: "Union's management of the cluster, for good",
    instead: "agree on it with Union first",
  },
];
