/** What each cloud provides to the common core, Kubernetes as one of them. */
import type { Judged, Problem } from "../invariants/invariant";
import type { Kind } from "./grants";
import type { PartialSystem, Resource } from "../model";

/** What a cloud itself has to say of an invariant: only it knows its resources. */
export type Check = (judged: Judged) => Iterable<Problem>;

/** Invariants that clouds have something to say of, by their ids. */
export type Checked =
  | "api-tokens"
  | "cluster-ip-only"
  | "default-deny"
  | "egress-allowlist"
  | "encryption-at-rest"
  | "encryption-in-transit"
  | "flow-logs"
  | "images-reachable"
  | "no-foreign-principals"
  | "no-inbound"
  | "no-static-credentials"
  | "node-access"
  | "parts-configured"
  | "pod-security"
  | "private-api-endpoint"
  | "required-paths"
  | "schedulable"
  | "token-rotation-survives"
  | "tunnel-region";

/** What offers connections to other customers' networks. */
export interface ConnectionOffer {
  readonly what: string;
  /** Who they are. */
  readonly who: string;
  /** The name of the set that they come from. */
  readonly source: string;
}

export interface Cloud {
  /** The resources in the words of the provider that its files read. Default: they are written so. */
  readonly translate?: (resources: readonly Resource[]) => readonly Resource[];
  /** What it makes of the resources: endpoints with the filters and routes that decide over them. */
  readonly part: (resources: readonly Resource[]) => PartialSystem;
  /** Who may do what by its resources. */
  readonly grants: readonly Kind[];
  /** By the types of resources that offer connections. Default: none. */
  readonly offers?: Readonly<Record<string, ConnectionOffer>>;
  /** By types that are a secret each: the argument that holds it, under a name that does not say so. Default: none. */
  readonly secrets?: Readonly<Record<string, (resource: Resource) => string | undefined>>;
  /** One file an invariant in the cloud's folder `checks`. */
  readonly checks: Readonly<Partial<Record<Checked, Check>>>;
}
