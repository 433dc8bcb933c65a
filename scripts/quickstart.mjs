/** `npm run quickstart`: installs what is needed, then runs the tour. */
import "../telemetry-off.js";
import { ensureInstalled, run } from "./install.mjs";

ensureInstalled();
process.exit(run(process.execPath, ["--import", "tsx", "scripts/quickstart.ts"]));
