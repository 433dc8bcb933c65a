/** What is known of resources that an `import` block takes over. */
import { rmSync } from "node:fs";
import { shown } from "../../../../config/texts";
import { readHcl } from "../../../../verification/readers/hcl/index";
import { scratchFolder, writeFiles } from "../../../support/scratch";

const scratch = scratchFolder();
afterEach(() => rmSync(scratch(), { recursive: true, force: true }));

const IMPORT = 'import {\n to = a_cluster.x\n id = "x"\n}\n';
const cluster = (ignored?: string, own = "") =>
  `resource "a_cluster" "x" {\n${own}\n name = "x"\n network { open = false }\n` +
  `${ignored === undefined ? "" : `lifecycle { ignore_changes = ${ignored} }`}\n}\n`;

/** The arguments that are not known, and what is not read. */
async function unclear(files: Readonly<Record<string, string>>): Promise<string[]> {
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(name), text])));
  return (await readHcl(scratch())).flatMap(({ type, address, values }) => {
    if (type === "dataplane:not-read") return [shown(values["what"])];
    const names = ["name", "network", "tags"].filter((name) =>
      JSON.stringify(values[name] ?? null).includes('"unknown"'),
    );
    return names.map((name) => `${address}.${name}`);
  });
}

const ALL = "a_cluster.x is imported, and keeps all that it has there by ignore_changes";
test.each<[why: string, files: Record<string, string>, expected: string[]]>([
  ["without ignored arguments", { "main.tf": IMPORT + cluster() }, []],
  ["with ignored arguments", { "main.tf": IMPORT + cluster("[network]") }, ["a_cluster.x.network"]],
  ["with a part of one", { "main.tf": IMPORT + cluster("[network[0].open]") }, ["a_cluster.x.network"]],
  ["with one that is not written", { "main.tf": IMPORT + cluster('[tags["a"]]') }, ["a_cluster.x.tags"]],
  ["with all of them", { "main.tf": IMPORT + cluster("all") }, [ALL]],
  ["in another file", { "a.tf": IMPORT, "main.tf": cluster("[network]") }, ["a_cluster.x.network"]],
  [
    "in JSON",
    {
      "main.tf.json": JSON.stringify({
        import: [{ to: "a_cluster.x", id: "x" }],
        resource: { a_cluster: { x: { network: {}, lifecycle: { ignore_changes: ["network"] } } } },
      }),
    },
    ["a_cluster.x.network"],
  ],
  [
    "one of several instances",
    { "main.tf": IMPORT.replace(".x", ".x[0]") + cluster("[network]", "count = 2") },
    ["a_cluster.x[0].network", "a_cluster.x[1].network"],
  ],
  [
    "in a module",
    {
      "main.tf": IMPORT.replace("a_cluster", "module.m.a_cluster") + 'module "m" {\n source = "./m"\n}\n',
      "m/main.tf": cluster("[network]"),
    },
    ["module.m.a_cluster.x.network"],
  ],
  ["that is another", { "main.tf": IMPORT.replace(".x", ".y") + cluster("[network]") }, []],
  ["that is not imported", { "main.tf": cluster("all") }, []],
])("a resource %s", async (_, files, expected) => {
  expect(await unclear(files)).toEqual(expected);
});
