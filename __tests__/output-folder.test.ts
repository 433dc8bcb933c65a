import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { inTurn } from "../output-folder";
import { scratchFolder } from "./support/scratch";

const at = scratchFolder();

/** The file of a turn that a process left behind. */
function leave(folder: string, pid: number, host = hostname()): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/lock`;
  writeFileSync(file, JSON.stringify({ pid, host }));
  return file;
}

/** The id of a process that has ended. */
const gone = () => spawnSync(process.execPath, ["--version"]).pid;

test("two at once take turns", async () => {
  const folder = at("two");
  const done: string[] = [];
  const work = (name: string) =>
    inTurn(folder, async () => {
      done.push(`${name} begins`);
      await sleep(50);
      done.push(`${name} ends`);
    });
  await Promise.all([work("one"), work("two")]);
  expect(done).toEqual(["one begins", "one ends", "two begins", "two ends"]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a turn ends with the error of its work", async () => {
  await expect(inTurn(at("fails"), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await inTurn(at("fails"), () => Promise.resolve("next"))).toBe("next");
});

test("the turn of a process that is no more counts for nothing, whoever looks first", async () => {
  const file = leave(at("stale"), gone());
  let working = 0;
  const work = async () => {
    expect(++working).toBe(1);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ pid: process.pid, host: hostname() });
    await sleep(20);
    working--;
  };
  await Promise.all([1, 2, 3].map(() => inTurn(at("stale"), work)));
  expect(readdirSync(at("stale"))).toEqual([]);
});

test("of another machine's process nothing is known: it is waited for", async () => {
  const file = leave(at("elsewhere"), gone(), "elsewhere.example");
  let taken = false;
  const waiting = inTurn(at("elsewhere"), () => Promise.resolve((taken = true)));
  await sleep(300);
  expect(taken).toBe(false);
  writeFileSync(file, JSON.stringify({ pid: gone(), host: hostname() }));
  await waiting;
  expect(taken).toBe(true);
});

test("a folder that can't be written to is said", async () => {
  writeFileSync(at("file"), "");
  await expect(inTurn(at("file"), () => Promise.resolve())).rejects.toThrow(/file: can't be written \(EEXIST\)$/);
});
