import type { Resource } from "../model";
import type { SecretField } from "./cloud";

/** An argument that holds the value of a secret, under a name that does not say so. */
export const secretArgument =
  (argument: string) =>
  ({ values }: Resource): readonly SecretField[] => {
    const text = values[argument];
    return typeof text === "string" ? [{ path: [argument], text, what: "is the value of a secret" }] : [];
  };
