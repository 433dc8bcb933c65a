/** Sizes of virtual machines as the region has them for this subscription. */
import { field } from "../../verification/values";
import { once } from "../check";
import { inSubscription, listed, type Looking } from "./ask";

/** As Azure lists them: https://learn.microsoft.com/rest/api/compute/resource-skus/list */
export interface Size {
  readonly name: string;
  readonly resourceType: string;
  readonly family: string;
  readonly capabilities?: readonly { readonly name: string; readonly value: string }[];
  readonly locationInfo?: readonly { readonly zones?: readonly string[] }[];
  readonly restrictions?: readonly {
    readonly type: string;
    readonly restrictionInfo?: { readonly zones?: readonly string[] };
  }[];
}

/** Sizes of the deployment's region, asked for once. */
export const sizesOf = (looking: Looking) =>
  once(async () => {
    const { deployment } = looking;
    const filter = encodeURIComponent(`location eq '${deployment.cloudRegion}'`);
    const path = inSubscription(deployment, `/providers/Microsoft.Compute/skus?$filter=${filter}`);
    const all = (await listed(looking, "Microsoft.Compute/skus/read", path, "2021-07-01")) as readonly unknown[];
    return (all as readonly Size[]).filter(({ resourceType }) => resourceType === "virtualMachines");
  });

export interface Pool {
  readonly name: string;
  readonly size: string;
  readonly most: number;
  readonly isSpot: boolean;
  readonly zones: readonly string[];
}

/** Node pools as the stacks have them, the cluster's own among them. */
export const pools = ({ stacks }: Looking): readonly Pool[] => [
  ...stacks.ofType("azurerm_kubernetes_cluster").map((cluster): Pool => ({
    name: stacks.text(field(cluster, "default_node_pool", "name")) ?? cluster.address,
    size: stacks.text(field(cluster, "default_node_pool", "vm_size")) ?? "a size that is not written",
    most: Number(field(cluster, "default_node_pool", "max_count")),
    isSpot: false,
    zones: stacks.texts(field(cluster, "default_node_pool", "zones")),
  })),
  ...stacks.ofType("azurerm_kubernetes_cluster_node_pool").map((pool): Pool => ({
    name: stacks.text(field(pool, "name")) ?? pool.address,
    size: stacks.text(field(pool, "vm_size")) ?? "a size that is not written",
    most: Number(field(pool, "max_count")),
    isSpot: field(pool, "priority") === "Spot",
    zones: stacks.texts(field(pool, "zones")),
  })),
];
