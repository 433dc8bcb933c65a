import { join } from "node:path";
import { run } from "../../cli/index";
import { EXAMPLES, synthesizeExamples } from "../support/examples";
import {
  AWS_FIELDS,
  awsExport,
  awsLines,
  awsRecords,
  googleEntry,
  type AwsRecord,
  type Connection,
} from "../support/flow-logs";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const STACKS = Object.fromEntries(
  ["aws", "google", "azure"].map((cloud) => {
    const { folder, loaded } = synthesizeExamples(join(EXAMPLES, `${cloud}-us-east-2.yaml`));
    return [cloud, { folder, name: loaded[0]?.deployment.name ?? "" }];
  }),
);

let files = 0;

/** What the command says of one file. */
async function judged(cloud: string, content: string | object, further: readonly string[] = []) {
  const file = at(`${++files}.json`);
  writeFiles({ [file]: content });
  const { folder, name } = STACKS[cloud] ?? { folder: "", name: "" };
  const { exitCode, stdout, stderr } = await run([
    "flows",
    name,
    file,
    "--stacks",
    folder,
    "--format",
    "json",
    ...further,
  ]);
  if (exitCode === 2)
    return { exitCode, stderr: stderr.replace(file, "FILE"), coverage: {}, answers: {}, standings: {} };
  const { coverage, answers } = JSON.parse(stdout);
  return {
    exitCode,
    stderr,
    coverage,
    answers: Object.fromEntries(answers.map(({ id, verdict }: Record<string, string>) => [id, verdict])),
    standings: Object.fromEntries(
      answers.map(({ id, totals }: Record<string, object>) => [id, Object.keys(totals as object)]),
    ),
  };
}

const OUT: Connection = { client: "10.0.1.5", clientPort: 40000, server: "104.16.1.1", port: 443 };
const FINE = awsRecords(OUT);
const [there = {}, back = {}] = FINE;
const aws = (...records: readonly AwsRecord[]) => awsLines(records);

