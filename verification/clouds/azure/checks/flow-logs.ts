/** Flow logs of virtual networks. */
import { at, blocks, bool, field, isOpaque, number, whyOpaque, type Opaque } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import { isUnknown, type Resource, type Value } from "../../../model";
import { best } from "../../flow-logs";
import type { Check } from "../../cloud";
import { attachmentsOf, inputOf } from "../../lookup";
import { AzureInput } from "../input";
import { isAbsent, type TerraformInput } from "../../terraform-input";
import { TEMPLATE_DEPLOYMENT, flowLogsOf, templateValue } from "../template";

export const check: Check = function* ({ system, deployment }) {
  const networks = inputOf(system).managed("azurerm_virtual_network");
  if (networks.length === 0) return;
  const input = new AzureInput(system.resources);
  for (const network of networks) yield* judgeVirtualNetwork(network, input, deployment?.logRetentionDays);
};

/** A flow log, as the provider's own resource or a template writes it. */
interface FlowLog {
  readonly resource: Resource;
  readonly target: Value | undefined;
  readonly enabled: Value | undefined;
  readonly retention: Value | undefined;
  /** The storage account of the records. */
  readonly account: Value | undefined;
}

function flowLogs(input: TerraformInput): FlowLog[] {
  const own = input.managed("azurerm_network_watcher_flow_log").map((resource) => ({
    resource,
    target: resource.values["target_resource_id"],
    enabled: field(resource, "enabled"),
    retention: field(resource, "retention_policy"),
    account: resource.values["storage_account_id"],
  }));
  const byTemplate = input.managed(TEMPLATE_DEPLOYMENT).flatMap((resource) =>
    flowLogsOf(resource, input).map(({ properties }) => ({
      resource,
      target: templateValue(at(properties, "targetResourceId"), resource, input),
      enabled: at(properties, "enabled"),
      retention: at(properties, "retentionPolicy"),
      account: templateValue(at(properties, "storageId"), resource, input),
    })),
  );
  return [...own, ...byTemplate];
}

function* judgeVirtualNetwork(network: Resource, input: TerraformInput, days: number | undefined): Generator<Problem> {
  const logs = flowLogs(input).filter(({ target }) => !isAbsent(target));
  const targets = logs.map((log) => ({ log, target: input.find(log.target, log.resource, "network") }));
  yield* best(
    network,
    targets
      .filter(({ target }) => target.kind === "resource" && target.resource === network)
      .map(({ log }) => [...judgeLog(log, input, days)]),
    targets.flatMap(({ log, target }) => (isUnknown(target) ? log.resource : [])),
  );
}

function* judgeLog(log: FlowLog, input: TerraformInput, days: number | undefined): Generator<Problem> {
  const { resource, retention } = log;
  const enabled = bool(log.enabled);
  if (isOpaque(enabled))
    yield problemAt(resource, ["enabled"], "unknown", `enabled can't be told: ${whyOpaque(enabled)}`);
  else if (enabled !== true) yield problemAt(resource, ["enabled"], "violated", "is not enabled");
  if (days === undefined) return;
  const own = bool(at(retention, "enabled")) === true ? number(at(retention, "days")) : undefined;
  const kept = own ?? daysKept(log, input);
  if (typeof kept === "number" && kept >= days) return;
  const message = `records are not kept for ${days} days`;
  yield problemAt(resource, ["retention_policy"], isOpaque(kept) ? "unknown" : "violated", message);
}

/** The days after which the account of the records deletes them: the fewest that a rule says. */
function daysKept({ resource, account }: FlowLog, input: TerraformInput): number | Opaque | undefined {
  const of = input.find(account, resource, "storage account");
  if (of.kind !== "resource") return undefined;
  const { found } = attachmentsOf(
    of.resource,
    input.managed("azurerm_storage_management_policy"),
    "storage_account_id",
    input,
  );
  const said = found
    .flatMap((policy) => blocks(field(policy, "rule")))
    .filter((rule) => bool(at(rule, "enabled")) !== false)
    .map((rule) => number(at(rule, "actions", "base_blob", "delete_after_days_since_modification_greater_than")));
  const known = said.filter((days) => typeof days === "number");
  return said.find(isOpaque) ?? (known.length > 0 ? Math.min(...known) : undefined);
}
