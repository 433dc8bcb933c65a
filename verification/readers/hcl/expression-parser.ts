/**
 * Terraform's expression language (HCL native syntax) as text, parsed into a tree: what stands between `${` and `}`,
 * and the templates around it.
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "template"; readonly parts: readonly (string | Expression)[] }
  /** What a template's directive makes: the text of a value, or the texts of a list's elements one after the other. */
  | { readonly kind: "text"; readonly of: Expression }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly key: Expression }
  /** `source[*].each`: `each` is evaluated for every element, which it calls {@link ELEMENT}. */
  | { readonly kind: "splat"; readonly source: Expression; readonly each: Expression }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly items: readonly (readonly [Expression, Expression])[] }
  | ForExpression
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly expandLast: boolean }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "conditional"; readonly condition: Expression; readonly yes: Expression; readonly no: Expression };

export interface ForExpression {
  readonly kind: "for";
  readonly keyName?: string;
  readonly valueName: string;
  readonly source: Expression;
  /** Set for `{for ... : key => value}`. */
  readonly key?: Expression;
  readonly value: Expression;
  readonly condition?: Expression;
  /** `value...`: values of equal keys are gathered in a list. */
  readonly grouped: boolean;
}

/** Name of a splat's element; no identifier of the language can be it. */
export const ELEMENT = "*";

/** Text that is not of the language, or a part of it that is not read. */
export class ExpressionSyntaxError extends Error {}

/**
 * Parses a string of Terraform JSON: literal text with `${...}` in it.
 *
 * @throws ExpressionSyntaxError
 */
export function parseTemplate(text: string): Expression {
  return new Parser(text).template();
}