describe("AWS", () => {
  test("an interval without a flow is no gap, one that leaves records out is", async () => {
    const none = Object.fromEntries(AWS_FIELDS.map((field) => [field, "-"]));
    const quiet = { ...none, version: "5", start: "1796032800", end: "1796032860", "log-status": "NODATA" };
    expect(await judged("aws", aws(...FINE, quiet))).toMatchObject({
      exitCode: 0,
      coverage: { records: 2, skipped: 0 },
    });
    const skipped = await judged("aws", aws(...FINE, { ...quiet, "log-status": "SKIPDATA" }));
    expect(skipped).toMatchObject({ exitCode: 1, coverage: { records: 2, skipped: 1 } });
    expect(new Set(Object.values(skipped.answers))).toEqual(new Set(["unknown"]));
  });

  test.each([
    ["a line that ends early", `${aws(...FINE)}5 111122223333\n`],
    ["a line that goes on", `${aws(...FINE)}${AWS_FIELDS.map(() => "1").join(" ")} 1\n`],
    ["a port that is none", aws(...FINE, { ...there, dstport: "https" })],
    ["an address that is none", aws(...FINE, { ...there, "pkt-dstaddr": "host" })],
    ["an action that is none", aws(...FINE, { ...there, action: "DROP" })],
    ["no bytes", aws(...FINE, { ...there, bytes: "-" })],
  ])("%s is counted, and every pass is unknown", async (_, text) => {
    const { exitCode, coverage, answers } = await judged("aws", text);
    expect(coverage.unreadable).toBe(1);
    expect(new Set(Object.values(answers))).toEqual(new Set(["unknown"]));
    expect(exitCode).toBe(1);
  });

  test("a log without a flow tells nothing", async () => {
    const { exitCode, answers } = await judged("aws", aws());
    expect(new Set(Object.values(answers))).toEqual(new Set(["unknown"]));
    expect(exitCode).toBe(1);
  });

  test.each([
    ["of other fields, without a header", "2 111122223333 eni-1 10.0.1.5 104.16.1.1\n"],
    ["without a header, of as many fields", `${AWS_FIELDS.map(() => "word").join(" ")}\n`],
    ["of another kind", JSON.stringify({ records: [] })],
  ])("text %s is refused", async (_, text) => {
    const { exitCode, stderr } = await judged("aws", text);
    expect(stderr).toMatch(/^FILE:1: has no field srcaddr, .* \(needed: a first line with the fields' names, srcaddr/);
    expect(exitCode).toBe(2);
  });

  test("records without a header are those of the flow log that is written, with times of events or without", async () => {
    const [, ...records] = aws(...FINE).split("\n");
    const bare = await judged("aws", records.join("\n"));
    expect(bare).toMatchObject({ exitCode: 0, coverage: { records: 2, unreadable: 0 } });
    expect(await judged("aws", awsExport([OUT]))).toEqual(bare);
  });

  test("the least fields are enough, and openers are told by ports", async () => {
    const fields = ["dstaddr", "srcaddr", "srcport", "dstport", "protocol", "bytes", "start", "action"];
    const inwards = awsRecords({
      client: "81.2.69.7",
      clientPort: 50000,
      server: "10.0.1.6",
      port: 22,
      direction: "inbound",
    });
    expect(await judged("aws", awsLines(FINE, fields))).toMatchObject({ answers: { "opened-from-inside": "pass" } });
    const { answers } = await judged("aws", awsLines([...FINE, ...inwards], fields));
    expect(answers["none-from-outside"]).toBe("violated");
  });

  test("without the cloud's name for it, an address may be of a set that the rules allow", async () => {
    const fields = AWS_FIELDS.filter((field) => !field.endsWith("-service"));
    const store = awsRecords({ ...OUT, server: "52.216.1.1" });
    const text = awsLines([...FINE, ...store], fields);
    expect((await judged("aws", text)).answers["within-policy"]).toBe("unknown");
    const ranges = at("ip-ranges.json");
    const prefixes = [{ ip_prefix: "52.216.0.0/15", region: "us-east-2", service: "S3" }];
    writeFiles({ [ranges]: { prefixes } });
    expect((await judged("aws", text, ["--ranges", ranges])).answers["within-policy"]).toBe("pass");
    writeFiles({ [ranges]: { prefixes: [{ ...prefixes[0], region: "eu-west-1" }] } });
    expect((await judged("aws", text, ["--ranges", ranges])).answers["within-policy"]).toBe("unknown");
  });

  test("records between the opening and the end of a connection are told by the ports that something answers at", async () => {
    const middle = { "tcp-flags": "0" };
    const edge = awsRecords({ ...OUT, clientPort: 5000, server: "198.41.192.7", port: 7844 });
    const { answers } = await judged("aws", aws(...edge.map((record) => ({ ...record, ...middle }))));
    expect(answers).toMatchObject({ "opened-from-inside": "pass", "within-policy": "pass" });
  });

  test("what only seems to be opened from outside, in records that hold no opening, is unknown", async () => {
    const inwards = awsRecords({
      client: "104.16.1.1",
      clientPort: 50000,
      server: "10.0.1.6",
      port: 22,
      direction: "inbound",
    });
    const { answers } = await judged(
      "aws",
      aws(...FINE, ...inwards.map((record) => ({ ...record, "tcp-flags": "0" }))),
    );
    expect(answers).toMatchObject({ "opened-from-inside": "unknown", "none-from-outside": "unknown" });
  });

  test("tries at a NAT gateway, which drops them, are listed; an answer is not", async () => {
    const scan = awsRecords({
      client: "104.16.1.9",
      clientPort: 50000,
      server: "10.0.192.7",
      port: 8080,
      direction: "inbound",
    });
    const { answers, standings } = await judged("aws", aws(...FINE, ...scan.slice(0, 1)));
    expect(answers).toMatchObject({ "opened-from-inside": "pass", "none-from-outside": "pass" });
    expect(standings["none-from-outside"]).toEqual(["listed"]);
    expect((await judged("aws", aws(...FINE, ...scan))).answers).toMatchObject({ "none-from-outside": "violated" });
  });

  test("what comes after the end of a connection and is refused is no try", async () => {
    const late = { ...there, action: "REJECT", "tcp-flags": "4", "pkt-dstaddr": "104.16.3.3", dstaddr: "104.16.3.3" };
    expect((await judged("aws", aws(...FINE, late))).answers["rejected-tries"]).toBe("pass");
    const { answers } = await judged("aws", aws(...FINE, { ...late, "tcp-flags": "2" }));
    expect(answers["rejected-tries"]).toBe("violated");
  });

  test("a flow that several interfaces have seen is counted once", async () => {
    const gateway = [
      { ...there, "flow-direction": "ingress", srcaddr: "10.0.1.5", dstaddr: "10.0.192.7" },
      { ...back, "flow-direction": "egress", srcaddr: "10.0.192.7", dstaddr: "10.0.1.5" },
    ];
    const { folder, name } = STACKS["aws"] ?? { folder: "", name: "" };
    writeFiles({ [at("nat.log")]: aws(...FINE, ...gateway) });
    const { stdout } = await run(["flows", name, at("nat.log"), "--stacks", folder]);
    expect(stdout).toContain("to tunnel (4 records, 3.0 kB)");
  });

  test("both ends with one port tell nobody who opened it", async () => {
    const both = awsRecords({ ...OUT, clientPort: 7844, server: "198.41.192.7", port: 7844, protocol: 17 });
    const { answers } = await judged("aws", aws(...FINE, ...both));
    expect(answers).toMatchObject({ "opened-from-inside": "unknown", "within-policy": "unknown" });
  });

  test("a stretch of time is asked about alone", async () => {
    const late = awsRecords({ ...OUT, server: "81.2.69.1", at: "2026-12-01T10:00:00Z" });
    const text = aws(...FINE, ...late);
    expect((await judged("aws", text)).answers["within-policy"]).toBe("violated");
    expect((await judged("aws", text, ["--until", "2026-12-01"])).answers["within-policy"]).toBe("pass");
    const { coverage } = await judged("aws", text, ["--since", "2026-11-30T11:00Z"]);
    expect(coverage).toMatchObject({ records: 2, firstDay: "2026-12-01" });
  });
});

describe("Google", () => {
  const connection = { src_ip: "10.0.1.5", src_port: 40000, dest_ip: "104.16.1.1", dest_port: 443, protocol: 6 };
  const sent = (fields: object, reporter = "SRC") =>
    googleEntry("vpc_flows", "2026-11-30T10:00:00Z", {
      ...{ connection, reporter, bytes_sent: "10", packets_sent: "1", start_time: "2026-11-30T10:00:00Z" },
      ...fields,
    });
  const lines = (...entries: readonly unknown[]) =>
    entries.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry))).join("\n");
  const answer = { ...connection, src_ip: "104.16.1.1", src_port: 443, dest_ip: "10.0.1.5", dest_port: 40000 };
  const FLOW = [sent({}), sent({ connection: answer }, "DEST")];

  test.each([
    ["a line that is no JSON", "{oops"],
    ["another entry", { logName: "projects/acme/logs/else", textPayload: "x" }],
    ["a flow without bytes", sent({ bytes_sent: "many" })],
    ["a flow without a source", sent({ connection: { dest_ip: "104.16.1.1", protocol: 6 } })],
  ])("%s is counted, and every pass is unknown", async (_, entry) => {
    const { exitCode, coverage, answers } = await judged("google", lines(...FLOW, entry));
    expect(coverage.unreadable).toBe(1);
    expect(new Set(Object.values(answers))).toEqual(new Set(["unknown"]));
    expect(exitCode).toBe(1);
  });

  test("what NAT notes is no flow", async () => {
    const nat = googleEntry("nat_flows", "2026-11-30T10:00:00Z", { connection, allocation_status: "OK" });
    expect(await judged("google", lines(...FLOW, nat))).toMatchObject({
      exitCode: 0,
      coverage: { records: 2, unreadable: 0 },
    });
  });

  test("what was sent and never answered may have been stopped: the firewall's log tells", async () => {
    const beyond = { ...connection, dest_ip: "81.2.69.1" };
    const tried = sent({ connection: beyond });
    expect((await judged("google", lines(...FLOW, tried))).answers["within-policy"]).toBe("unknown");
    const ruled = (disposition: string) =>
      googleEntry("firewall", "2026-11-30T10:00:00Z", {
        ...{ connection: beyond, disposition, rule_details: { direction: "EGRESS" } },
      });
    const refused = await judged("google", lines(...FLOW, tried, ruled("DENIED")));
    expect(refused.answers).toMatchObject({ "within-policy": "pass", "rejected-tries": "pass" });
    expect((await judged("google", lines(...FLOW, tried, ruled("ALLOWED")))).answers["within-policy"]).toBe("violated");
  });
});

