import type { Deployment } from "../config/deployment";
import type { App } from "../framework";
import { InfrastructureStack } from "./infrastructure";
import { WorkloadsStack } from "./workloads";

/**
 * Adds a deployment's stacks: its infrastructure, and its workloads or what guards those of Union's Helm chart.
 * Document: "Network architecture".
 *
 * @throws RangeError if the network's block is too small or no CIDR block, which no deployment's is that was read
 */
export function addDataPlane(app: App, deployment: Deployment): void {
  new InfrastructureStack(app, deployment);
  new WorkloadsStack(app, deployment);
}
