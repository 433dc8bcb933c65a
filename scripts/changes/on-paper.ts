/** A state as it is after a plan, without anything being done: what only a cloud would say is made up. */
import { isMap } from "../../config/field-changes";

/** Terraform's state file, as far as it is read here. */
export interface State {
  readonly resources: readonly StateResource[];
}

interface StateResource {
  readonly module?: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly provider: string;
  readonly instances: readonly {
    readonly schema_version: number;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
}

/** A resource's change, as `terraform show -json` prints it. */
export interface PlannedChange {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly provider_name: string;
  /** That of the provider's schema of it, from elsewhere in the plan. */
  readonly schemaVersion: number;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown: unknown;
    readonly replace_paths?: readonly (readonly unknown[])[];
  };
}

/** The state that stands once changes are carried out. */
export function carriedOut(state: State, planned: readonly PlannedChange[]): State {
  const changes = planned.filter(
    ({ mode, change: { actions } }) => mode === "managed" && actions.some((action) => action !== "no-op"),
  );
  const changed = new Set(changes.map(({ type, name }) => `${type}.${name}`));
  const made = changes.flatMap(({ mode, type, name, provider_name, schemaVersion, change }): StateResource[] => {
    if (change.after === null) return [];
    const known = { ...change.before, ...change.after };
    const attributes = filledIn(known, change.after_unknown, change.before, { type, name }) as typeof known;
    const instances = [{ schema_version: schemaVersion, attributes }];
    return [{ mode, type, name, provider: `provider["${provider_name}"]`, instances }];
  });
  const kept = state.resources.filter(({ mode, type, name }) => mode !== "managed" || !changed.has(`${type}.${name}`));
  return { ...state, resources: [...kept, ...made] };
}

interface Owner {
  readonly type: string;
  readonly name: string;
}

/** `value` with what is not known taken from before, or made up by its name. */
function filledIn(value: unknown, unknown: unknown, before: unknown, owner: Owner, key = ""): unknown {
  if (unknown === true) return before ?? madeUp(key, owner);
  if (Array.isArray(unknown)) {
    const list = Array.isArray(value) ? (value as unknown[]) : [];
    return list.map((part, index) => filledIn(part, partOf(unknown, index), partOf(before, index), owner, key));
  }
  if (isMap(unknown)) {
    const names = new Set([...Object.keys(isMap(value) ? value : {}), ...Object.keys(unknown)]);
    return Object.fromEntries(
      [...names].map((name) => [name, filledIn(partOf(value, name), unknown[name], partOf(before, name), owner, name)]),
    );
  }
  return value;
}

/** Identities are texts of their resource's own; of all else nothing is said. */
function madeUp(key: string, { type, name }: Owner): string | number | null {
  // What others must name, in the form that the provider asks for.
  if (key === "latest_version") return 1;
  if (key === "id" && type === "aws_launch_template") return `lt-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`;
  if (key === "arn") return `arn:aws:service:us-east-2:123456789012:${type}/${name}`;
  return key === "id" ? `${type}-${name}` : null;
}

const partOf = (value: unknown, key: string | number): unknown =>
  Array.isArray(value) ? (value as unknown[])[Number(key)] : isMap(value) ? value[key] : undefined;
