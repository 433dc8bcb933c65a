import type { Deployment } from "../config/deployment";
import { copiedImages, copyCommand } from "../config/images";
import { TerraformOutput, type TerraformStack } from "../framework";

/** What a stack tells a person: by name, what it is, and its value. */
export type Outputs = Readonly<Record<string, readonly [description: string, value: unknown]>>;

export function addOutputs(stack: TerraformStack, outputs: Outputs): void {
  for (const [id, [description, value]] of Object.entries(outputs)) {
    new TerraformOutput(stack, id, { description, value, staticId: true });
  }
}

/** How those images get into the customer's registry that it can't fetch by itself. */
export function copyOutputs(deployment: Deployment): Outputs {
  const commands = copiedImages(deployment).map(([, image]) => copyCommand(deployment, image));
  if (commands.length === 0) return {};
  return {
    image_copy_commands: [
      "Copies the images that the registry does not fetch by itself, once, from a machine that reaches both registries.",
      commands,
    ],
  };
}
