import type { CloudOutputs } from "../config/cloud-outputs";
import type { Cloud, Deployment } from "../config/deployment";
import type { DataPlane } from "../constructs/data-plane";
import type { TerraformResource, TerraformStack } from "../framework";
import type * as Aws from "./aws";
import type * as Azure from "./azure";
import type * as Google from "./google";
import type { StatePart } from "./local-backend";

/** What a cloud's folder gives to the stacks of its deployments. */
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

/* eslint-disable @typescript-eslint/no-require-imports -- a provider's classes cost memory; only a deployment's own are loaded */
const CLOUDS: { readonly [C in Cloud]: () => CloudStacks<Extract<Deployment, { cloud: C }>> } = {
  aws: () => (require("./aws") as typeof Aws).aws,
  google: () => (require("./google") as typeof Google).google,
  azure: () => (require("./azure") as typeof Azure).azure,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** What the deployment's own cloud gives to its stacks, loaded when it is first asked for. */
export const stacksOf = ({ cloud }: Deployment): CloudStacks => CLOUDS[cloud]();
