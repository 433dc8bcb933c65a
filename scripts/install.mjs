/** Installs the locked packages where they are missing or are those of another lock file; bundles the command line. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Holds the digest of the lock file that was installed last. */
export const STAMP = join(ROOT, "node_modules/.installed-lock");

export const lockDigest = () =>
  createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");

export function ensureInstalled() {
  if (!existsSync(STAMP) || readFileSync(STAMP, "utf8") !== lockDigest()) {
    console.log("Installing packages (npm ci); this takes a minute or two ...");
    if (run("npm", ["ci", "--no-audit", "--no-fund"]) !== 0) process.exit(1);
  }
  run(process.execPath, ["scripts/bundle.mjs"]);
}

/** Runs a command in the repository with its output shown; its exit code. */
export function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...env } });
  return status ?? 1;
}
