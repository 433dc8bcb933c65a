import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { scratchFolder, writeFiles } from "../support/scratch";
import { synthesize } from "../support/tree";

const ROOT = join(__dirname, "../..");
const FIXTURES = join(ROOT, "__tests__/fixtures");
const BUNDLES = "node_modules/.cache/dataplane";
/** A package that is a copy in the checkout, to be changed; the others are links. */
const COPIED = "commander";

const at = scratchFolder();
const checkout = (path: string) => at(`checkout/${path}`);
/** Of every digest only the last bundle is there. */
const bundles = () => readdirSync(checkout(BUNDLES));

function node(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, DEBUG: "", ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: checkout(""), encoding: "utf8", env });
  return { status, stdout, stderr };
}
const dataplane = (args: string, environment: NodeJS.ProcessEnv = {}) =>
  node(["cli/dataplane.js", ...args.split(" ")], environment);
/** What the checkout's sources say to each command line, in one process: to load them takes longer than most runs. */
function fromSources(runs: readonly { readonly args: readonly string[]; readonly environment: NodeJS.ProcessEnv }[]) {
  const script = `
    const { run } = require("./cli/index.ts");
    (async () => {
      const outcomes = [];
      for (const { args, environment } of ${JSON.stringify(runs)}) {
        Object.assign(process.env, environment);
        const { exitCode: status, stdout, stderr } = await run(args);
        for (const name of Object.keys(environment)) delete process.env[name];
        outcomes.push({ status, stdout, stderr });
      }
      process.stdout.write(JSON.stringify(outcomes));
    })();`;
  return JSON.parse(node(["--require", "tsx/cjs", "--eval", script]).stdout) as ReturnType<typeof node>[];
}
const bundle = () => node(["scripts/bundle.mjs"]);

/** Does something without the compiler, hence without what only the sources can do. */
function withoutCompiler<T>(act: () => T): T {
  renameSync(checkout("node_modules/tsx"), checkout("node_modules/.tsx"));
  try {
    return act();
  } finally {
    renameSync(checkout("node_modules/.tsx"), checkout("node_modules/tsx"));
  }
}
const isBundled = () => withoutCompiler(() => dataplane("--help")).status === 0;

/** As `npm ci --ignore-scripts` leaves a clone, without the examples that a bundle is tried by: they take the longest. */
beforeAll(() => {
  const isSource = (path: string) =>
    !/^(node_modules|__tests__|cdktf\.out|\..+|.+-us-east-2\.yaml)$/.test(basename(path));
  cpSync(ROOT, checkout(""), { recursive: true, filter: (path) => path === ROOT || isSource(path) });
  mkdirSync(checkout("node_modules"));
  for (const name of readdirSync(join(ROOT, "node_modules")).filter((name) => !name.startsWith("."))) {
    const [from, to] = [join(ROOT, "node_modules", name), checkout(`node_modules/${name}`)];
    if (name === COPIED) cpSync(from, to, { recursive: true });
    else symlinkSync(from, to);
  }
});

test("a bundle says what its sources say, to the byte", () => {
  const { manifest, files } = synthesize();
  const written = Object.entries({ "manifest.json": manifest, ...files });
  writeFiles(Object.fromEntries(written.map(([path, content]) => [at(`own/${path}`), content])));
  writeFiles({
    [at("hcl/main.tf")]: 'resource "aws_security_group" "a" {}',
    [at("policy.yaml")]: "outbound:\n  - to: nobody\n    ports: 99999\n",
  });
  cpSync(checkout("deployments/examples/aws-eu-central-1.yaml"), at("deployments/example.yaml"));
  const aws = join(FIXTURES, "every-kind/aws.tf.json");
  const runs: readonly [args: string, status: number, environment?: NodeJS.ProcessEnv][] = [
    ["--help", 0],
    ["verify --help", 0],
    [`verify ${at("own")}`, 0],
    [`verify ${at("own")} --format sarif`, 0],
    [`verify ${at("hcl")}`, 0],
    [`verify ${aws}`, 1],
    ...["google.tf.json", "azure.tf.json", "kubernetes.json", "plan.json"].map((file): [string, number] => [
      `verify --format json ${join(FIXTURES, "every-kind", file)}`,
      1,
    ]),
    [`verify ${at("gone")}`, 2],
    [`verify --formt text ${aws}`, 2],
    [`verify --policy ${at("policy.yaml")} ${aws}`, 2],
    [`explain --from internet --to aws_security_group.a --protocol tcp --port 22 ${aws}`, 0],
    ["values acme-eu-central-1", 0, { DATAPLANE_DEPLOYMENTS: at("deployments") }],
    ["images acme-eu-central-1 --format hauler", 0, { DATAPLANE_DEPLOYMENTS: at("deployments") }],
    // Names the folder that config/paths.ts finds from where it is itself.
    ["values acme", 2],
  ];
  const outcomes = () => runs.map(([args, , environment]) => dataplane(args, environment));

  const ofSources = fromSources(runs.map(([args, , environment = {}]) => ({ args: args.split(" "), environment })));
  expect(ofSources.map(({ status }) => status)).toEqual(runs.map(([, status]) => status));
  expect(bundle()).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(withoutCompiler(outcomes)).toEqual(ofSources);
});

