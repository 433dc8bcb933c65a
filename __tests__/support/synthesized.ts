/**
 * Stacks of deployments, each synthesized once for all files of tests: kept on disk until any source changes (see
 * global-setup.mjs). The constructs are loaded only where a stack is not there yet.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../config/deployment";
import type { Json } from "./constructs";
import type * as Late from "./synthesis";

function synthesis(): (typeof Late)["synthesis"] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most files of tests find what they need on disk
  const { synthesis }: typeof Late = require("./synthesis");
  return synthesis;
}

/** Both stacks of each deployment as one application writes them. */
export const applicationOf = (deployments: readonly Deployment[]): Late.Written =>
  kept("application", deployments, () => synthesis().application(deployments)) as Late.Written;

export const infrastructureOf = (deployment: Deployment): Json =>
  kept("infrastructure", deployment, () => synthesis().infrastructure(deployment));

export const workloadsOf = (deployment: Deployment): Json =>
  kept("workloads", deployment, () => synthesis().workloads(deployment));

function kept(what: string, of: unknown, make: () => Json): Json {
  const folder = process.env["DATAPLANE_TESTS_KEPT"];
  if (folder === undefined) throw new Error("global-setup.mjs did not run");
  const key = createHash("sha256")
    .update(JSON.stringify([what, of]))
    .digest("hex");
  const path = join(folder, `${key}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  const text = JSON.stringify(make());
  // Another worker may be at the same: whoever reads sees all of a file or none.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, text);
  renameSync(own, path);
  return JSON.parse(text);
}
