/** Facts of one object as they are put together. */

/** An object, or a part of one, as a YAML file holds it. */
// Facts are read deep in documents of which Kubernetes gives the shape; what is not there is left out.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** Texts by the fact's name. */
export type Fields = Readonly<Record<string, string>>;

/** All of these together. */
export const together = (parts: readonly Fields[]): Fields => Object.assign({}, ...parts) as Fields;

/** Facts behind what they are of. */
export const under = (prefix: string, fields: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix} ${name}`, String(value)]));

/** What is said, without what is not. */
export const defined = (fields: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value as string | number | boolean)]],
    ),
  );

/** Facts of each item of a list, behind the kind and the name of the item. */
export const ofEach = (kind: string, items: readonly Json[] | undefined, fields: (item: Json) => Fields): Fields =>
  together((items ?? []).map((item) => under(`${kind} ${item.name}`, fields(item))));

/** One fact of each item of a list, by the kind and the name of the item. */
export const oneOfEach = (kind: string, items: readonly Json[] | undefined, value: (item: Json) => string): Fields =>
  Object.fromEntries((items ?? []).map((item) => [`${kind} ${item.name ?? item.port}`, value(item)]));

/** Labels of Helm itself say nothing of the object. */
const HELM = /^(helm\.sh\/chart|app\.kubernetes\.io\/(managed-by|version)|heritage|chart)$/;

export const labelsOf = (of: string, { labels }: Json = {}): Fields => under(of, without(labels, HELM));

/** Annotations, but digests of configuration, Helm's own, and the one that says whose manifests these are. */
export const annotationsOf = (of: string, { annotations }: Json = {}): Fields =>
  under(of, without(annotations, /checksum|^helm\.sh\/|^union\.ai\/deployment$/i));

const without = (map: Readonly<Record<string, string>> | null | undefined, names: RegExp) =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([name]) => !names.test(name)));
