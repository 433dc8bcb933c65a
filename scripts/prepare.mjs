/**
 * Runs after every install: notes which lock file was installed, links this package's own command into
 * node_modules/.bin, which npm does for dependencies only, and bundles it.
 */
import "../telemetry-off.js";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBundled } from "./bundle.mjs";
import { lockDigest, ROOT, STAMP } from "./install.mjs";

const folder = join(ROOT, "node_modules/.bin");
mkdirSync(folder, { recursive: true });
rmSync(join(folder, "dataplane"), { force: true });
symlinkSync("../../cli/dataplane.js", join(folder, "dataplane"));
writeFileSync(STAMP, lockDigest());
await ensureBundled();
