import type { Deployment } from "../config/deployment";
import type { App } from "../framework";
import { InfrastructureStack } from "./infrastructure";
import { WorkloadsStack } from "./workloads";

/** Adds a deployment's stacks: its infrastructure and, unless Union's Helm chart brings them, its workloads. */
export function addDataPlane(app: App, deployment: Deployment): void {
  new InfrastructureStack(app, deployment);
  if (deployment.workloads === "stack") new WorkloadsStack(app, deployment);
}
