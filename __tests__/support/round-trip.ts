/** The examples of a cloud, each collected as its services tell it, and audited beside what is written. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import type { Deployment } from "../../config/deployment";
import { infrastructureStack } from "../../config/names";
import type { Report } from "../../verification/verify";
import { readStack, synthesizeExamples } from "./examples";
import { scratchFolder } from "./scratch";
import { standingPlanOf } from "./standing-plan";

/** What is said of an account or of stacks, in an order that does not tell who says it. */
interface Told {
  readonly findings: readonly string[];
  readonly warnings: readonly string[];
}

/** @param isExpected whether a warning is one that the stand-in's own gaps explain */
export function roundTrips(cloud: Deployment["cloud"], isExpected: (warning: string) => boolean) {
  const scratch = scratchFolder();
  const { folder, loaded } = synthesizeExamples();
  const own = loaded.filter(({ deployment }) => deployment.cloud === cloud);
  let collections = 0;

  async function told(...args: readonly string[]): Promise<Told> {
    const { stdout, stderr } = await run([...args, "--format", "json"]);
    expect(stderr).toBe("");
    const { findings, warnings = [] } = JSON.parse(stdout) as Report;
    return {
      findings: findings.map(({ status, invariant, message }) => `${status} ${invariant}: ${message}`).sort(),
      warnings: warnings.filter((line) => !isExpected(line)),
    };
  }

  return {
    scratch,
    /** Of the infrastructure stacks, which are those of the deployments. */
    names: own.map(({ deployment }) => infrastructureStack(deployment)),
    stack: (name: string) => readStack(folder, name),
    written: (name: string) =>
      told("verify", ...[name, `${name}-workloads`].map((stack) => join(folder, "stacks", stack))),
    /** Of what the services tell now. */
    audited: async (name: string) => {
      const collected = scratch(`${name}-${++collections}`);
      const collect = await run(["collect", name, "--output", collected]);
      expect([collect.stderr, collect.exitCode]).toEqual(["", 0]);
      const state = scratch(`${name}.json`);
      writeFileSync(state, JSON.stringify(standingPlanOf(readStack(folder, name))));
      return told("audit", name, collected, "--state", state);
    },
  };
}
