#!/usr/bin/env node
const { existsSync } = require("node:fs");

const UNUSABLE = 2;
let answered = false;

// Whoever reads the output may stop reading, as `head` does; the exit code stays.
process.stdout.on("error", () => undefined);

// A part that ends without an answer must not look like one that found nothing.
process.on("exit", () => {
  if (answered) return;
  process.exitCode = UNUSABLE;
  console.error("dataplane: internal error: ended without an answer; please report");
});

const { run } = ["-V", "--version"].includes(process.argv[2])
  ? { run: version }
  : // An installed package has all in one file, which `npm run pack` makes.
    existsSync(`${__dirname}/index.js`)
    ? require("./index.js")
    : ofCheckout();

run(process.argv.slice(2)).then(({ exitCode, stdout, stderr }) => {
  answered = true;
  process.exitCode = exitCode;
  // Left at once when all is written: V8's compiler, else waited for, is at work on what will not run again.
  process.stdout.write(stdout, () => process.stderr.write(stderr, () => process.exit()));
});

/** Told without loading a command. */
async function version() {
  return { exitCode: 0, stdout: `${require("../package.json").version}\n`, stderr: "" };
}

function ofCheckout() {
  const { findBundle, load } = require("./bundle.js");
  // Stack traces, which DEBUG shows, are to name the sources.
  const bundle = process.env.DEBUG ? undefined : findBundle();
  return bundle ? load(bundle) : loadSources();
}

function loadSources() {
  // Packages first: what tsx has taken over, it loads at half the speed.
  for (const name of ["commander", "ipaddr.js", "jsonc-parser", "yaml", "zod"]) require(name);
  require("tsx/cjs");
  require("../source-maps.ts");
  return require("./index.ts");
}
