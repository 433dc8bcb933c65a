import { parse } from "yaml";
import { yamlValue } from "../../../../verification/clouds/kubernetes/yaml-text";

/** What YAML makes of a text as a whole. */
function whole(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

// Entries of a map are read one by one, which must not show.
test.each<[name: string, text: string]>([
  ["a map of maps", "a:\n  b: 1\n  c: [x]\n\nd:\n  - e\nf: 'g'"],
  ["an entry that is empty", "a:\nb: 1\n"],
  ["names that are values elsewhere", "true: a\nnull: b\n"],
  ["a name twice", "a: 1\nb: 2\na: 3\n"],
  ["a text over lines that goes on like an entry", 'a: "b\nc: d"\n'],
  ["a text over lines that ends within", "a: 'b\n  c'\nd: e\n"],
  ["a flow that goes on like an entry", "a: {b: 1,\nc: 2}\n"],
  ["a block that keeps its line breaks", "a: |+\n  b\n\n\nc: >\n  d\n"],
  ["an anchor of another entry", "a: &b 1\nc: *b\n"],
  ["an anchor that nothing sets", "a: 1\nc: *b\n"],
  ["a list beneath its name", "a:\n- b\nc: d\n"],
  ["comments", "# a\nb: 1 # c\n  # d\ne: 2\n"],
  ["two documents", "a: 1\n---\nb: 2\n"],
  ["a first entry that stands further in", "  a: 1\nb: 2\n"],
  ["a line separator of Unicode", "a: b\u2028c: d\n"],
  ["a return alone", "a: b\rc: d\n"],
  ["a tab", "a: 1\n\tb: 2\n"],
  ["keys that merge", "<<: {a: 1}\nb: 2\n"],
  ["no map", "a"],
  ["nothing", ""],
])("%s is read as a whole is", (_, text) => {
  expect(yamlValue(text)).toEqual(whole(text));
  // Again, from what is kept.
  expect(yamlValue(text)).toEqual(whole(text));
});
