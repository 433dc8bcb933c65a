/** Document: "Client to Object Store": a browser reads by presigned URL only what the bucket's CORS rules let it. */
import { controlPlaneHost } from "../../config/control-plane";
import { at as fieldAt, texts } from "../values";
import type { Judged } from "../judged";
import type { Problem } from "../problem";
import type { Resource, Value } from "../model";

/** Where pages of the control plane come from; undefined where the deployment makes no store that they read. */
export const clientOrigin = ({ deployment }: Judged): string | undefined =>
  !deployment || deployment.objectStore.existing
    ? undefined
    : `https://${controlPlaneHost(deployment.tenant, deployment.region)}`;

/** Whether a CORS rule lets a page of the origin read. */
export function admits(rule: Value, origin: string): boolean {
  const says = (name: string) => texts(fieldAt(rule, name)).filter((text) => typeof text === "string");
  const isOpen = says("allowed_origins").some((pattern) => isOrigin(origin, pattern));
  return isOpen && ["GET", "HEAD"].every((method) => says("allowed_methods").includes(method));
}

export const refusal = ({ address }: Resource, { location }: Resource, origin: string): Problem => ({
  status: "violated",
  resource: address,
  location,
  message: `Client to Object Store (presigned URL): no CORS rule of ${address} lets ${origin} GET and HEAD`,
  remedy: "Add a CORS rule that admits the tenant's origin.",
});

/** Whether a store takes an origin for one that the pattern, with at most one `*`, stands for. */
function isOrigin(origin: string, pattern: string): boolean {
  const [before = "", ...after] = pattern.split("*");
  if (after.length === 0) return origin === pattern;
  const rest = after.join("*");
  return origin.length >= before.length + rest.length && origin.startsWith(before) && origin.endsWith(rest);
}
