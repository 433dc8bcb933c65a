/** Writes the JSON Schemas that editors check YAML files with; a test keeps them fresh. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deploymentJsonSchema } from "../config/json-schema";

writeFileSync(join(__dirname, "..", "config", "deployment.schema.json"), deploymentJsonSchema());
