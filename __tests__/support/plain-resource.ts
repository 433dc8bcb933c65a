import type { Resource, Value } from "../../verification/model";

const LOCATION = { file: "main.tf", line: 1 };

/** A resource of Terraform at `TYPE.x`, of these values. */
export const plainResource = (
  type: string,
  values: Readonly<Record<string, Value>> = {},
  mode: Resource["mode"] = "managed",
): Resource => ({
  type,
  address: `${type}.x`,
  mode,
  unit: "test",
  values,
  location: LOCATION,
  locate: () => LOCATION,
});
