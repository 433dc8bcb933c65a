/** What a plan would destroy for good, and whether its deployment says that this is meant: asked before it is applied. */
import type { Deployment } from "../../config/deployment";
import { isExpired } from "../exceptions";
import { changesOfPlan, isDestroying, kindOf } from "./plan-actions";
import { preciousOf, type Precious } from "./precious";

/** A resource that a plan destroys, with what is lost for good. */
export interface Loss extends Precious {
  readonly address: string;
  readonly type: string;
  readonly change: "removed" | "replaced";
  /** `aws_s3_bucket.data is removed: the objects in it` */
  readonly text: string;
}

export interface PlanLosses {
  readonly losses: readonly Loss[];
  /** Whether the plan may be applied: it loses nothing, or the deployment's `allow` says that it is meant. */
  readonly isAllowed: boolean;
  /** Entries of `allow` that count today. */
  readonly allowed: Deployment["allow"];
  /** Entries of `allow` past their last day, which count for nothing. */
  readonly expired: Deployment["allow"];
}

/**
 * What the plan of one stack destroys of what holds data, keys or addresses. By which field it does so no plan tells: any
 * entry of `allow` in force covers it here. The pull request, which knows what changed, asks for the field itself.
 *
 * @param plan what `terraform show -json` prints, parsed
 * @param today YYYY-MM-DD; default: today (UTC)
 * @throws TypeError if it is no plan: what can't be read is not fine
 */
export function lossesOfPlan(
  plan: unknown,
  { allow }: Pick<Deployment, "allow">,
  today = new Date().toISOString().slice(0, 10),
): PlanLosses {
  const losses = changesOfPlan(plan).flatMap(({ address, type, change }): Loss[] => {
    const kind = kindOf(change?.actions);
    const precious = preciousOf(type, change?.before ?? {});
    if (!isDestroying(kind) || !precious) return [];
    return [{ address, type, change: kind, ...precious, text: `${address} is ${kind}: ${precious.lost}` }];
  });
  const allowed = allow.filter((entry) => !isExpired(entry, today));
  return {
    losses,
    isAllowed: losses.length === 0 || allowed.length > 0,
    allowed,
    expired: allow.filter((entry) => isExpired(entry, today)),
  };
}
