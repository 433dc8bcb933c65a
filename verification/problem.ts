import type { Counterexample, Finding, Location, Missing, Resource } from "./model";

/** A finding before its invariant's id and remedy are added. */
export interface Problem {
  /** `unknown`: something that the invariant needs can't be read. Both fail. */
  readonly status: Finding["status"];
  /** Address of what is at fault, as exceptions name it. */
  readonly resource: string;
  /** The line to look at. */
  readonly location: Location;
  /** One sentence: what, and whom it lets where. */
  readonly message: string;
  /** One packet that proves it; left out where it is no matter of packets. */
  readonly counterexample?: Counterexample | undefined;
  /**
   * Digest (`extentOf`) of all that it stands for, where the message shows a part of that. Default: the message shows
   * all.
   */
  readonly extent?: string | undefined;
  /** What the input lacks, where that is known. Default: what the value lacks that its message tells of. */
  readonly missing?: Missing | undefined;
  /** Where it differs from the invariant's own. Default: it does not. */
  readonly remedy?: string;
}

/** A problem of one resource, at one of its fields. */
export function problemAt(
  resource: Resource,
  path: readonly (string | number)[],
  status: Finding["status"],
  message: string,
  extent?: string,
): Problem {
  return {
    status,
    resource: resource.address,
    location: resource.locate(path),
    message,
    ...(extent !== undefined && { extent }),
  };
}