/**
 * Parses an expression without `${` and `}` around it.
 *
 * @throws ExpressionSyntaxError
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).only();
}

const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const FUNCTION = /[\p{L}_][\p{L}\p{N}_-]*(::[\p{L}_][\p{L}\p{N}_-]*)*[ \t]*\(/uy;
const NUMBER = /\d+(\.\d+)?([eE][+-]?\d+)?/y;
const DIGITS = /\d+/y;
const SPACE = /(\s|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const FOR = /for\s+[\p{L}_]/uy;
const KEY = /[\p{L}_][\p{L}\p{N}_-]*(?=[ \t]*(=(?!=)|:))/uy;
const HEREDOC = /<<(-?)([\p{L}_][\p{L}\p{N}_-]*)[^\n]*\n([^]*?)\n?^[ \t]*\2(?=\s|$)/muy;
const UNICODE_ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** Binary operators, loosest first. */
const OPERATORS = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]] as const;

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  only(): Expression {
    const expression = this.expression();
    this.skip();
    if (this.at < this.text.length) this.fail("unexpected text");
    return expression;
  }

  /** A template up to the end of the text, or, when `quoted`, up to the closing quote and with backslash escapes. */
  template(quoted = false): Expression {
    const { expression, end } = this.parts(quoted, false, []);
    if (end !== "") throw new ExpressionSyntaxError(`a template directive '${end}' ends nothing`);
    if (quoted) this.expect('"');
    return expression;
  }

  /**
   * The parts of a template up to a directive that ends it (`else`, `endif`, `endfor`), which is read over.
   *
   * @param trimStart whether what stands before it bears a marker `~`
   */
  private parts(
    quoted: boolean,
    trimStart: boolean,
    ends: readonly string[],
  ): { readonly expression: Expression; readonly end: string; readonly trimEnd: boolean } {
    const parts: (string | Expression)[] = [];
    let literal = "";
    const flush = (trimEnd: boolean) => {
      literal = trimmed(literal, trimStart, trimEnd);
      if (literal !== "") parts.push(literal);
      literal = "";
      trimStart = false;
    };
    const close = (): boolean => {
      this.skip();
      const hasMarker = this.take("~");
      this.expect("}");
      return hasMarker;
    };
    while (this.at < this.text.length && !(quoted && this.looksAt('"'))) {
      if (this.looksAt("$${") || this.looksAt("%%{")) {
        literal += this.text.slice(this.at + 1, this.at + 3);
        this.at += 3;
      } else if (this.take("${")) {
        flush(this.take("~"));
        parts.push(this.expression());
        trimStart = close();
      } else if (this.take("%{")) {
        flush(this.take("~"));
        this.skip();
        const directive = this.identifier();
        if (ends.includes(directive)) return { expression: joined(parts), end: directive, trimEnd: close() };
        if (directive === "if") {
          const condition = this.expression();
          const yes = this.parts(quoted, close(), ["else", "endif"]);
          const no = yes.end === "else" ? this.parts(quoted, yes.trimEnd, ["endif"]) : undefined;
          const otherwise: Expression = no?.expression ?? { kind: "literal", value: "" };
          parts.push({ kind: "text", of: { kind: "conditional", condition, yes: yes.expression, no: otherwise } });
          trimStart = (no ?? yes).trimEnd;
        } else if (directive === "for") {
          const names = this.forNames();
          const body = this.parts(quoted, close(), ["endfor"]);
          const value: Expression = { kind: "text", of: body.expression };
          parts.push({ kind: "text", of: { kind: "for", ...names, value, grouped: false } });
          trimStart = body.trimEnd;
        } else throw new ExpressionSyntaxError(`a template directive '${directive}' stands where none may`);
      } else if (quoted && this.looksAt("\\")) {
        literal += this.escape();
      } else {
        literal += this.text[this.at++] ?? "";
      }
    }
    flush(false);
    if (ends.length > 0) throw new ExpressionSyntaxError(`a template directive lacks its '${ends.at(-1) ?? ""}'`);
    return { expression: joined(parts), end: "", trimEnd: false };
  }

  private escape(): string {
    const unicode = this.match(UNICODE_ESCAPE);
    if (unicode) {
      const code = parseInt(unicode[1] ?? unicode[2] ?? "", 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : this.fail("no such character");
    }
    const character = ESCAPES[this.text[this.at + 1] ?? ""] ?? this.fail("unknown escape");
    this.at += 2;
    return character;
  }

  private expression(): Expression {
    const condition = this.binary(0);
    this.skip();
    if (!this.take("?")) return condition;
    const yes = this.expression();
    this.expect(":");
    return { kind: "conditional", condition, yes, no: this.expression() };
  }

  private binary(level: number): Expression {
    const operators = OPERATORS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      this.skip();
      const operator = operators.find((candidate) => this.take(candidate));
      if (!operator) return left;
      left = { kind: "binary", operator, left, right: this.binary(level + 1) };
    }
  }

  private unary(): Expression {
    this.skip();
    const operator = ["!", "-"].find((candidate) => this.take(candidate));
    return operator ? { kind: "unary", operator, operand: this.unary() } : this.steps(this.primary());
  }

  /** What follows a term: attributes, indices, splats. */
  private steps(of: Expression, attributesOnly = false): Expression {
    for (;;) {
      this.skip();
      if (this.looksAt("...")) return of;
      if (this.looksAt(".")) {
        this.at++;
        this.skip();
        const digits = this.match(DIGITS);
        if (digits) of = { kind: "index", of, key: { kind: "literal", value: Number(digits[0]) } };
        else if (this.take("*"))
          of = { kind: "splat", source: of, each: this.steps({ kind: "variable", name: ELEMENT }, true) };
        else of = { kind: "attribute", of, name: this.identifier() };
      } else if (!attributesOnly && this.take("[")) {
        this.skip();
        if (this.take("*")) {
          this.expect("]");
          of = { kind: "splat", source: of, each: this.steps({ kind: "variable", name: ELEMENT }) };
        } else {
          of = { kind: "index", of, key: this.expression() };
          this.expect("]");
        }
      } else {
        return of;
      }
    }
  }

  private primary(): Expression {
    this.skip();
    if (this.take('"')) return this.template(true);
    if (this.take("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (this.take("[")) return this.isFor() ? this.forExpression("]") : this.list();
    if (this.take("{")) return this.isFor() ? this.forExpression("}") : this.object();
    const heredoc = this.match(HEREDOC);
    if (heredoc) return this.heredoc(heredoc);
    const number = this.match(NUMBER);
    if (number) return { kind: "literal", value: this.exact(number[0]) };
    const call = this.match(FUNCTION);
    if (call) return this.call(call[0].slice(0, -1).trim());
    const name = this.identifier();
    if (name === "null") return { kind: "literal", value: null };
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    return { kind: "variable", name };
  }

  /** A whole number of more digits is another one to Terraform than to JavaScript. */
  private exact(digits: string): number {
    const value = Number(digits);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) this.fail(`the number ${digits} is too large`);
    return value;
  }

  private heredoc([, flush, , body = ""]: RegExpExecArray): Expression {
    const lines = body === "" ? [] : body.split("\n");
    const indent = flush ? Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/))) : 0;
    return parseTemplate(lines.map((line) => `${line.slice(indent)}\n`).join(""));
  }

  private list(): Expression {
    const items: Expression[] = [];
    while (!this.closes("]")) {
      items.push(this.expression());
      if (!this.comma()) this.expectAhead("]");
    }
    return { kind: "list", items };
  }

  private object(): Expression {
    const items: (readonly [Expression, Expression])[] = [];
    while (!this.closes("}")) {
      const name = this.match(KEY);
      const key: Expression = name ? { kind: "literal", value: name[0] } : this.expression();
      this.skip();
      if (!this.take("=") && !this.take(":")) this.fail("expected '='");
      items.push([key, this.expression()]);
      // Items stand apart by a comma or a line break.
      this.comma();
    }
    return { kind: "object", items };
  }

  private isFor(): boolean {
    this.skip();
    FOR.lastIndex = this.at;
    return FOR.test(this.text);
  }

  private forExpression(close: "]" | "}"): Expression {
    this.identifier();
    const names = this.forNames();
    this.expect(":");
    const left = this.expression();
    this.skip();
    const key = close === "}" ? left : undefined;
    if (key) this.expect("=>");
    const value = key ? this.expression() : left;
    this.skip();
    const grouped = this.take("...");
    this.skip();
    const condition = this.looksAt("if") && this.identifier() === "if" ? this.expression() : undefined;
    this.expect(close);
    return {
      kind: "for",
      ...names,
      ...(key && { key }),
      value,
      ...(condition && { condition }),
      grouped,
    };
  }

  /** `key, value in source`. */
  private forNames(): Pick<ForExpression, "keyName" | "valueName" | "source"> {
    this.skip();
    const first = this.identifier();
    const second = this.comma() ? this.identifier() : undefined;
    this.skip();
    if (this.identifier() !== "in") this.fail("expected 'in'");
    const source = this.expression();
    return { ...(second !== undefined && { keyName: first }), valueName: second ?? first, source };
  }

  private call(name: string): Expression {
    const args: Expression[] = [];
    let expandLast = false;
    while (!this.closes(")")) {
      args.push(this.expression());
      this.skip();
      expandLast = this.take("...");
      if (!this.comma()) this.expectAhead(")");
    }
    return { kind: "call", name, args, expandLast };
  }

  private closes(close: string): boolean {
    this.skip();
    return this.take(close);
  }

  private comma(): boolean {
    this.skip();
    const found = this.take(",");
    this.skip();
    return found;
  }

  private identifier(): string {
    return this.match(IDENTIFIER)?.[0] ?? this.fail("expected a name");
  }

  private skip(): void {
    this.match(SPACE);
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found ?? undefined;
  }

  private looksAt(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  private take(token: string): boolean {
    const found = this.looksAt(token);
    if (found) this.at += token.length;
    return found;
  }

  private expect(token: string): void {
    this.skip();
    if (!this.take(token)) this.fail(`expected '${token}'`);
  }

  private expectAhead(token: string): void {
    if (!this.looksAt(token)) this.fail(`expected ',' or '${token}'`);
  }

  private fail(what: string): never {
    const near = this.text.slice(this.at, this.at + 20);
    throw new ExpressionSyntaxError(`${what}${near === "" ? " at the end" : ` at '${near}'`}`);
  }
}

function joined(parts: readonly (string | Expression)[]): Expression {
  const [first] = parts;
  if (parts.length === 0) return { kind: "literal", value: "" };
  if (parts.length === 1 && typeof first === "string") return { kind: "literal", value: first };
  return { kind: "template", parts };
}

/** A marker takes the spaces beside it, up to the line's end and with it; of the lines beyond it takes nothing. */
function trimmed(literal: string, start: boolean, end: boolean): string {
  const first = start ? literal.indexOf("\n") + 1 || literal.length : 0;
  const ahead = literal.slice(0, first).trimStart() + literal.slice(first);
  const last = end ? ahead.lastIndexOf("\n", ahead.length - 2) + 1 : ahead.length;
  return ahead.slice(0, last) + ahead.slice(last).trimEnd();
}
