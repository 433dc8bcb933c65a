/**
 * Evaluates one Terraform module, whatever syntax its files have, to the resources that it declares: variables, locals,
 * `count`, `for_each`, dynamic blocks and local modules are worked out as far as the input tells.
 */
import { canonical } from "../../canonical";
import { extentOf } from "../../extent";
import { InputError } from "../../input-error";
import { isReference, type Location, type Resource, type Unknown, type Value } from "../../model";
import { isList, isObject, isOpaque, unknown } from "../../values";
import { inlineExceptions } from "../inline-exceptions";
import type { Path } from "../json-locations";
import { isJsonObject } from "../json-values";
import { blocksOf, declarations, type Block, type ModuleFile } from "./declarations";
import { evaluateBlock, type Origins } from "./dynamic-blocks";
import { parseExpression } from "./expression-parser";
import { evaluateExpression, evaluateValue } from "./expressions";
import type { UnreadFile } from "./given-values";
import { InputFiles } from "./input-files";
import { unknownFrom } from "./partial-value";
import { enabledIn, keyOf, keysOf, type Repetition, enabledBy, countedBy, eachOf, unclear } from "./repetition";
import { Lazy } from "./lazy";
import { RequiredProviders } from "./required-providers";
import { EMPTY, indexText, type Scope } from "./scope";
import { asImported } from "./imports";
import { convert } from "./type-constraint";
import { unclearInstances } from "./names";
import { refactorings } from "./refactorings";

export type { ModuleFile } from "./declarations";

/** A module whose source was read too. */
export interface LocalModule {
  /** The folder that it lies in: what its expressions may read. */
  readonly folder?: string | undefined;
  readonly files: readonly ModuleFile[];
  /** Its own local modules, by the name of the call. */
  readonly modules: ReadonlyMap<string, LocalModule>;
}

export interface ModuleOptions {
  /** {@link Resource.unit} of every resource. */
  readonly unit: string;
  /** Values of variables, from `.tfvars` files. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** A file that may give each other variable its value; default: there is none. */
  readonly otherwise?: UnreadFile | undefined;
  /** The folder of the root module; left out where it lies in none, so that no file can be read. */
  readonly folder?: string;
  /** Local modules that were read, by the name of the call. A call of any other module is one `terraform:module`. */
  readonly modules?: ReadonlyMap<string, LocalModule>;
  /** What `terraform.workspace` names; default: not known. */
  readonly workspace?: string | undefined;
}

/**
 * Resources and data sources of a root module and of its local modules.
 *
 * A resource with `count` or `for_each` is one resource an instance; if the number can't be told, it is one resource
 * without an index whose values keep `count` or `for_each` as unknown. An action is one `terraform:action` with its `type`.
 *
 * @throws InputError if a file is not a Terraform configuration
 */
export function readModule(
  files: readonly ModuleFile[],
  { unit, variables = {}, otherwise, folder, modules = new Map(), workspace }: ModuleOptions,
): Resource[] {
  const given = (name: string) => {
    if (Object.hasOwn(variables, name)) return evaluateValue(variables[name], EMPTY);
    return otherwise?.variable(name);
  };
  const inputFiles = folder === undefined ? undefined : new InputFiles(folder);
  const root = new Module({ files, modules, folder }, { unit, prefix: "", given, inputFiles, workspace });
  return asImported(root.resources(), files);
}

/** Most resources of a whole tree, which nested repetition multiplies; a module costs as much as many. */
const MOST_IN_TREE = 500_000;
const COST_OF_MODULE = 25;

interface Context {
  readonly unit: string;
  /** Address of the module, empty for the root. */
  readonly prefix: string;
  /** The value given for a variable. */
  readonly given: (name: string) => Value | undefined;
  readonly root?: Module;
  /** Files of the input, seen from this module. */
  readonly inputFiles: InputFiles | undefined;
  readonly workspace: string | undefined;
  /** Set where it can't be told whether the module is there at all: why. */
  readonly existence?: Unknown | undefined;
}

