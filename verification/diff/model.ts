/** What a diff says: plain data, so that it is its own JSON. */
import type { Effect } from "../../config/change-rule";
import type { Direction, Finding, Location } from "../model";

/**
 * `refused`: data are destroyed, the tunnel, egress or API is cut, or it is impossible, and no `allow` in force names the
 * field; `widened`: more may pass, is granted, violated or excepted than before, or may be; `changed`: anything else.
 */
export type DiffVerdict = "same" | "changed" | "widened" | "refused";

/** What changed between two inputs. */
export interface Diff {
  readonly verdict: DiffVerdict;
  /** Every deployment of either side, by name; those that did not change too. */
  readonly deployments: readonly DeploymentDiff[];
  /** What could not be compared. */
  readonly problems: readonly DiffProblem[];
}

/** Something that kept the comparison from being whole; HEAD is judged all the same. */
export interface DiffProblem {
  readonly side: "base" | "head" | "both";
  /** One sentence. */
  readonly message: string;
}

/** What changed in one deployment, or in one foreign system. */
export interface DeploymentDiff {
  /** The deployment's name; of a foreign system the path that it was read from. */
  readonly name: string;
  /** `added`: not in BASE, so all of it is new; `removed`: not in HEAD. */
  readonly state: "added" | "removed" | "changed" | "same";
  readonly verdict: DiffVerdict;
  /** Fields of the deployment that changed, and what that does. */
  readonly changes: readonly DeploymentFieldChange[];
  /** What else is to be known of them, a sentence each. */
  readonly notes: readonly string[];
  readonly packets: readonly PacketChange[];
  readonly permissions: readonly PermissionChange[];
  readonly findings: readonly FindingChange[];
  readonly exceptions: readonly ExceptionChange[];
  readonly resources: readonly ResourceChange[];
}

/** A field of a deployment that changed, and what its change does to what stands. */
export interface DeploymentFieldChange {
  /** With the real names: `nodePools.gpu.instanceTypes`; several, with commas, where one of them does it; `package`. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly effect: Effect;
  /** Pools whose nodes are made anew. */
  readonly rolls: readonly string[];
  /** Resources that are made anew. */
  readonly replaces: readonly string[];
  /** All resources that change with it, where that can be told. */
  readonly resources: readonly string[];
  readonly does?: string | undefined;
  /** Data that are lost for good. */
  readonly loses?: string | undefined;
  /** What is cut, and for how long. */
  readonly cuts?: string | undefined;
  /** The way round. */
  readonly instead?: string | undefined;
  /** The deployment's own word that it is meant. */
  readonly allowed?: { readonly reason: string; readonly expires: string } | undefined;
  /** Whether it is impossible, or loses or cuts something that no `allow` in force names. */
  readonly refused: boolean;
  readonly text: string;
}

/** Packets of one direction that endpoints exchange now and did not before (`opened`), or no longer (`closed`). */
export interface PacketChange {
  readonly change: "opened" | "closed";
  /** `possible`: something in the input is unknown, so that it may be so. */
  readonly certainty: "certain" | "possible";
  readonly direction: Direction;
  /** Ids of the endpoints that change equally. */
  readonly endpoints: readonly string[];
  /** `TCP 443, 7844; UDP 7844` */
  readonly services: string;
  /** Far sides, the fewest that say it: `104.16.0.0/13 (Cloudflare)`, `aws:s3`, `pod/union/fluent-bit`. */
  readonly peers: readonly string[];
  /** Rules that say so: those of HEAD for what is opened, those of BASE for what is closed. */
  readonly rules: readonly RuleReference[];
  /** What is missing to be certain. */
  readonly reason?: string | undefined;
  /** The sentence, without the rules. */
  readonly text: string;
}

export interface RuleReference {
  readonly resource: string;
  readonly location: Location;
}

/** What someone may do now and could not before (`widened`), or no longer (`narrowed`). */
export interface PermissionChange {
  readonly change: "widened" | "narrowed";
  /** Whoever is granted it. */
  readonly holder: string;
  /** Actions, roles or origins. */
  readonly grants: readonly string[];
  /** What they are granted on. */
  readonly on: readonly string[];
  readonly resource: string;
  readonly location: Location;
  readonly text: string;
}

export interface FindingChange {
  readonly change: "new" | "fixed";
  readonly finding: Finding;
}

export interface ExceptionChange {
  /** `expiring`: within 30 days; `expired`: past its last day. Both are told of though nothing changed. */
  readonly change: "added" | "removed" | "expiring" | "expired";
  readonly id: string;
  readonly resource: string;
  readonly reason: string;
  /** Last day, YYYY-MM-DD. */
  readonly expires: string;
  readonly text: string;
}

export interface ResourceChange {
  /**
   * `replaced`: destroyed and made anew; `moved`: the same under another address; `forgotten`: stays as it is, and
   * Terraform manages it no longer.
   */
  readonly change: "added" | "removed" | "replaced" | "changed" | "moved" | "forgotten";
  readonly resource: string;
  readonly type: string;
  readonly location: Location;
  /** Arguments that changed. */
  readonly arguments: readonly string[];
  /** Set where data or a cluster is destroyed: `bucket`, `cluster`, `key`. */
  readonly destroys?: string | undefined;
  readonly text: string;
}
