/** The script with a Terraform that notes what it is asked, and plans to make all of a stack. */
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { loadDeployments } from "../../config/loader";
import { run } from "../../scripts/deploy";
import { planOf } from "../support/plan";
import { Repository } from "../support/repository";
import { scratchFolder } from "../support/scratch";
import { applicationOf } from "../support/synthesized";
import type { Json } from "../support/workloads";

const repository = new Repository();
repository.deploy("acme-prod");
repository.deploy("acme-other", { region: "us-west-2", cloudRegion: "us-west-2" });
repository.deploy("acme-chart", { workloads: "chart" });
const first = repository.commit("Three deployments");

const tools = scratchFolder()();
const asked = join(tools, "asked.log");
const summary = join(tools, "summary.md");
const plans = join(tools, "plans");
mkdirSync(plans);
writeFileSync(
  join(tools, "terraform"),
  `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const [chdir, command, ...options] = process.argv.slice(2);
const stack = chdir.split("/").at(-1);
appendFileSync(${JSON.stringify(asked)}, \`\${stack}: \${[command, ...options].join(" ")}\\n\`);
if (process.env.FAILS === \`\${stack} \${command}\`) process.exit(1);
const part = options.some((option) => option.startsWith("-target=")) ? "-part" : "";
for (const option of options) if (option.startsWith("-out=")) writeFileSync(option.slice(5), part);
if (command === "show") process.stdout.write(readFileSync(\`${plans}/\${stack}\${readFileSync(options.at(-1))}.json\`));
`,
);
chmodSync(join(tools, "terraform"), 0o755);

/** Makes the plans: those of the stacks as synthesized, which \`change\` has its way with. */
function plan(change: (plan: Json, stack: string) => void = () => undefined): void {
  const loaded = loadDeployments([repository.path("deployments/acme-prod.yaml")]);
  const { files } = applicationOf(loaded.map(({ deployment }) => deployment));
  for (const stack of ["acme-prod", "acme-prod-workloads"]) {
    const made = planOf(files[`stacks/${stack}/cdk.tf.json`]);
    change(made, stack);
    writeFileSync(join(plans, `${stack}.json`), JSON.stringify(made));
  }
}

/** What a plan changes, beside nothing of all that stands. */
const changes =
  (...of: readonly object[]) =>
  (made: Json, stack: string) => {
    changeNothing(made);
    if (stack === "acme-prod") made.resource_changes.push(...of);
  };
const change = (address: string, actions: string[], before: object | null = {}, after: object | null = {}) => ({
  ...{ address, type: address.split(".")[0], mode: "managed" },
  change: { actions, before, after },
});
const TAKEN = change("aws_vpc_security_group_egress_rule.old", ["delete"], {}, null);
const GIVEN = change("aws_iam_role.new", ["create"], null);

/** The plan of what `-target` names of a stack. */
const planPart = (...of: readonly object[]) =>
  writeFileSync(
    join(plans, "acme-prod-part.json"),
    JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes: of }),
  );

/** Runs with the deployment that names what may be lost. */
async function allowing<T>(use: () => Promise<T>): Promise<T> {
  const allow = [{ change: "objectStore", reason: "A rehearsal of this test.", expires: "2099-12-31" }];
  repository.deploy("acme-prod", { allow });
  try {
    return await use();
  } finally {
    repository.git("checkout", "--", "deployments");
  }
}

const changeNothing = (made: Json) => {
  for (const one of made.resource_changes) one.change.actions = ["no-op"];
};

async function deploy(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  rmSync(asked, { force: true });
  rmSync(summary, { force: true });
  appendFileSync(asked, "");
  const path = [tools, process.env["PATH"]].join(delimiter);
  const outcome = await repository.runHere(run, [...args, "--summary", summary], { PATH: path, ...environment });
  const commands = readFileSync(asked, "utf8").trim().split("\n").filter(Boolean);
  return { ...outcome, commands, summary: existsSync(summary) ? readFileSync(summary, "utf8") : "" };
}

/** Commands of a stack that is deployed. */
const deployed = (stack: string) => [
  expect.stringMatching(`^${stack}: init `),
  expect.stringMatching(`^${stack}: plan .*-lock-timeout`),
  expect.stringMatching(`^${stack}: show -json `),
  expect.stringMatching(`^${stack}: apply -input=false .*/cdktf\\.out/stacks/${stack}/plan$`),
];

afterEach(() => {
  expect(repository.leftovers()).toEqual([]);
  for (const file of ["plan", "plan.json"])
    for (const stack of ["acme-prod", "acme-prod-workloads"])
      expect(existsSync(repository.path("cdktf.out/stacks", stack, file))).toBe(false);
});

test("the infrastructure first, then the workloads, each by the plan that was verified", async () => {
  plan();
  const { code, commands, summary: told } = await deploy(["acme-prod"]);
  expect(code).toBe(0);
  expect(commands).toEqual([...deployed("acme-prod"), ...deployed("acme-prod-workloads")]);
  expect(told).toMatch(
    /^### acme-prod\n\n- `acme-prod`: deployed, \d+ changes\n- `acme-prod-workloads`: deployed, \d+ /,
  );
});

