/** What reads a running cloud, whichever it is: everything by calls that change nothing. */

/** One object as the cloud tells it, less what is not kept of it. */
export type CollectedRecord = Readonly<Record<string, unknown>>;

/** A call that was refused, throttled to the end or broken off: what it would have told is unknown. */
export interface FailedCall {
  /** The kind of records that it was for. */
  readonly kind: string;
  /** The call, by the name of the right that it needs: `ec2:DescribeVpcs`. */
  readonly call: string;
  /** The right that lacks; undefined where it failed for another reason. */
  readonly lacks?: string | undefined;
  /** What the cloud said, on one line. */
  readonly message: string;
}

/** What comes of one call, as it comes: records of a kind, or that there are none to be had. */
export type Page =
  { readonly kind: string; readonly records: readonly CollectedRecord[] } | { readonly failed: FailedCall };

/** A part of a cloud that one identity reads: an account's region, a cluster. */
export interface Account {
  /** Name of its folder: `aws`, `kubernetes`. */
  readonly cloud: string;
  /** What was asked: account, region, cluster. */
  readonly scope: Readonly<Record<string, string>>;
  /** Every kind that is asked for, by the name of its file. */
  readonly kinds: readonly string[];
  /** Everything, page by page, so that no more than one is in memory. */
  readonly pages: () => AsyncIterable<Page>;
}

/**
 * Stands in a record for a part of it that a call of its own would have told and did not: the reader makes it unknown.
 */
export interface NotTold {
  readonly notTold: string;
}

export function isNotTold(value: unknown): value is NotTold {
  return typeof value === "object" && value !== null && "notTold" in value && typeof value.notTold === "string";
}

/** What keeps an account from being read at all: one line. */
export class AccountError extends Error {
  override readonly name = "AccountError";
}
