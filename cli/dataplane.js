#!/usr/bin/env node
// Runs the TypeScript sources as they are: there is no build step.
require("tsx/cjs");

// Whoever reads the output may stop reading, as `head` does; the exit code stays.
process.stdout.on("error", () => undefined);

require("./index.ts")
  .run(process.argv.slice(2))
  .then(({ exitCode, stdout, stderr }) => {
    process.exitCode = exitCode;
    process.stdout.write(stdout);
    process.stderr.write(stderr);
  });
