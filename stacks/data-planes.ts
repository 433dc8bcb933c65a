import type { Deployment } from "../config/deployment";
import type { App } from "../framework";
import { InfrastructureStack } from "./infrastructure";
import { WorkloadsStack } from "./workloads";

/** Adds a deployment's stacks: its infrastructure, and its workloads or what guards those of Union's Helm chart. */
export function addDataPlane(app: App, deployment: Deployment): void {
  new InfrastructureStack(app, deployment);
  new WorkloadsStack(app, deployment);
}
