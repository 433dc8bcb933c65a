/**
 * Providers of tokens outside Google Cloud whose tokens a workload identity pool takes from strangers too. What these may
 * do is a matter of grants, on the pool or on a part of it, which may stand elsewhere.
 *
 * IAM, "Workload Identity Federation" (https://cloud.google.com/iam/docs/workload-identity-federation) and "Configure
 * Workload Identity Federation with deployment pipelines"
 * (https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines): providers with several
 * tenants need an attribute condition that tells the own one.
 */
import type { Unjudged } from "../../model";
import { at } from "../../values";
import { isAbsent } from "../terraform-input";
import { isShared, issuerName, TELLING } from "../strangers";
import type { GoogleInput } from "./input";

/** Claims by which a condition tells whose a token is. */
const OWNER =
  /\b(assertion|attribute)(\.|\[['"])\w*(sub|subject|repo|repository|owner|namespace|project|organization|enterprise|workspace|group|team|account|user|email)(_?\w*)|\bgoogle\.subject\b/;

export function sharedProviders(input: GoogleInput): Unjudged[] {
  return input.managed("google_iam_workload_identity_pool_provider").flatMap((provider) => {
    const { address: resource, location, values } = provider;
    const oidc = at(values, "oidc");
    if (isAbsent(oidc)) return [];
    const url = input.follow(at(oidc, "issuer_uri"), provider);
    const issuer = typeof url === "string" ? issuerName(url) : undefined;
    if (isShared(issuer) === false) return [];
    const condition = values["attribute_condition"];
    const isTold = OWNER.test(input.partialText(condition, provider) ?? "");
    const isForOne = TELLING[issuer ?? ""] === "aud" && !isAbsent(at(oidc, "allowed_audiences"));
    if (isTold || isForOne) return [];
    const reason = `${isAbsent(condition) ? "it has no condition" : "its condition does not tell"} whose tokens it takes, and others than the own organization may have those of its issuer`;
    return [{ resource, location, reason }];
  });
}