describe("Azure", () => {
  const record = (fields: object) => ({ records: [{ time: "2026-11-30T10:00:00Z", ...fields }] });
  const tuples = (...flowTuples: readonly string[]) =>
    record({ flowRecords: { flows: [{ aclID: "a", flowGroups: [{ rule: "r", flowTuples }] }] } });
  const FLOW = "1796032800000,10.0.1.5,104.16.1.1,40000,443,6,O,E,NX,10,1000,8,2000";

  test.each([
    ["a record of another kind", { records: [...tuples(FLOW).records, ...record({ category: "else" }).records] }],
    ["a tuple that ends early", tuples(FLOW, "1796032800000,10.0.1.5,104.16.1.1,40000")],
    ["a state that is none", tuples(FLOW, FLOW.replace(",E,", ",X,"))],
    ["a direction that is none", tuples(FLOW, FLOW.replace(",O,", ",Z,"))],
    ["an address that is none", tuples(FLOW, FLOW.replace("10.0.1.5", "host"))],
  ])("%s is counted, and every pass is unknown", async (_, content) => {
    const { exitCode, coverage, answers } = await judged("azure", content);
    expect(coverage.unreadable).toBeGreaterThan(0);
    expect(new Set(Object.values(answers))).toEqual(new Set(["unknown"]));
    expect(exitCode).toBe(1);
  });

  test("the first version of a group's tuples has no counts", async () => {
    const flows = [
      { rule: "r", flows: [{ mac: "a", flowTuples: ["1796032800,10.0.1.5,104.16.1.1,40000,443,T,O,A"] }] },
    ];
    const { exitCode, coverage } = await judged("azure", record({ properties: { Version: 1, flows } }));
    expect([exitCode, coverage.records, coverage.unreadable]).toEqual([0, 1, 0]);
  });

  test("what is no JSON can't be read", async () => {
    const { exitCode, stderr } = await judged("azure", "{oops");
    expect(stderr).toMatch(/^FILE: can't be read: /);
    expect(exitCode).toBe(2);
  });
});