class Module {
  private readonly variables: ReadonlyMap<string, Block>;
  private readonly outputs: ReadonlyMap<string, Block>;
  private readonly calls: ReadonlyMap<string, Block>;
  private readonly providers: RequiredProviders;
  /** Resources, data sources as `data.TYPE.NAME`, and actions as `action.TYPE.NAME`. */
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
    this.variables = declarations(files, "variable", 1, ([name = ""]) => `var.${name}`);
    this.outputs = declarations(files, "output", 1, ([name = ""]) => `output.${name}`);
    this.providers = new RequiredProviders(files);
    this.calls = declarations(files, "module", 1, ([name = ""]) => `module.${name}`);
    this.declared = new Map([
      ...declarations(files, "resource", 2, ([type = "", name = ""]) => `${type}.${name}`),
      ...declarations(files, "data", 2, ([type = "", name = ""]) => `data.${type}.${name}`),
      ...declarations(files, "action", 2, ([type = "", name = ""]) => `action.${type}.${name}`),
    ]);
    for (const file of files) {
      for (const { body } of blocksOf(file, "locals", 0)) {
        for (const key of Object.keys(body)) this.locals.set(key, body[key]);
      }
    }
    const root = context.root ?? this;
    this.scope = {
      prefix: context.prefix,
      files: context.inputFiles,
      workspace: context.workspace,
      variable: (name) => this.variable(name),
      local: (name) => {
        if (!this.locals.has(name)) return undefined;
        return this.values.get(`local.${name}`, () => evaluateValue(this.locals.get(name), this.scope));
      },
      isResource: (address) => this.declared.has(address),
      instances: (address) => this.repetition(address, this.declared.get(address)).instances,
      whyUnclear: (address) => this.repetition(address, this.declared.get(address)).existence,
      attribute: (address, attribute) => root.attribute(address, attribute),
      module: (name) => this.module(name),
    };
  }

  resources(): Resource[] {
    const own = [...this.declared].flatMap(([address, block]) => {
      const { instances, scope, existence } = this.repetition(address, block);
      return keysOf(instances).map((key) =>
        this.resource(address, key === undefined ? address : address + indexText(key), block, scope(key), existence),
      );
    });
    const all = [...own, ...[...this.calls].flatMap(([address, block]) => this.called(address, block))];
    return all.length > 0
      ? [
          ...all,
          ...refactorings(this.source.files, this.context.unit, (own) => this.full(own)),
          ...this.inlineExceptions(),
        ]
      : [];
  }

  /** Comments that except a resource, a data source, or all that a call makes. */
  private inlineExceptions(): Resource[] {
    const { files } = this.source;
    return files.flatMap(({ path, comments = [] }) => {
      if (comments.length === 0) return [];
      const own = [...this.declared, ...this.calls].flatMap(([address, { first }]) =>
        first.file.path === path ? [{ address: this.full(address), location: first.file.locate(first.path) }] : [],
      );
      return inlineExceptions(path, comments, own, this.context.unit);
    });
  }

  private called(address: string, block: Block): Resource[] {
    const { instances } = this.repetition(address, block);
    const keys = keysOf(instances);
    if (!this.source.modules.has(address.slice("module.".length)))
      return keys.length > 0 ? [this.unread(address, block)] : [];
    return keys.flatMap((key) => this.child(address, block, key).resources());
  }

  private resource(address: string, own: string, block: Block, scope: Scope, ownExistence?: Unknown): Resource {
    this.count(block, 1);
    const [kind = ""] = /^(data|action)(?=\.)/.exec(address) ?? [];
    const full = this.full(own);
    const { values, origins } = evaluateBlock(block, {
      ...scope,
      self: { kind: "reference", address: full, attribute: "" },
    });
    const type = address.split(".")[kind === "" ? 0 : 1] ?? "";
    const provider = this.providers.of(type, block);
    return {
      type: kind === "action" ? "terraform:action" : type,
      address: full,
      mode: kind === "data" ? "data" : "managed",
      ...(provider !== undefined && { provider }),
      unit: this.context.unit,
      values: kind === "action" ? { ...values, type } : values,
      ...located(block, origins),
      ...((existence) => existence && { existence })(this.context.existence ?? ownExistence),
    };
  }

  /** A module that is not in the input: nothing of it is known. */
  private unread(address: string, block: Block): Resource {
    // What it is given may be secret, or wide, and no one judges it: enough to tell that it is another.
    const given = extentOf(canonical(evaluateBlock(block, this.scope).values));
    const values = { source: evaluateValue(block.json("source"), this.scope), given };
    return {
      type: "terraform:module",
      address: this.full(address),
      mode: "managed",
      unit: this.context.unit,
      values,
      ...located(block),
      missing: { kind: "module", address: this.full(address) },
    };
  }

  private count({ first: { file, path } }: Block, cost: number): void {
    const root = this.context.root ?? this;
    root.standing += cost;
    if (root.standing <= MOST_IN_TREE) return;
    const { line } = file.locate(path);
    throw new InputError(file.path, line, "the configuration stands for too many resources and modules");
  }

  /** A name of this module, as whoever reads of it elsewhere needs it. */
  private own(name: string): string {
    return this.context.prefix === "" ? name : `${name} of ${this.context.prefix}`;
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
        if (isDefault && !block.has("default")) {
          const module = this.context.prefix || undefined;
          return unknown(`${this.own(`var.${name}`)} has no value`, [], { kind: "variable", name, module });
        }
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
    if (!this.source.modules.has(name)) {
      const full = this.full(address);
      return unknown(`${full} is not read`, [full], { kind: "module", address: full });
    }
    const { instances, existence } = this.repetition(address, block);
    if (instances === "unknown") return unclearInstances(this.full(address), existence);
    if (instances === "none") return null;
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
    const { scope, existence } = this.repetition(address, block);
    const inner = scope(key);
    const source: LocalModule = this.source.modules.get(address.slice("module.".length)) ?? {
      files: [],
      modules: new Map(),
    };
    const child = new Module(source, {
      unit: this.context.unit,
      prefix: this.full(own),
      given: (name) => (block.has(name) ? evaluateValue(block.json(name), inner) : undefined),
      root: this.context.root ?? this,
      workspace: this.context.workspace,
      inputFiles: source.folder === undefined ? undefined : this.context.inputFiles?.from(source.folder),
      existence: this.context.existence ?? existence,
    });
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
    const enabled = block && enabledIn(block);
    if (!block || (enabled === undefined && !block.has("count") && !block.has("for_each"))) return this.single;
    const existing = this.repetitions.get(address);
    if (existing) return existing;
    // Whoever asks meanwhile, by a cycle, learns that the number is not known.
    this.repetitions.set(address, unclear("count", unknown(`${address} depends on itself`), this.scope));
    const repetition = block.has("count")
      ? countedBy(block.json("count"), this.scope)
      : block.has("for_each")
        ? eachOf(block.json("for_each"), this.scope)
        : enabledBy(enabled, this.single, this.scope);
    this.repetitions.set(address, repetition);
    return repetition;
  }
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
