import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import { EXAMPLES, synthesizeExamples } from "../support/examples";
import { FORMATS } from "../support/flow-logs";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const stacks = synthesizeExamples(join(EXAMPLES, "aws-us-east-2.yaml")).folder;
const NAME = "acme-us-east-2";
const LOGS = at("logs");

beforeAll(() => {
  FORMATS["aws gzip"](LOGS, [
    { client: "10.0.1.5", clientPort: 40000, server: "104.16.1.1", port: 443, sent: 3_000_000_000 },
    { client: "10.0.1.5", clientPort: 40000, server: "52.216.1.1", port: 443, service: "S3" },
    { client: "10.0.1.6", clientPort: 40001, server: "81.2.69.1", port: 443, at: "2026-11-29T10:00:00Z" },
    { client: "10.0.1.7", clientPort: 40001, server: "81.2.69.1", port: 443, at: "2026-11-29T10:00:00Z" },
  ]);
});

const flows = (...args: readonly string[]) => run(["flows", NAME, LOGS, "--stacks", stacks, ...args]);

/** Verdicts by question, of a report as JSON. */
const verdicts = (stdout: string) =>
  Object.fromEntries(JSON.parse(stdout).answers.map(({ id, verdict }: Record<string, string>) => [id, verdict]));

test("the text says of each question what it found, with the flows that show it", async () => {
  const { exitCode, stdout } = await flows("--top", "1");
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`${NAME}: 8 records in 1 file from 2026-11-29 to 2026-11-30\n`);
  expect(stdout).toContain(
    [
      "violated: within-policy: nothing passed that the written rules do not let pass",
      "  2 passed beyond the written rules (4 records, 6.0 kB)",
      "  2 within the written rules (4 records, 3.0 GB)",
      "    violated: 10.0.1.6 to 81.2.69.1 (other addresses), TCP 443 (2 records, 3.0 kB)",
      "",
    ].join("\n"),
  );
  expect(stdout).not.toContain("10.0.1.7 to");
});

test("Markdown has a table of questions, and one of flows for each", async () => {
  const { stdout } = await flows("--format", "markdown");
  expect(stdout).toContain("| `within-policy` | violated |");
  expect(stdout).toContain("## within-policy: violated");
  expect(stdout).toContain("| violated | 10.0.1.7 to 81.2.69.1 (other addresses), TCP 443 | 2 records, 3.0 kB |");
});

test("a report goes to a file where one is named", async () => {
  const { stdout } = await flows("--format", "json", "--output", at("report.json"));
  expect(stdout).toBe("");
  expect(verdicts(readFileSync(at("report.json"), "utf8"))).toMatchObject({ "within-policy": "violated" });
});

test("thresholds are what they are set to", async () => {
  const asked = async (...values: readonly string[]) =>
    verdicts((await flows("--format", "json", ...values.flatMap((value) => ["--threshold", value]))).stdout);
  expect(await asked()).toMatchObject({ "no-bulk-in-tunnel": "violated" });
  expect(await asked("client-bytes=4GB")).toMatchObject({ "no-bulk-in-tunnel": "pass" });
  expect(await asked("client-bytes=4GB", "tunnel-bytes=2.5GB")).toMatchObject({ "no-bulk-in-tunnel": "violated" });
  expect(await asked()).not.toHaveProperty("unused-allowances");
  expect(await asked("unused-days=30")).toMatchObject({ "unused-allowances": "unknown" });
  expect(await asked("unused-days=2")).toMatchObject({ "unused-allowances": "violated" });
});

test("an allowance that is used is not told of", async () => {
  const { stdout } = await flows("--format", "json", "--threshold", "unused-days=2", "--top", "100");
  const { rows } = JSON.parse(stdout).answers.find(({ id }: { id: string }) => id === "unused-allowances");
  const unused = rows.map(({ server }: { server: string }) => server);
  expect(unused).toContain("allowance: Cloudflare's tunnel edge, tcp 7844; udp 7844");
  expect(unused).not.toContain("allowance: Cloudflare, tcp 443");
  expect(unused).not.toContain("allowance: aws:s3, tcp 443");
});

test.each([
  [["--threshold", "bytes=1"], "Allowed: tunnel-bytes=SIZE"],
  [["--threshold", "unused-days=1.5"], "unused-days=NUMBER"],
  [["--since", "yesterday"], "Allowed: a day such as 2026-11-30"],
  [["--since", "2026-13-01"], "Allowed: a day such as 2026-11-30"],
  [["--top", "0"], "Allowed: a number from 1."],
  [["--ranges", "nowhere.json"], "nowhere.json: can't be read (ENOENT)"],
  [["--sql", "oracle"], "Allowed choices are duckdb, athena, bigquery, kusto."],
])("%s is refused", async (args, message) => {
  const { exitCode, stderr } = await flows(...args);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});

test("what can't be used is one line", async () => {
  writeFiles({ [at("ranges.json")]: { values: 1 }, [at("broken.json")]: "{" });
  const said = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await run(["flows", ...args]);
    expect(exitCode).toBe(2);
    return stderr;
  };
  expect(await said("other", LOGS, "--stacks", stacks)).toContain(`holds no stack of 'other' (allowed: ${NAME})`);
  expect(await said(NAME, at("nothing"), "--stacks", stacks)).toContain("nothing: is not there\n");
  expect(await said(NAME, "s3://logs/AWSLogs/", "--stacks", stacks)).toMatch(
    /^s3:\/\/logs\/AWSLogs\/: can't be read without DuckDB's extension httpfs/,
  );
  expect(await said(NAME, LOGS, "--stacks", stacks, "--ranges", at("ranges.json"))).toContain("holds no ranges");
  expect(await said(NAME, LOGS, "--stacks", stacks, "--ranges", at("broken.json"))).toContain("is no JSON");
});
