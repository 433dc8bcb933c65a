/**
 * Reads what `terraform show -json` prints of a plan.
 *
 * Planned values say what will be there; `after_unknown` says which of them only apply will tell; the configuration
 * says what those are made from. A value made from one attribute of one resource becomes a reference to it, any other
 * is unknown. An argument that the configuration leaves to the provider is left out, as in the configuration itself.
 *
 * Terraform writes no dynamic block into the configuration of a plan, so a block that is unknown and not configured is
 * left out only where it can't stem from one.
 */
import { InputError } from "../../input-error";
import type { Resource, Value } from "../../model";
import { asResource } from "../../not-read";
import { unknown } from "../../values";
import type { JsonText } from "../json-locations";
import { arrayIn, isJsonObject, textIn, type JsonObject } from "../json-values";
import { providerOf } from "../provider-sources";
import { readValues, refuseUnknownFormat, resourceAt } from "../state";
import { ConfiguredModule, member, referencesIn } from "./configuration";
import { indexOf, LIST_OF_TEXTS, Sources } from "./sources";
import { withoutTakenAway } from "./taken-away";
import { type Change, overlay, withFields, hasUnknown } from "./unknowns";

/** Whether a document is what `terraform show -json` prints of a plan. */
export function isShownPlan(json: unknown): json is JsonObject {
  return isJsonObject(json) && "format_version" in json && ("planned_values" in json || "resource_changes" in json);
}

/**
 * Resources and data sources as they will be once the plan is applied: without those that it destroys, with those that
 * it only forgets, since they stay in the cloud.
 *
 * @throws InputError if the plan failed, defers changes or is of a part of the configuration, or the document has not the
 *   shape of a plan, or is of a version that is not known
 */
export function readPlan(document: JsonText): Resource[] {
  const plan = document.value as JsonObject;
  refuseUnknownFormat(document, "plan");
  if (plan["errored"] === true) throw new InputError(document.file, 0, "is a plan that failed, and so not complete");
  for (const member of ["deferred_changes", "deferred_action_invocations"]) {
    if (arrayIn(document, [], plan, member).length === 0) continue;
    const what = "is a plan that defers changes: apply it, and judge the plan that follows";
    throw new InputError(document.file, document.lineOf([member]), what);
  }
  if (plan["complete"] === false) {
    const what = "is a plan of a part of the configuration (of -target, say): make it of all";
    throw new InputError(document.file, document.lineOf(["complete"]), what);
  }

  const planned = isJsonObject(plan["planned_values"])
    ? readValues(document, ["planned_values"], plan["planned_values"])
    : [];
  const resources = new Map(priorDataSources(document, plan).map((resource) => [resource.address, resource]));
  for (const resource of planned) resources.set(resource.address, resource);
  const changes = new Map<string, Change>();
  arrayIn(document, [], plan, "resource_changes").forEach((resourceChange, i) => {
    const { address, type, mode, change } = resourceChange;
    if (typeof address !== "string" || !isJsonObject(change) || "deposed" in resourceChange) return;
    changes.set(address, { unknowns: change["after_unknown"], shape: change["after_sensitive"] });
    const kept = keptAs(change);
    if (typeof type !== "string" || mode === "data" || kept === undefined) return;
    if (kept === "after" && resources.has(address)) return;
    const identity = {
      address,
      type,
      mode: "managed" as const,
      provider: providerOf(type, resourceChange["provider_name"]),
    };
    resources.set(address, resourceAt(document, ["resource_changes", i, "change"], identity, change, kept));
  });

  const configuration = isJsonObject(plan["configuration"]) ? plan["configuration"] : {};
  const root = new ConfiguredModule(configuration["root_module"], "");
  const sets = (address: string, argument: string) => {
    const { module, own } = root.find(address);
    return member(module?.expressionsOf(own), argument) !== undefined;
  };
  const left = withoutTakenAway(document, plan, resources, sets);
  const sources = new Sources(left, changes);
  const after = [...left.values()].map((resource) => {
    const { module, own } = root.find(resource.address);
    const planned = withProvisioners(resource, module?.provisionersOf(own) ?? []);
    const change = changes.get(resource.address);
    if (!change || !isJsonObject(change.unknowns) || !hasUnknown(change.unknowns)) return planned;
    const expressions = module?.expressionsOf(own);
    const stand = sources.standFor(module, resource.address);
    const told: [argument: string, value: Value][] = [];
    for (const [argument, mask] of Object.entries(change.unknowns)) {
      if (mask === true && isLeftToProvider(resource.type, argument, expressions, change.shape)) continue;
      const written = Object.hasOwn(resource.values, argument) ? resource.values[argument] : undefined;
      const value = overlay(written, argument, mask, member(expressions, argument), stand);
      if (value !== undefined && value !== written) told.push([argument, value]);
    }
    return { ...planned, values: withFields(planned.values, told) };
  });
  return [...after, ...actionsOf(document, plan), ...leftOut(document, plan, planned, root)];
}

