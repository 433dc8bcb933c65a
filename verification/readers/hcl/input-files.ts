/** Files of the input that expressions read. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

import type { Unknown } from "../../model";
import { PLAN, unknown } from "../../values";
import { EvaluationError } from "./partial-value";
import { errorCode } from "../../../config/texts";

/** Bytes of the largest file that is read: more than any that names rules, less than a runaway. */
const LARGEST_FILE = 2_000_000;
/** Most files that one pattern is held against. */
const MOST_FILES = 20_000;

/**
 * What a module's expressions can read: files below its own folder and below the root module's, wherever links lead.
 * Relative paths begin at the root module's folder, where Terraform runs.
 */
export class InputFiles {
  /** `path.root` and `path.module`. */
  readonly root = ".";
  readonly module: string;

  constructor(
    private readonly rootFolder: string,
    private readonly moduleFolder = rootFolder,
  ) {
    this.module = relative(rootFolder, moduleFolder).split(sep).join("/") || ".";
  }

  /** The same input seen from another module. */
  from(moduleFolder: string): InputFiles {
    return new InputFiles(this.rootFolder, moduleFolder);
  }

  /** @throws EvaluationError if the input has no such file */
  read(path: string): Buffer | Unknown {
    const file = this.within(path);
    if (typeof file !== "string") return file ?? missing(path);
    try {
      const { size } = statSync(file);
      return size > LARGEST_FILE ? unreadable(path, "is too large to read") : readFileSync(file);
    } catch {
      return unreadable(path);
    }
  }

  /** Whether the path is a file. */
  exists(path: string): boolean | Unknown {
    const file = this.within(path);
    if (typeof file !== "string") return file ?? false;
    return statSync(file).isFile() || unknown(`${path} is no file`);
  }

  /** Paths of the files below a folder that match a pattern, relative to the folder. */
  matching(folder: string, pattern: string): string[] | Unknown {
    const expression = globbed(pattern);
    if (!expression) return unknown(`the pattern '${pattern}' is not evaluated`, [], PLAN);
    const start = this.within(folder);
    if (typeof start !== "string") return start ?? [];
    const found: string[] = [];
    let left = MOST_FILES;
    const walk = (below: string): void => {
      for (const entry of readdirSync(join(start, below), { withFileTypes: true })) {
        if (--left < 0) return;
        const path = below === "" ? entry.name : `${below}/${entry.name}`;
        if (entry.isDirectory()) walk(path);
        else if (expression.test(path)) found.push(path);
      }
    };
    try {
      walk("");
    } catch {
      return unreadable(folder);
    }
    return left < 0 ? unknown(`${folder} holds too many files to look through`) : found.sort();
  }

  /** The real path; undefined where nothing lies there. */
  private within(path: string): string | Unknown | undefined {
    const outside = unreadable(path, "lies outside of the input");
    const folders = [this.rootFolder, this.moduleFolder].map((folder) => resolve(folder));
    const target = resolve(this.rootFolder, path);
    if (isAbsolute(path) || path.startsWith("~") || !folders.some((folder) => isBelow(folder, target))) return outside;
    try {
      const real = realpathSync(target);
      return folders.some((folder) => isBelow(realpathSync(folder), real)) ? real : outside;
    } catch (error) {
      return errorCode(error) === "ENOENT" ? undefined : unreadable(path);
    }
  }
}

const missing = (path: string): never => {
  throw new EvaluationError(`${path} is not in the input`, { kind: "file", path, isThere: false });
};

const unreadable = (path: string, why = "can't be read"): Unknown =>
  unknown(`${path} ${why}`, [], { kind: "file", path, isThere: true });

const isBelow = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

/** A pattern of `fileset`: `*`, `?`, `**`, `{a,b}` and `[a-z]`. */
function globbed(pattern: string): RegExp | undefined {
  if (pattern.length > 200 || /\.\.|\\/.test(pattern)) return undefined;
  const parts = pattern.match(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|\[[^\]]*\]|[^*?{}[\]]+|./g) ?? [];
  const source = parts.map((part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    const inner = part.slice(1, -1);
    if (part.startsWith("{")) return `(?:${inner.split(",").map(escaped).join("|")})`;
    if (part.startsWith("[")) return /^\^?[\w-]+$/.test(inner) ? part : undefined;
    return escaped(part);
  });
  return source.includes(undefined) ? undefined : new RegExp(`^${source.join("")}$`);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
