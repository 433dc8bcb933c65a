/** Says where this machine has no Chromium, in which the report is tested; exits with 1 then. */
import { findChromium, MISSING } from "./chromium";

if (findChromium() === undefined) {
  console.log(MISSING);
  process.exitCode = 1;
}
