/** Data with each distinct part written once: deployments share most of what is said of them. */

type Node = string | number | boolean | readonly number[] | Readonly<Record<string, number>>;

/** Values by index; lists and objects hold the indices of their parts, which come before them. */
export class Pack {
  readonly nodes: Node[] = [];
  private readonly indices = new Map<string, number>();
  private readonly added = new Map<object, number>();

  /** Adds a value of JSON without null, and returns its index. */
  add(value: unknown): number {
    if (typeof value !== "object" || value === null) return this.index(value as string | number | boolean);
    const index = this.added.get(value) ?? this.indexOfParts(value);
    this.added.set(value, index);
    return index;
  }

  private indexOfParts(value: object): number {
    if (Array.isArray(value)) return this.index(value.map((part) => this.add(part)));
    return this.index(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.add(part)])));
  }

  private index(node: Node): number {
    const key = JSON.stringify(node);
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    this.indices.set(key, this.nodes.length);
    return this.nodes.push(node) - 1;
  }
}
