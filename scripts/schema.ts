/** Writes the JSON Schemas that editors check YAML files with; a test keeps them fresh. */
import "../telemetry-off";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deploymentJsonSchema, policyJsonSchema } from "../config/json-schema";

const CONFIG = join(__dirname, "..", "config");
writeFileSync(join(CONFIG, "deployment.schema.json"), deploymentJsonSchema());
writeFileSync(join(CONFIG, "policy.schema.json"), policyJsonSchema());
