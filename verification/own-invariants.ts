/**
 * Invariants of the user's own: rows of a policy, and modules in TypeScript or JavaScript that export what
 * `invariants/invariant.ts` calls an {@link Invariant}.
 */
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { runInThisContext } from "node:vm";
import type * as Esbuild from "esbuild";
import { InputError } from "./input-error";
import { forbiddenPath } from "./invariants/forbidden-path";
import type { Invariant } from "./invariants/invariant";
import type { Judged } from "./judged";
import type { Problem } from "./problem";
import type { Policy } from "./policy";

const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

const EXPORTS = "`export const invariants = [...]`, `export const invariant = {...}`, or a default export of either";

/**
 * Every invariant that is not this package's: of modules, and of the rows of a policy.
 *
 * @param taken ids that have a meaning already
 * @throws InputError if a module can't be used, or an id is taken
 */
export function ownInvariants(
  file: string | undefined,
  policy: Pick<Policy, "forbidden" | "invariants"> | undefined,
  taken: readonly string[],
): readonly Invariant[] {
  const files = [...new Set([file, policy?.invariants].flatMap((one) => (one === undefined ? [] : [one])))];
  const own: Invariant[] = [];
  const add = (invariant: Invariant, where: string): void => {
    const ids = [...taken, ...own.map(({ id }) => id)];
    if (ids.includes(invariant.id)) {
      throw new InputError(
        where,
        0,
        `'${invariant.id}' is the id of another invariant (allowed: any but ${ids.join(", ")})`,
      );
    }
    own.push(invariant);
  };
  for (const one of files) for (const invariant of loadInvariants(one)) add(invariant, one);
  for (const row of policy?.forbidden ?? []) add(forbiddenPath(row), "policy: forbidden");
  return own;
}

/** The invariants that a module exports. @throws InputError if it can't be loaded, or exports anything else */
export function loadInvariants(file: string): Invariant[] {
  const unusable = (what: string): never => {
    throw new InputError(file, 0, what);
  };
  if (!existsSync(file) || !statSync(file).isFile()) unusable("is no file (allowed: a module of invariants)");
  if (!EXTENSIONS.includes(extname(file)))
    unusable(`is no module (allowed: a file that ends in ${EXTENSIONS.join(", ")})`);
  const exported = evaluated(file);
  const { default: whole, invariant, invariants } = exported;
  const found = [whole ?? [], invariant ?? [], invariants ?? []].flat();
  if (found.length === 0) unusable(`exports no invariant (allowed: ${EXPORTS})`);
  return found.map((one, i) => checked(file, one, i));
}

/** What a module exports, whatever syntax it has and whatever it imports. */
function evaluated(file: string): Record<string, unknown> {
  // A program of several megabytes, which no other run needs.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { buildSync } = require("esbuild") as typeof Esbuild;
  let code = "";
  try {
    const { outputFiles } = buildSync({
      entryPoints: [resolve(file)],
      bundle: true,
      write: false,
      platform: "node",
      format: "cjs",
      target: "node20.9",
      logLevel: "silent",
    });
    code = outputFiles[0]?.text ?? "";
  } catch (error) {
    const [first] = (error as Partial<Esbuild.BuildFailure>).errors ?? [];
    throw new InputError(file, first?.location?.line ?? 0, `can't be read: ${first?.text ?? String(error)}`);
  }
  const path = resolve(file);
  const module = { exports: {} as Record<string, unknown> };
  try {
    const run = runInThisContext(`(function (exports, require, module, __filename, __dirname) {${code}\n})`, {
      filename: path,
    }) as (...args: unknown[]) => void;
    run(module.exports, createRequire(path), module, path, dirname(path));
  } catch (error) {
    throw new InputError(file, 0, `can't be loaded: ${messageOf(error)}`);
  }
  return module.exports;
}

/** Of an error of whatever realm. */
const messageOf = (error: unknown): string =>
  isObject(error) && typeof error["message"] === "string" ? error["message"] : String(error);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const ID = /^[a-z][a-z\d]*(-[a-z\d]+)*$/;

/** An export, if it is an invariant; what it finds is checked when it does. */
function checked(file: string, exported: unknown, index: number): Invariant {
  const fault = (field: string, what: string): never => {
    throw new InputError(file, 0, `invariant ${index + 1}: ${field}${what}`);
  };
  if (!isObject(exported)) return fault("", `is no object (allowed: ${EXPORTS})`);
  const fields = ["id", "title", "paragraph", "remedy"] as const;
  for (const field of fields) {
    const value = exported[field];
    if (typeof value !== "string" || value === "") fault(field, " is missing or empty (allowed: a text)");
  }
  const { id, title, paragraph, remedy } = exported as Record<(typeof fields)[number], string>;
  if (!ID.test(id)) fault("id", `: '${id}' is no id (allowed: words of small letters and digits, joined by '-')`);
  if (typeof exported["check"] !== "function") fault("check", " is missing (allowed: a function of what is judged)");
  const invariant = exported as unknown as Invariant;
  return { id, title, paragraph, remedy, check: (judged) => problemsOf(file, invariant, judged) };
}

/** What an invariant finds. @throws InputError if it throws, or finds what is no problem: then nothing is proved */
function problemsOf(file: string, invariant: Invariant, judged: Judged): Problem[] {
  const fault = (what: string): never => {
    throw new InputError(file, 0, `invariant '${invariant.id}' ${what}`);
  };
  let found: readonly unknown[] | undefined;
  try {
    const told: unknown = invariant.check(judged);
    found = isObject(told) && Symbol.iterator in told ? [...(told as Iterable<unknown>)] : undefined;
  } catch (error) {
    return fault(`fails: ${messageOf(error)}`);
  }
  if (!found) return fault("returns no problems (allowed: a list, or a generator; nothing is waited for)");
  return found.map((problem) => {
    if (!isObject(problem)) return fault("finds what is no problem (allowed: objects)");
    const { status, resource, location, message, remedy, counterexample, extent } = problem;
    if (status !== "violated" && status !== "unknown")
      fault(`finds a problem of status '${String(status)}' (allowed: violated, unknown)`);
    for (const [field, text] of Object.entries({ resource, message })) {
      if (typeof text !== "string" || text === "") fault(`finds a problem without ${field} (allowed: a text)`);
    }
    if (!isObject(location) || typeof location["file"] !== "string" || typeof location["line"] !== "number")
      fault("finds a problem without location (allowed: a resource's, or what its 'locate' returns)");
    if (remedy !== undefined && typeof remedy !== "string") fault("finds a problem whose remedy is no text");
    return {
      status,
      resource,
      location,
      message,
      counterexample,
      extent,
      ...(remedy !== undefined && { remedy }),
    } as Problem;
  });
}
