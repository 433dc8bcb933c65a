/** Who may do what by a resource, and what the clouds share to tell it. */
import { isReference, isUnknown, type Location, type Resource, type Value } from "../model";
import { at, blocks, field, isList } from "../values";
import { textOf } from "../diff/spelled";
import type { TerraformInput } from "./terraform-input";
import { oncePer } from "../once-per";

/** Everything but what is listed: `NotAction` and the like. */
export interface AllBut {
  readonly allBut: readonly string[];
}

/** What a grant speaks of: a text, in which `*` and `?` stand for any text and any letter, or all but some of these. */
export type Term = string | AllBut;

export const termText = (term: Term): string => (typeof term === "string" ? term : `all but ${term.allBut.join(", ")}`);

/** One right: who, what, on what, and under which conditions. */
export interface Grant {
  readonly holder: Term;
  readonly action: Term;
  readonly on: Term;
  /** All must hold. */
  readonly conditions: readonly string[];
  readonly isDenial?: boolean;
  /** Of a denial: address of the resource whose policy it is in. */
  readonly subject?: string;
  /** Why nobody can tell what it grants. */
  readonly unknown?: string;
  /** Of such a grant: what it says, as text, so that another is told from it. */
  readonly version?: string;
  readonly resource: string;
  readonly location: Location;
}

/** A grant before it is said where it stands. */
export type Draft = Omit<Grant, "resource" | "location" | "conditions"> & { readonly conditions?: readonly string[] };
export type Reader = (resource: Resource, input: TerraformInput) => readonly Draft[];

/** How the resources of some types grant. */
export interface Kind {
  readonly types: RegExp;
  readonly read: Reader;
}

/** Attributes that stand for the resource as a whole. */
const WHOLE = /^(|id|arn|name|bucket|email|member|key_id|key_arn|url|unique_id|client_id|principal_id|self_link)$/;

/** What a value names: the address of a resource of the input, else its text. */
export function nameOf(value: Value | undefined, from: Resource, input: TerraformInput): string {
  if (!isReference(value)) {
    const text = textOf(value, from, input);
    return namesakes(input).get(text) ?? text;
  }
  const target = input.find({ ...value, attribute: "" }, from, "target");
  if (target.kind !== "resource") return textOf(value, from, input);
  const held = at(target.resource.values, ...value.attribute.split("."));
  if (isReference(held)) return nameOf(held, target.resource, input);
  if (target.resource.mode === "data" || !WHOLE.test(value.attribute)) return textOf(value, from, input);
  return input.id(target.resource);
}

/** What readers replace by its name, where the input tells it: argument by type. */
const NAMED_BY: Readonly<Record<string, string>> = {
  aws_s3_bucket: "bucket",
  aws_ecr_repository: "name",
  aws_iam_role: "name",
  google_storage_bucket: "name",
};

/** Addresses of resources by the names that others may know them by. */
const namesakes = oncePer(
  (input: TerraformInput): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(NAMED_BY).flatMap(([type, argument]) =>
        input.managed(type).flatMap((resource) => {
          const name = resource.values[argument];
          return typeof name === "string" && name !== "" ? [[name, input.id(resource)] as const] : [];
        }),
      ),
    ),
);

/** The texts of a list, or of one value. */
export const elements = (value: Value | undefined, from: Resource, input: TerraformInput): string[] => {
  const held = isReference(value) ? (input.follow(value, from) ?? value) : value;
  if (isUnknown(held) || held === undefined || held === null) return held ? [textOf(value, from, input)] : [];
  return isList(held) ? held.map((element) => textOf(element, from, input)) : [textOf(held, from, input)];
};

/** Whoever is in these words may be anyone. */
export const PUBLIC = "anyone";
export const everybody = (name: string) => (/^(\*|allUsers)$/.test(name) ? PUBLIC : name);

/** A setting that keeps the public out where it has one of some values. */
export interface Guard {
  readonly types: RegExp;
  readonly path: readonly string[];
  readonly isClosed: (text: string | undefined) => boolean;
  readonly action: string;
  /** Argument that names what is guarded; left out: the resource itself. */
  readonly target?: string;
}

export const isTrue = (text: string | undefined) => text === "true";
export const isFalse = (text: string | undefined) => text === "false";

/** What is open where a setting does not keep the public out. */
export const guarded = (guards: readonly Guard[]): readonly Kind[] =>
  guards.map(({ types, path, isClosed, action, target }) => ({
    types,
    read: ((resource, input) => {
      const [value] = elements(field(resource, ...path), resource, input);
      if (isClosed(value)) return [];
      const on = target ? nameOf(resource.values[target], resource, input) : input.id(resource);
      return [{ holder: PUBLIC, action, on }];
    }) satisfies Reader,
  }));

/** Web pages that a store lets read. */
export const corsGrants =
  (path: readonly string[], origins: string, methods: string, target?: string): Reader =>
  (resource, input) =>
    blocks(field(resource, ...path)).flatMap((rule) =>
      elements(at(rule, origins), resource, input).flatMap((origin) =>
        elements(at(rule, methods), resource, input).map((method) => ({
          holder: `web origin ${origin}`,
          action: method,
          on: target ? nameOf(resource.values[target], resource, input) : input.id(resource),
        })),
      ),
    );
