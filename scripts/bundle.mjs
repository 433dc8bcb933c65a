/** Makes the bundle that cli/bundle.js finds. A command line without one runs from its sources, only slower. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import {
  digestOf,
  ENTRY,
  findBundle,
  FOLDER,
  INPUTS,
  load,
  pathsOf,
  ROOT,
  scriptOf,
  seen,
  writeWhole,
} from "../cli/bundle.js";

/** What decides on a bundle beside what is in it. */
const SETTINGS = ["tsconfig.json", "cli/bundle.js", "scripts/bundle.mjs", "node_modules/esbuild/package.json"];

const EXAMPLES = ["aws", "google", "azure"].map((cloud) => `${cloud}-us-east-2.yaml`);

/** Makes the bundle where it is missing or is one of other sources. */
export async function ensureBundled() {
  if (findBundle()) return;
  try {
    await bundle();
  } catch (error) {
    console.warn(`The command line is not bundled and runs from its sources, slower: ${error.message}`);
  }
}

/**
 * The command line as one text.
 *
 * @param files takes what it was made of, by their paths: what the file system said of each before it was read, and what
 *   was read
 */
export async function bundled(files = new Map()) {
  const { build } = await import("esbuild");
  const { outputFiles, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20.9",
    charset: "ascii",
    minifyWhitespace: true,
    // Of a package's two forms the one of ES modules: esbuild leaves out what nothing imports, and follows all it does.
    mainFields: ["module", "main"],
    // A parser of several megabytes that finds its own files, and what is as large and few commands need: a layout
    // library, the framework with its providers' classes, this bundler. `import` in a script would need Node's loader.
    external: ["@cdktf/*", "cdktf", "constructs", "@duckdb/node-api", "@modelcontextprotocol/*", "elkjs", "esbuild"],
    supported: { "dynamic-import": false },
    logLevel: "silent",
    plugins: [recording(files)],
  });
  if (warnings.length > 0) throw new Error(warnings[0].text);
  return outputFiles[0].text;
}

async function bundle() {
  const files = new Map(SETTINGS.map((path) => [path, { seen: seen(path), contents: readFileSync(join(ROOT, path)) }]));
  const source = await bundled(files);
  const digest = digestOf([...files].map(([path, { contents }]) => [path, contents]));
  const paths = pathsOf(digest);
  mkdirSync(FOLDER, { recursive: true });
  writeWhole(paths.code, await codeOf(paths.source, source));
  writeWhole(paths.source, source);
  const inputs = { digest, files: Object.fromEntries([...files].map(([path, file]) => [path, file.seen])) };
  writeWhole(INPUTS, JSON.stringify(inputs));
  const current = [...Object.values(paths), INPUTS].map((path) => basename(path));
  for (const name of readdirSync(FOLDER)) if (!current.includes(name)) rmSync(join(FOLDER, name), { force: true });
}

/** Notes in `files` each file as esbuild gets to see it: read again, it could be another. */
const recording = (files) => ({
  name: "recording",
  setup({ onLoad }) {
    onLoad({ filter: /./, namespace: "file" }, ({ path }) => {
      const name = relative(ROOT, path);
      const file = { seen: seen(name), contents: readFileSync(path) };
      files.set(name, file);
      const { contents } = file;
      return { contents: contents.includes("__dirname") ? inFolder(path, contents) : contents, loader: "default" };
    });
  },
});

/** A source that asks for its folder; in the bundle that is the one of the entry point. */
function inFolder(path, contents) {
  const folder = relative(dirname(ENTRY), dirname(path));
  return `const __dirname = require("node:path").join(__filename, "..", ${JSON.stringify(folder)}); ${contents}`;
}

/** V8's code for what a verification runs: that of all functions takes longer to read than most verifications. */
async function codeOf(path, source) {
  const script = scriptOf(path, source);
  const scratch = mkdtempSync(join(tmpdir(), "bundle-"));
  // What has not run for a while stays too.
  setFlagsFromString("--no-flush-bytecode");
  try {
    const { run } = load(script);
    await run(["verify", synthesized(scratch)]);
  } finally {
    setFlagsFromString("--flush-bytecode");
    rmSync(scratch, { recursive: true, force: true });
  }
  return script.createCachedData();
}

/** Path of what the smallest example of each cloud makes, where there are any: their verification runs what most do. */
function synthesized(scratch) {
  const [deployments, output] = ["deployments", "cdktf.out"].map((name) => join(scratch, name));
  const examples = EXAMPLES.filter((name) => existsSync(join(ROOT, "deployments/examples", name)));
  if (examples.length === 0) return output;
  mkdirSync(deployments);
  for (const name of examples) copyFileSync(join(ROOT, "deployments/examples", name), join(deployments, name));
  spawnSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: ROOT,
    env: { ...process.env, DATAPLANE_DEPLOYMENTS: deployments, CDKTF_OUTDIR: output },
  });
  return output;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBundled();
