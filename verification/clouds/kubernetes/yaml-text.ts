/** YAML within objects, such as the configuration that a ConfigMap holds. */
import { parse } from "yaml";

/** How many texts are kept: a deployment has some ten, and several invariants ask for each. */
const MOST = 100;
const read = new Map<string, unknown>();

/** The value of a text, for reading alone; undefined where the text is no YAML. */
export function yamlValue(text: string): unknown {
  if (read.has(text)) return read.get(text);
  if (read.size >= MOST) read.clear();
  const value = valueOf(text);
  read.set(text, value);
  return value;
}

function valueOf(text: string): unknown {
  try {
    // Nobody sees an error's excerpt, whose line counter takes half of the time.
    return parse(text, { prettyErrors: false });
  } catch {
    return undefined;
  }
}
