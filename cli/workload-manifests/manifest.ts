import type { ObjectValue } from "../../verification/values";

/** A Kubernetes object as it is given to the API server. */
export type Manifest = ObjectValue & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectValue & { readonly name: string; readonly namespace?: string };
};
