/** Tables of settings: which argument of which type of resource must say what, and what holds where it says nothing. */
import type { Resource, System, Value } from "../model";
import type { TerraformInput } from "./terraform-input";
import { at, blocks, isOpaque, text, whyOpaque } from "../values";
import { problemAt, type Problem } from "../problem";
import { inputOf } from "./lookup";

/** One argument that resources of some types must have in a certain way. */
export interface Setting {
  readonly types: readonly string[];
  /** Path of the argument, e.g. `vpc_config.endpoint_public_access`; `*` stands for each block of a repeated one. */
  readonly path: string;
  /** Whether a value that is written is fine; numbers and booleans as Terraform writes them. */
  readonly holds: (value: string) => boolean;
  /** Whether what the cloud does by itself is fine, where the argument is left out. */
  readonly otherwise: boolean;
  /** What is the matter with a resource where it does not hold, e.g. `its files are not encrypted`. */
  readonly risk: string;
}

/** The values that are fine: each of them, or what a pattern matches. */
type Wanted = readonly string[] | RegExp;

const wants = (wanted: Wanted) => (value: string) =>
  wanted instanceof RegExp ? wanted.test(value) : wanted.includes(value);

/** An argument that must be written: the cloud's default is not fine. `types` is a list with spaces between. */
export function required(types: string, path: string, wanted: Wanted, risk: string): Setting {
  return { types: types.split(" "), path, holds: wants(wanted), otherwise: false, risk };
}

/** An argument that may be left out: the cloud's default is fine. `types` is a list with spaces between. */
export function optional(types: string, path: string, wanted: Wanted, risk: string): Setting {
  return { ...required(types, path, wanted, risk), otherwise: true };
}

/** A problem for each resource of the system that departs from one of the settings. */
export function* judgeSettings(settings: readonly Setting[], system: System): Generator<Problem> {
  const input = inputOf(system);
  for (const setting of settings) {
    for (const resource of input.managed(...setting.types)) yield* judgeSetting(setting, resource, input);
  }
}

/** What an argument that switches something on must say. */
export const ON = ["true"];

/**
 * A problem for each place of one resource that departs from the setting.
 *
 * @param read the value that stands in a place; default: itself, or what it refers to within the input
 */
export function* judgeSetting(
  setting: Setting,
  resource: Resource,
  input: TerraformInput,
  read = (value: Value | undefined): Value | undefined => input.follow(value, resource),
): Generator<Problem> {
  const name = setting.path.replaceAll(".*", "");
  for (const { path, value } of places(resource.values, setting.path.split("."))) {
    const known = text(read(value));
    if (known === undefined || known === "") {
      if (!setting.otherwise) yield problemAt(resource, path, "violated", `${name} is left out: ${setting.risk}`);
    } else if (isOpaque(known)) {
      yield problemAt(resource, path, "unknown", `${name} can't be told: ${whyOpaque(known)}`);
    } else if (!setting.holds(known)) {
      yield problemAt(resource, path, "violated", `${name} is ${known}: ${setting.risk}`);
    }
  }
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly value: Value | undefined;
}

/** Every place that a path with `*` leads to; the place where it ends early, if a block on the way can't be read. */
function places(value: Value | undefined, path: readonly string[], walked: Place["path"] = []): Place[] {
  const star = path.indexOf("*");
  const steps = star < 0 ? path : path.slice(0, star);
  const reached = { path: [...walked, ...steps], value: at(value, ...steps) };
  if (star < 0 || isOpaque(reached.value)) return [reached];
  const rest = path.slice(star + 1);
  return blocks(reached.value).flatMap((block, i) => places(block, rest, [...reached.path, i]));
}
