/** What `dataplane report` shows beside what is written: controls, the running account and flows, in every format. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { run } from "../../cli/index";
import type { SystemPage } from "../../report/html/model";
import { invariants } from "../../verification/invariants";
import { AssetInventory } from "../support/asset-inventory";
import { testEnvironment } from "../support/environment";
import { EXAMPLES, readStack, synthesizeExamples } from "../support/examples";
import { FORMATS } from "../support/flow-logs";
import { googleAnswers, type GoogleAnswers } from "../support/google-assets";
import { scratchFolder, writeFiles } from "../support/scratch";
import { standingPlanOf } from "../support/standing-plan";

const at = scratchFolder();
testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES, ...AssetInventory.ELSEWHERE });

const NAME = "acme-gcp-us-east-2";
const { folder } = synthesizeExamples(`${EXAMPLES}/google-us-east-2.yaml`);
const infrastructure = join(folder, "stacks", NAME);
const STATE = at("state.json");
const [QUIET, LOUD] = [at("logs/quiet"), at("logs/loud")];

beforeAll(async () => {
  writeFileSync(STATE, JSON.stringify(standingPlanOf(readStack(folder, NAME))));
  const daily = { client: "10.0.1.10", clientPort: 33000, server: "104.16.1.1", port: 443 };
  FORMATS["google lines"](QUIET, [daily]);
  FORMATS["google lines"](LOUD, [daily, { ...daily, client: "10.0.1.8", server: "81.2.69.1" }]);
  const inventory = await AssetInventory.start();
  Object.assign(process.env, { DATAPLANE_DEPLOYMENTS: EXAMPLES }, inventory.environment(at(".")));
  const collect = async (name: string, change: (answers: GoogleAnswers) => void) => {
    const answers = googleAnswers(readStack(folder, NAME));
    change(answers);
    inventory.tells(answers);
    expect(await run(["collect", NAME, "--output", at(name)])).toMatchObject({ exitCode: 0, stderr: "" });
  };
  await collect("as-written", () => undefined);
  await collect("by-hand", ({ resources }) => {
    const rules = resources.filter(({ assetType }) => assetType === "compute.googleapis.com/Firewall");
    const tunnel = rules.find(({ resource: { data } }) => data.direction === "EGRESS" && /tunnel/.test(data.name));
    const { data } = tunnel.resource;
    const ssh = {
      ...{ name: "ssh", network: data.network, direction: "INGRESS", priority: 10, disabled: false },
      ...{ allowed: [{ IPProtocol: "tcp", ports: ["22"] }], sourceRanges: ["0.0.0.0/0"], logConfig: { enable: false } },
      selfLink: String(data.selfLink).replace(data.name, "ssh"),
    };
    data.destinationRanges = ["203.0.113.0/24"];
    const name = String(tunnel.name).replace(data.name, "ssh");
    resources.push({ ...tunnel, name, resource: { ...tunnel.resource, data: ssh } });
  });
  inventory.stop();
});

interface Told {
  readonly verdict: string;
  readonly systems: readonly SystemPage[];
}

let reports = 0;

/** A report as JSON, with what the command said of it. */
async function reported(...args: readonly string[]) {
  const output = at(`report-${++reports}.json`);
  const { exitCode, stdout, stderr } = await run(["report", folder, "--format", "json", "--output", output, ...args]);
  expect(stderr).toBe("");
  const { verdict, systems } = JSON.parse(readFileSync(output, "utf8")) as Told;
  expect(systems).toHaveLength(1);
  return { exitCode, stdout, verdict, system: systems[0] as SystemPage };
}

const states = (rows: SystemPage["invariants"]) => new Map(rows.map(({ id, state }) => [id, state]));

test("controls are in it by their results, in JSON and in Markdown", async () => {
  const { exitCode, system } = await reported();
  expect(exitCode).toBe(0);
  expect(system).not.toHaveProperty("running");
  expect(system).not.toHaveProperty("flows");
  expect(states(system.invariants).size).toBe(invariants.length);
  expect(system.controls.find(({ id }) => id === "CC6.7")).toMatchObject({ framework: "SOC 2 CC6", state: "holds" });
  const output = at("controls.md");
  await run(["report", folder, "--format", "markdown", "--output", output]);
  expect(readFileSync(output, "utf8")).toMatch(/^\| CC6\.7<br>SOC 2 CC6 \| .*`egress-allowlist` .* \| holds \|$/m);
});

