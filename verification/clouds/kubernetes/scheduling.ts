/**
 * On which nodes the scheduler may put a pod: by taints, node selector, required node affinity and requests
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/). What it only prefers, what depends on other pods, and what
 * these have taken already is left aside: nodes are as a pool makes them.
 */
import type { Resource, Value } from "../../model";
import {
  at,
  blocks,
  isOpaque,
  list,
  object,
  text,
  texts,
  unknown,
  type Opaque,
  knownText,
  whyOpaque,
} from "../../values";
import { parseQuantity } from "./quantity";
import type { NodePool, Taint } from "../node-pool";
import { and, not, or, type Ternary } from "../../ternary";

/** Pods that are placed alike. */
export interface PlacedPods {
  /** What they are, in messages. */
  readonly what: string;
  /** Where their placement is written. */
  readonly resource: Resource;
  readonly path: readonly (string | number)[];
  /** Their pod's `spec`, or what stands in its place. */
  readonly spec: Value | undefined;
  /** One on each node that it selects. */
  readonly onEachNode: boolean;
}

/** Why a pod does not run on the nodes of a pool, or why that can't be told. */
export interface Obstacle {
  readonly kind: "taint" | "label" | "room";
  readonly certain: boolean;
  readonly why: string;
}

/** What keeps pods of this `spec` from the nodes of a pool; nothing where they may run there. */
export function obstacles(spec: Value | undefined, pool: NodePool): Obstacle[] {
  if (isOpaque(spec)) {
    return [{ kind: "label", certain: false, why: `what it selects and tolerates can't be told: ${whyOpaque(spec)}` }];
  }
  return [...ofLabels(spec, pool), ...ofTaints(spec, pool), ...ofRoom(spec, pool)];
}

// ---------------------------------------------------------------- taints

const REPELLING = new Set(["NoSchedule", "NoExecute"]);

function* ofTaints(spec: Value | undefined, { taints }: NodePool): Generator<Obstacle> {
  const written = list(at(spec, "tolerations")) ?? [];
  const tolerations: readonly Value[] = isOpaque(written) ? [written] : written;
  for (const taint of taints) {
    if (isOpaque(taint)) {
      yield { kind: "taint", certain: false, why: `its taint can't be told: ${whyOpaque(taint)}` };
      continue;
    }
    if (!REPELLING.has(taint.effect)) continue;
    const answer = or(tolerations.map((toleration) => tolerates(toleration, taint)));
    if (answer === true) continue;
    const { key, value, effect } = taint;
    const name = `${key}${value === "" ? "" : `=${value}`}:${effect}`;
    yield answer === false
      ? { kind: "taint", certain: true, why: `${name} is not tolerated` }
      : { kind: "taint", certain: false, why: `whether ${name} is tolerated can't be told` };
  }
}

/** An effect or key that is left out stands for all of them; a key may be left out only with `Exists`. */
function tolerates(toleration: Value, taint: Taint): Ternary {
  const [key, operator, value, effect] = ["key", "operator", "value", "effect"].map(
    (name) => text(at(toleration, name)) ?? "",
  );
  const matches = (written: string | Opaque | undefined, wanted: string): Ternary =>
    isOpaque(written) ? "unknown" : written === wanted;
  const isAny = (written: string | Opaque | undefined) => written === "";
  const equal = operator === "" || operator === "Equal";
  return and([
    isAny(key) ? !equal : matches(key, taint.key),
    isAny(effect) || matches(effect, taint.effect),
    // Newer operators compare numbers.
    operator === "Exists" || (equal ? matches(value, taint.value) : "unknown"),
  ]);
}

// ---------------------------------------------------------------- labels

function* ofLabels(spec: Value | undefined, pool: NodePool): Generator<Obstacle> {
  const say = (answer: Ternary, what: string): Obstacle[] =>
    answer === true
      ? []
      : answer === false
        ? [{ kind: "label", certain: true, why: `${what} does not select it` }]
        : [{ kind: "label", certain: false, why: `whether ${what} selects it can't be told` }];
  const selector = object(at(spec, "nodeSelector")) ?? {};
  if (isOpaque(selector)) yield* say("unknown", "the node selector");
  else {
    for (const [key, value] of Object.entries(selector)) {
      yield* say(isAmong(pool.label(key), [text(value) ?? ""]), `${key}: ${knownText(value) ?? "?"}`);
    }
  }
  const required = at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  if (required === undefined) return;
  const terms = list(at(required, "nodeSelectorTerms")) ?? [];
  const answer = isOpaque(terms) ? "unknown" : or(terms.map((term) => matchesTerm(term, pool)));
  yield* say(answer, "the required node affinity");
}

