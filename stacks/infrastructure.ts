import type { Deployment } from "../config/deployment";
import { infrastructureStack } from "../config/names";
import { TerraformStack, type Construct } from "../framework";
import { addBackend } from "./backend";
import { stacksOf } from "./cloud";
import { protect } from "./protection";

/** Everything of a data plane outside Kubernetes, in one customer account; one deployment, one stack, one state. */
export class InfrastructureStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, infrastructureStack(deployment));
    addBackend(this, deployment, "infrastructure");
    const cloud = stacksOf(deployment);
    cloud.addProvider(this, deployment);
    cloud.addInfrastructure(this, deployment);
    if (deployment.deletionProtection) protect(this, cloud);
  }
}
