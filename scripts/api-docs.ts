/** `npm run api-docs`: the public surface as pages in .dataplane/api. What has no words, or a broken link, is an error. */
import "../telemetry-off";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const typedoc = join(__dirname, "../node_modules/typedoc/bin/typedoc");
const options = join(__dirname, "../library/typedoc.json");
process.exitCode = spawnSync(process.execPath, [typedoc, "--options", options], { stdio: "inherit" }).status ?? 1;
