/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // By itself it leaves one processor to an editor, which is half of a machine with two.
  maxWorkers: "100%",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
  setupFiles: ["<rootDir>/__tests__/support/today.ts"],
  // A machine that is busy with something else is slow, not wrong.
  testTimeout: 60_000,
  // Providers' packages are plain JavaScript already; transforming them would cost more than all tests.
  transformIgnorePatterns: ["/node_modules/"],
};
