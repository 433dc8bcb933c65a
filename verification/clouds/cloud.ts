/** What each cloud provides to the common core, Kubernetes as one of them. */
import type { Judged, Problem } from "../invariants/invariant";
import type { PartialSystem, Resource } from "../model";

/** What a cloud itself has to say of an invariant: only it knows its resources. */
export type Check = (judged: Judged) => Iterable<Problem>;

/** Invariants that clouds have something to say of, by their ids. */
export type Checked =
  | "default-deny"
  | "egress-allowlist"
  | "encryption-at-rest"
  | "encryption-in-transit"
  | "flow-logs"
  | "no-foreign-principals"
  | "no-inbound"
  | "no-static-credentials"
  | "node-access"
  | "private-api-endpoint"
  | "required-paths";

export interface Cloud {
  /** What it makes of the resources: endpoints with the filters and routes that decide over them. */
  readonly part: (resources: readonly Resource[]) => PartialSystem;
  /** One file an invariant in the cloud's folder `checks`. */
  readonly checks: Readonly<Partial<Record<Checked, Check>>>;
}
