/** Private names, private endpoints and next hops that paths take on Azure, and what browsers may read of storage. */
import { flowLogAccount } from "../../../../config/azure/names";
import { blocks, field } from "../../../values";
import type { Judged } from "../../../judged";
import type { Problem } from "../../../problem";
import { admits, clientOrigin, refusal } from "../../presigned";
import type { Check } from "../../cloud";
import { inputOf } from "../../lookup";
import { judgeNextHops } from "../next-hops";
import { judgePrivateNames } from "../private-names";
import { judgePrivateTargets } from "../private-targets";

export const check: Check = function* (judged) {
  const { system, deployment } = judged;
  if (deployment?.cloud === "azure") {
    yield* judgePrivateNames(inputOf(system), deployment);
    yield* judgePrivateTargets(inputOf(system), deployment);
    yield* judgeNextHops(system);
  }
  yield* presignedDownloads(judged);
};

function* presignedDownloads(judged: Judged): Generator<Problem> {
  const origin = clientOrigin(judged);
  if (origin === undefined) return;
  const { system, deployment } = judged;
  for (const account of inputOf(system).managed("azurerm_storage_account")) {
    // The account of flow logs has no clients.
    if (deployment?.cloud === "azure" && account.values["name"] === flowLogAccount(deployment)) continue;
    const rules = blocks(field(account, "blob_properties", "cors_rule"));
    if (rules.some((rule) => admits(rule, origin))) continue;
    yield refusal(account, account, origin);
  }
}
