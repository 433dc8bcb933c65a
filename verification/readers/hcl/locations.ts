/** Lines of blocks, attributes and their elements in HCL, which its conversion to JSON forgets. */
import type { Location } from "../../model";
import type { Comment } from "../inline-exceptions";
import type { Path } from "../json-locations";

/** What stands at a JSON path: its line, and what stands below it. */
interface Node {
  readonly line: number;
  readonly below: Map<string | number, Node>;
}

interface Token {
  readonly text: string;
  readonly line: number;
}

/** Locates JSON paths, as hcl2json makes them, in the text they come from; the text is scanned when first asked for. */
export function hclLocator(file: string, text: string): (path: Path) => Location {
  let top: Node | undefined;
  return (path) => {
    let node = (top ??= new Scanner(text).file());
    for (const step of path) {
      const next = node.below.get(step);
      if (!next) break;
      node = next;
    }
    return { file, line: node.line };
  };
}

const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const BLANK = /[ \t\r\uFEFF]+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\//y;
const HEREDOC = /<<-?([\p{L}_][\p{L}\p{N}_-]*)[^\n]*\n[^]*?^[ \t]*\1(?=\s|$)/muy;
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["{", "}"],
  ["[", "]"],
  ["(", ")"],
]);

/** Works on texts that hcl2json accepts; of any other the lines are rough. */
class Scanner {
  private readonly tokens: readonly Token[];
  private next = 0;

  constructor(text: string) {
    this.tokens = [...tokensOf(text)];
  }

  file(): Node {
    return this.body({ line: 1, below: new Map() });
  }

  /** Attributes and blocks up to the closing brace. */
  private body(node: Node): Node {
    for (let token = this.take(); token && token.text !== "}"; token = this.take()) {
      if (token.text === "\n") continue;
      if (this.peek() === "=") {
        this.take();
        node.below.set(nameOf(token), this.value(token.line));
      } else {
        this.block(node, token);
      }
    }
    return node;
  }

  private block(parent: Node, { text, line }: Token): void {
    let list = child(parent, text, line);
    for (let label = this.take(); label && label.text !== "{"; label = this.take())
      list = child(list, nameOf(label), line);
    const block = { line, below: new Map() };
    list.below.set(list.below.size, block);
    this.body(block);
  }

  /** An attribute's value: lists and objects element by element, whatever else as a whole. */
  private value(line: number): Node {
    const node: Node = { line, below: new Map() };
    const isCollection = (this.peek() === "[" || this.peek() === "{") && !this.isFor();
    if (isCollection && this.take()?.text === "[") this.list(node);
    else if (isCollection) this.object(node);
    this.rest();
    return node;
  }

  private list(node: Node): void {
    for (;;) {
      this.skipLines();
      const line = this.tokens[this.next]?.line;
      if (line === undefined || this.peek() === "]") break;
      node.below.set(node.below.size, this.value(line));
      this.skipLines();
      if (this.peek() === ",") this.take();
    }
    this.take();
  }

  private object(node: Node): void {
    for (;;) {
      this.skipLines();
      const key = this.take();
      if (!key || key.text === "}") break;
      // A key that is an expression ends at its `=`.
      while (this.peek() !== undefined && this.peek() !== "=" && this.peek() !== ":") this.take();
      this.take();
      node.below.set(nameOf(key), this.value(key.line));
      if (this.peek() === ",") this.take();
    }
  }

  /** What is left of an expression: up to the end of the line, a comma or a closing bracket. */
  private rest(): void {
    const open: string[] = [];
    for (let text = this.peek(); text !== undefined; text = this.peek()) {
      if (open.length === 0 && /^[\n,\])}]$/.test(text)) return;
      if (text === open.at(-1)) open.pop();
      const closing = CLOSING.get(text);
      if (closing) open.push(closing);
      this.take();
    }
  }

  private isFor(): boolean {
    let ahead = this.next + 1;
    while (this.tokens[ahead]?.text === "\n") ahead++;
    return this.tokens[ahead]?.text === "for" && !/^[=:,]$/.test(this.tokens[ahead + 1]?.text ?? "");
  }

  private skipLines(): void {
    while (this.peek() === "\n") this.next++;
  }

  private peek(): string | undefined {
    return this.tokens[this.next]?.text;
  }

  private take(): Token | undefined {
    return this.tokens[this.next++];
  }
}

function child(parent: Node, key: string, line: number): Node {
  const existing = parent.below.get(key);
  if (existing) return existing;
  const node = { line, below: new Map() };
  parent.below.set(key, node);
  return node;
}

const nameOf = ({ text }: Token): string => (text.startsWith('"') ? text.slice(1, -1) : text);

function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  for (let at = 0; at < text.length;) {
    const length = lengthAt(text, at);
    const token = text.slice(at, at + length);
    BLANK.lastIndex = at;
    if (!BLANK.test(text)) yield { text: token, line };
    for (const character of token) if (character === "\n") line++;
    at += length;
  }
}

/** Length of the token at an offset. */
function lengthAt(text: string, at: number): number {
  for (const pattern of [BLANK, IDENTIFIER, HEREDOC]) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex - at;
  }
  return text[at] === '"' ? endOfString(text, at + 1) - at : 1;
}

/** Offset behind the string whose first character is at `at`; quotes within its `${...}` do not end it. */
function endOfString(text: string, at: number): number {
  while (at < text.length && text[at] !== '"') {
    if (text[at] === "\\" || text.startsWith("$${", at) || text.startsWith("%%{", at)) at += text[at] === "\\" ? 2 : 3;
    else if (text.startsWith("${", at) || text.startsWith("%{", at)) at = endOfInterpolation(text, at + 2);
    else at++;
  }
  return at + 1;
}

function endOfInterpolation(text: string, at: number): number {
  for (let depth = 1; at < text.length && depth > 0;) {
    const character = text[at++];
    if (character === '"') at = endOfString(text, at);
    else if (character === "{") depth++;
    else if (character === "}") depth--;
  }
  return at;
}

/** The comments of a text, line by line. */
export function commentsIn(text: string): Comment[] {
  const found: Comment[] = [];
  let depth = 0;
  let line = 1;
  let lastCode = 0;
  for (let at = 0; at < text.length;) {
    const length = lengthAt(text, at);
    const token = text.slice(at, at + length);
    if (/^(#|\/\/|\/\*)/.test(token)) {
      const lines = token.replaceAll(/^(#+|\/\/+|\/\*+)|\*+\/$/g, "").split("\n");
      lines.forEach((part, i) =>
        found.push({ line: line + i, text: part.trim(), alone: i > 0 || lastCode !== line, depth }),
      );
    } else if (/\S/.test(token)) {
      lastCode = line + token.split("\n").length - 1;
      if (/^[[({]$/.test(token)) depth++;
      else if (/^[\])}]$/.test(token)) depth--;
    }
    line += token.split("\n").length - 1;
    at += length;
  }
  return found;
}