test("only the stacks that are asked for", async () => {
  const { code, commands } = await deploy(["acme-prod", "--stacks", "acme-prod-workloads"]);
  expect(code).toBe(0);
  expect(commands).toEqual(deployed("acme-prod-workloads"));
});

test("a plan that lets someone in is not applied, and what builds on it is not planned", async () => {
  plan((made, stack) => {
    if (stack !== "acme-prod") return;
    const [list] = made.planned_values.root_module.resources.filter(
      ({ type }: Json) => type === "aws_ec2_managed_prefix_list",
    );
    list.values.entry.push({ cidr: "203.0.113.0/24" });
  });
  const { code, commands, stdout, summary: told } = await deploy(["acme-prod"]);
  expect(code).toBe(1);
  expect(commands).toEqual(deployed("acme-prod").slice(0, 3));
  expect(stdout).toMatch(/egress-allowlist[^]*203\.0\.113\./);
  expect(told).toContain("`acme-prod`: not applied: the plan does not verify");
});

test("a plan that changes nothing is not applied", async () => {
  plan(changeNothing);
  const { code, commands, summary: told } = await deploy(["acme-prod"]);
  expect(code).toBe(0);
  expect(commands.filter((command) => command.includes(": apply"))).toEqual([]);
  expect(told).toContain("`acme-prod-workloads`: nothing to change");
});

describe("what the infrastructure takes away goes last", () => {
  const looked = deployed("acme-prod").slice(0, 3);

  test("after the workloads", async () => {
    plan(changes(TAKEN));
    const { code, commands, summary: told } = await deploy(["acme-prod"]);
    expect(code).toBe(0);
    expect(commands).toEqual([...looked, ...deployed("acme-prod-workloads").slice(0, 3), ...deployed("acme-prod")]);
    expect(told).toContain(
      "- `acme-prod`: takes away, and so after the workloads only: aws_vpc_security_group_egress_rule.old: all of it",
    );
  });

  test("in three steps where it gives too", async () => {
    plan(changes(TAKEN, GIVEN));
    planPart(GIVEN);
    const { code, commands, summary: told } = await deploy(["acme-prod"]);
    expect(code).toBe(0);
    expect(commands).toEqual([
      ...looked,
      ...deployed("acme-prod"),
      ...deployed("acme-prod-workloads").slice(0, 3),
      ...deployed("acme-prod"),
    ]);
    expect(commands.filter((command) => command.includes("-target"))).toEqual([
      expect.stringMatching(/^acme-prod: plan .* -target=aws_iam_role\.new -out=/),
    ]);
    expect(told).toContain("- `acme-prod`: deployed, 1 changes\n- `acme-prod-workloads`: nothing to change\n");
  });

  test("and stops where it can't give without taking", async () => {
    plan(changes(TAKEN, GIVEN));
    planPart(TAKEN, GIVEN);
    const { code, commands, summary: told } = await deploy(["acme-prod"]);
    expect(code).toBe(1);
    expect(commands).toEqual([...looked, ...looked]);
    expect(told).toContain("can't be had without delete `aws_vpc_security_group_egress_rule.old`");
  });

  const list = (cidr: string) => ({ entry: [{ cidr }] });
  const BOTH = change("aws_ec2_managed_prefix_list.edge", ["update"], list("192.0.2.0/25"), list("192.0.2.128/25"));

  test("what gives and takes at once is refused, with the way round", async () => {
    plan(changes(BOTH));
    const { code, commands, summary: told } = await deploy(["acme-prod"]);
    expect(code).toBe(1);
    expect(commands).toEqual(looked);
    expect(told).toMatch(/not applied: it would cut off what runs: aws_ec2_managed_prefix_list\.edge: takes .*0\/25/);
    expect(told).toContain("beside what is new, deploy, and take it away in a change of its own");
    expect(told).toContain("`--stacks acme-prod` and then `--stacks acme-prod-workloads`");
  });

  test("or taken as it is, where the deployment says so", async () => {
    const { code, commands } = await allowing(() => deploy(["acme-prod"]));
    expect(code).toBe(0);
    expect(commands).toEqual([...deployed("acme-prod"), ...looked.map(() => expect.stringMatching(/-workloads: /))]);
  });
});

describe("what a plan destroys for good", () => {
  beforeAll(() => plan(changes(change("aws_s3_bucket.data", ["delete"], {}, null))));

  test("is not applied, and the refusal says what and how", async () => {
    const { code, commands, summary: told } = await deploy(["acme-prod"]);
    expect(code).toBe(1);
    expect(commands).toEqual(deployed("acme-prod").slice(0, 3));
    expect(told).toContain("not applied: it destroys for good: aws_s3_bucket.data is removed: the objects in it");
    expect(told).toContain("an entry of `allow` in the deployment says so: {change: FIELD, reason: WHY, expires: ");
  });

  test("is applied where the deployment names it", async () => {
    const { code, summary: told } = await allowing(() => deploy(["acme-prod"]));
    expect(code).toBe(0);
    expect(told).toContain("`acme-prod`: deployed, 1 changes");
  });
});

