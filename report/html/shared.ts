/** Values of which equal parts are one: what a thousand deployments have alike is in memory once. */
export class Shared {
  /** Of every value that is known, by itself. */
  private readonly numbers = new Map<unknown, number>();
  /** Lists and objects, by the numbers of their parts. */
  private readonly known = new Map<string, object>();

  /** The value that equals a value of JSON. */
  of<T>(value: T): T {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const parts = value.map((part: unknown) => this.of(part));
      return this.one(parts.map((part) => this.numberOf(part)).join(), parts) as T;
    }
    const fields = Object.entries(value).map(([name, part]) => [name, this.of(part as unknown)] as const);
    const key = JSON.stringify(fields.map(([name, part]) => [name, this.numberOf(part)]));
    return this.one(key, Object.fromEntries(fields)) as T;
  }

  private one(key: string, value: object): object {
    const known = this.known.get(key);
    if (!known) this.known.set(key, value);
    return known ?? value;
  }

  private numberOf(value: unknown): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    this.numbers.set(value, this.numbers.size);
    return this.numbers.size - 1;
  }
}
