import type { GoogleDeployment } from "../../config/deployment";
import { foreignProjects } from "../../config/google/perimeter";
import { PerimeterMembership, ServicePerimeter } from "../../constructs/google/service-perimeter";
import type { TerraformResource, TerraformStack } from "../../framework";

/** VPC Service Controls around the project, where they are asked for: last, since they close it. */
export function addPerimeter(
  stack: TerraformStack,
  deployment: GoogleDeployment,
  signer: string,
  dependsOn: readonly TerraformResource[],
): void {
  const { name, project, impersonateServiceAccount: account, network } = deployment;
  if (!network.perimeter) return;
  const { accessPolicy, existing, join, deployers, accessLevels } = network.perimeter;
  if (existing !== undefined && join) {
    new PerimeterMembership(stack, "service-perimeter", { project, perimeter: existing, dependsOn });
  }
  if (accessPolicy === undefined) return;
  new ServicePerimeter(stack, "service-perimeter", {
    name,
    project,
    accessPolicy,
    deployers: [...new Set([...(account === undefined ? [] : [`serviceAccount:${account}`]), ...deployers])],
    accessLevels,
    signer: `serviceAccount:${signer}`,
    foreignProjects: foreignProjects(deployment),
    dependsOn,
  });
}
