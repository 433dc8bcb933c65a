/**
 * `npm run swap-check`: what becomes of the examples on cdktn, CDKTF's fork, beside what CDKTF makes of them. It asks the
 * registry, installs what that has in a copy of this package, and takes minutes. docs/cdktn.md explains it.
 */
import "../telemetry-off";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import manifest from "../package.json";
import { forkOf, installs, rewritten, STAND_IN, type Providers } from "./swap/rewrite";
import { compared } from "./swap/compare";

const ROOT = join(__dirname, "..");
const EXAMPLES = join(ROOT, "deployments/examples");

/** The newest version of a package that npm's registry has in a range; undefined where it has none. */
function newest(name: string, range = "*"): string | undefined {
  const { status, stdout } = spawnSync("npm", ["view", `${name}@${range}`, "version", "--json"], { encoding: "utf8" });
  if (status !== 0 || stdout.trim() === "") return undefined;
  return [JSON.parse(stdout) as string | readonly string[]].flat().at(-1);
}

/** What the newest version of a package says of itself in one field. @throws Error if the registry has no such package */
function published(name: string, field: string): unknown {
  const stdout = execFileSync("npm", ["view", name, field, "--json"], { encoding: "utf8" });
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

/** Copies this package, on the fork, and installs it; where it is. */
function copyOn(
  framework: Readonly<Record<"cdktn" | "constructs", string>>,
  providers: Providers,
  scratch: string,
): string {
  const copy = join(scratch, Object.keys(providers).length === 0 ? "framework" : "providers");
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of files.filter((name) => !name.startsWith("__tests__/") && existsSync(join(ROOT, name)))) {
    const to = join(copy, file);
    mkdirSync(dirname(to), { recursive: true });
    if (/\.ts$/.test(file)) writeFileSync(to, rewritten(readFileSync(join(ROOT, file), "utf8"), providers));
    else cpSync(join(ROOT, file), to);
  }
  const dependencies = installs(manifest, framework, providers);
  const written = {
    ...STAND_IN,
    "package.json": JSON.stringify({ ...manifest, dependencies, optionalDependencies: {}, devDependencies: {} }),
    // What makes stacks: what it reads has no part in the swap.
    "tsconfig.swap.json": JSON.stringify({
      extends: "./tsconfig.json",
      compilerOptions: { types: ["node"], typeRoots: [join(ROOT, "node_modules/@types")] },
      files: ["main.ts"],
      include: [],
    }),
  };
  for (const [file, text] of Object.entries(written)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
  rmSync(join(copy, "package-lock.json"), { force: true });
  // Peers of classes that were compiled against CDKTF can't be met; scripts would bundle the copy.
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", "--ignore-scripts", "--legacy-peer-deps", ...quiet], { cwd: copy, stdio: "inherit" });
  return copy;
}

/** Runs a program of this checkout or of a copy. */
function ran(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const options = { cwd: folder, encoding: "utf8", env: { ...process.env, ...environment }, maxBuffer: 1e8 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  const lines = `${stderr}\n${stdout}`.trim().split("\n");
  // A program that ends by an error says more behind it.
  return { code: status ?? -1, last: lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? "" };
}

const synthesize = (folder: string, outdir: string) =>
  ran(folder, ["--import", "tsx", "main.ts"], { DATAPLANE_DEPLOYMENTS: EXAMPLES, CDKTF_OUTDIR: outdir });

/** Tells what becomes of the examples in a copy; whether it is what CDKTF makes, but for comments and spaces. */
function isSame(copy: string, ours: string): boolean {
  const theirs = join(copy, "cdktf.out");
  const types = ran(copy, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.swap.json"]);
  console.log(`  types: ${types.code === 0 ? "no error" : types.last}`);
  const synthesis = synthesize(copy, theirs);
  console.log(`  synthesis, and its verification: exit code ${synthesis.code}: ${synthesis.last}`);
  if (!existsSync(join(theirs, "manifest.json"))) return false;
  const { stacks, sameBytes, sameJson, differences } = compared(ours, theirs);
  console.log(`  the same to the byte: ${sameBytes} of ${stacks} stacks; without comments and spaces: ${sameJson}`);
  for (const difference of differences) console.log(`    ${difference}`);
  const command = join("cli", "dataplane.js");
  for (const args of [
    ["verify", theirs],
    ["diff", ours, theirs],
  ])
    console.log(`  ${args[0] ?? ""}: ${ran(copy, [command, ...args]).last}`);
  return sameJson === stacks;
}

function main(): number {
  const fork = newest("cdktn");
  if (fork === undefined) throw new Error("npm's registry has no package cdktn");
  const { constructs: range = "*" } = (published("cdktn", "peerDependencies") ?? {}) as Record<string, string>;
  const constructs = newest("constructs", range);
  if (constructs === undefined) throw new Error(`npm's registry has no constructs@${range}`);
  const providers = Object.fromEntries(
    Object.keys(manifest.dependencies)
      .filter((name) => name.startsWith("@cdktf/provider-"))
      .flatMap((name) => {
        const version = newest(forkOf(name));
        console.log(`${forkOf(name)}: ${version ?? "not published"}`);
        return version === undefined ? [] : [[name, version] as const];
      }),
  );
  const engines = published("cdktn-cli", "engines") as { readonly node: string };
  console.log(
    `Node ${process.versions.node}; cdktn ${fork}, constructs ${constructs}; cdktn-cli asks for Node ${engines.node}`,
  );
  const ours = join(scratch, "cdktf.out");
  console.log(`CDKTF ${manifest.dependencies.cdktf}: ${synthesize(ROOT, ours).last}`);
  console.log("cdktn, with the provider classes that are installed");
  const isContract = isSame(copyOn({ cdktn: fork, constructs }, {}, scratch), ours);
  console.log("cdktn, with the provider classes of its own scope");
  isSame(copyOn({ cdktn: fork, constructs }, providers, scratch), ours);
  console.log(isContract ? "Terraform JSON is the same on the fork" : "Terraform JSON is another on the fork");
  return isContract ? 0 : 1;
}

const scratch = mkdtempSync(join(tmpdir(), "swap-"));
try {
  process.exitCode = main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
