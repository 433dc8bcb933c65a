import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { loadDeployments, parseDeployment } from "../../config/loader";
import { DOCUMENTS, regenerate } from "../../scripts/docs";
import { deploymentOn, problemsOn } from "../support/deployments";
import { EXAMPLES } from "../support/examples";
import { infrastructureOf, workloadsOf } from "../support/synthesized";
import { type Json } from "../support/workloads";

const ROOT = join(__dirname, "../..");
const read = (document: string) => readFileSync(join(ROOT, document), "utf8");

const texts = DOCUMENTS.map((document) => ({ document, text: read(document) }));
const everything = texts.map(({ text }) => text).join("\n");

/** Every first group of `pattern` in all documents, each once. */
const mentions = (pattern: RegExp) => [...new Set([...everything.matchAll(pattern)].map(([, found = ""]) => found))];

/** Fenced blocks of a language. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(([, tag, block = ""]) => (tag === language ? [block] : []));

test.each(texts)("the generated parts of $document are fresh (npm run docs)", async ({ text }) => {
  expect(await regenerate(text)).toBe(text);
});

describe.each(CLOUDS)("options of %s", (cloud) => {
  const tables = ["options", `options-${cloud}`].map(
    (name) =>
      new RegExp(`<!-- generated: ${name} -->([^]*?)<!-- /generated -->`).exec(read("docs/options.md"))?.[1] ?? "",
  );
  const types = new Map(
    tables
      .flatMap((table) => [...table.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)])
      .map(([, name = "", type = ""]) => [name, type]),
  );
  const missing = (value: unknown, name: string): string[] => {
    if (!types.has(name)) return [name];
    if (Array.isArray(value)) return value.flatMap((item) => below(item, `${name}[].`));
    return types.get(name) === "map of object"
      ? Object.values(value as object).flatMap((item) => below(item, `${name}.NAME.`))
      : below(value, `${name}.`);
  };
  const below = (value: unknown, prefix: string): string[] =>
    typeof value !== "object" || value === null || types.get(prefix.slice(0, -1)) === "map of string"
      ? []
      : Object.entries(value).flatMap(([key, item]) => missing(item, prefix + key));

  test("every field that an example has is in a table", () => {
    const examples = loadDeployments([EXAMPLES]).filter(({ deployment: example }) => example.cloud === cloud);
    expect(examples.flatMap(({ deployment: example }) => below(example, ""))).toEqual([]);
  });
});

test("the README is read at a sitting", () => {
  expect(read("README.md").trimEnd().split("\n").length).toBeLessThan(250);
});

const linksOf = (text: string) => [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);

test("every page can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const document of reached) {
    for (const target of linksOf(read(document))) {
      const page = join(dirname(document), target.split("#")[0] ?? "");
      if (page.endsWith(".md")) reached.add(page);
    }
  }
  expect(DOCUMENTS.filter((document) => !reached.has(document))).toEqual([]);
});

test.each(texts)("every link of $document inside the repository leads somewhere", ({ document, text }) => {
  const broken = linksOf(text).filter((target) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? document : join(dirname(document), path);
    return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(read(file)).includes(anchor));
  });
  expect(broken).toEqual([]);
});

/** Anchors of the headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe("commands", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  test.each(mentions(/npm run ([\w:-]+)/g))("npm run %s is a script", (name) => expect(scripts).toHaveProperty(name));

  test("npm test is a script", () => expect(scripts).toHaveProperty("test"));

  test("each command of dataplane exists", () => {
    const help = execFileSync(process.execPath, [join(ROOT, "cli/dataplane.js"), "--help"], { encoding: "utf8" });
    const commands = [...help.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name);
    expect(commands).toEqual(expect.arrayContaining(mentions(/npx dataplane ([a-z-]+)/g)));
  });
});

/** Pages that speak of fields by their names alone, on every cloud. */
const ON_FIELDS = ["operations", "landing-zones", "recovery", "troubleshooting", "firewall-request"];

