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

const args = process.argv.slice(2);
const text = known();
const { run } =
  text !== undefined
    ? { run: async () => ({ exitCode: 0, stdout: text, stderr: "" }) }
    : // An installed package has all in one file, which `npm run pack` makes.
      existsSync(`${__dirname}/index.js`)
      ? require("./index.js")
      : ofCheckout();

run(args).then(({ exitCode, stdout, stderr }) => {
  answered = true;
  process.exitCode = exitCode;
  // Left at once when all is written: V8's compiler, else waited for, is at work on what will not run again.
  process.stdout.write(stdout, () => process.stderr.write(stderr, () => process.exit()));
});

/** What is told without loading a command: the version, and help, which `npm run pack` writes beside what it bundles. */
function known() {
  if (["-V", "--version"].includes(args[0])) return `${require("../package.json").version}\n`;
  const asked = args.map((arg) => (arg === "-h" ? "--help" : arg));
  const help = `${__dirname}/help.json`;
  return asked.includes("--help") && existsSync(help) ? require(help)[asked.join(" ")] : undefined;
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
