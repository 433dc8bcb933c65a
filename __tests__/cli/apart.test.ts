import { join } from "node:path";
import { judgedApart } from "../../cli/apart";
import { htmlOf, pageOf, Pages } from "../../report/html/index";
import { judgeEach, loadJudged, reportOf } from "../../verification/verify";
import { warningsOf, withWarnings } from "../../verification/warnings";
import { smallestDeployment } from "../support/deployments";
import { scratchFolder, writeFiles } from "../support/scratch";
import { applicationOf } from "../support/synthesized";

const TODAY = "2026-08-01";
const at = scratchFolder();

type Json = Record<string, object>;

/** Writes deployments as one synth does, with whatever `change` makes of their stacks. */
function write(
  folder: string,
  names: readonly string[],
  change: (stacks: Record<string, Json>) => void = () => undefined,
) {
  const { manifest, files } = applicationOf(names.map((name) => smallestDeployment({ name, clientId: name })));
  change(files as Record<string, Json>);
  const written = Object.entries({ "manifest.json": manifest, ...files });
  writeFiles(Object.fromEntries(written.map(([path, content]) => [join(at(folder), path), content])));
  return at(folder);
}

const together = async (folder: string) => {
  const resources = await loadJudged([folder]);
  const judged = judgeEach(resources, { today: TODAY });
  return {
    judged: { ...judged, warnings: warningsOf(resources, TODAY) },
    report: withWarnings(reportOf(judged), resources),
  };
};

test.each<[name: string, change: Parameters<typeof write>[2], verdict: string]>([
  ["where all hold", undefined, "pass"],
  [
    "where one does not",
    (stacks) => {
      const [[, stack] = []] = Object.entries(stacks).filter(([path]) => path.includes("second/"));
      Object.assign(stack?.["resource"] ?? {}, {
        aws_security_group: {
          open: {
            vpc_id: "vpc-1",
            ingress: [{ from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: ["0.0.0.0/0"] }],
          },
        },
      });
    },
    "fail",
  ],
])(
  "deployments judged apart are reported and shown as they are together, to the byte, %s",
  async (name, change, verdict) => {
    const folder = write(name, ["first", "second", "third"], change);
    const { judged, report } = await together(folder);
    expect(report.verdict).toBe(verdict);
    const page = htmlOf(await pageOf(judged, TODAY));
    // In this process, and in several.
    for (const few of [3, 1]) {
      const pages = new Pages(TODAY);
      const apart = await judgedApart(
        [folder],
        { today: TODAY, shows: true },
        ({ shown }) => shown && pages.merge(shown),
        few,
      );
      expect(JSON.stringify(apart)).toBe(JSON.stringify(report));
      expect(htmlOf(await pages.page({ warnings: apart?.warnings }))).toBe(page);
    }
  },
);

test("what stops one of several processes stops all, with its message", async () => {
  const folder = write("unreadable", ["first", "second", "third"]);
  writeFiles({ [join(folder, "stacks/third/cdk.tf.json")]: "{" });
  await expect(judgedApart([folder], { today: TODAY, shows: false }, undefined, 1)).rejects.toThrow(
    "third/cdk.tf.json:1",
  );
});

describe("judged together is what is more than deployments, or less", () => {
  test.each<[name: string, paths: () => string[]]>([
    ["one deployment", () => [write("one", ["first"])]],
    ["several folders", () => [write("a", ["first", "second"]), write("b", ["third", "fourth"])]],
    [
      "a stack of no deployment among them",
      () => [
        write("foreign", ["first", "second"], (stacks) => {
          for (const [path, stack] of Object.entries(stacks)) if (path.includes("second/")) delete stack["//"];
        }),
      ],
    ],
    [
      "a stack under another deployment's name",
      () => [
        write("renamed", ["first", "second"], (stacks) => {
          const [stack = ""] = Object.keys(stacks).filter((path) => path.includes("second/"));
          Object.assign(stacks[stack] ?? {}, { "//": Object.values(stacks)[0]?.["//"] });
        }),
      ],
    ],
    ["a file", () => [join(write("file", ["first"]), "stacks/first/cdk.tf.json")]],
  ])("%s", async (_, paths) => {
    expect(await judgedApart(paths(), { today: TODAY, shows: true })).toBeUndefined();
  });
});
