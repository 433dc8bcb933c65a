import type { CatalogueEntry } from "./catalogue";

/** Changes of one option each, of a deployment that stands: every option of this cloud has one at least. */
export const CATALOGUE: readonly CatalogueEntry[] = [];
