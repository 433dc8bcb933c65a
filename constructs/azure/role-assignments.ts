import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import type { Construct } from "../../framework";

export interface RoleOfIdentity {
  /** A role of Azure's own, e.g. `AcrPull`. */
  readonly role: string;
  /** Resource id of what the role is on, and of all below it. */
  readonly scope: string;
  /** Object id of a managed identity. */
  readonly principalId: string;
}

/** Gives a managed identity one role on one resource. */
export function assignRole(scope: Construct, id: string, { role, ...assignment }: RoleOfIdentity): RoleAssignment {
  return new RoleAssignment(scope, id, {
    ...assignment,
    roleDefinitionName: role,
    // An identity just made may not be known everywhere yet; without this, Azure looks for it first.
    principalType: "ServicePrincipal",
  });
}
