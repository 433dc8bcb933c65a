import { parse, type ParseError, printParseErrorCode, visit } from "jsonc-parser";

import { InputError } from "../input-error";
import type { Location } from "../model";

/** Keys and indices from the top of a document to a value in it. */
export type Path = readonly (string | number)[];

/** Where a member of an object or list begins: its key (its value, in a list), and its value. */
interface Member {
  readonly start: number;
  readonly value: number;
}

/** A JSON document: its value, and the places of what is in it. */
export class JsonText {
  readonly value: unknown;
  readonly locations: JsonLocations;

  /** @throws InputError that names the line, if `text` is no JSON */
  constructor(
    readonly file: string,
    text: string,
  ) {
    try {
      this.value = JSON.parse(text);
    } catch {
      throw syntaxError(file, text);
    }
    this.locations = new JsonLocations(file, text);
  }

  locate(path: Path): Location {
    return this.locations.locate(path);
  }

  lineOf(path: Path): number {
    return this.locations.lineOf(path);
  }
}

/**
 * The line of each value of a JSON document, found only when it is asked for.
 *
 * A plan of a hundred thousand rules costs no more than its parse while nothing is found in it, and each object is
 * searched once however often it is asked. The text is all that is kept of the document, and of a text on one line,
 * as Terraform prints it, not even that.
 */
export class JsonLocations {
  /** Empty where the document is one line. */
  private readonly text: string;
  private readonly members = new Map<number, ReadonlyMap<string | number, Member>>();
  /** Where objects and lists that are not deep in others end, by where they begin: they are gone through once. */
  private readonly ends = new Map<number, number>();
  private readonly firstLine: Location;
  private readonly locateFirstLine = () => this.firstLine;
  private lineStarts: readonly number[] | undefined;

  /** @param text valid JSON */
  constructor(
    private readonly file: string,
    text: string,
  ) {
    const firstBreak = text.indexOf("\n");
    const isOneLine = firstBreak < 0 || text.slice(firstBreak).trimStart() === "";
    this.text = isOneLine ? "" : text;
    this.firstLine = { file, line: 1 };
  }

  /** Location of the value at `path`, or of the nearest one above it. A location's line is found when it is read. */
  locate(path: Path): Location {
    return this.text === "" ? this.firstLine : lazyLocation(this.file, () => this.lineOf(path));
  }

  /** {@link locate} for paths that begin with `above`. */
  locator(above: Path): (below: Path) => Location {
    if (this.text === "") return this.locateFirstLine;
    return (below) => this.locate([...above, ...below]);
  }

  /** 1-based line of the value at `path`, or of the nearest one above it. */
  lineOf(path: Path): number {
    if (this.text === "") return 1;
    let value = skipSpace(this.text, 0);
    let start = value;
    for (const step of path) {
      const member = this.member(value, step);
      if (member === undefined) break;
      ({ start, value } = member);
    }
    this.lineStarts ??= startsOfLines(this.text);
    return lineAt(this.lineStarts, start);
  }

  /** As in `at` of values.ts, a key asked of a list of one block is asked of the block, index 0 of a block is the block. */
  private member(container: number, step: string | number): Member | undefined {
    const members = this.membersOf(container);
    const found = members.get(step);
    if (found !== undefined) return found;
    const isArray = this.text[container] === "[";
    if (isArray && typeof step === "string" && members.size === 1) {
      const [only] = members.values();
      return only && this.member(only.value, step);
    }
    return !isArray && step === 0 ? { start: container, value: container } : undefined;
  }

  private membersOf(container: number): ReadonlyMap<string | number, Member> {
    let members = this.members.get(container);
    if (members === undefined) this.members.set(container, (members = readMembers(this.text, container, this.ends)));
    return members;
  }
}

/** A location whose line is worked out when it is read. */
export function lazyLocation(file: string, lineOf: () => number): Location {
  let line: number | undefined;
  return {
    file,
    get line() {
      return (line ??= lineOf());
    },
  };
}

/** Offsets at which lines start. */
function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return starts;
}

/** 1-based line of an offset. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

function syntaxError(file: string, text: string): InputError {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true });
  } catch {
    // It goes down by recursion; what is nested deeper than the stack keeps the message without a line.
  }
  const [first] = errors;
  if (first === undefined) return new InputError(file, 0, "is not valid JSON");
  const line = lineAt(startsOfLines(text), Math.min(first.offset, text.length));
  const what = printParseErrorCode(first.error).replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return new InputError(file, line, `is not valid JSON: ${what}`);
}

/**
 * JSON.parse keeps the last of equal keys where Terraform keeps every block, so one of them could hide another.
 *
 * @param value what JSON.parse makes of `text`
 * @throws InputError that names the second of two equal keys
 */
export function refuseRepeatedKeys(file: string, text: string, value: unknown): void {
  if (writtenKeys(text) === countKeys(value)) return;
  const objects: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void objects.push(new Set()),
    onObjectEnd: () => void objects.pop(),
    onObjectProperty: (key, _offset, _length, startLine) => {
      if (objects.at(-1)?.has(key)) throw new InputError(file, startLine + 1, `'${key}' is written twice`);
      objects.at(-1)?.add(key);
    },
  });
}

/** Texts that a colon follows. */
function writtenKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at = skipString(text, at);
    if (text[skipSpace(text, at)] === ":") count++;
  }
  return count;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, below) => sum + countKeys(below), own);
}

// What follows runs on texts that JSON.parse has accepted: strings end and brackets balance.

const SPACE = /\s*/y;
const SCALAR = /[^\s,\]}]+/y;

function skipSpace(text: string, offset: number): number {
  SPACE.lastIndex = offset;
  SPACE.test(text);
  return SPACE.lastIndex;
}

/** Offset behind the string that opens at `offset`. */
function skipString(text: string, offset: number): number {
  for (let end = text.indexOf('"', offset + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/** Offset behind the value that starts at `offset`. @param ends takes those of what is in it too, down to a few levels */
function skipValue(text: string, offset: number, ends: Map<number, number>): number {
  const first = text[offset];
  if (first === '"') return skipString(text, offset);
  if (first !== "{" && first !== "[") {
    SCALAR.lastIndex = offset;
    SCALAR.test(text);
    return SCALAR.lastIndex;
  }
  const known = ends.get(offset);
  if (known !== undefined) return known;
  const open: number[] = [];
  let at = offset;
  do {
    const character = text[at];
    if (character === '"') {
      at = skipString(text, at);
      continue;
    }
    at++;
    if (character === "{" || character === "[") open.push(at - 1);
    else if (character === "}" || character === "]") {
      const start = open.pop();
      if (start !== undefined && open.length < LEVELS) ends.set(start, at);
    }
  } while (open.length > 0);
  return at;
}

/** Resources stand so deep, by their types and names. */
const LEVELS = 3;

/** The members of the object or list that opens at `offset`; of a name written twice the last, as JSON.parse has it. */
function readMembers(text: string, offset: number, ends: Map<number, number>): Map<string | number, Member> {
  const members = new Map<string | number, Member>();
  const isObject = text[offset] === "{";
  if (!isObject && text[offset] !== "[") return members;
  for (let at = skipSpace(text, offset + 1); text[at] !== "}" && text[at] !== "]";) {
    const start = at;
    let key: string | number = members.size;
    if (isObject) {
      at = skipString(text, at);
      key = JSON.parse(text.slice(start, at)) as string;
      at = skipSpace(text, skipSpace(text, at) + 1);
    }
    members.set(key, { start, value: at });
    at = skipSpace(text, skipValue(text, at, ends));
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return members;
}
