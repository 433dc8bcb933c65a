/** What a deployment's stacks are made of, as one digest: where that is the same, they are. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../config/deployment";

const ROOT = join(__dirname, "..");
/** Sources and data that stacks are made by; a lock names every package's version. */
const MADE_BY = [
  "config",
  "packets",
  "chart",
  "constructs",
  "stacks",
  "synthesis",
  "framework.ts",
  "regions.json",
  "cloudflare-ips.json",
  "images.lock.json",
  "package-lock.json",
  ".terraform.lock.hcl",
];
/** Variables of the framework's own that decide on what it writes. */
const VARIABLES = ["CDKTF_CONTEXT_JSON", "SYNTH_HCL_OUTPUT"];

/** Digest of a text or of a file's content. */
export const digestOf = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

/** Digest of all that a deployment's stacks follow from. */
export function inputsOf(deployment: Deployment): string {
  made ??= digestOf(JSON.stringify([process.version, VARIABLES.map((name) => process.env[name]), contents(MADE_BY)]));
  return digestOf(JSON.stringify([made, deployment]));
}

/** They are the same for as long as a process runs. */
let made: string | undefined;

/** Digests by path of files, and of all that lie in folders; a file that is not there has none. */
function contents(paths: readonly string[]): (readonly [path: string, digest: string | undefined])[] {
  return paths.flatMap((path) => {
    const place = join(ROOT, path);
    if (!existsSync(place)) return [[path, undefined] as const];
    if (!statSync(place).isDirectory()) return [[path, digestOf(readFileSync(place))] as const];
    return contents(
      readdirSync(place)
        .sort()
        .map((name) => join(path, name)),
    );
  });
}
