/** One resource as a template of Azure Resource Manager writes it. */
export interface ArmResource {
  readonly type: string;
  readonly apiVersion: string;
  /** Texts in brackets are expressions, here and below: `[parameters('keyVaultId')]`. */
  readonly name: string;
  readonly [property: string]: unknown;
}

/**
 * The template that makes `resources`, each parameter and output a text. Terraform hands a template over as it is, so
 * that it takes properties that the provider does not know.
 */
export function armTemplate(
  parameters: readonly string[],
  resources: readonly ArmResource[],
  outputs: Readonly<Record<string, string>> = {},
): string {
  return JSON.stringify({
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    parameters: Object.fromEntries(parameters.map((name) => [name, { type: "string" }])),
    resources,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { type: "string", value }])),
  });
}

/** Values of a template's parameters. */
export const armParameters = (values: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])));
