import type { Json } from "./workloads";

/** How many of each type of resource, data source and provider a synthesized stack has: a line each. */
export function inventoryOf(stack: Json): string {
  const sections = ["provider", "ephemeral", "data", "resource"] as const;
  const lines = sections.flatMap((section) =>
    Object.entries<Json>(stack[section] ?? {})
      .map(([type, held]) => `${section} ${type} ${Object.keys(held).length}`)
      .sort(),
  );
  return lines.map((line) => `${line}\n`).join("");
}
