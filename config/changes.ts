/** What a later change of an option does to a standing deployment: one rule a kind of change, kept as data by cloud. */
import { CHANGES as AWS } from "./aws/changes";
import { CHANGES as AZURE } from "./azure/changes";
import { COMMON_CHANGES } from "./common-changes";
import type { Cloud } from "./deployment";
import { CHANGES as GOOGLE } from "./google/changes";
import type { ChangeRule } from "./change-rule";

/** Rules by cloud, the more particular ones first, a cloud's own before the common ones: the first that fits speaks. */
export const CHANGES: Readonly<Record<Cloud, readonly ChangeRule[]>> = {
  aws: [...AWS, ...COMMON_CHANGES],
  google: [...GOOGLE, ...COMMON_CHANGES],
  azure: [...AZURE, ...COMMON_CHANGES],
};
