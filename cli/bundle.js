/**
 * The command line as one file that scripts/bundle.mjs makes of the sources: loading those one by one, each through a
 * compiler, takes longer than most verifications. A bundle is named by the digest of all that it was made of, so one
 * of other sources is never found.
 */
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const ROOT = dirname(__dirname);
const ENTRY = join(__dirname, "index.ts");
const FOLDER = join(ROOT, "node_modules/.cache/dataplane");
/** Lists the files, relative to the root, that the last bundle was made of. */
const INPUTS = join(FOLDER, "inputs.json");

/** Digest of files, each a path and its content. */
function digestOf(files) {
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path}\0${content.length}\0`).update(content);
  return hash.digest("hex");
}

/** Where the bundle of a digest is, and V8's code for it, which is that of one version of Node on one processor. */
function pathsOf(digest) {
  const path = join(FOLDER, digest);
  return { source: `${path}.js`, code: `${path}-${process.version}-${process.arch}.code` };
}

/** The bundle as a script of Node, in CommonJS's wrapper. */
function scriptOf(path, source, code) {
  return new Script(wrap(source), { filename: path, cachedData: code });
}

/** What `read` returns; undefined if it throws: what can't be read, for whatever reason, can be done without. */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The bundle of the sources as they are now; undefined if there is none. */
function findBundle() {
  return attempt(() => {
    const inputs = JSON.parse(readFileSync(INPUTS, "utf8"));
    const { source, code } = pathsOf(digestOf(inputs.map((path) => [path, readFileSync(join(ROOT, path))])));
    const compiled = attempt(() => readFileSync(code));
    return scriptOf(source, readFileSync(source, "utf8"), compiled);
  });
}

/** Runs a bundle in the place of `index.ts`; what that exports. */
function load(bundle) {
  const module = { exports: {} };
  bundle.runInThisContext()(module.exports, createRequire(ENTRY), module, ENTRY, __dirname);
  return module.exports;
}

module.exports = { ROOT, ENTRY, FOLDER, INPUTS, digestOf, pathsOf, scriptOf, findBundle, load };
