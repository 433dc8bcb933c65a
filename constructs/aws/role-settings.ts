import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects, type Construct, type IAspect, type IConstruct } from "../../framework";

export interface RoleSettingsProps {
  /** ARN of the policy that bounds what each role may be given. Default: none. */
  readonly permissionsBoundary?: string | undefined;
  /** Path of the roles, e.g. `/platform/`. */
  readonly path: string;
  /** Beginning of the roles' names; empty for none. */
  readonly namePrefix: string;
}

/** Gives every IAM role of a scope, whatever makes it, what an account demands of all roles. */
export class RoleSettings implements IAspect {
  private readonly seen = new Set<IConstruct>();

  constructor(
    scope: Construct,
    private readonly props: RoleSettingsProps,
  ) {
    Aspects.of(scope).add(this);
  }

  visit(node: IConstruct): void {
    if (!(node instanceof IamRole) || this.seen.has(node)) return;
    this.seen.add(node);
    const { permissionsBoundary, path, namePrefix } = this.props;
    if (permissionsBoundary !== undefined) node.permissionsBoundary = permissionsBoundary;
    if (path !== "/") node.path = path;
    if (namePrefix !== "" && node.nameInput !== undefined) node.name = namePrefix + node.nameInput;
  }
}
