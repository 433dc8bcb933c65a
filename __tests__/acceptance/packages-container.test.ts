/** The image, where nothing builds images: each line of Containerfile in folders, then its command as its own user. */
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { license } from "../../package.json";
import { packCommand } from "../../scripts/pack/command";
import { run } from "../../cli/index";
import { startNpmRegistry } from "../support/npm-registry";
import { groupFrom } from "../support/open-group";
import { scratchFolder, writeFiles } from "../support/scratch";

const ROOT = join(__dirname, "../..");
const ASKED = ["@cdktf/hcl2json", "elkjs", "esbuild"];
/** The user `nonroot` of the distroless images. */
const NONROOT = 65532;

const at = scratchFolder();
const context = at("context");
const execute = promisify(execFile);

/** A stage's file system, and what its lines have set. */
interface Stage {
  readonly from: string;
  readonly root: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** Those paths in the context that a line's `source` stands for, as `.dockerignore` lets a builder see it. */
function inContext(source: string): string[] {
  const ignored = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
  if (!ignored.includes("*") || !ignored.includes(`!${source}`)) return [];
  const pattern = new RegExp(`^${posix.basename(source).replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  const folder = join(context, posix.dirname(source));
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

/** Does what each line says, as far as it can be done without the images that it begins with; the last stage. */
async function build(lines: readonly string[], environment: Readonly<Record<string, string>>): Promise<Stage> {
  const stages = new Map<string, Stage>();
  let name = "";
  for (const line of lines) {
    const [, instruction = "", text = ""] = /^(\w+) (.+)$/.exec(line) ?? [];
    const words = text.split(" ");
    if (instruction === "FROM") {
      name = words[2] ?? "last";
      const empty = { labels: {}, folder: "/", user: "root", entrypoint: [], command: [] };
      stages.set(name, { from: words[0] ?? "", root: at(name), ...empty });
      continue;
    }
    const stage = stages.get(name);
    if (!stage) throw new Error(`${line}: before any stage`);
    const inside = (path: string) => join(stage.root, posix.resolve(stage.folder, path));
    const set = (changed: Partial<Stage>) => stages.set(name, { ...stage, ...changed });
    if (instruction === "WORKDIR") {
      mkdirSync(inside(text), { recursive: true });
      set({ folder: posix.resolve(stage.folder, text) });
    } else if (instruction === "COPY") {
      const [, from] = /^--from=(\w+)$/.exec(words[0] ?? "") ?? [];
      const [source = "", target = ""] = words.slice(-2);
      const sources = from === undefined ? inContext(source) : [join(stages.get(from)?.root ?? "", source)];
      expect(sources).toHaveLength(1);
      for (const one of sources) cpSync(one, inside(target), { recursive: true, verbatimSymlinks: true });
    } else if (instruction === "RUN") {
      await execute("sh", ["-ec", text], { cwd: inside("."), env: { PATH: process.env["PATH"], ...environment } });
    } else if (instruction === "LABEL") {
      const [, key = "", value = ""] = /^(\S+?)="(.*)"$/.exec(text) ?? [];
      set({ labels: { ...stage.labels, [key]: value } });
    } else if (instruction === "USER") set({ user: text });
    else if (instruction === "ENTRYPOINT") set({ entrypoint: JSON.parse(text) as string[] });
    else if (instruction === "CMD") set({ command: JSON.parse(text) as string[] });
    else throw new Error(`${line}: is not known here`);
  }
  const last = stages.get(name);
  if (!last) throw new Error("no stage");
  return last;
}

describe("Containerfile", () => {
  let image: Stage;

  /** What `docker run --read-only --volume INPUT:/input:ro` does, with this machine's Node in the place of the image's. */
  async function container(...args: readonly string[]) {
    const { root, entrypoint, command, folder, user } = image;
    const [node = "", ...words] = [...entrypoint, ...(args.length > 0 ? args : command)];
    expect([node, user]).toEqual(["/nodejs/bin/node", "nonroot"]);
    const mapped = words.map((word) => (word.startsWith("/") ? join(root, word) : word));
    const asUser = process.getuid?.() === 0 ? { uid: NONROOT, gid: NONROOT } : {};
    const answer = await execute(process.execPath, mapped, { cwd: join(root, folder), env: {}, ...asUser }).catch(
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
    return { exitCode: "code" in answer ? answer.code : 0, stdout: answer.stdout, stderr: answer.stderr };
  }

  beforeAll(async () => {
    await packCommand(join(context, ".dataplane/packages"));
    const registry = await startNpmRegistry(ROOT, ASKED, at("tarballs"));
    const lines = readFileSync(join(ROOT, "Containerfile"), "utf8").split("\n");
    image = await build(
      lines.filter((line) => line !== "" && !line.startsWith("#")),
      { HOME: at("home"), npm_config_registry: registry.url, npm_config_cache: at("cache") },
    ).finally(registry.stop);
    writeFiles({
      [join(image.root, "input/main.tf")]: groupFrom(),
      [join(image.root, "input/own.ts")]: readFileSync(join(ROOT, "docs/invariants/tagged-owner.ts"), "utf8"),
    });
    // A folder of one's own is nobody else's, and what is mounted and what is in the image is read only.
    chmodSync(at(), 0o755);
    execFileSync("chmod", ["-R", "a-w", image.root]);
  });
  afterAll(() => execFileSync("chmod", ["-R", "u+w", image.root]));

  test("is of Google's distroless Node for whoever is not root, and says what it is", () => {
    expect(image.from).toMatch(/^gcr\.io\/distroless\/nodejs\d+-debian\d+:nonroot$/);
    const named = "org.opencontainers.image";
    const { description } = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as { description: string };
    expect(image.labels).toEqual({
      [`${named}.title`]: "dataplane",
      [`${named}.description`]: description,
      [`${named}.licenses`]: license,
      [`${named}.base.name`]: image.from,
    });
  });

  test("shows its help, which no command asks for", async () => {
    expect(await container()).toEqual(await run(["--help"]));
  });

  test("judges Terraform as its user, in an image that nothing is written to", async () => {
    const { exitCode, stdout, stderr } = await container("verify", ".");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain("violated no-inbound");
    expect(await container("verify", "/input/nothing")).toMatchObject({ exitCode: 2 });
  });

  test("takes invariants of the user's own, which are compiled in it", async () => {
    const { exitCode, stdout } = await container("verify", ".", "--invariants", "/input/own.ts");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("has no tag 'owner'");
  });
});
