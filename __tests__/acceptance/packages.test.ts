/** Both packages as they are installed: unpacked in an empty folder, beside what they depend on and nothing else. */
import { execFileSync, fork, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Share } from "../../cli/apart";
import { run } from "../../cli/index";
import { packCommand } from "../../scripts/pack/command";
import { packLibrary } from "../../scripts/pack/library";
import { deploymentsApart } from "../../verification/judge-apart";
import { dependencies, optionalDependencies, version } from "../../package.json";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { EXAMPLES, synthesizeExamples } from "../support/examples";
import { testEnvironment } from "../support/environment";
import { scratchFolder, writeFiles } from "../support/scratch";
import { applicationOf } from "../support/synthesized";

const ROOT = join(__dirname, "../..");
const MODULES = realpathSync(join(ROOT, "node_modules"));
/** What an installed `dataplane` may weigh with its dependencies, in bytes. */
const MOST_BYTES = 30e6;

const at = scratchFolder();
testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES });

interface Package {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Unpacks a tarball in an application of its own, with links to what it names; what the package says of itself. */
function installed(tarball: string, application: string, links: (own: Package) => readonly string[]): Package {
  const modules = at(`${application}/node_modules`);
  mkdirSync(modules, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", modules]);
  const own = JSON.parse(readFileSync(join(modules, "package/package.json"), "utf8")) as Package;
  execFileSync("mv", [join(modules, "package"), join(modules, own.name)]);
  for (const name of [...Object.keys(own.dependencies), ...links(own)]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(MODULES, name), join(modules, name));
  }
  return own;
}

/** Bytes of all files at a path by their numbers in the file system, with what links lead to: some have two names. */
function filesAt(path: string): [inode: number, bytes: number][] {
  const { ino, size } = statSync(path);
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesAt(join(path, name))) : [[ino, size]];
}

describe("dataplane", () => {
  const { folder } = synthesizeExamples(join(EXAMPLES, "aws-us-east-2.yaml"));
  const program = at("command/node_modules/dataplane/cli/dataplane.js");
  const dataplane = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: at("command"),
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    return { exitCode: status, stdout, stderr };
  };

  beforeAll(async () => installed(await packCommand(at("tarballs")), "command", () => []));

  test("says its version, and the help of every command as the sources do", async () => {
    expect(dataplane("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
    const help = dataplane("--help");
    expect(help).toEqual(await run(["--help"]));
    const names = [...help.stdout.matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, name = ""]) => name);
    expect(names).toContain("verify-bundle");
    for (const name of names) expect(dataplane(name, "--help")).toEqual(await run([name, "--help"]));
  });

  test.each<readonly string[]>([
    ["verify", folder],
    ["verify", folder, "--format", "sarif"],
    ["report", folder, "--output", "OUTPUT"],
    ["explain", folder, "acme-us-east-2", "--help"],
    ["diff", folder, folder],
    ["values", "acme-us-west-2"],
    ["images", "acme-us-east-2"],
    ["firewall-request", "acme-us-east-2"],
  ])("does what the sources do: %s", async (...args) => {
    const [ours, theirs] = [at("ours"), at("theirs")];
    const written = (output: string) => args.map((arg) => (arg === "OUTPUT" ? output : arg));
    const named = (said: object) =>
      JSON.parse(JSON.stringify(said).replaceAll(ours, "FILE").replaceAll(theirs, "FILE"));
    expect(named(dataplane(...written(theirs)))).toEqual(named(await run(written(ours))));
    if (args.includes("OUTPUT")) expect(readFileSync(theirs, "utf8")).toBe(readFileSync(ours, "utf8"));
  });

  test("reads HCL, and invariants of the user's own in TypeScript", async () => {
    writeFiles({ [at("hcl/main.tf")]: 'resource "aws_vpc" "data" {\n  cidr_block = "10.0.0.0/16"\n}\n' });
    const args = ["verify", at("hcl"), "--invariants", join(ROOT, "docs/invariants/tagged-owner.ts")];
    const said = dataplane(...args);
    expect(said).toEqual(await run(args));
    expect(said.stdout).toContain("has no tag 'owner'");
  });

  test("judges a share in a process that it has started", async () => {
    const { folder: all } = synthesizeExamples();
    const child = fork(program, ["share"], { serialization: "advanced" });
    const answer = new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => reject(new Error("it ended without an answer")));
    });
    const parts = (await deploymentsApart([all]))?.filter(({ name }) => name === "acme-us-east-2") ?? [];
    const share: Share = { path: all, parts, today: "2026-11-30", shows: true };
    child.send(share);
    expect(await answer).toMatchObject({ done: { report: { verdict: "pass" }, shown: {} } });
  });

  test.each([
    ["manifests", "--outputs", at("outputs.json")],
    ["cost"],
    ["deployer", "--output", at("deployer")],
    ["preflight"],
    ["sever", "--channel", "tunnel"],
  ])("says in one line what to install where it makes stacks: %s", (command, ...options) => {
    const [name, outputs] = ["acme-us-east-2", at("outputs.json")];
    const { loaded } = synthesizeExamples(join(EXAMPLES, "aws-us-east-2.yaml"));
    const [deployment] = loaded.map((one) => one.deployment);
    if (!deployment) throw new Error("no example");
    writeFiles({ [outputs]: { [name]: cloudOutputsOf(deployment) } });
    const { exitCode, stderr } = dataplane(command, name, ...options);
    expect(stderr).toBe(
      `dataplane: makes a deployment's stacks here, which needs further packages: npm install --no-save cdktf@${dependencies.cdktf} constructs@${dependencies.constructs} @cdktf/provider-kubernetes@${dependencies["@cdktf/provider-kubernetes"]} and, of its cloud, one of @cdktf/provider-aws@${dependencies["@cdktf/provider-aws"]}, @cdktf/provider-azurerm@${dependencies["@cdktf/provider-azurerm"]}, @cdktf/provider-google@${dependencies["@cdktf/provider-google"]}\n`,
    );
    expect(exitCode).toBe(2);
  });

  test("has the licences of others' code that is in it", () => {
    const texts = readFileSync(at("command/node_modules/dataplane/THIRD-PARTY-LICENSES"), "utf8").split(
      `\n${"-".repeat(80)}\n`,
    );
    const names = texts.map((text) => text.trim().split("\n")[0]);
    expect(names).toEqual(["commander", "ipaddr.js", "jsonc-parser", "yaml", "zod"]);
    for (const text of texts) expect(text).toMatch(/Copyright[^]*Permission /);
  });

  test("leads from its README to what is in it", () => {
    const readme = readFileSync(at("command/node_modules/dataplane/README.md"), "utf8");
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(40);
    for (const link of links) expect(existsSync(at(`command/node_modules/dataplane/${link}`))).toBe(true);
  });

  test("says in one line what to install where it speaks with agents", () => {
    const name = "@modelcontextprotocol/server";
    expect(dataplane("mcp")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `${name}: is not installed, and speaks the protocol: npm install --no-save ${name}@${optionalDependencies[name]}\n`,
    });
  });

  test("says in one line what to install where it signs or checks without a key", () => {
    writeFiles({ [at("bundle.json")]: "{}", [at("root.json")]: "{}" });
    const signer = [
      "--identity",
      "a@example.com",
      "--issuer",
      "https://example.com",
      "--trusted-root",
      at("root.json"),
    ];
    const packages = (["bundle", "protobuf-specs", "sign", "verify"] as const).map(
      (name) => `@sigstore/${name}@${optionalDependencies[`@sigstore/${name}`]}`,
    );
    for (const [asked, missing] of [
      [["report", folder, "--output", at("page.html"), "--bundle", at("signed.json"), "--sigstore"], "sign"],
      [["verify-bundle", at("bundle.json"), ...signer], "verify"],
    ] as const)
      expect(dataplane(...asked)).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: `@sigstore/${missing}: is not installed, and signs and checks without a key: npm install --no-save ${packages.join(" ")}\n`,
      });
  });

  test("weighs less than 30 MB with all that it depends on", () => {
    // esbuild is a program for the machine, in a package of its own.
    const bundler = join(MODULES, "@esbuild", `${process.platform}-${process.arch}`);
    const files = new Map([...filesAt(at("command/node_modules")), ...filesAt(bundler)]);
    const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(3e6);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});

