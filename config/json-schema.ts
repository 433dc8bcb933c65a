import { z } from "zod";
import { deploymentSchema } from "./deployment";

/** The text of `config/deployment.schema.json`: the schema of deployments as JSON Schema, for editors. */
export function deploymentJsonSchema(): string {
  const schema = z.toJSONSchema(deploymentSchema, { io: "input", target: "draft-7", unrepresentable: "any" });
  return `${JSON.stringify({ title: "Deployment", description: "One customer account's data plane.", ...schema }, null, 2)}\n`;
}
