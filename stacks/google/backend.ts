import type { GoogleDeployment } from "../../config/deployment";
import { stateFolder } from "../../config/names";
import { GcsBackend, type TerraformStack } from "../../framework";
import { addLocal, type StatePart } from "../local-backend";

/** Google Cloud Storage locks by itself. */
export function addBackend(stack: TerraformStack, deployment: GoogleDeployment, part: StatePart): void {
  const { state, impersonateServiceAccount } = deployment;
  if (state.backend === "local") return addLocal(stack, deployment, state.directory, part);
  new GcsBackend(stack, {
    bucket: state.bucket,
    // Google's own backend writes `default.tfstate` below it.
    prefix: `${stateFolder(deployment)}/${part}`,
    ...(impersonateServiceAccount !== undefined && { impersonateServiceAccount }),
  });
}