/** Which values of a change are there once the plan is applied, whatever the planned values hold; undefined: none. */
function keptAs({ actions, after }: JsonObject): "before" | "after" | undefined {
  if (Array.isArray(actions) && actions[0] === "forget") return "before";
  return isJsonObject(after) ? "after" : undefined;
}

/**
 * What stands for resources of the configuration that the plan does not have. Terraform before 1.8 and OpenTofu do not
 * say whether a plan is `complete` (internal/command/jsonplan/plan.go of each): a plan of `-target` has the whole
 * configuration, and of what it is not of nothing else.
 */
function leftOut(
  document: JsonText,
  plan: JsonObject,
  planned: readonly Resource[],
  root: ConfiguredModule,
): Resource[] {
  if (plan["complete"] !== undefined) return [];
  // What it destroys is no planned value.
  const changed = arrayIn(document, [], plan, "resource_changes");
  const all = [...planned, ...changed].map(({ address }) => String(address));
  const known = new Set(all.map((address) => address.slice(0, address.length - indexOf(address).length)));
  const missing = root.certain(all).filter((address) => !known.has(address));
  const [first] = missing;
  if (first === undefined) return [];
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
  const what = `a plan without ${first}${others}, which its configuration has (a plan of -target, say): make it of all`;
  return [asResource({ path: document.file, what, matters: true }, document.file)];
}

/** The actions that Terraform invokes as it applies the plan; one that several resources set off is told once. */
function actionsOf(document: JsonText, plan: JsonObject): Resource[] {
  const actions = new Map<string, Resource>();
  arrayIn(document, [], plan, "action_invocations").forEach((invocation, i) => {
    const path = ["action_invocations", i];
    const [address, type] = ["address", "type"].map((key) => textIn(document, path, invocation, key)) as [
      string,
      string,
    ];
    const later = () => unknown("known only after apply");
    const given = (invocation["config_values"] ?? {}) as Value;
    const config = overlay(given, "config", invocation["config_unknown"], undefined, later) ?? {};
    actions.set(address, {
      type: "terraform:action",
      address,
      mode: "managed",
      provider: providerOf(type, invocation["provider_name"]),
      unit: document.file,
      values: { type, config },
      location: document.locate(path),
      locate: document.locations.locator(path),
    });
  });
  return [...actions.values()];
}

/** A resource with its provisioners as a configuration has them; a plan has them in its configuration only. */
function withProvisioners(resource: Resource, provisioners: readonly JsonObject[]): Resource {
  if (provisioners.length === 0 || resource.mode === "data") return resource;
  const provisioner = provisioners.map(({ type, expressions }) => ({ [String(type)]: configured(expressions ?? {}) }));
  return { ...resource, values: { ...resource.values, provisioner } };
}

/** What an expression of the configuration says by itself. */
function configured(expression: unknown): Value {
  if (Array.isArray(expression)) return expression.map(configured);
  if (!isJsonObject(expression)) return unknown("is not told by the plan");
  if ("constant_value" in expression) return expression["constant_value"] as Value;
  if ("references" in expression) return unknown("known only after apply", referencesIn(expression));
  return Object.fromEntries(Object.entries(expression).map(([name, inner]) => [name, configured(inner)]));
}

/** Data sources that were read while planning; the plan has them in the state before it only. */
function priorDataSources(document: JsonText, plan: JsonObject): Resource[] {
  const prior = plan["prior_state"];
  if (!isJsonObject(prior) || !isJsonObject(prior["values"])) return [];
  return readValues(document, ["prior_state", "values"], prior["values"]).filter(({ mode }) => mode === "data");
}

/**
 * Lists of blocks that the provider fills in where none is configured, each with the arguments of which one must be
 * configured for that to be sure: they exclude such blocks. Those without are attributes in Terraform's own eyes, of
 * which a dynamic block is never unknown as a whole; or, as an autoscaling group's traffic sources, unknown in every
 * plan that does not set them.
 */
const FILLED_IN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  aws_autoscaling_group: { traffic_source: [] },
  aws_default_network_acl: { egress: [], ingress: [] },
  aws_default_route_table: { route: [] },
  aws_default_security_group: { egress: [], ingress: [] },
  aws_instance: { network_interface: ["subnet_id", "vpc_security_group_ids", "security_groups"] },
  aws_lb: { subnet_mapping: ["subnets"] },
  aws_network_acl: { egress: [], ingress: [] },
  aws_route_table: { route: [] },
  aws_security_group: { egress: [], ingress: [] },
  azurerm_network_security_group: { security_rule: [] },
};

/** Whether an argument that is unknown as a whole surely is one that the configuration does not set. */
function isLeftToProvider(type: string, argument: string, expressions: unknown, shape: unknown): boolean {
  if (!isJsonObject(expressions) || !isJsonObject(shape) || Object.hasOwn(expressions, argument)) return false;
  if (!Array.isArray(shape[argument]) || LIST_OF_TEXTS.test(argument)) return true;
  const filled = Object.hasOwn(FILLED_IN, type) ? FILLED_IN[type]?.[argument] : undefined;
  return filled !== undefined && (filled.length === 0 || filled.some((other) => Object.hasOwn(expressions, other)));
}
