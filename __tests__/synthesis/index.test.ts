import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stacksOf } from "../../config/names";
import { fill } from "../../output-folder";
import { synthesizeAll } from "../../synthesis";
import { STAMP } from "../../synthesis/deployment";
import { verifyPaths } from "../../verification/verify";
import { awsDeployment } from "../support/deployments";
import { scratchFolder } from "../support/scratch";

const at = scratchFolder();
const deployment = awsDeployment();
const other = awsDeployment({ name: "acme-test", clientId: "acme-test" });
const [infrastructure = "", workloads = ""] = stacksOf(deployment);
const fileOf = (outdir: string, stack: string) => join(outdir, "stacks", stack, "cdk.tf.json");

const synthesize = (outdir: string, deployments = [deployment], forgets = false) =>
  fill(outdir, () => synthesizeAll(deployments, outdir), forgets);

/** Inode of a stack's file: one that is written anew has another, one that is taken back has not. */
const inodeOf = (outdir: string, stack: string) => statSync(fileOf(outdir, stack)).ino;

test("what is unchanged is not made again, unless it is asked for; what was edited or removed is", async () => {
  const outdir = at("again");
  const first = await synthesize(outdir);
  const text = readFileSync(fileOf(outdir, infrastructure), "utf8");
  const stamp = join(outdir, "stacks", infrastructure, STAMP);
  /** Tells whether a synth makes the stack, by a mark in its stamp that it would write over. */
  const makes = async (deployments = [deployment], forgets = false) => {
    const marked = JSON.stringify({ ...(JSON.parse(readFileSync(stamp, "utf8")) as object), mark: true });
    writeFileSync(stamp, marked);
    expect(await synthesize(outdir, deployments, forgets)).toEqual(first);
    expect(readFileSync(fileOf(outdir, infrastructure), "utf8")).toBe(text);
    return readFileSync(stamp, "utf8") !== marked;
  };
  expect(await makes()).toBe(false);
  expect(await makes([deployment], true)).toBe(true);
  writeFileSync(fileOf(outdir, infrastructure), text.replace("acme-prod", "acme-else"));
  expect(await makes()).toBe(true);
  writeFileSync(fileOf(outdir, workloads), "");
  expect(await makes()).toBe(true);
  writeFileSync(stamp, "{}");
  expect(await makes()).toBe(true);
});

test("a changed deployment is made anew, and one beside it is not", async () => {
  const outdir = at("changed");
  await synthesize(outdir, [deployment, other]);
  const [theirs] = stacksOf(other);
  const [before, beside] = [inodeOf(outdir, infrastructure), inodeOf(outdir, theirs ?? "")];
  await synthesize(outdir, [awsDeployment({ tags: { team: "data" } }), other]);
  expect(readFileSync(fileOf(outdir, infrastructure), "utf8")).toContain('"team": "data"');
  expect(inodeOf(outdir, infrastructure)).not.toBe(before);
  expect(inodeOf(outdir, theirs ?? "")).toBe(beside);
});

test("stacks do not depend on what is made beside them, and the report is that of the whole folder", async () => {
  const [alone, both] = [at("alone"), at("both")];
  await synthesize(alone);
  const report = await synthesize(both, [other, deployment]);
  for (const stack of [infrastructure, workloads]) {
    expect(readFileSync(fileOf(both, stack), "utf8")).toBe(readFileSync(fileOf(alone, stack), "utf8"));
  }
  const { stacks } = JSON.parse(readFileSync(join(both, "manifest.json"), "utf8")) as { stacks: object };
  expect(Object.keys(stacks)).toEqual([deployment, other].flatMap(stacksOf).sort());
  const places = (text: string) => text.replaceAll(/(\.\.\/)+tmp\//g, "/tmp/");
  expect(places(JSON.stringify(report))).toBe(places(JSON.stringify(await verifyPaths([both]))));
});

test("a stack of a deployment that is no more is gone, and so is what was laid aside of it", async () => {
  const outdir = at("fewer");
  await synthesize(outdir, [deployment, other]);
  await synthesize(outdir, [other]);
  expect(existsSync(fileOf(outdir, infrastructure))).toBe(false);
  expect(existsSync(`${fileOf(outdir, infrastructure)}.earlier`)).toBe(false);
});
