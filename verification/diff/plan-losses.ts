/** What a plan would destroy for good, and whether its deployment says that this is meant: asked before it is applied. */
import type { Deployment } from "../../config/deployment";
import { isShownPlan } from "../readers/plan";
import { kindOf } from "./plan-actions";
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
  if (!isShownPlan(plan)) throw new TypeError("is no plan as `terraform show -json` prints it");
  const changes = Array.isArray(plan["resource_changes"]) ? (plan["resource_changes"] as ChangeJson[]) : [];
  const losses = changes.flatMap(({ address, type, mode, change }): Loss[] => {
    const kind = mode === "data" ? undefined : kindOf(change?.actions);
    const precious = kind && preciousOf(type, change?.before ?? {});
    if (!kind || !precious) return [];
    return [{ address, type, change: kind, ...precious, text: `${address} is ${kind}: ${precious.lost}` }];
  });
  const allowed = allow.filter(({ expires }) => expires >= today);
  return {
    losses,
    isAllowed: losses.length === 0 || allowed.length > 0,
    allowed,
    expired: allow.filter(({ expires }) => expires < today),
  };
}

interface ChangeJson {
  readonly address: string;
  readonly type: string;
  readonly mode?: string;
  readonly change?: { readonly actions?: unknown; readonly before?: Readonly<Record<string, unknown>> | null };
}
