/**
 * Evaluates one Terraform module, whatever syntax its files have, to the resources that it declares: variables, locals,
 * `count`, `for_each`, dynamic blocks and local modules are worked out as far as the input tells.
 */
import { InputError } from "../../input-error";
import { isReference, type Location, type Resource, type Unknown, type Value } from "../../model";
import { isList, isObject, isOpaque, unknown, type ObjectValue } from "../../values";
import { evaluateExpression, evaluateValue, indexText, type Instances, type Scope } from "./expressions";
import { parseExpression } from "./expression-parser";
import type { Path } from "../json-locations";
import { isJsonObject, type JsonObject } from "../json-values";
import { isKnown, isSet, sortedEntries, toSet, unknownFrom } from "./partial-value";
import { convert } from "./type-constraint";

/** One file of a module, in Terraform's JSON syntax or converted to it. */
export interface ModuleFile {
  /** As the user named it. */
  readonly path: string;
  readonly json: unknown;
  /** Location of the JSON path in the file, or of the nearest one above it. */
  readonly locate: (path: Path) => Location;
}

/** A module whose source was read too. */
export interface LocalModule {
  readonly files: readonly ModuleFile[];
  /** Its own local modules, by the name of the call. */
  readonly modules: ReadonlyMap<string, LocalModule>;
}

export interface ModuleOptions {
  /** {@link Resource.unit} of every resource. */
  readonly unit: string;
  /** Values of variables, from `.tfvars` files. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Local modules that were read, by the name of the call. A call of any other module is one `terraform:module`. */
  readonly modules?: ReadonlyMap<string, LocalModule>;
}

/**
 * Resources and data sources of a root module and of its local modules.
 *
 * A resource with `count` or `for_each` is one resource an instance; if the number can't be told, it is one resource
 * without an index whose values keep `count` or `for_each` as unknown.
 *
 * @throws InputError if a file is not a Terraform configuration
 */
export function readModule(
  files: readonly ModuleFile[],
  { unit, variables = {}, modules = new Map() }: ModuleOptions,
): Resource[] {
  const given = (name: string) => (Object.hasOwn(variables, name) ? evaluateValue(variables[name], EMPTY) : undefined);
  return new Module({ files, modules }, { unit, prefix: "", given }).resources();
}

/** Names of the calls in a file whose source is a local folder, with that folder and the call's place. */
export function localModules(
  file: ModuleFile,
): { readonly name: string; readonly source: string; readonly location: Location }[] {
  return [...blocksOf(file, "module", 1)].flatMap(({ names: [name = ""], body, path }) =>
    typeof body.source === "string" && /^\.\.?\//.test(body.source)
      ? [{ name, source: body.source, location: file.locate([...path, "source"]) }]
      : [],
  );
}

const EMPTY: Scope = { variable: () => undefined, local: () => undefined, isResource: () => false };

/** Before types that no provider has. */
const OWN = "dataplane:";
/** Type of what stands for a `moved` block: `from` and `to`. */
export const MOVED = `${OWN}moved`;
/** Type of what stands for a `removed` block: `from`, and whether the resource itself `isKept`. */
export const REMOVED = `${OWN}removed`;

/** Arguments that Terraform itself reads and no provider sees. */
const META = new Set(["//", "count", "for_each", "depends_on"]);
/** Arguments that name things instead of holding values. */
const NAMING = new Set(["lifecycle", "provider"]);
/** Most instances of one resource; beyond it their number counts as not known. */
const MOST_INSTANCES = 100_000;
/** Most resources of a whole tree, which nested repetition multiplies; a module costs as much as many. */
const MOST_IN_TREE = 500_000;
const COST_OF_MODULE = 25;

interface Place {
  readonly file: ModuleFile;
  readonly path: Path;
}

/** One body of a declaration; an override file gives it another. */
interface Body extends Place {
  readonly json: JsonObject;
}

