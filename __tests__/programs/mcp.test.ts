/** The server for agents, asked by the client of the protocol's own SDK. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { groupFrom } from "../support/open-group";
import { scratchFolder, writeFiles } from "../support/scratch";

const COMMAND = join(__dirname, "../../cli/dataplane.js");
const at = scratchFolder();
const client = new Client({ name: "test", version: "1" });

beforeAll(async () => {
  writeFiles({ [at("open/main.tf")]: groupFrom(), [at("closed/main.tf")]: groupFrom("10.0.0.0/8") });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [COMMAND, "mcp"], cwd: at("") }));
});
afterAll(() => client.close());

async function call(name: string, args: Record<string, unknown>) {
  const { content, isError = false } = await client.callTool({ name, arguments: args });
  const [part] = content as { text: string }[];
  return { isError, text: part?.text ?? "" };
}
const answered = async (name: string, args: Record<string, unknown>) => {
  const { isError, text } = await call(name, args);
  expect(isError).toBe(false);
  return JSON.parse(text) as unknown;
};

test("three tools, each said to change nothing", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["verify", "explain", "diff"]);
  for (const { annotations } of tools) expect(annotations).toMatchObject({ readOnlyHint: true });
});

test("verify", async () => {
  expect(await answered("verify", { paths: ["open"], only: ["no-inbound", "private-api-endpoint"] })).toMatchObject({
    verdict: "fail",
    findings: [{ invariant: "no-inbound", status: "violated", resource: "aws_security_group.open" }],
  });
  expect(await answered("verify", { paths: ["closed"], only: ["no-inbound"] })).toMatchObject({ verdict: "pass" });
});

test("explain", async () => {
  const asked = { from: "internet", to: "aws_security_group.open", protocol: "tcp" };
  const decided = async (folder: string, port: number) => {
    const { answers } = (await answered("explain", { ...asked, paths: [folder], port })) as { answers: object[] };
    return answers;
  };
  expect(await decided("open", 22)).toMatchObject([{ decision: "allowed" }]);
  expect(await decided("open", 23)).toMatchObject([{ decision: "denied" }]);
});

test("diff", async () => {
  expect(await answered("diff", { before: "closed", after: "open" })).toMatchObject({ verdict: "widened" });
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["verify", { paths: ["gone"] }, /^gone: does not exist/],
  ["verify", { paths: ["--help"] }, /^--help: does not exist/],
  ["verify", { paths: ["open"], only: ["nothing"] }, /only/],
  ["explain", { paths: ["open"], from: "--output=x", to: "internet", protocol: "tcp" }, /--output=x/],
  ["explain", { paths: ["open"], from: "internet", to: "internet", protocol: "tcp", port: 70_000 }, /port/],
])("%s of %j is refused", async (name, args, message) => {
  const { isError, text } = await call(name, args);
  expect(isError).toBe(true);
  expect(text).toMatch(message);
});

test("it ends when the agent does", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "mcp"], { input: "", encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});
