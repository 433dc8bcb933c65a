import { TerraformResource, type Construct, type TerraformMetaArguments } from "../framework";

export interface TerraformDataProps extends Pick<TerraformMetaArguments, "dependsOn" | "lifecycle"> {
  /** Values that the state keeps. Default: none. */
  readonly input?: Readonly<Record<string, string>>;
}

/**
 * Terraform's own resource, which makes nothing: a state remembers by it. The framework's class of it asks the installed
 * Terraform for its version at each synthesis, which needs none.
 */
export class TerraformData extends TerraformResource {
  private readonly values: TerraformDataProps["input"];

  constructor(scope: Construct, id: string, { input, ...meta }: TerraformDataProps = {}) {
    super(scope, id, {
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
      ...meta,
    });
    this.values = input;
  }

  /** A random UUID, once it is made. */
  get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { input: this.values };
  }
}
