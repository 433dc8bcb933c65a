/** Changes of standing deployments, one option each: what the table of docs/changes.md is made of. */
import type { Cloud } from "../../config/deployment";
import { CATALOGUE as AWS } from "./aws";
import { CATALOGUE as AZURE } from "./azure";
import { CATALOGUE as GOOGLE } from "./google";
import type { CatalogueEntry } from "./entry";

export const CATALOGUES: Readonly<Record<Cloud, readonly CatalogueEntry[]>> = {
  aws: AWS,
  google: GOOGLE,
  azure: AZURE,
};
