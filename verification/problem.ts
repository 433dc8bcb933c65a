import type { Counterexample, Finding, Location, Resource } from "./model";

/** A finding before its invariant's id and remedy are added. */
export interface Problem {
  readonly status: Finding["status"];
  readonly resource: string;
  readonly location: Location;
  readonly message: string;
  readonly counterexample?: Counterexample | undefined;
  /** Digest (`extentOf`) of all that it stands for, where the message shows a part of that. */
  readonly extent?: string | undefined;
  /** Where it differs from the invariant's own. */
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
