import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import type { Construct, TerraformResource } from "../../framework";

export interface RoleOfIdentity {
  /** A role of Azure's own, e.g. `AcrPull`. */
  readonly role: string;
  /** Resource id of what the role is on, and of all below it. */
  readonly scope: string;
  /** Object id of a managed identity. */
  readonly principalId: string;
  /** What the role is on, where its id alone is known before. Default: nothing. */
  readonly dependsOn?: readonly TerraformResource[] | undefined;
  /**
   * Where it moves to another scope, have the new role before the old one goes. Not on what a stack may forget one day,
   * in a change that moves the role: Terraform finds no order then. Default: the old one goes first.
   */
  readonly leavesLast?: boolean;
}

/** Gives a managed identity one role on one resource. */
export function assignRole(
  scope: Construct,
  id: string,
  { role, dependsOn, leavesLast, ...assignment }: RoleOfIdentity,
): RoleAssignment {
  return new RoleAssignment(scope, id, {
    ...assignment,
    roleDefinitionName: role,
    // An identity just made may not be known everywhere yet; without this, Azure looks for it first.
    principalType: "ServicePrincipal",
    ...(leavesLast && { lifecycle: { createBeforeDestroy: true } }),
    ...(dependsOn && { dependsOn: [...dependsOn] }),
  });
}