describe("a bundle of other sources is not used", () => {
  beforeAll(bundle);

  test.each([
    ["code", "verification/system.ts"],
    ["code that is loaded when needed", "verification/clouds/azure/index.ts"],
    ["data", "regions.json"],
    ["a package", `node_modules/${COPIED}/lib/command.js`],
    ["how sources are compiled", "tsconfig.json"],
    ["how they are bundled", "scripts/bundle.mjs"],
  ])("%s", (_, path) => {
    const content = readFileSync(checkout(path), "utf8");
    expect(isBundled()).toBe(true);
    appendFileSync(checkout(path), "\n");
    expect(isBundled()).toBe(false);
    writeFileSync(checkout(path), content);
    expect(isBundled()).toBe(true);
  });

  test("nor where one of them is gone; and what is said is what they say now, bundled again or not", () => {
    const source = checkout("cli/values.ts");
    const content = readFileSync(source, "utf8");
    const help = () => dataplane("--help").stdout;
    // As long as before: neither size nor name tells.
    writeFileSync(source, content.replace("Print a values file", "Write a values file"));
    expect(help()).toContain("Write a values file");
    expect(isBundled()).toBe(false);
    bundle();
    expect(withoutCompiler(help)).toContain("Write a values file");
    renameSync(source, `${source}.away`);
    expect(dataplane("--help").status).not.toBe(0);
    writeFileSync(source, content);
    bundle();
    expect(withoutCompiler(help)).toContain("Print a values file");
  });

  test("nor where DEBUG asks for the sources' own stack traces", () => {
    expect(withoutCompiler(() => dataplane("--help", { DEBUG: "1" })).status).not.toBe(0);
    expect(dataplane("--help", { DEBUG: "1" })).toEqual(dataplane("--help"));
  });
});

test("each source finds its own folder", () => {
  const source = checkout("verification/readers/state.ts");
  const content = readFileSync(source, "utf8");
  writeFileSync(source, `${content}console.log(__dirname);\n`);
  const folder = `${checkout("verification/readers")}\n`;
  expect(dataplane("--help").stdout.startsWith(folder)).toBe(true);
  bundle();
  expect(withoutCompiler(() => dataplane("--help")).stdout.startsWith(folder)).toBe(true);
  writeFileSync(source, content);
});

test("only the last bundle is kept, and is left alone while it holds", () => {
  bundle();
  const before = bundles();
  expect(before).toHaveLength(3);
  appendFileSync(checkout("cli/index.ts"), "\n");
  bundle();
  const after = bundles();
  expect(after).toHaveLength(3);
  expect(after.filter((name) => before.includes(name))).toEqual(["inputs.json"]);
  bundle();
  expect(bundles()).toEqual(after);
});

test.each([/\.json$/, /\.js$/, /\.code$/])("%s that can't be used is done without", (file) => {
  bundle();
  const path = checkout(`${BUNDLES}/${bundles().find((name) => file.test(name))}`);
  const content = readFileSync(path);
  const help = dataplane("--help");
  writeFileSync(path, "(");
  expect(dataplane("--help")).toEqual(help);
  writeFileSync(path, content);
});

test("a slip in the list of Cloudflare's blocks is told by line and field, by a bundle too", () => {
  const list = checkout("cloudflare-ips.json");
  const source = readFileSync(list, "utf8");
  bundle();
  writeFileSync(list, source.replace("173.245.48.0/20", "173.245.48.0/2O"));
  const { status, stderr } = withoutCompiler(() => dataplane("values acme"));
  writeFileSync(list, source);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: "cloudflare-ips.json:7: published.ipv4[0]: '173.245.48.0/2O' has no valid prefix length\n",
  });
});

test("sources that can't be bundled are no error of an install", () => {
  appendFileSync(checkout("cli/index.ts"), "\n(");
  expect(bundle()).toEqual({
    status: 0,
    stdout: "",
    stderr: expect.stringMatching(/^The command line is not bundled and runs from its sources, slower: /),
  });
});
