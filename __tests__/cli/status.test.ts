import { nodesRow } from "../../cli/status-report/rows";
import { run } from "../../cli/index";
import { EXAMPLES } from "../support/examples";
import { testEnvironment } from "../support/environment";

testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES });

const node = (name: string, ...conditions: readonly (readonly [type: string, status: string])[]) => ({
  metadata: { name },
  status: { conditions: conditions.map(([type, status]) => ({ type, status })) },
});

// On the stand-in, nodes are ready whatever somebody writes.
test.each([
  ["each is ready", [node("a", ["Ready", "True"], ["DiskPressure", "False"])], "well", "1 of 1"],
  ["there is none", [], "not well", "0 of 0"],
  ["one is not", [node("a", ["Ready", "True"]), node("b", ["Ready", "False"])], "not well", "1 of 2; not ready: b"],
  ["one is not heard of", [node("a", ["Ready", "Unknown"])], "not well", "0 of 1; not ready: a"],
  ["one says something else", [node("a", ["DiskPressure", "True"])], "not well", "0 of 1; not ready: a"],
  ["one says nothing", [{ metadata: { name: "a" } }], "not well", "0 of 1; not ready: a"],
] as const)("nodes: %s", (_, nodes, verdict, detail) => {
  expect(nodesRow(nodes)).toEqual({ subject: "nodes ready", verdict, detail });
});

test.each([
  [["nobody", "--context", "a"], /'nobody' is no deployment/],
  [["acme-us-east-2"], /--context/],
  [["acme-us-east-2", "--context", "a", "--token-days", "soon"], /must be a number of days/],
])("%s is unusable", async (args, message) => {
  const { exitCode, stdout, stderr } = await run(["status", ...args]);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
});

test("without kubectl nothing is told", async () => {
  process.env["KUBECTL"] = "/nowhere/kubectl";
  const { exitCode, stderr } = await run(["status", "acme-us-east-2", "--context", "a"]);
  delete process.env["KUBECTL"];
  expect([exitCode, stderr]).toEqual([2, "/nowhere/kubectl is not on the PATH: KUBECTL may name it\n"]);
});
