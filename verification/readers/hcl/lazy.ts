import type { Unknown, Value } from "../../model";
import { unknown } from "../../values";

/** Values that are worked out when they are first asked for. */
export class Lazy<T extends Value | undefined> {
  private readonly values = new Map<string, T>();
  private readonly running = new Set<string>();

  get(name: string, compute: () => T): T | Unknown {
    if (this.values.has(name)) return this.values.get(name) as T;
    if (this.running.has(name)) return unknown(`${name} depends on itself`);
    this.running.add(name);
    try {
      const value = compute();
      this.values.set(name, value);
      return value;
    } finally {
      this.running.delete(name);
    }
  }
}
