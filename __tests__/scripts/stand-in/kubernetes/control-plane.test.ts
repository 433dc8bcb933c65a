import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ControlPlane } from "../../../../scripts/stand-in/kubernetes/control-plane";
import {
  buildPrograms,
  missingPrograms,
  programFolder,
  PROGRAMS,
} from "../../../../scripts/stand-in/kubernetes/programs";
import { scratchFolder, writeFiles } from "../../../support/scratch";

const at = scratchFolder();
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** Has programs with these bodies started in the place of the real ones. */
function programs(folder: string, bodies: Readonly<Record<string, string>>): void {
  for (const [name, body] of Object.entries(bodies)) {
    writeFiles({ [at(`${folder}/${name}`)]: `#!/bin/sh\n${body}\n` });
    chmodSync(at(`${folder}/${name}`), 0o755);
  }
  process.env["KUBEBUILDER_ASSETS"] = at(folder);
}

const runs = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, "utf8"));

test("a start that fails says which program ended, and leaves none", async () => {
  const sleep = Object.fromEntries(PROGRAMS.map((program) => [program, "exec sleep 60"]));
  programs("fails", { ...sleep, etcd: "echo $$ > pid; exec sleep 60", "kube-apiserver": "echo no such flag; exit 1" });
  const folder = at("plane");
  await expect(ControlPlane.start(folder)).rejects.toThrow(`kube-apiserver ended: see ${folder}/kube-apiserver.log`);
  expect(readFileSync(join(folder, "kube-apiserver.log"), "utf8")).toBe("no such flag\n");
  expect(runs(Number(readFileSync(join(folder, "pid"), "utf8")))).toBe(false);
});

test("a folder with all programs is used, one with some is not", () => {
  process.env["XDG_CACHE_HOME"] = at("cache");
  programs("whole", Object.fromEntries(PROGRAMS.map((program) => [program, "exit 0"])));
  expect(programFolder()).toBe(at("whole"));
  expect(() => buildPrograms()).not.toThrow();

  programs("some", { etcd: "exit 0", "kube-apiserver": "exit 0" });
  expect(programFolder()).toContain(at("cache"));
});

test("what is missing is told, with how to get it", () => {
  programs("some", { etcd: "exit 0", "kube-apiserver": "exit 0" });
  Object.assign(process.env, { XDG_CACHE_HOME: at("cache"), PATH: at("no-go") });
  const line = /install Go .*, or name a folder with etcd, .* in KUBEBUILDER_ASSETS/;
  expect(missingPrograms()).toMatch(line);
  expect(() => buildPrograms()).toThrow(line);
});
