import { join } from "node:path";
import { run } from "../../../cli/index";
import { filesOf } from "../../support/diff";
import { planOf } from "../../support/plan";
import { scratchFolder, writeFiles } from "../../support/scratch";
import { synthesize } from "../../support/tree";
import type { Json } from "../../support/workloads";

const at = scratchFolder();
const written = synthesize();
const OTHER = synthesize({ name: "acme-other" });

const write = (folder: string, files: Readonly<Record<string, unknown>>) =>
  writeFiles(Object.fromEntries(Object.entries(files).map(([path, json]) => [at(join(folder, path)), json])));
write("written", filesOf(written));

/** A plan of what stands already, after which nothing is done. */
function standing(): Json {
  const plan = planOf(written.infrastructure);
  for (const { change } of plan.resource_changes) {
    change.actions = ["no-op"];
    change.before = change.after;
  }
  return plan;
}

const changeOf = (plan: Json, type: string): Json => plan.resource_changes.find((one: Json) => one.type === type);

async function diff(plan: Json, ...args: string[]) {
  writeFiles({ [at("plan.json")]: plan });
  const { exitCode, stdout } = await run(["diff", at("written"), ...args, "--format", "json"]);
  const { verdict, deployments, problems } = JSON.parse(stdout);
  const resources = deployments.flatMap((one: Json) => one.resources.map(({ text }: Json) => text));
  return { exitCode, verdict, problems, resources };
}

test("a plan without changes is the same as what it was made of", async () => {
  const same = { exitCode: 0, verdict: "same", problems: [], resources: [] };
  expect(await diff(standing(), at("plan.json"))).toEqual(same);
  expect(await diff(standing(), at("written"), "--plan", `acme-prod=${at("plan.json")}`)).toEqual(same);
});

test("what a plan does is told as it says, whatever arguments tell", async () => {
  const plan = standing();
  const bucket = changeOf(plan, "aws_s3_bucket");
  bucket.change.actions = ["delete", "create"];
  bucket.change.replace_paths = [["bucket"]];
  const cluster = changeOf(plan, "aws_eks_cluster");
  cluster.change.actions = ["update"];
  cluster.change.before = { ...cluster.change.after, version: "1.30" };
  cluster.change.after_unknown = {};
  changeOf(plan, "aws_vpc").previous_address = "aws_vpc.before";
  changeOf(plan, "aws_kms_key").change.actions = ["forget"];
  const { exitCode, verdict, resources } = await diff(plan, at("plan.json"), "--fail-on", "any");
  expect({ exitCode, verdict }).toEqual({ exitCode: 1, verdict: "refused" });
  expect(resources).toEqual([
    `DESTROYS A BUCKET: ${bucket.address} is replaced (bucket)`,
    `${changeOf(plan, "aws_kms_key").address} is forgotten: it stays as it is, and Terraform manages it no longer`,
    `${changeOf(plan, "aws_vpc").address} is moved: the same under another address`,
    `${cluster.address} is changed (version)`,
  ]);
});

test("of two stacks that it may be of, the plan's has to be named", async () => {
  writeFiles({ [at("plan.json")]: standing() });
  const manifest = { stacks: { ...written.manifest.stacks, ...OTHER.manifest.stacks } };
  write("both", { "manifest.json": manifest, ...written.files, ...OTHER.files });
  const { stdout } = await run(["diff", at("both"), at("plan.json")]);
  expect(stdout).toMatch(/may be the plan of acme-prod or acme-other: compare BASE with itself, and --plan STACK=/);
});

test("--plan is of a folder, and not of what git has", async () => {
  const { exitCode, stderr } = await run(["diff", "--git", "HEAD", "--plan", "acme-prod=plan.json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining("--plan") as string });
});
