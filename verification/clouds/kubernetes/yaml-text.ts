/** YAML within objects, such as the configuration that a ConfigMap holds. */
import { parse } from "yaml";

/** How many texts are kept: a deployment has some ten, with as many entries each, and several invariants ask for each. */
const MOST = 300;
const read = new Map<string, unknown>();

/** The value of a text, for reading alone; undefined where the text is no YAML. */
export function yamlValue(text: string): unknown {
  return once(text, () => byEntries(text) ?? parsed(text));
}

function once(text: string, value: () => unknown): unknown {
  if (read.has(text)) return read.get(text);
  const result = value();
  if (read.size >= MOST) read.clear();
  read.set(text, result);
  return result;
}

function parsed(text: string): unknown {
  try {
    // Nobody sees an error's excerpt, whose line counter takes half of the time.
    return parse(text, { prettyErrors: false });
  } catch {
    return undefined;
  }
}

/** What begins a line otherwise than an entry of a map with a plain name, or a part of one; and what else ends lines. */
const OTHER = /^(?! |[A-Za-z][\w-]*:(?: |$))./m;
const ENDS_OF_LINES = /[\t\r\u2028\u2029]/;

/**
 * The entries of a map put together, each read once: many texts have the same. Undefined where the text is no map that
 * can be cut, or an entry is no YAML by itself: then it is read as a whole.
 */
function byEntries(text: string): unknown {
  if (!/^[A-Za-z]/.test(text) || ENDS_OF_LINES.test(text) || OTHER.test(text)) return undefined;
  const fields = new Map<string, unknown>();
  for (const entry of text.split(/^(?=[A-Za-z])/m)) {
    const value = once(entry, () => parsed(entry));
    const [field, ...others] = typeof value === "object" && value !== null ? Object.entries(value) : [];
    if (!field || others.length > 0 || fields.has(field[0])) return undefined;
    fields.set(...field);
  }
  return Object.fromEntries(fields);
}
