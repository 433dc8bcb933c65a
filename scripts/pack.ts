/** `npm run pack`: what is installed without cloning, as tarballs in .dataplane/packages. docs/packages.md explains it. */
import "../telemetry-off";
import { rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { packCommand } from "./pack/command";
import { packLibrary } from "./pack/library";

const FOLDER = join(__dirname, "../.dataplane/packages");

async function main(): Promise<void> {
  // Of an earlier version too.
  rmSync(FOLDER, { recursive: true, force: true });
  for (const path of [await packCommand(FOLDER), packLibrary(FOLDER)])
    console.log(`${relative("", path)}: ${(statSync(path).size / 1e6).toFixed(1)} MB`);
}

void main();
