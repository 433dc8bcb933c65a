import { isAbsolute, join } from "node:path";
import type { Deployment } from "../config/deployment";
import { stateFolder } from "../config/names";
import { LocalBackend, type TerraformStack } from "../framework";

/** Which of a deployment's two states. */
export type StatePart = "infrastructure" | "workloads";

/** A state's place in its bucket or folder. */
export const fileOf = (deployment: Deployment, part: StatePart) => `${stateFolder(deployment)}/${part}.tfstate`;

/** Keeps a stack's state in a file. */
export function addLocal(stack: TerraformStack, deployment: Deployment, directory: string, part: StatePart): void {
  // Terraform runs in cdktf.out/stacks/STACK; a relative folder is meant from that of cdktf.json.
  const folder = isAbsolute(directory) ? directory : join("../../..", directory);
  new LocalBackend(stack, { path: join(folder, fileOf(deployment, part)) });
}
