/** Writes the list of each cloud's checks, `npm run checks`: the files of its folder `checks`. A test keeps them fresh. */
import "../telemetry-off";
import { readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const CLOUDS = join(__dirname, "../verification/clouds");

/** Every list, as a path from the clouds' folder. */
export const lists = (): readonly string[] =>
  readdirSync(CLOUDS, { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) === "checks")
    .map((folder) => join(folder, "index.ts"));

/** What a list says. */
export function listText(list: string): string {
  const ids = readdirSync(join(CLOUDS, list, ".."))
    .map((file) => basename(file, ".ts"))
    .filter((id) => id !== "index")
    .sort();
  const names = ids.map((id) => [id, id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())] as const);
  return [
    'import type { Check } from "../../cloud";',
    ...names.map(([id, name]) => `import { check as ${name} } from "./${id}";`),
    "",
    "/** One file an invariant, by its id; `npm run checks` writes this list. */",
    "export const checks = {",
    ...names.map(([id, name]) => (id === name ? `  ${name},` : `  "${id}": ${name},`)),
    "} satisfies Readonly<Record<string, Check>>;",
    "",
  ].join("\n");
}

export const listFile = (list: string): string => join(CLOUDS, list);

if (require.main === module) for (const list of lists()) writeFileSync(listFile(list), listText(list));
