/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // By itself it leaves one processor to an editor, which is half of a machine with two.
  maxWorkers: "100%",
  roots: ["<rootDir>/__tests__"],
  globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
  setupFiles: ["<rootDir>/__tests__/support/today.ts", "<rootDir>/__tests__/support/no-stack-traces.ts"],
  // A machine that is busy with something else is slow, not wrong.
  testTimeout: 300_000,
  // Looked up in the sandbox that tests run in, each use of a global would go through two proxies.
  sandboxInjectedGlobals: ["Array", "JSON", "Map", "Math", "Object", "RegExp", "Set"],
  // Providers' packages are plain JavaScript already; transforming them would cost more than all tests.
  transformIgnorePatterns: ["/node_modules/"],
};
