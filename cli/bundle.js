/**
 * The command line as one file that scripts/bundle.mjs makes of the sources: loading those one by one, each through a
 * compiler, takes longer than most verifications. A bundle is named by the digest of all that it was made of, so one
 * of other sources is never found.
 */
const { createHash } = require("node:crypto");
const { readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const ROOT = dirname(__dirname);
const ENTRY = join(__dirname, "index.ts");
const FOLDER = join(ROOT, "node_modules/.cache/dataplane");
/** The digest of the last bundle, and by their paths from the root the files that it was made of, as they were seen. */
const INPUTS = join(FOLDER, "inputs.json");

/** Digest of files, each a path and its content. */
function digestOf(files) {
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path}\0${content.length}\0`).update(content);
  return hash.digest("hex");
}

/** What the file system notes of a file at every write, so that one that is as it was need not be read. */
function seen(path) {
  // There are hundreds: parts of a path are joined, and times read, the way that takes least.
  const { ino, size, mtimeMs, ctimeMs } = statSync(`${ROOT}/${path}`);
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/** Whoever reads at the same time finds all of the file or none. */
function writeWhole(path, content) {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

/** The digest of a bundle's files as they are now. */
function digestNow({ digest, files }) {
  const paths = Object.keys(files);
  const now = Object.fromEntries(paths.map((path) => [path, seen(path)]));
  if (paths.every((path) => now[path] === files[path])) return digest;
  const current = digestOf(paths.map((path) => [path, readFileSync(join(ROOT, path))]));
  // The same contents, written anew, such as by a checkout: the next time they need not be read.
  if (current === digest) attempt(() => writeWhole(INPUTS, JSON.stringify({ digest, files: now })));
  return current;
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
    const { source, code } = pathsOf(digestNow(JSON.parse(readFileSync(INPUTS, "utf8"))));
    const compiled = attempt(() => readFileSync(code));
    // All of it is ASCII, which as such is read fastest.
    return scriptOf(source, readFileSync(source, "latin1"), compiled);
  });
}

/** Runs a bundle in the place of `index.ts`; what that exports. */
function load(bundle) {
  const module = { exports: {} };
  bundle.runInThisContext()(module.exports, createRequire(ENTRY), module, ENTRY, __dirname);
  return module.exports;
}

module.exports = { ROOT, ENTRY, FOLDER, INPUTS, digestOf, seen, writeWhole, pathsOf, scriptOf, findBundle, load };
