/** The application that `cdktf` runs against the stand-in: main.ts's stacks fitted to what the stand-in can do. */
import { join } from "node:path";
import { loadDeployments } from "../../config/loader";
import { deploymentPaths } from "../../config/paths";
import { App } from "../../framework";
import { infrastructureStack } from "../../config/names";
import { addDataPlane } from "../../stacks/data-planes";
import { fitToStandIn } from "./fit";

const app = new App();
const deployments = loadDeployments(deploymentPaths());
for (const { deployment } of deployments) addDataPlane(app, deployment);
app.synth();
for (const { deployment } of deployments) {
  fitToStandIn(join(app.outdir, "stacks", infrastructureStack(deployment), "cdk.tf.json"));
}
