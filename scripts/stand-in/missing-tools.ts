/** Prints the tools that the stand-in for AWS wants and this machine lacks; exits with 1 where there is one. */
import { missingTools } from "./tools";

const missing = missingTools();
for (const tool of missing) console.log(`Missing ${tool}`);
process.exitCode = missing.length === 0 ? 0 : 1;
