/** Deployments that stand: each cloud's example of us-east-2 with a patch, and the infrastructure stack that it makes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Cloud, Deployment } from "../../config/deployment";
import { ConfigError, parseDeployment } from "../../config/loader";
import { infrastructureStack, stateFolder } from "../../config/names";
import { App } from "../../framework";
import { InfrastructureStack } from "../../stacks/infrastructure";
import { patched, type CatalogueEntry, type Patch } from "./entry";

const EXAMPLES = join(__dirname, "../../deployments/examples");

/** The file of a cloud's example of us-east-2. */
export const exampleOf = (cloud: Cloud): string => join(EXAMPLES, `${cloud}-us-east-2.yaml`);

/** A cloud's example with a patch. @throws ConfigError where such a deployment is refused */
export const standingDeployment = (cloud: Cloud, patch: Patch = {}): Deployment =>
  parseDeployment(stringify(patched(parse(readFileSync(exampleOf(cloud), "utf8")), patch)), "deployment.yaml")
    .deployment;

/** The deployments before and after a change; undefined where it is refused, or leads to another state. */
export function changedDeployments(
  cloud: Cloud,
  { standing = {}, to }: CatalogueEntry,
): readonly [before: Deployment, after: Deployment] | undefined {
  try {
    const before = standingDeployment(cloud, standing);
    const after = standingDeployment(cloud, patched(standing, to) as Patch);
    return stateFolder(before) === stateFolder(after) ? [before, after] : undefined;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Synthesizes the infrastructure stack alone of a deployment into a folder; returns its file. */
export function synthesizeInfrastructure(deployment: Deployment, outdir: string): string {
  const app = new App({ outdir });
  new InfrastructureStack(app, deployment);
  app.synth();
  return join(outdir, "stacks", infrastructureStack(deployment), "cdk.tf.json");
}