/** A declaration: its bodies, of which a later one's arguments stand in place of an earlier one's. */
class Block {
  private readonly bodies: Body[] = [];

  constructor(readonly first: Body) {
    this.bodies.push(first);
  }

  override(body: Body): void {
    this.bodies.push(body);
  }

  names(): readonly string[] {
    const [only, ...others] = this.bodies.map(({ json }) => Object.keys(json));
    return others.length === 0 ? (only ?? []) : [...new Set([...(only ?? []), ...others.flat()])];
  }

  has(name: string): boolean {
    return this.bodies.some(({ json }) => Object.hasOwn(json, name));
  }

  /** The JSON of an argument. */
  json(name: string): unknown {
    return this.bodies.findLast(({ json }) => Object.hasOwn(json, name))?.json[name];
  }

  place(name: string): Place {
    const { file, path } = this.bodies.findLast(({ json }) => Object.hasOwn(json, name)) ?? this.first;
    return { file, path: [...path, name] };
  }
}

/** A block is written as an object, several as an array; pairs each with its path. */
const listed = (json: unknown, path: Path): [unknown, Path][] =>
  Array.isArray(json) ? json.map((item, i) => [item, [...path, i]]) : [[json, path]];

/** Blocks of one section of a file that bear so many labels. */
function* blocksOf(
  file: ModuleFile,
  section: string,
  labels: number,
): Generator<{ names: string[]; body: JsonObject; path: Path }> {
  function* descend(
    json: unknown,
    path: Path,
    names: string[],
  ): Generator<{ names: string[]; body: JsonObject; path: Path }> {
    for (const [item, at] of listed(json, path)) {
      if (item === null || item === undefined) continue;
      if (!isJsonObject(item)) throw new InputError(file.path, file.locate(at).line, `'${section}' is not a block`);
      if (names.length === labels) yield { names, body: item, path: at };
      else
        for (const key of Object.keys(item)) if (key !== "//") yield* descend(item[key], [...at, key], [...names, key]);
    }
  }
  if (!isJsonObject(file.json)) throw new InputError(file.path, 0, "is not a Terraform configuration");
  if (Object.hasOwn(file.json, section)) yield* descend(file.json[section], [section], []);
}

const isOverride = ({ path }: ModuleFile) => /(^|[/\\_])override\.tf(\.json)?$/.test(path);

/** Declarations of a kind by address. Override files change the arguments of what the others declare. */
function declarations(
  files: readonly ModuleFile[],
  section: string,
  labels: number,
  address: (names: string[]) => string,
): Map<string, Block> {
  const declared = new Map<string, Block>();
  for (const file of [...files].sort((a, b) => Number(isOverride(a)) - Number(isOverride(b)))) {
    for (const { names, body, path } of blocksOf(file, section, labels)) {
      const own: Body = { file, path, json: body };
      const earlier = declared.get(address(names));
      if (!earlier) declared.set(address(names), new Block(own));
      else if (isOverride(file)) earlier.override(own);
      else throw new InputError(file.path, file.locate(path).line, `${address(names)} is declared twice`);
    }
  }
  return declared;
}

/** Values that are worked out when they are first asked for. */
class Lazy<T extends Value | undefined> {
  private readonly values = new Map<string, T>();
  private readonly running = new Set<string>();

  get(name: string, compute: () => T): T | Unknown {
    if (this.values.has(name)) return this.values.get(name) as T;
    if (this.running.has(name)) return unknown(`${name} depends on itself`);
    this.running.add(name);
    try {
      const value = compute();
      this.values.set(name, value);
      return value;
    } finally {
      this.running.delete(name);
    }
  }
}

/** How often a resource or module stands. */
interface Repetition {
  readonly instances: Instances;
  /** The scope of one instance; without a key, of the one that stands for all. */
  readonly scope: (key?: number | string) => Scope;
  /** Set where the number can't be told: the argument, and why. */
  readonly uncertain?: ObjectValue;
}

