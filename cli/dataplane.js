#!/usr/bin/env node
// Packages first: what tsx has taken over, it loads at half the speed.
for (const name of ["commander", "ipaddr.js", "jsonc-parser", "yaml", "zod"]) require(name);
// Runs the TypeScript sources as they are: there is no build step.
require("tsx/cjs");
require("../source-maps.ts");

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

require("./index.ts")
  .run(process.argv.slice(2))
  .then(({ exitCode, stdout, stderr }) => {
    answered = true;
    process.exitCode = exitCode;
    process.stdout.write(stdout);
    process.stderr.write(stderr);
  });
