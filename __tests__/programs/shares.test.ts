import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { scratchFolder, writeFiles } from "../support/scratch";

const SHARES = JSON.stringify(join(__dirname, "../../shares"));
const at = scratchFolder();

/** A program that has two shares done by `work`, as a file's text, which tells each process's id before anything else. */
function startParent(name: string, work: string) {
  const folder = at(name);
  writeFiles({
    [join(folder, "share.ts")]: `
      import { answerShares } from ${SHARES};
      console.log(process.pid);
      void answerShares(${work}).then(() => process.exit());`,
    [join(folder, "parent.ts")]: `
      import { inProcesses } from ${SHARES};
      const seen: unknown[] = [];
      const program = { file: ${JSON.stringify(join(folder, "share.ts"))} };
      inProcesses([{ n: 0 }, { n: 1 }, { n: 2 }], program, (done) => void seen.push(done)).then(
        () => console.log(JSON.stringify(seen)),
        (error: Error) => console.log(error.message),
      );`,
  });
  const parent = spawn(process.execPath, ["--import", "tsx", join(folder, "parent.ts")], {
    cwd: join(__dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { parent, lines: createInterface({ input: parent.stdout })[Symbol.asyncIterator]() };
}

const next = async (lines: AsyncIterator<string>): Promise<string> => String((await lines.next()).value);

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 100; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

test("shares are seen in their order, whichever is done first, and their processes end", async () => {
  const slowest =
    "async ({ n }: { n: number }) => new Promise((done) => setTimeout(() => done(n), n === 0 ? 1000 : 0))";
  const { lines } = startParent("order", slowest);
  const pids = [Number(await next(lines)), Number(await next(lines))];
  expect(await next(lines)).toBe("[0,1,2]");
  for (const pid of pids) expect(await isGone(pid)).toBe(true);
});

test("what stops one process stops the others", async () => {
  // It fails once the other process works: one that is stopped before has not told its id.
  const works = JSON.stringify(at("the-other-works"));
  const failing = `async ({ n }: { n: number }) => {
    const { existsSync, writeFileSync } = await import("node:fs");
    if (n === 0) writeFileSync(${works}, "");
    while (n === 0 || !existsSync(${works})) await new Promise((done) => setTimeout(done, 10));
    throw new Error("no");
  }`;
  const { lines } = startParent("failing", failing);
  const pids = [Number(await next(lines)), Number(await next(lines))];
  expect(await next(lines)).toMatch(/^Error: no/);
  for (const pid of pids) expect(await isGone(pid)).toBe(true);
});

test("no process works on for one that is gone", async () => {
  const { parent, lines } = startParent("orphans", "() => new Promise((done) => setTimeout(done, 60_000))");
  const pids = [Number(await next(lines)), Number(await next(lines))];
  parent.kill("SIGKILL");
  await once(parent, "exit");
  for (const pid of pids) expect(await isGone(pid)).toBe(true);
});

test("a share of the command line ends without a word when it is done with", async () => {
  const share = fork(join(__dirname, "../../cli/dataplane.js"), ["share"], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let said = "";
  for (const stream of [share.stdout, share.stderr]) stream?.on("data", (text) => (said += String(text)));
  share.send({ path: at("nothing"), parts: [], today: "2026-08-01", shows: false });
  await once(share, "message");
  share.disconnect();
  expect(await once(share, "exit")).toEqual([0, null]);
  expect(said).toBe("");
});
