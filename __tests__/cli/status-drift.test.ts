/** The newest look for drift, as the workflow of a repository left it, against a server that answers as GitHub documents. */
import { driftRow } from "../../cli/status-report/drift";
import { run } from "../../cli/index";
import { awsDeployment } from "../support/deployments";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { RestServer, TOKEN, type Answers } from "../support/rest-server";

const NAME = "acme-us-east-2";
const OF = "/repos/acme/data-planes";
const NOW = new Date("2026-12-01T08:00:00Z");

const server = new RestServer();
testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES, GITHUB_API_URL: "", GITHUB_TOKEN: TOKEN });
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  process.env["GITHUB_API_URL"] = server.url;
});

const job = (name: string, conclusion: string) => ({
  name,
  conclusion,
  completed_at: "2026-12-01T05:10:00Z",
  html_url: `https://github/job/${name}`,
});
const morning = (...jobs: readonly object[]): Answers => ({
  [`${OF}/actions/workflows/deploy.yml/runs`]: { workflow_runs: [{ id: 7, html_url: "https://github/run/7" }] },
  [`${OF}/actions/runs/7/jobs`]: { jobs },
});
const issue = (body: string): Answers => ({ [`${OF}/issues`]: [{ html_url: "https://github/issues/3", body }] });
const drifted = `Found by x.\r\n\r\n### acme-other\r\n\r\n- \`acme-other\`: drift: y\r\n### ${NAME}\r\n\r\n- \`${NAME}\`: drift: a rule\r\n`;

async function drift(answers: Answers, most = 2, now = NOW): Promise<string> {
  server.answers = answers;
  const source = { kind: "repository", repository: "acme/data-planes", token: TOKEN } as const;
  const { verdict, detail } = await driftRow(awsDeployment({ name: NAME }), source, most, now);
  return `${verdict}: ${detail}`;
}

test("a morning whose job ended well found none, as long as it is of these days", async () => {
  const answers = morning(job("changed", "success"), job(NAME, "success"));
  expect(await drift(answers)).toBe("well: no drift, 0 days ago (at most 2)");
  expect(await drift(answers, 2, new Date("2026-12-05T08:00:00Z"))).toBe("not well: no drift, 4 days ago (at most 2)");
  expect(server.asked.filter((call) => !call.startsWith("GET "))).toEqual([]);
});

test("what it found stands in the labelled issue", async () => {
  expect(await drift({ ...morning(job(NAME, "failure")), ...issue(drifted) })).toBe(
    `not well: \`${NAME}\`: drift: a rule (https://github/issues/3)`,
  );
});

test("a job that failed before it could look, no job, no morning and no right are unknown", async () => {
  const others = issue("### acme-other\n\n- `acme-other`: drift: y\n");
  expect(await drift({ ...morning(job(NAME, "failure")), ...others })).toBe(
    `unknown: its job ended with 'failure', and no open issue labelled drift tells of ${NAME}: https://github/job/${NAME}`,
  );
  expect(await drift(morning(job("acme-other", "success")))).toBe(
    `unknown: https://github/run/7 has no job of ${NAME}`,
  );
  expect(await drift({ [`${OF}/actions/workflows/deploy.yml/runs`]: { workflow_runs: [] } })).toMatch(
    /^unknown: no morning's run of deploy\.yml in acme\/data-planes has ended/,
  );
  expect(await drift({})).toMatch(
    /^unknown: acme\/data-planes can't be read: .*the token needs actions: read and issues/,
  );
  expect(await drift({ ...morning(job(NAME, "success")), [`${OF}/actions/runs/7/jobs`]: 403 })).toMatch(/^unknown: /);
});

test("a job beyond the first page is found", async () => {
  const first = Array.from({ length: 100 }, (_, i) => job(`acme-${i}`, "success"));
  server.answers = morning(...first);
  // The server knows no pages: each is the first, until it is short.
  const row = drift(morning(...first));
  const asks = () => server.asked.filter((call) => call.endsWith("/jobs")).length;
  const before = asks();
  while (asks() < before + 2) await new Promise((resolve) => setTimeout(resolve, 10));
  server.answers = morning(job(NAME, "success"));
  expect(await row).toMatch(/^well: no drift/);
});

test.each([
  [["--repository", "acme"], TOKEN, /Allowed: OWNER\/NAME/],
  [["--repository", "acme/data-planes"], "", /^GITHUB_TOKEN: is not set \(allowed: a token that reads runs and issues/],
  [["--repository", "acme/data-planes", "--drift", "drift.md"], TOKEN, /cannot be used with option/],
])("%s is unusable", async (args, token, message) => {
  process.env["GITHUB_TOKEN"] = token;
  const { exitCode, stdout, stderr } = await run(["status", NAME, "--context", "a", ...args]);
  process.env["GITHUB_TOKEN"] = TOKEN;
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
});