test("verify and report tell each system in the same fields, judged with others or apart", async () => {
  const { system } = await reported();
  const { name, verdict, invariants: rows, controls } = system;
  for (const further of [[], ["--only", invariants.map(({ id }) => id).join(",")]]) {
    const { stdout } = await run(["verify", folder, "--format", "json", ...further]);
    expect((JSON.parse(stdout) as Told).systems).toEqual([{ name, verdict, invariants: rows, controls }]);
  }
});

test("what runs as it is written holds, and nothing is opened, closed or in no state", async () => {
  const { exitCode, stdout, system } = await reported(
    ...["--account", at("as-written"), "--state", STATE, "--flows", QUIET],
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain("; so in the running account; every question of flows is answered well; written to ");
  const { running, flows } = system;
  expect(running).toMatchObject({ verdict: "pass", compared: true, findings: [], notTold: [] });
  expect(running).toMatchObject({ unmanaged: [], opened: [], closed: [] });
  expect(states(running?.invariants ?? [])).toEqual(states(system.invariants));
  expect(flows).toMatchObject({ verdict: "pass" });
  const within = flows?.questions.find(({ id }) => id === "within-policy");
  expect(within?.totals).toEqual([
    { standing: "fine", flows: 1, records: 2, bytes: 3000, text: expect.stringMatching(/^1 within the written rules/) },
  ]);
});

test("what somebody changed by hand fails the report, with its packet, and is compared with the state", async () => {
  const { exitCode, stdout, verdict, system } = await reported("--account", at("by-hand"), "--state", STATE);
  expect([exitCode, verdict, system.verdict]).toEqual([1, "fail", "fail"]);
  expect(stdout).toMatch(/^fail: every invariant holds.*; \d findings? in the running account; written to /);
  expect(states(system.invariants).get("no-inbound")).toBe("holds");
  expect(system.unheld).toBeUndefined();
  const { running } = system;
  expect(states(running?.invariants ?? []).get("no-inbound")).toBe("violated");
  expect(running?.findings).toContainEqual(
    expect.objectContaining({
      invariant: "no-inbound",
      resource: "google_compute_firewall.ssh",
      packet: expect.stringMatching(/^TCP 22 from 1\.0\.0\.1 to /),
      place: expect.stringMatching(/by-hand\/google\/.*:\d+$/),
    }),
  );
  expect(running?.unmanaged).toEqual([expect.stringMatching(/^google_compute_firewall\.ssh \(/)]);
  expect(running?.opened).toContainEqual(
    expect.stringMatching(/may now open TCP 7844; UDP 7844 to 203\.0\.113\.0\/24$/),
  );
  expect(running?.closed).toEqual([expect.stringMatching(/may no longer open TCP 7844; UDP 7844 to /)]);
});

test("without a state nothing is compared, and that is said", async () => {
  const { system } = await reported("--account", at("by-hand"));
  expect(system.running).toMatchObject({ compared: false, unmanaged: [], opened: [], closed: [] });
});

test("an answer that lacks is unknown, never a pass", async () => {
  cpSync(at("as-written"), at("partial"), { recursive: true });
  const file = at("partial/collected.json");
  const collected = JSON.parse(readFileSync(file, "utf8"));
  const lacks = "compute.networks.getEffectiveFirewalls";
  const call = { kind: "effective-firewalls", call: "networks.getEffectiveFirewalls", lacks, message: "403" };
  collected.accounts[0].failed.push(call);
  writeFileSync(file, JSON.stringify(collected));
  const { exitCode, system } = await reported("--account", at("partial"), "--state", STATE);
  expect(exitCode).toBe(1);
  expect(states(system.running?.invariants ?? []).get("no-inbound")).toBe("unknown");
  expect(system.running?.notTold).toEqual([
    `effective-firewalls: networks.getEffectiveFirewalls was refused: the right ${lacks} lacks (403)`,
  ]);
});

test("flows beyond the policy fail the report, with their numbers", async () => {
  const { exitCode, stdout, system } = await reported("--flows", LOUD);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/; \d questions? of flows not answered well; written to /);
  expect(system.flows?.verdict).toBe("violated");
  const beyond = system.flows?.questions.find(({ id }) => id === "within-policy");
  expect(beyond).toMatchObject({ verdict: "violated" });
  expect(beyond?.flows).toContainEqual(
    expect.objectContaining({ standing: "violated", text: expect.stringContaining("10.0.1.8 to 81.2.69.1") }),
  );
});

test.each([["markdown"], ["html"]])("both sections are in %s", async (format) => {
  const output = at(`sections.${format}`);
  const args = ["--account", at("by-hand"), "--state", STATE, "--flows", LOUD, "--format", format];
  expect((await run(["report", folder, "--output", output, ...args])).exitCode).toBe(1);
  const text = readFileSync(output, "utf8");
  for (const said of [
    ...["Running account", "google_compute_firewall.ssh", "Opened against what Terraform left"],
    ...["within-policy", "10.0.1.8 to 81.2.69.1"],
  ]) {
    expect(text).toContain(said);
  }
});

test("a bundle signs what was shown beside, and knows each file of it", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const [key, pub, bundle] = [at("signer.key"), at("signer.pub"), at("bundle.json")];
  writeFiles({
    [key]: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    [pub]: publicKey.export({ type: "spki", format: "pem" }).toString(),
  });
  const beside = [at("by-hand"), STATE, LOUD];
  await reported(
    ...["--account", at("by-hand"), "--state", STATE, "--flows", LOUD],
    ...["--bundle", bundle, "--key", key],
  );
  const check = (...paths: readonly string[]) => run(["verify-bundle", bundle, "--key", pub, folder, ...paths]);
  const checked = await check(...beside);
  expect([checked.exitCode, checked.stderr]).toEqual([1, ""]);
  expect(checked.stdout).toContain(`not held: ${NAME}/running/no-inbound\n`);
  expect(checked.stdout).toContain(`not held: ${NAME}/flows/within-policy\n`);
  expect(checked.stdout).not.toContain(`not held: ${NAME}/no-inbound\n`);
  expect(await check(STATE, LOUD)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("lacks '") });
  const { payload } = JSON.parse(readFileSync(bundle, "utf8"));
  const { predicate } = JSON.parse(Buffer.from(payload, "base64").toString());
  expect(predicate["urn:dataplane:report:v1"].systems[0].running.verdict).toBe("fail");
});

