/** What a cloud's folder gives to the stacks of its deployments. */
import type { CloudOutputs } from "../config/cloud-outputs";
import type { Deployment } from "../config/deployment";
import type { DataPlane } from "../constructs/data-plane";
import type { TerraformResource, TerraformStack } from "../framework";
import type { StatePart } from "./local-backend";

export interface CloudStacks<D extends Deployment = Deployment> {
  /** Gives a stack the place of its state. */
  addBackend(stack: TerraformStack, deployment: D, part: StatePart): void;
  /** Gives a stack the cloud's provider. */
  addProvider(stack: TerraformStack, deployment: D): void;
  /** Fills a stack with everything of a data plane outside Kubernetes. */
  addInfrastructure(stack: TerraformStack, deployment: D): void;
  /** What the cloud hands to the workloads; without `outputs`, what only it knows is read by data sources. */
  addDataPlane(stack: TerraformStack, deployment: D, outputs?: CloudOutputs<D["cloud"]>): DataPlane;
  /** Whether a resource holds data, addresses or everything else, so that no plan may destroy it. */
  protects(resource: TerraformResource): boolean;
}
