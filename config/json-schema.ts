import { z } from "zod";
import { deploymentSchema } from "./deployment";
import { policyFileSchema } from "./policy-file";

/** The text of `config/deployment.schema.json`: the schema of deployments as JSON Schema, for editors. */
export function deploymentJsonSchema(): string {
  return jsonSchema(deploymentSchema, "Deployment", "One customer account's data plane.");
}

/** The text of `config/policy.schema.json`: the schema of policy files as JSON Schema, for editors. */
export function policyJsonSchema(): string {
  return jsonSchema(policyFileSchema, "Policy", "What is allowed in a system that is verified.");
}

function jsonSchema(schema: z.ZodType, title: string, description: string): string {
  const json = z.toJSONSchema(schema, { io: "input", target: "draft-7", unrepresentable: "any" });
  return `${JSON.stringify({ title, description, ...json }, null, 2)}\n`;
}
