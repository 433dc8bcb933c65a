import type { Deployment } from "../config/deployment";
import { infrastructureStack } from "../config/names";
import { TerraformStack, type Construct } from "../framework";
import { addBackend } from "./backend";
import { stacksOf } from "./cloud";
import { protect } from "./protection";

/**
 * Everything of a data plane outside Kubernetes, in one customer account; one deployment, one stack, one state.
 * Document: "Outbound-only model", "Egress configuration".
 */
export class InfrastructureStack extends TerraformStack {
  /** @throws RangeError if the network's block is too small or no CIDR block, which no deployment's is that was read */
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, infrastructureStack(deployment));
    addBackend(this, deployment, "infrastructure");
    const cloud = stacksOf(deployment);
    cloud.addProvider(this, deployment);
    cloud.addInfrastructure(this, deployment);
    if (deployment.deletionProtection) protect(this, cloud);
  }
}
