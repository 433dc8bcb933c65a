import type { ChangeRule } from "../change-rule";

/** How EKS replaces the nodes of a pool whose template, image or version changes. */
export const ROLLING =
  "EKS replaces the pool's nodes a third at a time: new ones join first, then the old are drained, which ends their task pods";

/** What becomes of a pool that AWS can't change in place. */
const POOL_AGAIN: Omit<ChangeRule, "field" | "when"> = {
  effect: "replaces",
  does: "a new pool is made with 'min' nodes, then all nodes of the old one are drained at once and deleted",
  cuts: "every task pod on the pool ends, and where 'min' is 0 the first new node is minutes away; of the only services pool, operator and tunnel too, until their pods run on the new nodes",
  instead:
    "two steps: add a pool of another name with the new settings and deploy; cordon and drain the old pool's nodes once its tasks have ended, take it out of 'nodePools' and deploy again",
};

/** What later changes of node pools do. */
export const NODE_POOL_CHANGES: readonly ChangeRule[] = [
  {
    field: "nodePools",
    when: "removed",
    effect: "in-place",
    does: "all nodes of the pool are drained at once and deleted",
    cuts: "every task pod on the pool ends; of the only services pool, operator and tunnel too",
    instead:
      "cordon and drain its nodes once their tasks have ended, then take it out; a renamed pool is one that is added and, a deploy later, one that is removed",
  },
  ...["instanceTypes", "gpu", "spot", "capacityBlock"].map((option): ChangeRule => ({
    field: `nodePools.NAME.${option}`,
    ...POOL_AGAIN,
  })),
  { field: "nodePools.NAME.image", ...POOL_AGAIN },
  {
    field: "nodePools.NAME.imageId",
    when: ["added", "removed"],
    effect: "rolls-nodes",
    does: `Terraform plans it in place, and ${ROLLING}; that EKS takes an image of the other kind on a pool that stands was not seen`,
    cuts: "every task pod on the pool ends as its node is drained",
    instead: "the two steps of a new pool, as for 'instanceTypes'",
  },
  ...["imageId", "userData", "capacityReservationId", "diskGiB", "releaseVersion"].map((option): ChangeRule => ({
    field: `nodePools.NAME.${option}`,
    effect: "rolls-nodes",
    does: ROLLING,
    cuts: "every task pod on the pool ends as its node is drained",
    instead: "where tasks must not end: the two steps of a new pool, as for 'instanceTypes'",
  })),
  {
    field: "nodePools.NAME.role",
    effect: "in-place",
    does: "label and taint change on the nodes that stand: pods that run stay, new ones go by the new taint",
    cuts: "of the last services pool, operator and tunnel find no node when they are next scheduled",
  },
  {
    field: "nodePools.NAME.min",
    when: "raised",
    effect: "in-place",
    does: "EKS refuses it while the pool has fewer nodes than the new 'min': the present size is the autoscaler's, and this package never sets it",
    instead:
      "bring the pool to that size first: 'aws eks update-nodegroup-config --cluster-name NAME --nodegroup-name GROUP --scaling-config desiredSize=MIN', then deploy",
  },
  {
    field: "nodePools.NAME.max",
    when: "lowered",
    effect: "in-place",
    does: "EKS refuses it while the pool has more nodes than the new 'max'",
    instead:
      "wait until the autoscaler has removed what is idle, or drain nodes and bring the pool to that size: 'aws eks update-nodegroup-config --cluster-name NAME --nodegroup-name GROUP --scaling-config desiredSize=MAX', then deploy",
  },
];
