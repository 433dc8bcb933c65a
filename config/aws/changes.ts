import type { ChangeRule } from "../change-rule";
import { NODE_POOL_CHANGES, ROLLING } from "./node-pool-changes";

/** What another place for a deployment means. */
const elsewhere = (what: string): Omit<ChangeRule, "field" | "when"> => ({
  effect: "impossible",
  does: `nothing moves to another ${what}: the state of the new place is empty, so Terraform would make a second data plane, and what runs would go on running and costing, known to no state but the old one`,
  instead: "copy the deployment's file under another name, deploy that, move what runs, then destroy the old one",
});

const NEW_NETWORK: Omit<ChangeRule, "field" | "when"> = {
  effect: "impossible",
  does: "AWS changes no block of a subnet: every subnet that moves would be replaced, with its nodes, endpoints and NAT gateways, while the cluster holds on to the old ones; Terraform refuses the plan",
  instead: "a second deployment of another name beside it, with the network that is wanted",
};

/** What later changes do, where that is not plain from the resources that change. */
export const CHANGES: readonly ChangeRule[] = [
  { field: "account", ...elsewhere("account") },
  { field: "cloudRegion", ...elsewhere("region") },
  { field: "name", ...elsewhere("name") },

  { field: "network.cidr", ...NEW_NETWORK },
  { field: "network.nodeSubnetPrefix", ...NEW_NETWORK },
  {
    field: "network.existing",
    when: ["added", "removed"],
    ...NEW_NETWORK,
    does: "the cluster can't leave the VPC that it was made in: the plan is refused before anything changes, by the VPC that it remembers",
  },
  {
    field: "network.existing.vpcId",
    ...NEW_NETWORK,
    does: "the cluster can't leave the VPC that it was made in: the plan is refused before anything changes, by the VPC that it remembers",
  },
  {
    field: "network.existing.nodeSubnets",
    effect: "replaces",
    does: "node pools are made anew in the subnets, new nodes first",
    cuts: "every task pod ends as its node is drained; the tunnel's pods move one after the other",
    instead:
      "list the new subnets beside the old ones in a quiet hour; the old ones leave the list with a later deploy",
  },
  {
    field: "network.existing.clusterSubnets",
    effect: "in-place",
    does: "EKS moves the Kubernetes API's addresses, and takes only subnets of the zones that the cluster was made with; VPC endpoints follow",
  },
  {
    field: "network.serviceCidr",
    effect: "impossible",
    does: "EKS takes the block at a cluster's creation only; Terraform refuses the plan before it has touched anything",
    instead: "a second deployment of another name, with the block that is wanted",
  },
  {
    field: "network.zones",
    effect: "impossible",
    does: "the blocks of subnets follow from the zones that the network was made with, so those of the others would move: their subnets and NAT gateways would be replaced; Terraform refuses the plan",
    instead:
      "leave 'zones' as it is (the default may be written out): a further zone goes to 'network.addedZones', one that nodes leave to 'network.leftZones'",
  },
  {
    field: "network.addedZones",
    when: "added",
    effect: "replaces",
    does: "subnets, routes and, with 'nat: per-zone', a NAT gateway are made in the zone, none that stands moves; node pools are made anew over all zones, new nodes first, and the Kubernetes API keeps its addresses in the first zones",
    cuts: "every task pod ends as its node is drained; the tunnel's pods move one after the other",
    instead: "where tasks must not end: drain the pools in a quiet hour before the deploy",
  },
  {
    field: "network.addedZones",
    when: ["removed", "changed"],
    effect: "impossible",
    does: "blocks of zones that were added later would move, and EKS and endpoints hold on to the subnets",
    instead: "leave the zone in 'network.addedZones', and name it in 'network.leftZones'",
  },
  {
    field: "network.leftZones",
    effect: "replaces",
    does: "node pools are made anew over the zones that stay, then node and public subnet and NAT gateway of the zone go; the subnet of the Kubernetes API's addresses stays, since EKS wants its first zones",
    cuts: "every task pod ends as its node is drained; with 'nat: single' and the first zone, outgoing connections break once and come from another address after it",
    instead: "tell Union and every firewall the new address first, where the first zone's NAT gateway is the only one",
  },
  {
    field: "network.nat",
    when: { to: "single" },
    effect: "in-place",
    does: "routes of the other zones move to the first zone's NAT gateway, then the others and their addresses go",
    cuts: "connections that are open through the other gateways break once, the tunnel's among them, which cloudflared opens again in seconds; the addresses are given back to AWS for good",
  },
  {
    field: "network.nat",
    when: { to: "per-zone" },
    effect: "in-place",
    does: "a NAT gateway is made in each further zone, then the zone's route moves to it",
    cuts: "connections from the further zones break once as their route moves, and come from new addresses: tell every firewall that lists them first; cloudflared opens the tunnel again in seconds",
  },
  {
    field: "network.transitGatewayId",
    when: "added",
    effect: "in-place",
    does: "the attachment is made, routes move to it, then NAT gateways, their addresses and public subnets go",
    cuts: "open connections break once; where the transit gateway, its route back or a firewall behind it does not let the deployment's destinations pass, there is no tunnel until it does; the public addresses are given back to AWS for good",
    instead:
      "have the central firewall opened first ('dataplane firewall-request' prints what it must let pass), and try it from a machine in a network behind the same transit gateway",
  },
  {
    field: "network.transitGatewayId",
    when: "removed",
    effect: "in-place",
    does: "NAT gateways are made, routes move to them, then the attachment goes",
    cuts: "open connections break once, and come from new addresses; private networks behind the transit gateway are out of reach unless 'network.routes' names them",
  },
  {
    field: "network.transitGatewayId",
    when: "changed",
    effect: "in-place",
    does: "the new attachment is made, routes move to it, then the old one goes",
    cuts: "open connections break once, and for as long as the new gateway does not route back",
  },
  {
    field: "network.podCidr",
    effect: "in-place",
    does: "nodes that stand go on as they are; new ones take it up. AWS removes a block, and its subnets, only when no node has an interface there",
    instead:
      "to remove it: take it out, deploy, replace the nodes of every pool (a new pool beside each, or its instances one by one), and deploy again: the first deploy stops at the subnets while nodes use them",
  },
  {
    field: "network.prefixDelegation",
    effect: "in-place",
    does: "nodes that stand go on as they are; new ones take it up",
  },
  {
    field: "network.routes",
    when: ["removed", "changed"],
    effect: "in-place",
    cuts: "the private networks behind it are out of reach from nodes and from the Kubernetes API: databases, and runners that deploy from there",
  },

  {
    field: "egress.mode",
    effect: "in-place",
    does: "rules of the node security group move from one prefix list to another, the list that is left goes after them",
    cuts: "what the new list lacks is closed at once to new connections and, as a rule that changes ends what it let pass, the tunnel may be opened again: seconds",
    instead:
      "where the workloads must follow (a narrower list, another region of the edge), deploy the workloads first",
  },
  {
    field: "egress.tunnelRegions",
    effect: "in-place",
    cuts: "the tunnel, where 'tunnel.region' is no longer among them, until the workloads are deployed",
    instead: "two steps: list both regions and deploy all, then take the old one out",
  },
  {
    field: "egress.controlPlaneCidrs",
    when: ["removed", "changed"],
    effect: "in-place",
    cuts: "the tenant's endpoint, where it still answers at the block",
  },
  {
    field: "tunnel.protocol",
    when: [{ to: "http2" }, { to: "quic" }],
    effect: "in-place",
    cuts: "the tunnel, where it uses the other transport, until the workloads are deployed: the infrastructure closes it first",
    instead: "deploy the workloads first: pods that use the one transport only need nothing of the other",
  },

  {
    field: "kubernetesVersion",
    when: "lowered",
    effect: "impossible",
    does: "EKS goes to no older version",
    instead: "a second deployment of another name, with the older version",
  },
  {
    field: "kubernetesVersion",
    effect: "rolls-nodes",
    does: `the control plane goes first (10 to 20 minutes, the API answers throughout), then add-ons and every pool: ${ROLLING}. EKS takes one minor version at a time`,
    instead: "raise it by one minor version a deploy",
  },
  {
    field: "cluster.admins",
    when: "added",
    effect: "in-place",
    does: "an access entry is made. Where the list was empty and 'assumeRole' is not set, EKS made the cluster's creator an administrator by itself, with an entry that no state knows: it stays beside those that are named, and naming the creator itself is refused (409, ResourceInUseException)",
    instead:
      "name an administrator other than the creator, deploy, and as that one delete the creator's own entry: 'aws eks list-access-entries --cluster-name NAME', 'aws eks delete-access-entry --cluster-name NAME --principal-arn ARN'; after that the creator can be named too",
  },
  {
    field: "cluster.admins",
    when: ["removed", "changed"],
    effect: "in-place",
    cuts: "the removed principal can't enter the cluster any longer, nor deploy workloads. With the last one nobody can, unless 'assumeRole' is set: tasks and tunnel run on",
    instead:
      "name the next administrator first and see that it can enter, then remove the old one. After a lock-out: name one again and deploy the infrastructure, which needs EKS's own API alone",
  },
  {
    field: "assumeRole",
    effect: "in-place",
    does: "the role becomes an administrator of the cluster by an access entry, the one before it ceases to be",
    instead:
      "where the cluster was made by that very role with 'cluster.admins' empty, EKS refuses the entry (409): as another administrator delete the role's own entry first, 'aws eks delete-access-entry --cluster-name NAME --principal-arn ARN'",
  },
  {
    field: "cluster.addons",
    when: "removed",
    effect: "in-place",
    cuts: "what uses the add-on: with 'aws-ebs-csi-driver' no volume is attached or made any longer",
  },

  ...NODE_POOL_CHANGES,

  {
    field: "encryption.keyArn",
    effect: "impossible",
    does: "EKS keeps the key that the cluster was made with, whatever it is told, and ECR encrypts no repository anew: Terraform refuses the plan, since it would replace the repository of built images. The key that was made here is never scheduled for deletion: when another is named it is forgotten, enabled as it was, and stays yours",
    instead:
      "keep the key: AWS rotates it each year. The very key that is in use may be named at any time (output 'encryption_key'), as before a destroy, and nothing but its alias changes. For another key make a second deployment of another name",
  },
  {
    field: "objectStore.existing",
    when: "added",
    effect: "in-place",
    does: "the buckets that were made here are forgotten with all their settings and objects, which stay as they are; platform and tasks use the ones that are named",
    cuts: "with other buckets: runs of before can't find their inputs and outputs any longer, as platform and tasks lose their rights on the old buckets",
    instead:
      "copy the objects first ('aws s3 sync'), in a quiet hour. With the names of the very buckets that were made here nothing changes",
  },
  {
    field: "objectStore.existing",
    when: "removed",
    effect: "in-place",
    does: "new, empty buckets are made; the given ones stay yours",
    cuts: "runs of before can't find their inputs and outputs any longer, as platform and tasks lose their rights on the old buckets",
    instead: "copy the objects once the new buckets are there, before tasks run",
  },
  {
    field: "objectStore.existing",
    when: "changed",
    effect: "in-place",
    cuts: "runs of before can't find their inputs and outputs any longer",
    instead: "copy the objects first ('aws s3 sync'), in a quiet hour",
  },
  {
    field: "objectStore.noncurrentDays",
    when: "lowered",
    effect: "in-place",
    loses: "versions that were overwritten or deleted longer ago than that, within a day or two",
  },
  {
    field: "objectStore.forceDestroy",
    when: { to: true },
    effect: "in-place",
    does: "nothing yet: from now on a destroy deletes the buckets with all objects and their versions",
  },
  {
    field: "logs",
    when: { to: "object-store" },
    effect: "in-place",
    loses: "the task logs in CloudWatch: their log group is deleted",
    instead: "export the log group first ('aws logs create-export-task'), or let the records expire before the change",
  },
  {
    field: "logs",
    when: { to: "cloud-service" },
    effect: "in-place",
    does: "logs of before stay in the metadata bucket, but no rule there deletes them any longer; the console finds none of the new ones",
  },
  {
    field: "logRetentionDays",
    when: "lowered",
    effect: "in-place",
    loses: "flow, cluster and task logs that are older than that, within days",
  },
  {
    field: "clientSecretArn",
    when: "added",
    effect: "in-place",
    does: "the platform reads the given secret; the one that was made here is deleted, and can be restored for 7 days",
    loses: "the value of the secret that was made here, after 7 days",
    instead: "write the client secret into the given one before the deploy",
  },
  {
    field: "clientSecretArn",
    when: "removed",
    effect: "in-place",
    does: "an empty secret is made: operator and tunnel start again only when a person has filled it",
    cuts: "the tunnel, from its pods' next restart until the secret is filled",
  },
  {
    field: "images.mirror",
    when: "added",
    effect: "in-place",
    does: "the rules of the pull-through cache go; repositories that ECR made by them stay, those of copied images are deleted where they are empty, else refused",
    cuts: "pods that start before the workloads are deployed, on a node without their image",
    instead: "copy the images to the mirror first, deploy the workloads, then the infrastructure",
  },
  {
    field: "images.credentials",
    when: ["added", "removed"],
    effect: "in-place",
    does: "images that were copied are fetched from now on, or the other way round: the repositories of copied ones go, which ECR refuses while they hold images, and the rule of a fetched one may not be made beside them",
    instead:
      "delete the copied images first ('aws ecr batch-delete-image'), once the nodes that run hold them, then deploy",
  },
  {
    field: "images.upstreams",
    when: "removed",
    effect: "in-place",
    cuts: "task images by the cache's name that no node has pulled yet; what the cache holds stays",
  },
  {
    field: "images.repositories",
    when: "removed",
    effect: "in-place",
    cuts: "task images from there, on nodes that have not pulled them yet",
  },
  {
    field: "allowances",
    when: ["removed", "changed"],
    effect: "in-place",
    cuts: "tasks that use it, at once",
  },
  {
    field: "rolePath",
    effect: "impossible",
    does: "the cluster can't change its role: it would be replaced, and Terraform refuses the plan",
    instead: "a second deployment of another name",
  },
  {
    field: "roleNamePrefix",
    effect: "impossible",
    does: "the cluster can't change its role: it would be replaced, and Terraform refuses the plan",
    instead: "a second deployment of another name",
  },
  {
    field: "tags",
    effect: "in-place",
    does: "nodes, their volumes and interfaces keep the tags that their pool was made with, and none is replaced for a tag",
    instead: "where nodes must carry it: a pool that is added has the new tags (two steps, as for 'instanceTypes')",
  },
  {
    field: "privateManagement",
    when: "removed",
    effect: "in-place",
    does: "the endpoint service goes first, then listener, rules and load balancer. AWS refuses to delete it while a connection stands, and then nothing else has changed",
    cuts: "Union's connection to the Kubernetes API, which is meant",
    instead:
      "end the connections first: 'aws ec2 describe-vpc-endpoint-connections', 'aws ec2 reject-vpc-endpoint-connections --service-id ID --vpc-endpoint-ids ID', then deploy",
  },
  {
    field: "privateManagement.principals",
    when: ["removed", "changed"],
    effect: "in-place",
    does: "connections of a removed principal that were accepted stay until they are rejected",
    instead: "'aws ec2 reject-vpc-endpoint-connections --service-id ID --vpc-endpoint-ids ID' ends them",
  },
  {
    field: "deletionProtection",
    when: { to: false },
    effect: "in-place",
    does: "nothing yet: from now on Terraform destroys what a change replaces",
  },
];
