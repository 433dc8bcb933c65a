/**
 * Policy documents of AWS (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html), whether
 * written as JSON, by `jsonencode`, or as the data source `aws_iam_policy_document`.
 */
import { isReference, isUnknown, type Reference, type Resource, type Unknown, type Value } from "../../model";
import { at, blocks, isList, isObject, isOpaque, list, text, unknown, type ObjectValue } from "../../values";
import { mayBeStar, mayReadStar } from "./anybody";
import { jsonValue } from "../json-text";
import type { TerraformInput } from "../terraform-input";
import { isAbsent } from "../terraform-input";

/** One statement. Texts have `${}` for each part that is not known; keys and operators are in lower case. */
export interface Statement {
  readonly effect: string;
  readonly principals: readonly Principal[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whether it speaks of everything but what it names: `NotPrincipal`, `NotAction`, `NotResource`. */
  readonly except: Readonly<Record<"principals" | "actions" | "resources", boolean>>;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

export interface Principal {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for everybody. */
  readonly type: string;
  readonly id: string;
  /** Set where it is not known, and may be everybody. */
  readonly maybeEverybody?: true;
}

export interface Condition {
  /** e.g. `stringequals`, `foranyvalue:stringlike`. */
  readonly operator: string;
  /** e.g. `aws:securetransport`. */
  readonly key: string;
  readonly values: readonly string[];
  /** Set where one of the values is not known, and may be `*`. */
  readonly maybeAny?: true;
}

/** Whether a text has parts that are not known. */
export const isPartial = (part: string): boolean => part.includes("${}");

/** Whether a principal is everybody. */
export const isEverybody = ({ type, id }: Principal): boolean => id === "*" && (type === "*" || type === "AWS");

/** Whether a principal is everybody, or may be. */
export const mayBeEverybody = (principal: Principal): boolean =>
  isEverybody(principal) || principal.maybeEverybody === true;

/** Data sources that take in others are followed this far, so that a circle ends. */
const MAX_DEPTH = 8;

/** One name for each resource that policies speak of, however they name it. */
export interface Spelling {
  /** What a reference stands for, where that can be told: an ARN, a name. */
  readonly reference: (reference: Reference, from: Resource) => string | undefined;
  /** A document with what the cloud named by itself, such as the ARN of a key, in the same way. */
  readonly written: (document: string) => string;
}

const AS_WRITTEN: Spelling = { reference: () => undefined, written: (document) => document };

/** The statements of a policy; none where it is absent. */
export function policyStatements(
  value: Value | undefined,
  from: Resource,
  input: TerraformInput,
  spelling: Spelling = AS_WRITTEN,
  depth = MAX_DEPTH,
): readonly Statement[] | Unknown {
  if (isAbsent(value)) return [];
  if (isReference(value)) {
    const target = input.find({ ...value, attribute: "" }, from, "policy");
    if (target.kind === "resource" && target.resource.type === "aws_iam_policy_document") {
      if (depth === 0) return unknown(`${target.resource.address} takes in too many others`);
      return ofDataSource(target.resource, input, spelling, depth - 1);
    }
  }
  const held = input.follow(value, from);
  if (isAbsent(held)) return [];
  const json = isUnknown(held) ? spelled(held, from, input, spelling) : text(held);
  if (typeof json !== "string") return isUnknown(held) ? held : unknown("it is no text");
  return ofJson(spelling.written(json), isUnknown(held) ? held : unknown("it is no policy document"));
}

/** Behind a `${}` that can't be `*`, until principals are read. It is a letter that nobody writes. */
const NAMED = "\uE000";

/** The text with the parts that are told; each `${}` stands for one of the others, as before. */
function spelled(
  { text, parts = [] }: Unknown,
  from: Resource,
  input: TerraformInput,
  { reference }: Spelling,
): string | undefined {
  let index = 0;
  return text?.replaceAll("${}", (unread) => {
    const part = parts[index++];
    const told = isReference(part) ? reference(part, from) : undefined;
    return told ?? (part && !mayBeStar(part, from, input) ? `${unread}${NAMED}` : unread);
  });
}

/** @param otherwise the answer where the text is no document, e.g. for parts that are not known */
function ofJson(json: string, otherwise: Unknown): readonly Statement[] | Unknown {
  const document = jsonValue(json);
  const statements = isObject(document) ? blocks(document["Statement"]) : [];
  if (statements.length === 0 || !statements.every(isObject) || statements.some(hasHiddenCondition)) return otherwise;
  return statements.map((statement) => ({
    effect: partial(statement["Effect"]),
    principals: principalsOf(statement["Principal"] ?? statement["NotPrincipal"]),
    actions: parts(statement["Action"] ?? statement["NotAction"]),
    resources: parts(statement["Resource"] ?? statement["NotResource"]),
    except: {
      principals: "NotPrincipal" in statement,
      actions: "NotAction" in statement,
      resources: "NotResource" in statement,
    },
    conditions: entries(statement["Condition"]).flatMap(([operator, keys]) =>
      entries(keys).map(([key, values]) => condition(operator, key, written(values))),
    ),
  }));
}

/** A condition that stands as a whole for something not known. */
function hasHiddenCondition({ Condition: conditions }: ObjectValue): boolean {
  return conditions !== undefined && !(isObject(conditions) && Object.values(conditions).every(isObject));
}

function principalsOf(value: Value | undefined): Principal[] {
  const read = (type: string, ids: Value | undefined) =>
    written(ids).map(({ id, mayBeAny }) => principal(type, id, mayBeAny));
  return isObject(value) ? entries(value).flatMap(([type, ids]) => read(type, ids)) : read("*", value);
}

/** Whoever is of no other type than these, or of one that is not known, may be everybody. */
function principal(type: string, id: string, mayBeAny: boolean): Principal {
  return { type, id, ...(mayBeAny && (type === "*" || type === "AWS" || isPartial(type)) && { maybeEverybody: true }) };
}

/** The arguments of https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
function ofDataSource(
  source: Resource,
  input: TerraformInput,
  spelling: Spelling,
  depth: number,
): readonly Statement[] | Unknown {
  const { json } = source.values;
  if (typeof json === "string") return ofJson(spelling.written(json), unknown("it is no document"));
  const overriding = list(source.values["override_policy_documents"]) ?? [];
  if (isOpaque(overriding) || overriding.some((one) => !isAbsent(one)))
    return unknown(`${source.address} overrides statements`);
  const statements: Statement[] = [];
  const taken = list(source.values["source_policy_documents"]) ?? [];
  if (isOpaque(taken)) return isUnknown(taken) ? taken : unknown(`${source.address} takes in what is not known`);
  for (const document of taken) {
    const others = policyStatements(document, source, input, spelling, depth);
    if (isUnknown(others)) return others;
    statements.push(...others);
  }
  for (const block of blocks(source.values["statement"])) {
    if (!isObject(block)) return isUnknown(block) ? block : unknown(`a statement of ${source.address} is not known`);
    const given = (name: string) =>
      ((value) => (isAbsent(value) || isEmpty(value) ? undefined : value))(at(block, name));
    const either = (name: string) => given(name) ?? given(`not_${name}`);
    const named = (name: string) => known(either(name), source, input);
    const isExcept = (name: string) => given(`not_${name}`) !== undefined;
    statements.push({
      effect: partial(input.follow(at(block, "effect"), source) ?? "Allow"),
      principals: blocks(either("principals")).flatMap((block) =>
        identifiers(at(block, "identifiers"), source, input, spelling).map(({ id, mayBeAny }) =>
          principal(partial(at(block, "type")), id, mayBeAny),
        ),
      ),
      actions: named("actions"),
      resources: named("resources"),
      except: {
        principals: isExcept("principals"),
        actions: isExcept("actions"),
        resources: isExcept("resources"),
      },
      conditions: blocks(at(block, "condition")).map((block) =>
        condition(
          partial(at(block, "test")),
          known(at(block, "variable"), source, input).join(""),
          identifiers(at(block, "values"), source, input, spelling),
        ),
      ),
    });
  }
  return statements;
}

/** Blocks and texts of which there are none. */
const isEmpty = (value: Value | undefined): boolean => isList(value) && value.length === 0;

const condition = (operator: string, key: string, values: readonly Named[]): Condition => ({
  operator: operator.toLowerCase(),
  key: key.toLowerCase(),
  values: values.map(({ id }) => id),
  ...(values.some(({ mayBeAny }) => mayBeAny) && { maybeAny: true }),
});

const entries = (value: Value | undefined): [string, Value][] => (isObject(value) ? Object.entries(value) : []);

/** A text or a list of texts, of Terraform's values. */
function known(value: Value | undefined, from: Resource, input: TerraformInput): string[] {
  const held = input.follow(value, from);
  return isList(held) ? held.map((part) => partial(input.follow(part, from))) : isAbsent(held) ? [] : [partial(held)];
}

/** A principal's name, or a value of a condition; it may be `*` where it is not known, and names no resource. */
interface Named {
  readonly id: string;
  readonly mayBeAny: boolean;
}

function identifiers(
  value: Value | undefined,
  from: Resource,
  input: TerraformInput,
  { reference }: Spelling,
): Named[] {
  const held = input.follow(value, from);
  const all = isList(held) ? held : isAbsent(held) ? [] : [value];
  return all.map((one) => {
    const id = (isReference(one) ? reference(one, from) : undefined) ?? partial(input.follow(one, from));
    return { id, mayBeAny: isPartial(id) && mayBeStar(one, from, input) };
  });
}

/** The same of JSON. */
const written = (value: Value | undefined): Named[] =>
  blocks(value).map((one) => ({ id: partial(one), mayBeAny: mayReadStar(marked(one)) }));

/** A text or a list of texts, of JSON. */
const parts = (value: Value | undefined): string[] => blocks(value).map(partial);

const partial = (value: Value | undefined): string => marked(value).replaceAll(NAMED, "");

function marked(value: Value | undefined): string {
  const read = text(value) ?? "";
  if (typeof read === "string") return read;
  return (isUnknown(read) ? read.text : undefined) ?? "${}";
}
