/** What is asked of Google Cloud, kind by kind: Cloud Asset Inventory tells all but what is listed in `followed.ts`. */
import type { Fields } from "../kept";

/** Assets of one sort. */
export interface Kind {
  /** Name of its file. */
  readonly name: string;
  /** Cloud Asset Inventory's type, `compute.googleapis.com/Network`. */
  readonly assetType: string;
  /** What is kept of each. */
  readonly fields: Fields;
}

/** What is kept of assets of every kind. */
export const OF_ALL: Fields = ["name", "assetType"];

/** A kind of assets, of which these fields of the resource itself are kept. */
export const kind = (name: string, assetType: string, ...fields: Fields): Kind => ({
  name,
  assetType,
  fields: [...OF_ALL, ...fields.map((field) => `resource.data.${field}`)],
});

/** Each of these fields below one. */
export const below = (field: string, ...fields: Fields): Fields => fields.map((one) => `${field}.${one}`);
