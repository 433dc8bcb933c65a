#!/usr/bin/env node
// Runs the TypeScript sources as they are: there is no build step.
require("tsx/cjs");
require("../source-maps.ts");
require("./index.ts");
