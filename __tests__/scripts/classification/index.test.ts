import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REVIEWS, tableFile, tableOf, tableText, typesOf } from "../../../scripts/classification/index";
import { PROVIDERS } from "../../../scripts/classification/schema";

const CLOUDS = join(__dirname, "../../../verification/clouds");

const sourcesOf = (folder: string) =>
  readdirSync(join(CLOUDS, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(CLOUDS, folder, file), "utf8"))
    .join("\n");

describe.each(PROVIDERS)("%s", (provider) => {
  const types = typesOf(provider).map(({ type }) => type);
  const table = tableOf(provider);
  const classified = [
    ...table.modelled,
    ...Object.values(table.harmless).flat(),
    ...Object.values(table.unjudged).flatMap((rows) => Object.keys(rows)),
  ];

  test("the table is what its provider's types and their review make (npm run classification)", () => {
    expect(readFileSync(tableFile(provider), "utf8")).toBe(tableText(table));
  });

  test("each type is in it once", () => {
    expect(types.length).toBeGreaterThan(50);
    expect([...classified].sort()).toEqual([...types].sort());
  });

  // Kubernetes objects are made of its provider's resources by their names.
  if (provider === "kubernetes") return;
  test("what is called modelled is named by the cloud's files", () => {
    const named = new Set(sourcesOf(REVIEWS[provider].folder).match(/[a-z0-9_]+/g));
    expect(table.modelled.filter((type) => !named.has(type))).toEqual([]);
  });
});