test.each([
  ["a state alone", ["--state", STATE], "--state: is compared with --account FOLDER"],
  ["ranges alone", ["--ranges", STATE], "--ranges: asks of --flows PATH"],
  ["another account's folder", ["--account", at("other")], `(needed: `],
  ["a folder that is none", ["--account", EXAMPLES], "collected.json: does not exist"],
  ["another deployment's folder", ["--account", `other=${at("as-written")}`], `'other' is no deployment of the input`],
  ["logs that are not there", ["--flows", at("nowhere")], "nowhere"],
])("%s is one line and exit code 2", async (_, args, message) => {
  if (args.includes(at("other"))) {
    cpSync(at("as-written"), at("other"), { recursive: true });
    const file = at("other/collected.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(/"account": "[^"]+"/, '"account": "somebody-elses"'));
  }
  const output = at("refused.html");
  const { exitCode, stdout, stderr } = await run(["report", folder, "--output", output, ...args]);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("what runs is of one deployment", async () => {
  writeFiles({ [at("plain/main.tf")]: 'resource "aws_security_group" "a" {}\n' });
  const { exitCode, stderr } = await run(["report", at("plain"), "--flows", QUIET, "--output", at("plain.html")]);
  expect([exitCode, stderr]).toEqual([2, "--flows: is of one deployment: NAME=PATH (allowed: none is there)\n"]);
});

test("a stack that is read by itself is not compared with what runs", async () => {
  const { exitCode, stderr } = await run([
    "report",
    infrastructure,
    "--account",
    at("as-written"),
    "--output",
    at("x"),
  ]);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/name the folder of the synth, which holds the stack/)]);
});

test("of several deployments each has its own", async () => {
  const several = synthesizeExamples().folder;
  const output = at("several.json");
  const args = ["report", several, "--format", "json", "--output", output];
  const unnamed = await run([...args, "--account", at("as-written")]);
  expect([unnamed.exitCode, unnamed.stderr]).toEqual([
    2,
    expect.stringMatching(/^--account: is of one deployment: NAME=PATH \(allowed: acme-/),
  ]);
  const { exitCode } = await run([...args, "--account", `${NAME}=${at("as-written")}`]);
  expect(exitCode).toBe(0);
  const { systems } = JSON.parse(readFileSync(output, "utf8")) as Told;
  expect(systems.filter(({ running }) => running).map(({ name }) => name)).toEqual([NAME]);
});
