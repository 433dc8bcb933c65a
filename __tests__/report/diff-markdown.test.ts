import { renderDiffMarkdown } from "../../report/diff-markdown";
import type { DeploymentDiff, DeploymentFieldChange, Diff, PacketChange } from "../../verification/diff/model";

/** GitHub's, in characters. */
const LIMIT = 65_536;

const opened = (text: string): PacketChange => ({
  change: "opened",
  certainty: "certain",
  direction: "outbound",
  endpoints: ["nodes"],
  services: "TCP 443",
  peers: ["104.16.0.0/13 (Cloudflare)"],
  rules: [{ resource: "aws_security_group.nodes", location: { file: "stacks/a/cdk.tf.json", line: 7 } }],
  text,
});
const deployment = (name: string, fields: Partial<DeploymentDiff> = {}): DeploymentDiff => ({
  ...{ name, state: "changed", verdict: "widened", changes: [], notes: [], packets: [], permissions: [], findings: [] },
  ...{ exceptions: [], resources: [], ...fields },
});
const diffOf = (deployments: readonly DeploymentDiff[], fields: Partial<Diff> = {}): Diff => ({
  ...{ verdict: "widened", problems: [], deployments, ...fields },
});
const many = (number: number, make: (i: number) => DeploymentDiff) => Array.from({ length: number }, (_, i) => make(i));

test("equal changes of 200 deployments are one sentence", () => {
  const text = renderDiffMarkdown(
    diffOf(many(200, (i) => deployment(`acme-${i}`, { packets: [opened("nodes may now open TCP 443 to 192.0.2.1")] }))),
  );
  expect(text.match(/nodes may now open/g)).toHaveLength(1);
  expect(text).toContain("(`acme-0`, `acme-1`, `acme-2`, `acme-3` and 196 more)");
});

test("changes that differ in the deployment's name only are equal, and the text says what stands for it", () => {
  const bucket = (name: string) => opened(`nodes may now open TCP 443 to logs-of-${name}`);
  const text = renderDiffMarkdown(diffOf(["one", "two"].map((name) => deployment(name, { packets: [bucket(name)] }))));
  expect(text).toContain("- nodes may now open TCP 443 to logs-of-NAME (`one`, `two`)");
  expect(text).toContain("NAME stands for the deployment's name.");
});

test.each([
  ["short", 60, 12],
  ["long", 5_000, 12],
  ["very many", 200, 400],
])(
  "200 deployments with %s changes that all differ stay under the limit, and what is left out is counted",
  (_, length, each) => {
    const sentence = (i: number, n: number) => `${i}-${n} nodes may now open TCP 443 to ${"x".repeat(length)}`;
    const text = renderDiffMarkdown(
      diffOf(
        many(200, (i) =>
          deployment(`acme-${i}`, { packets: Array.from({ length: each }, (_, n) => opened(sentence(i, n))) }),
        ),
      ),
    );
    expect(text.length).toBeLessThan(LIMIT);
    const shown = text.match(/\d+-\d+ nodes may now open/g)?.length ?? 0;
    const counted = Number(/- \.\.\. and (\d+) more, in/.exec(text)?.[1]);
    // Those before the fold are counted by themselves.
    expect(shown + counted).toBe(200 * each);
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  },
);

test("what is destroyed comes first and loudest", () => {
  const resource = { change: "replaced", type: "aws_s3_bucket", arguments: ["bucket"], destroys: "bucket" } as const;
  const text = renderDiffMarkdown(
    diffOf([
      deployment("acme", {
        packets: [opened("nodes may now open TCP 443 to 192.0.2.1")],
        resources: [
          {
            ...resource,
            resource: "aws_s3_bucket.data",
            location: { file: "a", line: 1 },
            text: "DESTROYS A BUCKET: aws_s3_bucket.data is replaced (bucket)",
          },
        ],
      }),
    ]),
  );
  expect(text).toContain(":warning: Destroyed\n\n- **DESTROYS A BUCKET: aws_s3_bucket.data is replaced (bucket)**");
  expect(text.indexOf("Destroyed")).toBeLessThan(text.indexOf("Newly open"));
});

test("new deployments are named, and what is in them is folded away", () => {
  const packets = [opened("nodes may now open TCP 443 to 192.0.2.1")];
  const text = renderDiffMarkdown(diffOf([deployment("acme", { state: "added", packets })]));
  expect(text).toContain("#### New deployments\n\n`acme`\n\n<details><summary>What is in them (1)</summary>");
});

test("input chooses names, never the layout", () => {
  const text = renderDiffMarkdown(
    diffOf([deployment("a`b", { packets: [opened("</details>\n# | *x* `y`\u001b[2J")] })]),
  );
  expect(text).toContain("\\</details\\>\\\\u000a# \\| \\*x\\* \\`y\\`\\\\u001b\\[2J (<code>a\\`b</code>)");
});

test("what was not compared is said", () => {
  const problems = [{ side: "base", message: "BASE can't be synthesized" }] as const;
  expect(renderDiffMarkdown(diffOf([], { problems }))).toContain(
    "> **Not compared (base):** BASE can't be synthesized",
  );
});

test("nothing changed is one line", () => {
  const same = deployment("acme", { state: "same", verdict: "same" });
  expect(renderDiffMarkdown(diffOf([same], { verdict: "same" }))).toBe(
    "### Data planes: same: 0 of 1 deployment changed\n",
  );
});

describe("changed fields", () => {
  const change = (field: string, fields: Partial<DeploymentFieldChange> = {}): DeploymentFieldChange => ({
    ...{ field, from: "100", to: "200", effect: "in-place", rolls: [], replaces: [], resources: [] },
    ...{ refused: false, text: `${field} 100 -> 200: in place`, ...fields },
  });
  const rowsOf = (text: string) => text.split("\n").filter((line) => line.includes("`100` → `200`"));

  test("are a table, the refused ones first, with what is lost, cut and allowed", () => {
    const lost = change("logRetentionDays", {
      ...{ refused: true, loses: "logs", cuts: "nothing | else", instead: "copy them" },
    });
    const meant = change("tags", { allowed: { reason: "It is meant.", expires: "2026-12-31" } });
    const never = change("name", { effect: "impossible", refused: true, text: "name: impossible" });
    const text = renderDiffMarkdown(diffOf([deployment("acme", { changes: [meant, lost, never] })]));
    expect(text).toContain("**2 refused:**");
    expect(rowsOf(text)).toEqual([
      "| :warning: `logRetentionDays` | `100` → `200` | in place | loses logs<br>cuts nothing \\| else | copy them | `acme` |",
      "| :no_entry: `name` | `100` → `200` | impossible on a standing deployment |  |  | `acme` |",
      "| `tags` | `100` → `200` | in place | allowed until 2026-12-31: It is meant. |  | `acme` |",
    ]);
  });

  test("that are equal in several deployments are one row", () => {
    const text = renderDiffMarkdown(
      diffOf(["one", "two"].map((name) => deployment(name, { changes: [change("tags")] }))),
    );
    expect(rowsOf(text)).toEqual(["| `tags` | `100` → `200` | in place |  |  | `one`, `two` |"]);
  });
});
