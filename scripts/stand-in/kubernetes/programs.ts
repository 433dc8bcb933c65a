/** The programs of a Kubernetes control plane: where they are on this machine, and how they are built from their Go modules. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { isOnPath } from "../tools";

export const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

export type Program = (typeof PROGRAMS)[number];

/** Modules by what their tools are built for; kwok's libraries don't go with those of this Kubernetes. */
const MODULES = [__dirname, join(__dirname, "kwok")];

/**
 * Where the programs are by name: the folder of KUBEBUILDER_ASSETS where that holds them all, which is of one version
 * then, else the one that {@link buildPrograms} fills.
 */
export function programFolder(): string {
  const given = process.env["KUBEBUILDER_ASSETS"];
  return given !== undefined && holdsAll(given) ? resolve(given) : builtFolder();
}

const holdsAll = (folder: string) => PROGRAMS.every((program) => existsSync(join(folder, program)));

/** One for each set of versions, beside the machine's other caches: a build outlives a checkout. */
function builtFolder(): string {
  const versions = createHash("sha256");
  for (const module of MODULES) versions.update(readFileSync(join(module, "go.sum")));
  const caches = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(caches, "dataplane-kubernetes", versions.digest("hex").slice(0, 12));
}

/** Whether every program is there. */
export const hasPrograms = (): boolean => holdsAll(programFolder());

/** What keeps a control plane from starting here, and how to get it; undefined where nothing does. */
export function missingPrograms(): string | undefined {
  if (hasPrograms() || isOnPath("go")) return undefined;
  return (
    "the programs of a Kubernetes control plane: install Go (https://go.dev/dl), which builds them, " +
    `or name a folder with ${PROGRAMS.join(", ")} in KUBEBUILDER_ASSETS`
  );
}

/**
 * Builds what is not there yet: some five minutes on two cores the first time, after which Go has most of it.
 *
 * @throws Error if a build fails or is not possible
 */
export function buildPrograms(): void {
  if (hasPrograms()) return;
  const missing = missingPrograms();
  if (missing !== undefined) throw new Error(`Missing ${missing}`);
  const folder = programFolder();
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const cwd of MODULES) {
    const { status } = spawnSync(
      "go",
      ["build", "-trimpath", "-ldflags", flagsOf(cwd), "-o", `${unfinished}/`, "tool"],
      {
        cwd,
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    if (status !== 0) throw new Error(`go build in ${cwd} failed`);
  }
  // etcd's main package is called after its folder.
  renameSync(join(unfinished, "server"), join(unfinished, "etcd"));
  mkdirSync(folder, { recursive: true });
  for (const program of PROGRAMS) {
    copyFileSync(join(unfinished, program), join(folder, `${program}.${process.pid}`));
    renameSync(join(folder, `${program}.${process.pid}`), join(folder, program));
  }
  rmSync(unfinished, { recursive: true });
}

/** A build that is no release has no version of its own, and clients ask for one. */
function flagsOf(module: string): string {
  const [, version = "", major = "", minor = ""] =
    /^\s*(?:require )?k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)/m.exec(readFileSync(join(module, "go.mod"), "utf8")) ??
    [];
  const variables = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const set = Object.entries(variables).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ["-s -w", ...(version ? set : [])].join(" ");
}
