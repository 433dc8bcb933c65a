/** Deployments that stand: each cloud's example of us-east-2 with a patch, and the infrastructure stack that it makes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Cloud, Deployment } from "../../config/deployment";
import { parseDeployment } from "../../config/loader";
import { infrastructureStack } from "../../config/names";
import { App } from "../../framework";
import { InfrastructureStack } from "../../stacks/infrastructure";
import { patched, type Patch } from "./catalogue";

const EXAMPLES = join(__dirname, "../../deployments/examples");

/** The file of a cloud's example of us-east-2. */
export const exampleOf = (cloud: Cloud): string => join(EXAMPLES, `${cloud}-us-east-2.yaml`);

/** A cloud's example with a patch. @throws ConfigError where such a deployment is refused */
export const standingDeployment = (cloud: Cloud, patch: Patch = {}): Deployment =>
  parseDeployment(stringify(patched(parse(readFileSync(exampleOf(cloud), "utf8")), patch)), "deployment.yaml")
    .deployment;

/** Synthesizes the infrastructure stack alone of a deployment into a folder; returns its file. */
export function synthesizeInfrastructure(deployment: Deployment, outdir: string): string {
  const app = new App({ outdir });
  new InfrastructureStack(app, deployment);
  app.synth();
  return join(outdir, "stacks", infrastructureStack(deployment), "cdk.tf.json");
}
