/** @type {import("jest").Config} */
module.exports = {
  // Bare Node, and what many files of tests import is loaded once: half the time of Jest's own runner, which gives each
  // file a world of its own. Nothing here needs that; what a test changes for all it puts back. There are no timeouts:
  // what may hang bounds itself.
  runner: ["<rootDir>/__tests__/support/runner.mjs", { runtime: "child_process" }],
  // By itself it leaves one processor to an editor, which is half of a machine with two.
  maxWorkers: "100%",
  roots: ["<rootDir>/__tests__"],
  globalSetup: "<rootDir>/__tests__/support/global-setup.mjs",
  testMatch: ["**/*.test.ts"],
  setupFiles: ["<rootDir>/__tests__/support/typescript.mjs", "<rootDir>/__tests__/support/today.ts"],
};
