import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { GoogleDeployment } from "../../config/deployment";
import type { TerraformStack } from "../../framework";

/**
 * Gives a stack its Google provider: one project, one region, and every resource that takes labels has the tags.
 * Document: none; it keeps a stack in its own project.
 */
export function addGoogleProvider(stack: TerraformStack, deployment: GoogleDeployment): void {
  const { name, project, cloudRegion: region, impersonateServiceAccount, tags } = deployment;
  const provider = new GoogleProvider(stack, "google", {
    project,
    region,
    ...(impersonateServiceAccount !== undefined && { impersonateServiceAccount }),
  });
  // The framework would write the labels' keys with '_' in place of '-'.
  provider.addOverride("default_labels", { "union-deployment": name, ...tags });
}
