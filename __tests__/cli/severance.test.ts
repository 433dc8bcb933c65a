import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import { withField } from "../../cli/severance/field";
import { writtenStacks } from "../../cli/written-stacks";
import { loadDeployments } from "../../config/loader";
import { diffResources } from "../../verification/diff/index";
import { beyondSeverance } from "../../verification/diff/severance";
import type { Resource } from "../../verification/model";
import { awsDeployment } from "../support/deployments";
import { EXAMPLES } from "../support/examples";
import { scratchFolder } from "../support/scratch";

const at = scratchFolder();
beforeEach(() => (process.env["DATAPLANE_DEPLOYMENTS"] = at()));
afterEach(() => delete process.env["DATAPLANE_DEPLOYMENTS"]);

describe("the file", () => {
  const source = "# About.\nname: a # its name\n\nlist: [ 1,2 ]\n";

  test("has a field more, and all else to the letter", () => {
    expect(withField(source, "severed", "grpc")).toBe(`${source}severed: grpc\n`);
    expect(withField(source.trimEnd(), "severed", "grpc")).toBe(`${source}severed: grpc\n`);
  });

  test("has the field changed where it stands, and what is said of it kept", () => {
    const severed = "a: 1\nsevered: grpc # since Monday\nb: 2\n";
    expect(withField(severed, "severed", "all")).toBe("a: 1\nsevered: all # since Monday\nb: 2\n");
  });

  test("is without it, with its line", () => {
    expect(withField("a: 1\nsevered: grpc # since Monday\nb: 2\n", "severed", undefined)).toBe("a: 1\nb: 2\n");
    expect(withField("a: 1\nsevered: grpc", "severed", undefined)).toBe("a: 1\n");
    expect(withField(source, "severed", undefined)).toBe(source);
  });

  test("of JSON stays one", () => {
    const severed = withField('{"a": 1}', "severed", "all");
    expect(JSON.parse(severed)).toEqual({ a: 1, severed: "all" });
    expect(JSON.parse(withField(severed, "severed", undefined))).toEqual({ a: 1 });
  });
});

/** An example of a cloud, as a deployment of its own. */
function copied(example: string) {
  const source = readFileSync(join(EXAMPLES, `${example}.yaml`), "utf8");
  const file = at(`${example}.yaml`);
  beforeAll(() => writeFileSync(file, source));
  const name = loadDeployments([join(EXAMPLES, `${example}.yaml`)])[0]?.deployment.name ?? "";
  return { name, source, written: () => readFileSync(file, "utf8") };
}

describe("on AWS", () => {
  const { name, source, written } = copied("aws-us-east-2");

  test("a deployment is severed channel by channel, and restored to what it was", async () => {
    const tunnel = await run(["sever", name, "--channel", "tunnel"]);
    expect(tunnel).toMatchObject({ exitCode: 0, stderr: "" });
    expect(tunnel.stdout).toMatch(/no longer open: .*TCP 7844/);
    expect(tunnel.stdout).not.toMatch(/no longer open: .*443|newly/);
    expect(written()).toBe(`${source}severed: tunnel\n`);
    const deploys = tunnel.stdout.match(/npm run deploy -- .*/g);
    expect(deploys).toEqual([name, `${name}-workloads`].map((stack) => `npm run deploy -- ${name} --stacks ${stack}`));

    const again = await run(["sever", name, "--channel", "tunnel"]);
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is severed") as string });

    const all = await run(["sever", name, "--channel", "all"]);
    expect(all).toMatchObject({ exitCode: 0, stderr: "" });
    expect(all.stdout).not.toMatch(/no longer open: .*7844|newly/);
    expect(written()).toBe(`${source}severed: all\n`);

    const restored = await run(["restore", name]);
    expect(restored).toMatchObject({ exitCode: 0, stderr: "" });
    expect(restored.stdout).toMatch(/newly open: .*7844/);
    expect(written()).toBe(source);
  });
});

describe.each(["google-us-west-2", "azure-us-east-2"])("%s", (example) => {
  const { name, source, written } = copied(example);

  test("is severed, and restored to what it was", async () => {
    const severed = await run(["sever", name, "--channel", "all"]);
    expect(severed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(severed.stdout).toMatch(/no longer open: .*7844/);
    expect(written()).toBe(`${source}severed: all\n`);
    expect(await run(["restore", name])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(written()).toBe(source);
  });
});

test("a deployment without a severed channel has nothing to restore", async () => {
  const { exitCode, stderr } = await run(["restore", "acme-us-east-2"]);
  expect([exitCode, stderr]).toEqual([
    2,
    "NAME: 'acme-us-east-2' has no channel that is severed (allowed: one that has)\n",
  ]);
});

describe("by Union's chart", () => {
  const { name } = copied("aws-eu-central-1");

  test("what no stack does is said", async () => {
    const { stdout } = await run(["sever", name, "--channel", "grpc"]);
    expect(stdout).toMatch(/kubectl scale --namespace union --replicas=0 deployment\/union-operator\n/);
    expect(stdout).not.toMatch(/deployment\/union-operator-proxy/);
  });
});

describe("what a change does beyond a severance", () => {
  const [before, after] = [awsDeployment(), awsDeployment({ severed: "tunnel" })];
  const [base, head] = [writtenStacks(before), writtenStacks(after)];
  const beyond = async (changed: readonly Resource[]) => {
    const [diff] = await diffResources(base, changed);
    if (!diff) throw new Error("no deployment");
    return beyondSeverance(base, changed, diff, { channels: ["tunnel"], change: "closed", deployment: after });
  };

  test("is nothing by itself", async () => expect(await beyond(head)).toEqual([]));

  test("is told where another path closes", async () => {
    const said = await beyond(head.filter(({ address }) => !/nodes-to-s3/.test(address)));
    expect(said).toContainEqual(expect.stringMatching(/^closed too: outbound tcp 443 /));
  });

  test("is told where another path opens", async () => {
    const opened = head.map((resource) =>
      /nodes-to-s3/.test(resource.address)
        ? { ...resource, values: { ...resource.values, from_port: 1, to_port: 65535 } }
        : resource,
    );
    expect(await beyond(opened)).toContainEqual(expect.stringMatching(/^opened too: outbound tcp /));
  });

  test("is told where the channel does not close", async () => {
    expect(await beyond(base)).toEqual(["tunnel: no packet of it is closed"]);
  });
});
