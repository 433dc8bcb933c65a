/** What all functions are made of: how much of their arguments must be known. */
import { isReference, isUnknown, type Reference, type Value } from "../../../model";
import { isOpaque } from "../../../values";
import { EvaluationError, isKnown, toNumber, toText, unknownFrom } from "../partial-value";

export type Implementation = (...args: Value[]) => Value;

/** Most elements that one call makes. */
export const MOST_ELEMENTS = 100_000;

export const fail = (what: string): never => {
  throw new EvaluationError(what);
};

/** Needs every argument known through and through. */
export const strict =
  (implementation: Implementation): Implementation =>
  (...args) =>
    args.every(isKnown) ? implementation(...args) : unknownFrom(...args);

/** Needs the arguments themselves; their elements may be unresolved. */
export const shallow =
  (implementation: Implementation): Implementation =>
  (...args) =>
    args.some(isOpaque) ? unknownFrom(...args) : implementation(...args);

/** A conversion: what it is can't be told of a reference, but it stays that reference. */
export const conversion =
  (implementation: (value: Value) => Value): Implementation =>
  (value = null) =>
    isOpaque(value) || value === null ? value : implementation(value);

export const text = (implementation: (value: string) => Value): Implementation =>
  strict((value = null) => implementation(toText(value)));

export const number = (implementation: (value: number) => number): Implementation =>
  strict((value = null) => implementation(toNumber(value)));

/** Ids and ARNs are single, non-empty texts in every provider; of other attributes even that is not certain. */
export const isIdentifier = (value: Value): boolean => isReference(value) && /(^|[._])(id|arn)$/.test(value.attribute);

/** Whether a value that is not known is for certain neither null nor empty: what a resource goes by, and what has text. */
export const isSomething = (value: Value): boolean =>
  isReference(value)
    ? value.attribute === "id" || value.attribute === "arn" || isRandomText(value)
    : isUnknown(value) && (value.text?.replaceAll("${}", "") ?? "") !== "";

/** What the provider random makes is a text of some length. */
const isRandomText = ({ address, attribute }: Reference): boolean =>
  /(^|\.)random_\w+\.[^.]+$/.test(address) && /^(result|hex|dec|b64_std|b64_url)$/.test(attribute);

/** Made when a text asks for it: it takes longer than most verifications. */
let graphemes: Intl.Segmenter | undefined;

/** What a reader takes for one character is one to Terraform too, whatever it is made of. */
export function charactersOf(text: string): string[] {
  if (/^[\n -~]*$/.test(text)) return Array.from(text);
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}
