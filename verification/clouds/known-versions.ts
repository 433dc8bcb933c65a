/** The versions of providers that the tables of `classification.json` are of. */
import type { Classification } from "./classification";

/* eslint-disable @typescript-eslint/no-require-imports -- a table has every type of its provider, and few inputs ask */
const TABLES: Readonly<Record<string, () => Classification>> = {
  "hashicorp/aws": () => require("./aws/classification.json") as Classification,
  "hashicorp/google": () => require("./google/classification.json") as Classification,
  // Both are released together, under one version.
  "hashicorp/google-beta": () => require("./google/classification.json") as Classification,
  "hashicorp/azurerm": () => require("./azure/classification.json") as Classification,
  "hashicorp/kubernetes": () => require("./kubernetes/classification.json") as Classification,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Undefined of a provider that no table is of. */
export const knownVersionOf = (source: string): string | undefined =>
  Object.hasOwn(TABLES, source) ? TABLES[source]?.().provider.split(" ").at(-1) : undefined;
