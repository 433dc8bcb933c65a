/** The application that `cdktf` runs: deployments in, one or two stacks each out. */
import { ConfigError, loadDeployments } from "./config/loader";
import { deploymentPaths } from "./config/paths";
import { App } from "./framework";
import { addDataPlane } from "./stacks/data-planes";

try {
  const deployments = loadDeployments(deploymentPaths());
  const app = new App();
  for (const { deployment } of deployments) addDataPlane(app, deployment);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
