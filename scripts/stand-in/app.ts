/** The application that `cdktf` runs against the stand-in: main.ts's stacks fitted to what the stand-in can do. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadDeployments } from "../../config/loader";
import { deploymentPaths } from "../../config/paths";
import { App } from "../../framework";
import { infrastructureStack } from "../../config/names";
import { addDataPlane } from "../../stacks/data-planes";
import { FORGOTTEN, UNSUPPORTED } from "./unsupported";

/** The part of a synthesized stack that is read here. */
interface Synthesized {
  readonly resource: Record<string, Record<string, Resource>>;
}

interface Resource {
  readonly depends_on?: readonly string[];
  readonly lifecycle?: { readonly ignore_changes?: readonly string[] };
}

const isSupported = (address: string) => !((address.split(".")[0] ?? "") in UNSUPPORTED);

function fitToStandIn(file: string): void {
  const stack = JSON.parse(readFileSync(file, "utf8")) as Synthesized;
  const resources = Object.entries(stack.resource)
    .filter(([type]) => isSupported(type))
    .map(([type, ofType]) => {
      const forgotten = Object.keys(FORGOTTEN[type] ?? {});
      const fitted = Object.entries(ofType).map(([name, resource]) => [name, fit(resource, forgotten)]);
      return [type, Object.fromEntries(fitted)];
    });
  writeFileSync(file, JSON.stringify({ ...stack, resource: Object.fromEntries(resources) }, null, 2));
}

function fit(resource: Resource, forgotten: readonly string[]): Resource {
  return {
    ...resource,
    ...(resource.depends_on && { depends_on: resource.depends_on.filter(isSupported) }),
    ...(forgotten.length > 0 && {
      lifecycle: {
        ...resource.lifecycle,
        ignore_changes: [...(resource.lifecycle?.ignore_changes ?? []), ...forgotten],
      },
    }),
  };
}

const app = new App();
const deployments = loadDeployments(deploymentPaths());
for (const { deployment } of deployments) addDataPlane(app, deployment);
app.synth();
for (const { deployment } of deployments) {
  fitToStandIn(join(app.outdir, "stacks", infrastructureStack(deployment), "cdk.tf.json"));
}
