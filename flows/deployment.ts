import type { Deployment } from "../config/deployment";
import { listed } from "../verification/crossings";
import { InputError } from "../verification/input-error";
import type { Judged } from "../verification/judged";
import { loadResources } from "../verification/load";
import { policyOfDeployment } from "../verification/promises/deployment-policy/index";
import { separate } from "../verification/promises/deployed";
import { buildSystem } from "../verification/system";

export interface JudgedDeployment extends Judged {
  readonly deployment: Deployment;
}

/** A deployment as its stacks at `path` are written. @throws InputError if they can't be read, or are of others */
export async function deploymentAt(path: string, name: string): Promise<JudgedDeployment> {
  const { deployed } = separate(await loadResources([path]));
  const found = deployed.find(({ deployment }) => deployment.name === name);
  if (!found) {
    const names = deployed.map(({ deployment }) => deployment.name).sort();
    throw new InputError(path, 0, `holds no stack of '${name}' (allowed: ${listed(names, 12) || "none is there"})`);
  }
  const { deployment, resources } = found;
  return { deployment, policy: policyOfDeployment(deployment), system: buildSystem(resources) };
}
