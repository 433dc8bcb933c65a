/** What tests import is TypeScript. */
import { createRequire } from "node:module";
import { register } from "tsx/esm/api";

createRequire(import.meta.url)("tsx/cjs/api").register();
register();