interface Context {
  readonly unit: string;
  /** Address of the module, empty for the root. */
  readonly prefix: string;
  /** The value given for a variable. */
  readonly given: (name: string) => Value | undefined;
  readonly root?: Module;
  /** Set where it can't be told whether the module is there at all. */
  readonly uncertain?: ObjectValue;
}

class Module {
  private readonly variables: ReadonlyMap<string, Block>;
  private readonly outputs: ReadonlyMap<string, Block>;
  private readonly calls: ReadonlyMap<string, Block>;
  /** Resources, and data sources as `data.TYPE.NAME`. */
  private readonly declared: ReadonlyMap<string, Block>;
  private readonly locals = new Map<string, unknown>();
  private readonly values = new Lazy<Value>();
  private readonly attributes = new Lazy<Value | undefined>();
  private readonly repetitions = new Map<string, Repetition>();
  private readonly single: Repetition = { instances: "one", scope: () => this.scope };
  private readonly children = new Map<string, Module>();
  private readonly scope: Scope;
  /** Resources so far, and modules by what they cost; counted at the root. */
  private standing = 0;

  constructor(
    private readonly source: LocalModule,
    private readonly context: Context,
  ) {
    const { files } = source;
    this.variables = declarations(files, "variable", 1, ([name]) => `var.${name}`);
    this.outputs = declarations(files, "output", 1, ([name]) => `output.${name}`);
    this.calls = declarations(files, "module", 1, ([name]) => `module.${name}`);
    this.declared = new Map([
      ...declarations(files, "resource", 2, ([type, name]) => `${type}.${name}`),
      ...declarations(files, "data", 2, ([type, name]) => `data.${type}.${name}`),
    ]);
    for (const file of files) {
      for (const { body } of blocksOf(file, "locals", 0)) {
        for (const key of Object.keys(body)) this.locals.set(key, body[key]);
      }
    }
    const root = context.root ?? this;
    this.scope = {
      prefix: context.prefix,
      variable: (name) => this.variable(name),
      local: (name) => {
        if (!this.locals.has(name)) return undefined;
        return this.values.get(`local.${name}`, () => evaluateValue(this.locals.get(name), this.scope));
      },
      isResource: (address) => this.declared.has(address),
      instances: (address) => this.repetition(address, this.declared.get(address)).instances,
      attribute: (address, attribute) => root.attribute(address, attribute),
      module: (name) => this.module(name),
    };
  }

  resources(): Resource[] {
    const own = [...this.declared].flatMap(([address, block]) => {
      const { instances, scope, uncertain } = this.repetition(address, block);
      if (instances === "one" || instances === "unknown")
        return this.resource(address, address, block, scope(), uncertain);
      return instances.map((key) => this.resource(address, address + indexText(key), block, scope(key), uncertain));
    });
    const all = [...own, ...[...this.calls].flatMap(([address, block]) => this.called(address, block))];
    return all.length > 0 ? [...all, ...this.refactorings()] : [];
  }

  /** What Terraform is told of resources that have another address than before, or that it is to manage no longer. */
  private refactorings(): Resource[] {
    return this.source.files.flatMap((file) =>
      [MOVED, REMOVED].flatMap((type) =>
        [...blocksOf(file, type.slice(OWN.length), 0)].map(({ body, path }): Resource => {
          const locate: Resource["locate"] = (below) => file.locate([...path, ...below]);
          const address = (name: string) => {
            const own = named(body[name]);
            return typeof own === "string" ? { [name]: this.full(own) } : {};
          };
          const lifecycle = named(body["lifecycle"] ?? null);
          const values: ObjectValue = {
            ...address("from"),
            ...address("to"),
            isKept: [lifecycle].flat().some((one) => isObject(one) && one["destroy"] === false),
          };
          return { type, address: type, mode: "data", unit: this.context.unit, values, location: locate([]), locate };
        }),
      ),
    );
  }

