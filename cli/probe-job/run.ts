/** Runs a Job of `dataplane probe` by the user's own kubectl, and takes it away whatever happens. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kubectl } from "../../account/kubernetes/kubectl";
import type { probeJob } from "./job";

/** Milliseconds between two looks. */
const PAUSE = 1_000;

interface Pods {
  readonly items: readonly {
    readonly status: {
      readonly phase: string;
      readonly conditions?: readonly { readonly status: string; readonly message?: string }[];
      readonly containerStatuses?: readonly {
        readonly state?: {
          readonly waiting?: { readonly reason?: string };
          readonly terminated?: { readonly message?: string };
        };
      }[];
    };
  }[];
}

/** What the pod left, or why there is nothing. */
export type Left = { readonly message: string } | { readonly missing: string };

/**
 * Makes the Job, waits until its pod has ended, and deletes it: also when the process is asked to end.
 *
 * @throws KubectlError if a call is refused
 */
export async function runJob(context: string, job: ReturnType<typeof probeJob>, seconds: number): Promise<Left> {
  const { name, namespace } = job.metadata;
  const place = ["--namespace", namespace];
  const remove = () => kubectl(context, "delete", "job", name, ...place, "--ignore-not-found", "--wait=false");
  const asked = new AbortController();
  const interrupt = () => asked.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, interrupt);
  const folder = mkdtempSync(join(tmpdir(), "dataplane-probe-"));
  try {
    const file = join(folder, "job.json");
    writeFileSync(file, JSON.stringify(job));
    try {
      await kubectl(context, "create", ...place, "--filename", file);
    } catch (error) {
      // Who ends it ends kubectl too, which may have made the Job already.
      await remove().catch(() => undefined);
      throw error;
    }
    try {
      return await left(asked.signal);
    } finally {
      await remove();
    }
  } finally {
    for (const signal of signals) process.removeListener(signal, interrupt);
    rmSync(folder, { recursive: true });
  }

  async function left(interrupted: AbortSignal): Promise<Left> {
    const deadline = Date.now() + seconds * 1000;
    let last = "its pod was not made";
    while (Date.now() < deadline) {
      if (interrupted.aborted) return { missing: "it was interrupted" };
      const text = await kubectl(context, "get", "pods", ...place, "--selector", `job-name=${name}`, "-o", "json");
      const [pod] = (JSON.parse(text) as Pods).items;
      const state = pod?.status.containerStatuses?.[0]?.state;
      if (pod?.status.phase === "Succeeded" || pod?.status.phase === "Failed") {
        const message = state?.terminated?.message;
        return message ? { message } : { missing: `its pod ended (${pod.status.phase}) and left no result` };
      }
      last = pod ? `its pod is ${pod.status.phase}: ${reasonOf(pod.status)}` : last;
      await sleep(PAUSE, undefined, { signal: interrupted }).catch(() => undefined);
    }
    return { missing: `${last}, after ${seconds} seconds` };
  }
}

const reasonOf = ({ conditions = [], containerStatuses = [] }: Pods["items"][0]["status"]): string =>
  [
    ...containerStatuses.flatMap(({ state }) => state?.waiting?.reason ?? []),
    ...conditions.flatMap(({ message }) => message ?? []),
  ].join("; ") || "no reason is told";
