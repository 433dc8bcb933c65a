import { TerraformOutput, type TerraformStack } from "../framework";

/** What a stack tells a person: by name, what it is, and its value. */
export type Outputs = Readonly<Record<string, readonly [description: string, value: unknown]>>;

export function addOutputs(stack: TerraformStack, outputs: Outputs): void {
  for (const [id, [description, value]] of Object.entries(outputs)) {
    new TerraformOutput(stack, id, { description, value, staticId: true });
  }
}