  private called(address: string, block: Block): Resource[] {
    const { instances } = this.repetition(address, block);
    if (!this.source.modules.has(address.slice("module.".length))) return [this.unread(address, block)];
    const keys = typeof instances === "string" ? [undefined] : instances;
    return keys.flatMap((key) => this.child(address, block, key).resources());
  }

  private resource(address: string, own: string, block: Block, scope: Scope, uncertain: ObjectValue = {}): Resource {
    this.count(block, 1);
    const isData = address.startsWith("data.");
    const full = this.full(own);
    const { values, origins } = evaluateBlock(block, {
      ...scope,
      self: { kind: "reference", address: full, attribute: "" },
    });
    return {
      type: address.split(".")[isData ? 1 : 0] ?? "",
      address: full,
      mode: isData ? "data" : "managed",
      unit: this.context.unit,
      values: { ...values, ...this.context.uncertain, ...uncertain },
      ...located(block, origins),
    };
  }

  /** A module that is not in the input: nothing of it is known. */
  private unread(address: string, block: Block): Resource {
    const values = { source: evaluateValue(block.json("source"), this.scope) };
    return {
      type: "terraform:module",
      address: this.full(address),
      mode: "managed",
      unit: this.context.unit,
      values,
      ...located(block),
    };
  }

  private count({ first: { file, path } }: Block, cost: number): void {
    const root = this.context.root ?? this;
    root.standing += cost;
    if (root.standing <= MOST_IN_TREE) return;
    const { line } = file.locate(path);
    throw new InputError(file.path, line, "the configuration stands for too many resources and modules");
  }

  private full(own: string): string {
    return this.context.prefix === "" ? own : `${this.context.prefix}.${own}`;
  }

  // -------------------------------------------------------------- names

  private variable(name: string): Value | undefined {
    const block = this.variables.get(`var.${name}`);
    return (
      block &&
      this.values.get(`var.${name}`, () => {
        const given = this.context.given(name);
        const isDefault = given === undefined || (given === null && block.json("nullable") === false);
        if (isDefault && !block.has("default")) return unknown(`var.${name} has no value`);
        const value = isDefault ? evaluateValue(block.json("default"), EMPTY) : given;
        const type = block.json("type");
        return typeof type === "string" ? typed(value, type, `var.${name}`) : value;
      })
    );
  }

  /** The outputs of a call; each is worked out when it is asked for, since calls may use one another's. */
  private module(name: string): Value | undefined {
    const address = `module.${name}`;
    const block = this.calls.get(address);
    if (!block) return undefined;
    if (!this.source.modules.has(name)) return unknown(`${this.full(address)} is not read`, [this.full(address)]);
    const { instances } = this.repetition(address, block);
    if (instances === "unknown")
      return unknown(`the number of instances of ${this.full(address)} is not known`, [this.full(address)]);
    if (instances === "one") return this.child(address, block).outputValues();
    const values = instances.map((key) => [String(key), this.child(address, block, key).outputValues()] as const);
    return instances.some((key) => typeof key === "string")
      ? Object.fromEntries(values)
      : values.map(([, value]) => value);
  }

  private outputValues(): Value {
    const values = {};
    for (const [address, block] of this.outputs) {
      const get = () => this.values.get(address, () => evaluateValue(block.json("value"), this.scope));
      Object.defineProperty(values, address.slice("output.".length), { enumerable: true, get });
    }
    return values;
  }

  private child(address: string, block: Block, key?: number | string): Module {
    const own = address + (key === undefined ? "" : indexText(key));
    const existing = this.children.get(own);
    if (existing) return existing;
    this.count(block, COST_OF_MODULE);
    const { scope, uncertain } = this.repetition(address, block);
    const inner = scope(key);
    const child = new Module(
      this.source.modules.get(address.slice("module.".length)) ?? { files: [], modules: new Map() },
      {
        unit: this.context.unit,
        prefix: this.full(own),
        given: (name) => (block.has(name) ? evaluateValue(block.json(name), inner) : undefined),
        root: this.context.root ?? this,
        uncertain: { ...this.context.uncertain, ...uncertain },
      },
    );
    this.children.set(own, child);
    return child;
  }

