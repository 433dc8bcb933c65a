/** Finds files, exports and packages that nothing uses: a check of `npm test`. */
module.exports = {
  // What is run by name, read as a text, or offered to users' own tests.
  entry: [
    "scripts/*.{ts,mjs}",
    "scripts/stand-in/{app,missing-tools}.ts",
    "bench/*.{ts,js}",
    "report/html/page.js",
    "library/*.{ts,mjs}",
    "verification/jest.ts",
    "docs/invariants/*.ts",
  ],
  project: ["**/*.{ts,js,mjs}"],
  ignoreExportsUsedInFile: true,
  ignoreDependencies: [
    // Programs: users and tests run them.
    "cdktf-cli",
    "@action-validator/cli",
    "ts-node",
    // Imported by a name that is put together.
    "kubernetes-models",
    // Bundled by a test before it runs.
    "dt-sql-parser",
  ],
  // Tools of the machine.
  ignoreBinaries: ["terraform", "go", "moto_server", "openssl"],
};
