/** Values of which equal parts are one: what a thousand deployments have alike is in memory once. */
export class Shared {
  /** Of every value that is known, by itself. */
  private readonly numbers = new Map<unknown, number>();
  /** Lists and objects, by the numbers of their parts. */
  private readonly known = new Map<string, object>();

  /** For each list and object that was asked for, the one that equals it: what is shared already is gone through once. */
  private readonly asked = new WeakMap<object, object>();

  /** The value that equals a value of JSON. */
  of<T>(value: T): T {
    if (typeof value !== "object" || value === null) return value;
    const known = this.asked.get(value);
    if (known) return known as T;
    const one = Array.isArray(value) ? this.ofList(value) : this.ofObject(value);
    this.asked.set(value, one);
    return one as T;
  }

  private ofList(list: readonly unknown[]): object {
    let key = "";
    const parts = list.map((value) => {
      const part = this.of(value);
      key += `${this.numberOf(part)},`;
      return part;
    });
    return this.one(key, parts);
  }

  private ofObject(value: object): object {
    let key = "";
    const fields: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(value)) {
      const one: unknown = this.of(part);
      key += `${this.numberOf(name)}:${this.numberOf(one)},`;
      fields[name] = one;
    }
    return this.one(`{${key}`, fields);
  }

  private one(key: string, value: object): object {
    const known = this.known.get(key);
    if (known) return known;
    this.known.set(key, value);
    return value;
  }

  private numberOf(value: unknown): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    this.numbers.set(value, this.numbers.size);
    return this.numbers.size - 1;
  }
}
