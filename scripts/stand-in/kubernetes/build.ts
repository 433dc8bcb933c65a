/** Builds the programs of a Kubernetes control plane; says what is missing where that can't be, and exits with 1 then. */
import "../../../telemetry-off";
import { buildPrograms, hasPrograms, missingPrograms } from "./programs";

const missing = missingPrograms();
if (missing !== undefined) {
  console.log(`Missing ${missing}`);
  process.exitCode = 1;
} else if (!hasPrograms()) {
  console.log("Building Kubernetes from its Go modules: some five minutes the first time");
  buildPrograms();
}
