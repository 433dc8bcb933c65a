/** The public surface says what its users can't see: units, defaults, errors, and the document's paragraph. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import schema from "../../config/deployment.schema.json";
import { scratchFolder, writeFiles } from "../support/scratch";
import { unsaid } from "../support/words";

const ROOT = join(__dirname, "../..");
const at = scratchFolder();
const LIBRARY = readdirSync(join(ROOT, "library"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(ROOT, "library", name));

test("each export, and each property of its types", () => {
  expect(unsaid(LIBRARY, ROOT)).toEqual([]);
});

test("what is missing is found, and nothing else", () => {
  const source = at("surface.ts");
  writeFiles({
    [source]: `
      export type Size = string;
      /** A disk. */
      export interface Disk {
        readonly kind: "disk";
        /** Its size, in GiB. Default: 100. */
        readonly size?: number;
        /** How fast it is. */
        readonly speed: number;
        /** Its key. */
        readonly key?: string;
        /** Its place. */
        readonly place: { readonly zone: string };
        /** Who has it. */
        readonly owners: readonly Owner[];
      }
      interface Owner { readonly name: string }
      const refuse = (): never => { throw new Error(); };
      /** Refuses. Document: "Disks". */
      export function add(): never { return refuse(); }
      /** Refuses. Document: "Verification". */
      export class Adder { constructor() { refuse(); } }
      /** Refuses. Document: none; a test. @throws Error always */
      export function says(): never { throw new Error(); }
      /** Whether it refused. Document: none; a test. */
      export function catches(): boolean { try { return refuse(); } catch { return true; } }
    `,
  });
  expect(unsaid([source], at("")).map((line) => line.replace(/^surface\.ts:\d+: /, ""))).toEqual([
    "add: names no paragraph of the document",
    "add: throws, and does not say what",
    "Size: has no words",
    "Disk.speed: names no unit, and is no count",
    "Disk.key: does not say what holds where it is left out",
    "Disk.place.zone: has no words",
    "Owner: has no words",
    "Owner.name: has no words",
    "Adder: throws, and does not say what",
  ]);
});

test("each field of a deployment, whose words are its schema's", () => {
  const wordless: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node) as [string, unknown][]) {
      if (key === "properties") {
        for (const [name, field] of Object.entries(value as Record<string, object>)) {
          if (!("description" in field || "const" in field)) wordless.push(`${path}.${name}`);
          visit(field, `${path}.${name}`);
        }
      } else visit(value, path);
    }
  };
  visit(schema, "");
  expect(wordless).toEqual([]);
});
