/** What is asked of Azure, kind by kind: Resource Graph tells all but what is listed in `followed.ts`. */
import type { Fields } from "../kept";

/** Resources of one sort. */
export interface Kind {
  /** Name of its file. */
  readonly name: string;
  /** Azure's type, in lower case as Resource Graph has it. */
  readonly type: string;
  /** What is kept of each. */
  readonly fields: Fields;
}

/** What is kept of resources of every kind. */
export const OF_ALL: Fields = ["id", "name", "type", "location"];

/** A kind of resources, of which these properties are kept. */
export const kind = (name: string, type: string, ...properties: Fields): Kind => ({
  name,
  type,
  fields: [
    ...[...OF_ALL, "kind", "sku.name", "sku.tier", "identity.type", "identity.userAssignedIdentities"],
    ...properties.map((property) => `properties.${property}`),
  ],
});

/** Each of these fields below one. */
export const below = (field: string, ...fields: Fields): Fields => fields.map((one) => `${field}.${one}`);
