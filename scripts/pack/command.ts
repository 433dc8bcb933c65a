/** The package `dataplane`: the verifier and its commands in one file, with no class of a provider. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMAND_NAMES, run } from "../../cli/index";
import { dependencies, description, engines, optionalDependencies, version } from "../../package.json";
import { DATA, WORDS, layOut, LICENSING, licences, peers, tarball, versions } from "./package";

/** What the bundle leaves out and each installation needs: parsers, a layout, the reader of own invariants. */
const NEEDED = ["@cdktf/hcl2json", "elkjs", "esbuild"] as const;
/** What a report's page is made of. */
const PAGE = ["report/html/page.css", "report/html/page.js"];

/**
 * Makes its tarball.
 *
 * @param folder where it goes
 * @returns its path
 * @throws Error if a source can't be bundled
 */
export async function packCommand(folder: string): Promise<string> {
  const { bundled } = await import("../bundle.mjs");
  const files = new Map<string, unknown>();
  const text = await bundled(files);
  const others = licences(files.keys());
  const help = await helpTexts();
  return tarball(folder, (staged) => {
    layOut(staged, [...WORDS, ...DATA, ...PAGE, "cli/dataplane.js"]);
    writeFileSync(join(staged, "cli/index.js"), text);
    writeFileSync(join(staged, "THIRD-PARTY-LICENSES"), others);
    writeFileSync(join(staged, "cli/help.json"), JSON.stringify(help));
    return {
      name: "dataplane",
      version,
      description,
      ...LICENSING,
      engines,
      bin: { dataplane: "cli/dataplane.js" },
      dependencies: versions(NEEDED, dependencies),
      // What few commands need: they say so, and nobody gets it unasked.
      ...peers({}, { ...framework(), ...optionalDependencies }),
    };
  });
}

/** Help by the words that ask for it: loading every command for it takes longer than most verifications. */
async function helpTexts(): Promise<Readonly<Record<string, string>>> {
  const asked = [["--help"], ...COMMAND_NAMES.map((name) => [name, "--help"])];
  const texts = asked.map(async (args) => [args.join(" "), (await run(args)).stdout] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** What makes stacks. */
const framework = () =>
  Object.fromEntries(
    Object.entries(dependencies).filter(([name]) => /^(cdktf|constructs|@cdktf\/provider-.+)$/.test(name)),
  );
