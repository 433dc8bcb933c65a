/** Texts of configuration files, as dotted keys and their values. */
import { createHash } from "node:crypto";
import { parseDocument } from "yaml";

/** Values by dotted key. */
export type Keys = Readonly<Record<string, string>>;

/** Keys whose value may be a credential, which no table may hold. */
const CREDENTIAL = /(^|[._])(access_?key(_?id)?|secret_?key|password|api_?key|token)$/i;
/** Lists that are programs rather than settings: only their length is written; and texts that are. */
const PROGRAM = { list: /(^|\.)(metric_)?relabel_configs$/, text: /(^|\.)expr$/ };
/** What names an item of a list, first found first. */
const NAMES = ["name", "job_name", "record", "id", "displayName"];

/** The keys of a file: YAML, or sections of `key value` and `key = value` as Fluent Bit and TOML have them. */
export function keysOf(file: string, text: string): Keys {
  if (/\.(conf|toml)$/.test(file)) return keysOfSections(text);
  // A template of Union's own: `name: {{ namespace }}` is no YAML before it is filled in.
  const filled = text.replace(/(?<=:\s+)\{\{\s*(\w+)\s*\}\}/g, "<$1>");
  const document = parseDocument(filled, { uniqueKeys: false, logLevel: "silent" });
  const value: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  return typeof value === "object" && value !== null ? flatten(value) : { "as a whole": text };
}

/** Every scalar below a value by its dotted path; a list of words is one value, another list's items go by name or place. */
export function flatten(value: unknown, path = ""): Keys {
  if (value === undefined || (value === null && path === "")) return {};
  if (value === null) return { [path]: "" };
  if (typeof value !== "object") return { [path]: scalarOf(path, value) };
  const below = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (!Array.isArray(value)) {
    const fields = Object.entries(value);
    if (fields.length === 0) return path === "" ? {} : { [path]: "{}" };
    return Object.assign({}, ...fields.map(([name, field]) => flatten(field, below(name)))) as Keys;
  }
  if (PROGRAM.list.test(path)) return { [path]: `${value.length} rules` };
  if (value.every(isWord)) return { [path]: value.length === 0 ? "[]" : value.join(" ") };
  return Object.assign({}, ...value.map((item, index) => flatten(item, below(itemName(item, index))))) as Keys;
}

/** The value as a text, unless its name says that it is a credential or a program. */
export function scalarOf(name: string, value: unknown): string {
  if (CREDENTIAL.test(name)) return "(left out)";
  return PROGRAM.text.test(name) ? digestOf(String(value)) : String(value);
}

/** What tells whether a text is the same, without the text. */
export const digestOf = (text: string): string =>
  `text of ${text.length} characters, ${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;

const isWord = (item: unknown) => (typeof item === "string" ? !/\s/.test(item) : typeof item !== "object");

function itemName(item: unknown, index: number): string {
  const name = NAMES.map((field) => (item as Record<string, unknown> | null)?.[field]).find(Boolean);
  return typeof name === "string" ? name : String(index);
}

/** `[SECTION]` and `[[section]]`, each time counted from the second one on. */
function keysOfSections(text: string): Keys {
  const keys: Record<string, string> = {};
  const seen = new Map<string, number>();
  let section = "";
  for (const line of text.split("\n").map((line) => line.trim())) {
    const [, title] = /^\[+([^\]]+)\]+$/.exec(line) ?? [];
    const [, key, value] = /^([\w.-]+)\s*(?:=|\s)\s*(.*)$/.exec(line) ?? [];
    if (title !== undefined) {
      const times = (seen.get(title) ?? 0) + 1;
      seen.set(title, times);
      section = times === 1 ? title : `${title} ${times}`;
    } else if (key !== undefined && value !== undefined) {
      const path = section === "" ? key : `${section}.${key}`;
      const said = value.replace(/^"(.*)"$/, "$1");
      // A key may be given more than once, as Fluent Bit's files of parsers are.
      keys[path] = keys[path] === undefined ? said : `${keys[path]} ${said}`;
    }
  }
  return keys;
}
