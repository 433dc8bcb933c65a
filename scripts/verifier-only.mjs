/**
 * Leaves in package.json and its lock what verifies: no framework and no class of a provider, which are fifty times the
 * rest. For a checkout that is used and not worked on: action.yml runs it before `npm ci`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./install.mjs";

const MAKES_STACKS = /^(cdktf|cdktf-cli|constructs|@cdktf\/provider-.+)$/;

const change = (name, changed) => {
  const path = join(ROOT, name);
  writeFileSync(path, `${JSON.stringify(changed(JSON.parse(readFileSync(path, "utf8"))), null, 2)}\n`);
};
const verifierOf = (manifest) => ({
  ...manifest,
  dependencies: Object.fromEntries(Object.entries(manifest.dependencies).filter(([name]) => !MAKES_STACKS.test(name))),
  optionalDependencies: {},
  devDependencies: {},
});

change("package.json", verifierOf);
change("package-lock.json", (lock) => ({ ...lock, packages: { ...lock.packages, "": verifierOf(lock.packages[""]) } }));