/** All requirements of a term hold; a term without any matches nothing. */
function matchesTerm(term: Value, pool: NodePool): Ternary {
  const [expressions, fields] = ["matchExpressions", "matchFields"].map((name) => list(at(term, name)) ?? []);
  // The one field is a node's own name.
  if (expressions === undefined || isOpaque(expressions) || fields === undefined || isOpaque(fields)) return "unknown";
  if (expressions.length + fields.length === 0) return false;
  return and([
    ...expressions.map((expression) => matchesExpression(expression, pool)),
    ...fields.map((): Ternary => "unknown"),
  ]);
}

function matchesExpression(expression: Value, pool: NodePool): Ternary {
  const [key, operator] = ["key", "operator"].map((name) => text(at(expression, name)));
  if (typeof key !== "string" || typeof operator !== "string") return "unknown";
  const values = texts(at(expression, "values"));
  const label = pool.label(key);
  const has: Ternary = isOpaque(label) ? "unknown" : label !== undefined;
  switch (operator) {
    case "In":
      return isAmong(label, values);
    case "NotIn":
      return not(isAmong(label, values));
    case "Exists":
      return has;
    case "DoesNotExist":
      return not(has);
    case "Gt":
    case "Lt": {
      const [bound] = values;
      if (isOpaque(label) || isOpaque(bound)) return "unknown";
      const [left, right] = [label, bound].map((number) => (/^-?\d+$/.test(number ?? "") ? Number(number) : NaN));
      return left !== undefined && right !== undefined && (operator === "Gt" ? left > right : left < right);
    }
    default:
      return "unknown";
  }
}

function isAmong(label: string | Opaque | undefined, values: readonly (string | Opaque)[]): Ternary {
  if (label === undefined) return false;
  if (isOpaque(label)) return "unknown";
  return or(values.map((value) => (isOpaque(value) ? "unknown" : value === label)));
}

// ---------------------------------------------------------------- requests

function* ofRoom(spec: Value | undefined, { room }: NodePool): Generator<Obstacle> {
  for (const [resource, most] of room) {
    const requested = requestOf(spec, resource);
    if (isOpaque(requested)) {
      yield { kind: "room", certain: false, why: `its request of ${resource} can't be told: ${whyOpaque(requested)}` };
    } else if (requested > most) {
      const [wanted = "", has = ""] = [requested, most].map((amount) => written(resource, amount));
      yield { kind: "room", certain: true, why: `${wanted} of ${resource} are requested, and a node has ${has}` };
    }
  }
}

/**
 * What a pod requests: its containers and sidecars together, or what the largest of its init containers takes beside the
 * sidecars started before it (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/).
 */
function requestOf(spec: Value | undefined, resource: string): number | Opaque {
  const ofPod = requested(spec, resource);
  if (ofPod !== 0) return ofPod;
  let sidecars = 0;
  let starting = 0;
  for (const container of blocks(at(spec, "initContainers"))) {
    const amount = requested(container, resource);
    if (isOpaque(amount)) return amount;
    starting = Math.max(starting, sidecars + amount);
    if (at(container, "restartPolicy") === "Always") sidecars += amount;
  }
  let running = sidecars;
  for (const container of blocks(at(spec, "containers"))) {
    const amount = requested(container, resource);
    if (isOpaque(amount)) return amount;
    running += amount;
  }
  const overhead = amountOf(at(spec, "overhead", resource));
  return isOpaque(overhead) ? overhead : Math.max(starting, running) + overhead;
}

/** A limit without a request is one. */
const requested = (holder: Value | undefined, resource: string): number | Opaque =>
  amountOf(at(holder, "resources", "requests", resource) ?? at(holder, "resources", "limits", resource));

function amountOf(value: Value | undefined): number | Opaque {
  const quantity = text(value) ?? "0";
  return isOpaque(quantity) ? quantity : (parseQuantity(quantity) ?? unknown(`${quantity} is no quantity`));
}

function written(resource: string, amount: number): string {
  const rounded = (number: number) => String(Math.round(number * 100) / 100);
  return resource === "memory" || resource === "ephemeral-storage" ? `${rounded(amount / 2 ** 30)}Gi` : rounded(amount);
}