  /** An argument's value for a reference to it from anywhere in the tree; undefined if only the cloud knows it. */
  private attribute(address: string, attribute: string): Value | undefined {
    const [, call, key, rest] = /^(module\.[^.[]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.([^]*)$/.exec(address) ?? [];
    if (call !== undefined && rest !== undefined) {
      const block = this.calls.get(call);
      if (!block || !this.source.modules.has(call.slice("module.".length))) return undefined;
      return this.child(call, block, keyOf(key)).attribute(rest, attribute);
    }
    const [, own = "", index] = /^([^[]*)(\[[^]*\])?$/.exec(address) ?? [];
    const block = this.declared.get(own);
    const [first = "", ...steps] = attribute.match(/[^.[\]"]+|"(?:[^"\\]|\\.)*"/g) ?? [];
    const dynamic = block?.json("dynamic");
    if (!block?.has(first) || (isJsonObject(dynamic) && Object.hasOwn(dynamic, first))) return undefined;
    const value = this.attributes.get(`${address}.${attribute}`, () => {
      const whole = evaluateValue(block.json(first), this.repetition(own, block).scope(keyOf(index)));
      return steps.reduce<Value | undefined>(part, whole);
    });
    return isSettled(value) ? value : undefined;
  }

  // -------------------------------------------------------------- repetition

  private repetition(address: string, block: Block | undefined): Repetition {
    if (!block?.has("count") && !block?.has("for_each")) return this.single;
    const existing = this.repetitions.get(address);
    if (existing) return existing;
    // Whoever asks meanwhile, by a cycle, learns that the number is not known.
    this.repetitions.set(address, this.unclear("count", unknown(`${address} depends on itself`)));
    const repetition = block.has("count") ? this.counted(block.json("count")) : this.forEach(block.json("for_each"));
    this.repetitions.set(address, repetition);
    return repetition;
  }

  private counted(count: unknown): Repetition {
    const value = evaluateValue(count, this.scope);
    const number = typeof value === "number" || typeof value === "string" ? Number(value) : NaN;
    if (value === "" || !(Number.isInteger(number) && number >= 0 && number <= MOST_INSTANCES)) {
      return this.unclear("count", value);
    }
    const scope = (key?: number | string): Scope => ({
      ...this.scope,
      count: { index: key ?? unknown("count.index is not known") },
    });
    return { instances: Array.from({ length: number }, (_, i) => i), scope };
  }

  private forEach(collection: unknown): Repetition {
    const value = evaluateValue(collection, this.scope);
    const elements = instancesOf(value);
    if (!elements) return this.unclear("for_each", value);
    const scope = (key: number | string = ""): Scope => ({
      ...this.scope,
      each: {
        key,
        value: elements.has(String(key)) ? (elements.get(String(key)) as Value) : unknown("each.value is not known"),
      },
    });
    return { instances: [...elements.keys()], scope };
  }

  private unclear(argument: "count" | "for_each", value: Value): Repetition {
    const reason = isKnown(value) ? unknown(`'${argument}' can't be evaluated`) : unknownFrom(value);
    const scope = {
      ...this.scope,
      ...(argument === "count" ? { count: { index: reason } } : { each: { key: reason, value: reason } }),
    };
    return { instances: "unknown", scope: () => scope, uncertain: { [argument]: reason } };
  }
}

const keyOf = (index: string | undefined): number | string | undefined =>
  index === undefined ? undefined : (JSON.parse(index) as [number | string])[0];

/** Elements of a `for_each` by key: of a map, or of a set of texts. */
function instancesOf(value: Value): ReadonlyMap<string, Value> | undefined {
  if (isObject(value)) return new Map(sortedEntries(value));
  if (!isList(value) || !value.every((item) => typeof item === "string")) return undefined;
  return new Map((toSet(value) as string[]).map((item) => [item, item]));
}

function typed(value: Value, type: string, name: string): Value {
  try {
    return convert(value, parseExpression(type.replace(/^\$\{([^]*)\}$/, "$1")), (literal) =>
      evaluateExpression(literal, EMPTY),
    );
  } catch (error) {
    return unknown(`${name} does not fit its type: ${(error as Error).message}`, unknownFrom(value).mentions);
  }
}

/** One step of an attribute's path; a block that stands alone may be written without its list. */
function part(value: Value | undefined, step: string): Value | undefined {
  if (value === undefined || isOpaque(value)) return undefined;
  if (isList(value)) return /^\d+$/.test(step) ? value[Number(step)] : undefined;
  if (!isObject(value)) return undefined;
  const name = step.startsWith('"') ? (JSON.parse(step) as string) : step;
  if (Object.hasOwn(value, name)) return value[name];
  return name === "0" ? value : undefined;
}

/** A text, number or reference, or a list of them. Of null, blocks and maps the cloud knows more than the input. */
function isSettled(value: Value | undefined): boolean {
  if (isList(value ?? null)) return (value as readonly Value[]).every((item) => !isList(item) && isSettled(item));
  return value !== undefined && value !== null && (typeof value !== "object" || isReference(value));
}

// ---------------------------------------------------------------- blocks

type Origins = ReadonlyMap<string, Place>;

function evaluateBlock(block: Block, scope: Scope): { readonly values: ObjectValue; readonly origins: Origins } {
  const values: Record<string, Value> = {};
  const expansion = new Expansion();
  for (const name of block.names()) {
    const json = block.json(name);
    if (NAMING.has(name)) values[name] = named(json);
    else if (!META.has(name) && !(name === "dynamic" && isDynamic(json))) {
      values[name] = expansion.value(json, scope, [name], () => block.place(name));
    }
  }
  const dynamic = block.json("dynamic");
  if (isDynamic(dynamic)) expansion.expand(dynamic, scope, values, [], block.place("dynamic"));
  return { values, origins: expansion.origins };
}

/** Names are written bare in HCL, which converts to `${name}`. */
function named(json: unknown): Value {
  if (typeof json === "string") return json.replace(/^\$\{([^]*)\}$/, "$1");
  if (Array.isArray(json)) return json.map(named);
  if (isJsonObject(json)) return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, named(value)]));
  return typeof json === "number" || typeof json === "boolean" ? json : null;
}

/** Whether the value of a key `dynamic` holds dynamic blocks, rather than being some argument of that name. */
const isDynamic = (json: unknown): json is JsonObject =>
  isJsonObject(json) &&
  Object.values(json).every((blocks) =>
    listed(blocks, []).every(([block]) => isJsonObject(block) && ("for_each" in block || "content" in block)),
  );

const holdsDynamic = (json: unknown): boolean => {
  if (Array.isArray(json)) return json.some(holdsDynamic);
  return (
    isJsonObject(json) &&
    Object.entries(json).some(([key, value]) => (key === "dynamic" && isDynamic(value)) || holdsDynamic(value))
  );
};

/** Turns dynamic blocks into plain ones, and remembers where each was written. */
class Expansion {
  readonly origins = new Map<string, Place>();

  /** @param at path of the value in the resource's values */
  value(json: unknown, scope: Scope, at: Path, place: () => Place): Value {
    if (!holdsDynamic(json)) return evaluateValue(json, scope);
    const below = (step: string | number) => () => ({ file: place().file, path: [...place().path, step] });
    if (Array.isArray(json)) return json.map((item, i) => this.value(item, scope, [...at, i], below(i)));
    const { dynamic, ...plain } = json as JsonObject;
    const values = Object.fromEntries(
      Object.entries(plain).map(([key, item]) => [key, this.value(item, scope, [...at, key], below(key))]),
    );
    if (isDynamic(dynamic)) this.expand(dynamic, scope, values, at, below("dynamic")());
    return values;
  }

  /** Adds the blocks of `dynamic` behind the plain ones of the same type in `values`. */
  expand(dynamic: JsonObject, scope: Scope, values: Record<string, Value>, at: Path, place: Place): void {
    for (const [type, json] of Object.entries(dynamic)) {
      const plain = values[type];
      const blocks: Value[] = plain === undefined || plain === null ? [] : isList(plain) ? [...plain] : [plain];
      if (plain !== undefined && !isList(plain))
        this.origins.set(JSON.stringify([...at, type, 0]), {
          file: place.file,
          path: [...place.path.slice(0, -1), type],
        });
      for (const [block, path] of listed(json, [...place.path, type])) {
        const { for_each: forEach, iterator, content } = block as JsonObject;
        const [body, bodyPath] = listed(content, [...path, "content"])[0] ?? [{}, path];
        const origin = { file: place.file, path: bodyPath };
        const name = iterator === undefined ? type : String(named(iterator));
        const elements = evaluateValue(forEach, scope);
        const add = (key: Value, value: Value): Value => {
          const position = [...at, type, blocks.length];
          this.origins.set(JSON.stringify(position), origin);
          return this.value(
            body,
            { ...scope, names: { ...scope.names, [name]: { key, value } } },
            position,
            () => origin,
          );
        };
        if (isList(elements)) elements.forEach((value, i) => blocks.push(add(isSet(elements) ? value : i, value)));
        else if (isObject(elements)) for (const [key, value] of sortedEntries(elements)) blocks.push(add(key, value));
        else blocks.push(masked(add(unknownFrom(elements), eachOf(elements)), elements));
      }
      values[type] = blocks;
    }
  }
}

/** What stands for each element of a list that is not known: of an attribute of the cloud, `ATTRIBUTE[*]`. */
const eachOf = (elements: Value): Value =>
  isReference(elements) ? { ...elements, attribute: `${elements.attribute}[*]` } : unknownFrom(elements);

/** A block that may or may not be there: nothing in it counts as known but what the list's own elements are. */
const masked = (block: Value, elements: Value): Value => {
  const mask = (value: Value): Value => {
    if (isElement(value, elements)) return value;
    const parts = isList(value) ? value : isObject(value) ? Object.values(value) : [];
    if (!parts.some((part) => holdsElement(part, elements))) return unknownFrom(elements, value);
    return isList(value) ? value.map(mask) : masked(value, elements);
  };
  if (!isObject(block)) return mask(block);
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [key, mask(value)]));
};

const holdsElement = (value: Value, elements: Value): boolean =>
  isElement(value, elements) ||
  (isList(value) && value.some((part) => holdsElement(part, elements))) ||
  (isObject(value) && Object.values(value).some((part) => holdsElement(part, elements)));

const isElement = (value: Value, elements: Value): boolean =>
  isReference(value) &&
  isReference(elements) &&
  value.address === elements.address &&
  value.attribute.startsWith(`${elements.attribute}[*]`);

function located(block: Block, origins: Origins = new Map()): Pick<Resource, "location" | "locate"> {
  const locate = (path: Path): Location => {
    for (let length = path.length; length > 1; length--) {
      const origin = origins.get(JSON.stringify(path.slice(0, length)));
      if (origin) return origin.file.locate([...origin.path, ...path.slice(length)]);
    }
    const [name, ...rest] = path;
    const place = name !== undefined && block.has(String(name)) ? block.place(String(name)) : block.first;
    return place.file.locate(place === block.first ? place.path : [...place.path, ...rest]);
  };
  return { location: locate([]), locate };
}
