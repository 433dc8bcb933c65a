import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { scratchFolder, writeFiles } from "../support/scratch";

const RUNNER = join(__dirname, "../support/runner.mjs");
const JEST = require.resolve("jest/bin/jest");

/**
 * Both processes of the pool get their first task once both have one, the second process a while later, with all that is
 * sent to it meanwhile.
 */
const SLOW = `
const processes = require("node:child_process");
const { fork } = processes;
const held = [];
processes.fork = (...args) => {
  const child = fork(...args);
  const id = args.at(-1).env?.TINYPOOL_WORKER_ID;
  if (id === undefined) return child;
  const send = child.send.bind(child);
  let waiting;
  child.send = (message, ...rest) => {
    if (waiting) return waiting.push([message, ...rest]) > 0;
    if (message.source !== "port") return send(message, ...rest);
    waiting = [[message, ...rest]];
    const release = () => {
      child.send = send;
      for (const one of waiting) send(...one);
    };
    held.push(() => setTimeout(release, id === "2" ? 2_000 : 0));
    if (held.length === 2) for (const start of held) start();
    return true;
  };
  return child;
};
require("node:module").syncBuiltinESMExports();
`;

const at = scratchFolder();

test("a process that is slow to listen has its settings too", () => {
  const passing = "test('it runs', () => undefined);";
  const config = { runner: [RUNNER, { runtime: "child_process" }], testMatch: ["**/*.test.mjs"], maxWorkers: 2 };
  writeFiles({
    [at("slow.cjs")]: SLOW,
    [at("jest.config.json")]: JSON.stringify(config),
    ...Object.fromEntries(["one", "two", "three"].map((name) => [at(`${name}.test.mjs`), passing])),
  });
  const { status, stderr } = spawnSync(process.execPath, ["--require", at("slow.cjs"), JEST], {
    ...{ cwd: at(""), encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" },
  });
  expect(stderr).toContain("3 passed, 3 total");
  expect(status).toBe(0);
});