describe.each(ON_FIELDS)("docs/%s.md", (page) => {
  const known = new Set(
    [...read("docs/options.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name.replaceAll("[]", "")),
  );
  const text = read(`docs/${page}.md`);
  /** What is in code style, without a value behind it. */
  const inCode = [...text.replace(/^```[^]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, code = ""]) => code.split(":")[0] ?? "",
  );
  const isFile = (name: string) => /\.(json|ts|ya?ml|md|tf|out|html)$/.test(name);
  const isHost = (name: string) => /\.(com|cloud|io|aws)$/.test(name);
  /** Names of fields have capitals within, or dots; names of anything else that looks so are files and hosts. */
  const fields = inCode.filter(
    (name) => /^[a-z][A-Za-z]*(\.[A-Za-z]+)*$/.test(name) && /[.A-Z]/.test(name) && !isFile(name) && !isHost(name),
  );

  test("every field that it names exists", () => {
    expect(fields.length).toBeGreaterThan(2);
    expect(fields.filter((name) => !known.has(name))).toEqual([]);
  });

  test("and fields with their values are taken on some cloud", () => {
    const parts = blocks(text, "yaml").map((part) => parse(part) as Record<string, unknown>);
    for (const part of parts) {
      expect(CLOUDS.filter((cloud) => problemsOn(cloud, part).length === 0).length).toBeGreaterThan(0);
    }
  });
});

describe("deployments", () => {
  const [first = ""] = blocks(read("README.md"), "yaml");
  /** Parts, each with the cloud that its page is about, or that it names itself. */
  const parts = ["README", ...CLOUDS.map((cloud) => `docs/${cloud}`), "docs/operations"]
    .flatMap((page) => {
      const about = CLOUDS.find((cloud) => page.endsWith(cloud)) ?? "aws";
      return blocks(read(`${page}.md`), "yaml").map((part) => ({
        part,
        cloud: (parse(part) as { cloud?: Cloud }).cloud ?? about,
      }));
    })
    .filter(({ part }) => part !== first);

  test("there are parts of each cloud", () => {
    expect(new Set(parts.map(({ cloud }) => cloud))).toEqual(new Set(CLOUDS));
  });

  test("the first is a whole one, in ten lines", () => {
    expect(first.trimEnd().split("\n").length).toBeLessThanOrEqual(10);
    expect(parseDeployment(first, "README.md").deployment.cloud).toBe("aws");
  });

  test.each(parts)("part of one on $cloud: $part", ({ part, cloud }) => {
    expect(() => deploymentOn(cloud, parse(part) as Record<string, unknown>)).not.toThrow();
  });

  test("a login of each cloud, as docs/images.md has them", () => {
    const parts = blocks(read("docs/images.md"), "yaml").filter((part) => part.includes("credentials:"));
    const logins = parts.map((part) => {
      const [, cloud = ""] = /# (AWS|Google|Azure)/.exec(part) ?? [];
      // Base images are what Docker Hub is asked for.
      const fields = { ...(parse(part) as Record<string, unknown>), components: { imageBuilder: true } };
      return deploymentOn(cloud.toLowerCase() as Cloud, fields);
    });
    expect(logins.map(({ cloud }) => cloud)).toEqual(CLOUDS);
  });

  test("the schema that its first line names is there for a file in deployments/", () => {
    const [, schema = ""] = /\$schema=(\S+)/.exec(first) ?? [];
    expect(existsSync(join(ROOT, "deployments", schema))).toBe(true);
  });
});

describe("what the text takes from the stacks", () => {
  const infrastructure = infrastructureOf(deployment());
  const workloads = workloadsOf(deployment());
  const anothersMirror = deploymentOn("google", { images: { mirror: "us-east5-docker.pkg.dev/another/mirror" } });
  const google = infrastructureOf(anothersMirror);
  const inSharedVpc = infrastructureOf(sharedVpc());

  test.each(mentions(/`(\w+_commands?|check_\w+)`/g))("the output %s exists", (name) => {
    const stacks = [infrastructure, workloads, google, inSharedVpc];
    expect(Object.assign({}, ...stacks.map(({ output }) => output as object))).toHaveProperty(name);
  });

  test.each(CLOUDS)("%s has the outputs that every walkthrough names", (cloud) => {
    const { output } = infrastructureOf(deploymentOn(cloud));
    expect(Object.keys(output)).toEqual(
      expect.arrayContaining(["cluster_name", "kubeconfig_command", "client_secret_command", "nat_addresses"]),
    );
  });

  test.each(mentions(/-replace=(\S+)/g))("the resource %s exists", (address) => {
    expect(workloads.resource).toHaveProperty(address);
  });

  test("the pattern of flow logs names their fields in order", () => {
    const [, pattern = ""] = /'\[(version, [^\]]+)\]'/.exec(everything) ?? [];
    const [flowLog] = Object.values<Json>(infrastructure.resource.aws_flow_log);
    const fields = [...flowLog.log_format.matchAll(/\{([\w-]+)\}/g)].map(([, name]) => name);
    expect(pattern.split(", ").map((field) => field.split(" ")[0]?.replaceAll("_", "-"))).toEqual(fields);
  });
});

/** The README's first deployment. */
function deployment() {
  return parseDeployment(blocks(read("README.md"), "yaml")[0] ?? "", "README.md").deployment;
}

/** One in another project's network, as docs/google.md tells of it. */
function sharedVpc() {
  return deploymentOn("google", {
    network: {
      existing: {
        network: "projects/acme-host/global/networks/shared",
        nodeSubnet: { name: "nodes", cidr: "10.2.0.0/16" },
        podRange: { name: "pods", cidr: "10.0.0.0/15" },
        serviceRange: "services",
        clusterSubnet: { name: "api", cidr: "10.3.0.0/28" },
      },
    },
  });
}
