import { isMap, isScalar, parseDocument, Scalar } from "yaml";

/**
 * The text of a deployment's file with one field set, or without it. All else stays as it is, to the letter, where the
 * fields stand on lines of their own; a file in JSON stays one.
 *
 * @param value undefined: without the field
 */
export function withField(source: string, field: string, value: string | undefined): string {
  const document = parseDocument(source);
  const { contents } = document;
  if (!isMap(contents) || contents.flow) {
    if (value === undefined) document.delete(field);
    else document.set(quoted(field), quoted(value));
    return document.toString({ lineWidth: 0 });
  }
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === field);
  const start = isScalar(pair?.key) ? pair.key.range[0] : undefined;
  const range = isScalar(pair?.value) ? pair.value.range : undefined;
  if (start === undefined || !range) {
    if (value === undefined) return source;
    return `${source}${source === "" || source.endsWith("\n") ? "" : "\n"}${field}: ${value}\n`;
  }
  const [from, to] = range;
  if (value !== undefined) return source.slice(0, from) + value + source.slice(to);
  // The whole line, with a comment of its own behind the value.
  const end = source.indexOf("\n", to);
  return source.slice(0, start) + (end < 0 ? "" : source.slice(end + 1));
}

const quoted = (text: string) => Object.assign(new Scalar(text), { type: Scalar.QUOTE_DOUBLE });