describe("drift", () => {
  test("none", async () => {
    plan(changeNothing);
    const { code, commands, summary: told } = await deploy(["acme-prod", "--drift"]);
    expect(code).toBe(0);
    expect(commands.filter((command) => /: plan .*-lock=false/.test(command))).toHaveLength(2);
    expect(told).toBe("### acme-prod\n\n- `acme-prod`: no drift\n- `acme-prod-workloads`: no drift\n");
  });

  test("is told by resource, in every stack, and nothing is applied", async () => {
    plan((made) => {
      changeNothing(made);
      made.resource_changes[0].change.actions = ["delete", "create"];
    });
    const { code, commands, summary: told } = await deploy(["acme-prod", "--drift"]);
    expect(code).toBe(1);
    expect(commands.filter((command) => command.includes(": apply"))).toEqual([]);
    expect(told).toMatch(
      /`acme-prod`: drift: delete and create `aws_[^`]+`\n- `acme-prod-workloads`: drift: delete and /,
    );
  });

  test("a rule that somebody added to a group of the stack, which no plan would change", async () => {
    plan((made, stack) => {
      changeNothing(made);
      if (stack !== "acme-prod") return;
      const [group] = made.planned_values.root_module.resources.filter(
        ({ type }: Json) => type === "aws_security_group",
      );
      const ingress = [{ protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] }];
      const after = { ...group.values, ingress };
      made.prior_state = {
        format_version: "1.0",
        values: { root_module: { resources: [{ ...group, values: after }] } },
      };
      made.resource_drift = [{ address: group.address, change: { actions: ["update"], before: group.values, after } }];
    });
    const { code, commands, summary: told } = await deploy(["acme-prod", "--drift"]);
    expect(code).toBe(1);
    expect(commands.filter((command) => command.includes(": apply"))).toEqual([]);
    expect(told).toMatch(
      /`acme-prod`: drift: what stands: violated: no-inbound: `aws_security_group\.[^`]+`: .* \(TCP 22 from \S+ to \S+\)\n/,
    );
    expect(told).toMatch(/`acme-prod`: changed outside of Terraform: `aws_security_group\.[^`]+` \(ingress\)\n/);
    expect(told).toContain("`acme-prod-workloads`: no drift\n");
    expect(existsSync(repository.path("cdktf.out/stacks/acme-prod/state.json"))).toBe(false);
  });
});

test.each(["init", "plan", "show", "apply"])("Terraform's %s fails", async (command) => {
  plan();
  const { code, commands, summary: told } = await deploy(["acme-prod"], { FAILS: `acme-prod ${command}` });
  expect(code).toBe(1);
  expect(commands.at(-1)).toMatch(`acme-prod: ${command}`);
  expect(told).toContain(`\`acme-prod\`: \`terraform ${command}\` failed`);
});

describe("what a newer commit changes is left to it", () => {
  beforeAll(() => {
    repository.deploy("acme-other", { region: "us-west-2", cloudRegion: "us-west-2", tunnel: { replicas: 3 } });
    repository.commit("The other one changes");
    repository.git("branch", "newest");
    repository.git("checkout", "--quiet", "--detach", first);
    plan();
  });

  test("and not deployed here", async () => {
    const { code, commands, summary: told } = await deploy(["acme-other", "--newest", "newest"]);
    expect({ code, commands }).toEqual({ code: 0, commands: [] });
    expect(told).toContain("not deployed: newest changes it");
  });

  test("but what it does not change is deployed", async () => {
    const { code, commands } = await deploy(["acme-prod", "--newest", "newest"]);
    expect(code).toBe(0);
    expect(commands).toHaveLength(8);
  });
});

test.each([
  { args: ["nobody"], message: "'nobody' is no deployment (allowed: acme-chart, acme-other, acme-prod)" },
  {
    args: ["acme-chart", "--stacks", "nothing"],
    message: "'nothing' is no stack of acme-chart (acme-chart, acme-chart-workloads)",
  },
  { args: ["acme-prod", "--stacks", "acme-other"], message: "'acme-other' is no stack of acme-prod" },
  { args: ["acme-prod", "--newest", "no-such-ref"], message: "no-such-ref: is no ref of this repository" },
])("unusable: $args", async ({ args, message }) => {
  const { code, commands, stderr } = await deploy(args);
  expect({ code, commands }).toEqual({ code: 2, commands: [] });
  expect(stderr).toContain(message);
});

test.each([
  { args: [], code: 2, message: "missing required argument 'name'" },
  { args: ["nobody"], code: 2, message: "'nobody' is no deployment" },
  { args: ["--help"], code: 0, message: "Usage: npm run deploy -- [options] <name>" },
])("as a program of its own: $args", ({ args, code, message }) => {
  const { stdout, stderr, ...outcome } = repository.run("scripts/deploy.ts", args);
  expect(outcome).toEqual({ code });
  expect(stdout + stderr).toContain(message);
});

test("Terraform is not on the machine", async () => {
  const { code, stderr } = await deploy(["acme-prod"], { PATH: "/nowhere" });
  expect(code).toBe(2);
  expect(stderr).toContain("terraform: can't be run (ENOENT)");
});