describe("dataplane-constructs", () => {
  const example = join(EXAMPLES, "aws-us-east-2.yaml");
  const { loaded } = synthesizeExamples(example);
  const application = (path: string) => at(`library/${path}`);
  let own: Package;

  beforeAll(() => {
    const beside = ["@types", "typescript"];
    own = installed(packLibrary(at("tarballs")), "library", (one) => [...Object.keys(one.peerDependencies), ...beside]);
  });

  test("each export has types that a program is checked by, and makes the stacks that the repository makes", () => {
    const names = Object.keys(own.exports).map((name) => name.replace("./", `${own.name}/`));
    expect(names).toHaveLength(8);
    writeFiles({
      [application("tsconfig.json")]: {
        compilerOptions: {
          target: "ES2022",
          module: "Node16",
          moduleResolution: "Node16",
          strict: true,
          types: ["jest", "node"],
          resolveJsonModule: true,
        },
        files: ["main.ts"],
      },
      [application("main.ts")]: [
        ...names.map((name, i) => `import * as export${i} from "${name}";`),
        'import { App } from "cdktf";',
        'import { loadDeployments, type Deployment } from "dataplane-constructs/config";',
        'import { addDataPlane } from "dataplane-constructs/stacks";',
        'import type { NetworkProps } from "dataplane-constructs/aws";',
        'const typed: NetworkProps["cidr"] extends string ? true : never = true;',
        'const app = new App({ outdir: "out" });',
        "const deployments: Deployment[] = loadDeployments(process.argv.slice(2)).map(({ deployment }) => deployment);",
        "for (const deployment of deployments) addDataPlane(app, deployment);",
        "app.synth();",
        `console.log(typed, [${names.map((_, i) => `export${i}`).join(", ")}].length);`,
      ].join("\n"),
      // Jest's own, which the matchers extend.
      [application("expect.js")]: "globalThis.expect = { extend() {} };\n",
    });
    const node = (...args: readonly string[]) =>
      spawnSync(process.execPath, args, { cwd: application(""), encoding: "utf8" });
    expect(node("node_modules/typescript/bin/tsc").stdout).toBe("");
    expect(node("--require", "./expect.js", "main.js", example)).toMatchObject({ status: 0 });
    const { files } = applicationOf(loaded.map(({ deployment }) => deployment));
    for (const [path, stack] of Object.entries(files))
      expect(JSON.parse(readFileSync(application(`out/${path}`), "utf8"))).toEqual(stack);
  });
});

test("the public surface has its words, and its links lead somewhere", () => {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "api-docs"], { cwd: ROOT, encoding: "utf8" });
  expect({ status, said: `${stdout}${stderr}`.match(/.*(warning|error).*/g) }).toEqual({ status: 0, said: null });
  // The schema's words of a field, which no comment says.
  const page = readFileSync(join(ROOT, ".dataplane/api/interfaces/config.LoadedDeployment.html"), "utf8");
  expect(page.includes("Most nodes.")).toBe(true);
});
