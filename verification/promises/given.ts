import type { Resource, Value } from "../model";

/** A part of the cloud that the customer brings. */
export interface Given {
  readonly type: string;
  readonly mode: Resource["mode"];
  readonly id: string;
  readonly values: Readonly<Record<string, Value>>;
}
