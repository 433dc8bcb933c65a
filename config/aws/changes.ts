import type { ChangeRule } from "../changes";

/** What later changes do, where that is not plain from the resources that change. */
export const CHANGES: readonly ChangeRule[] = [];
