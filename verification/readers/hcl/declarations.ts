/** What a module's files declare, block by block, with the place of each. */
import { InputError } from "../../input-error";
import type { Location } from "../../model";
import type { Comment } from "../inline-exceptions";
import type { Path } from "../json-locations";
import { isJsonObject, type JsonObject } from "../json-values";

/** One file of a module, in Terraform's JSON syntax or converted to it. */
export interface ModuleFile {
  /** As the user named it. */
  readonly path: string;
  readonly json: unknown;
  /** Location of the JSON path in the file, or of the nearest one above it. */
  readonly locate: (path: Path) => Location;
  /** Its comments, where one speaks to this tool. */
  readonly comments?: readonly Comment[] | undefined;
}

export interface Place {
  readonly file: ModuleFile;
  readonly path: Path;
}

/** One body of a declaration; an override file gives it another. */
interface Body extends Place {
  readonly json: JsonObject;
}

/** A declaration: its bodies, of which a later one's arguments stand in place of an earlier one's. */
export class Block {
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
export const listed = (json: unknown, path: Path): [unknown, Path][] =>
  Array.isArray(json) ? json.map((item, i) => [item, [...path, i]]) : [[json, path]];

/** Blocks of one section of a file that bear so many labels. */
export function* blocksOf(
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

export const isOverride = ({ path }: ModuleFile) => /(^|[/\\_])override\.(tf|tofu)(\.json)?$/.test(path);

/** Declarations of a kind by address. Override files change the arguments of what the others declare. */
export function declarations(
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
