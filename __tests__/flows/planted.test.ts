import { join } from "node:path";
import { run } from "../../cli/index";
import type { FlowsReport } from "../../flows/judge";
import { EXAMPLES, synthesizeExamples } from "../support/examples";
import { FORMATS, type Connection } from "../support/flow-logs";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();

/** Addresses of each cloud's example: nodes, the Kubernetes API, what serves the object store. */
const ENDS = {
  aws: { node: "10.0.1", api: "10.0.195.10", store: "52.216.1.1", service: "S3" },
  google: { node: "10.0.1", api: "10.3.0.2", store: "199.36.153.5", service: "-" },
  azure: { node: "10.0.1", api: "10.0.128.4", store: "10.0.128.70", service: "-" },
};
type Cloud = keyof typeof ENDS;

const STACKS = Object.fromEntries(
  Object.keys(ENDS).map((cloud) => {
    const { folder, loaded } = synthesizeExamples(join(EXAMPLES, `${cloud}-us-east-2.yaml`));
    return [cloud, { folder, name: loaded[0]?.deployment.name ?? "" }];
  }),
);

beforeAll(() => writeFiles({ [at("service-tags.json")]: { values: TAGS } }));

/** Azure's logs don't say which address is whose; these of its tags are in the example's rules. */
const TAGS = [
  { name: "AzureActiveDirectory", properties: { addressPrefixes: ["20.190.128.0/18", "2603:1006:2000::/48"] } },
  { name: "AzureResourceManager", properties: { addressPrefixes: ["4.150.232.8/29"] } },
  { name: "AzureBackup", properties: { addressPrefixes: ["13.65.0.0/16"] } },
];

const EDGE = "198.41.192.7";
const CLOUDFLARE = "104.16.1.1";

/** What a data plane does all day: nothing of it is against any question. */
function daily({ node, api, store, service }: (typeof ENDS)[Cloud]): Connection[] {
  return Array.from({ length: 40 }, (_, i) => {
    const client = `${node}.${i + 10}`;
    const clientPort = 33000 + i;
    return [
      { client, clientPort, server: CLOUDFLARE, port: 443 },
      { client, clientPort, server: EDGE, port: 7844, received: 40_000 },
      { client, clientPort, server: EDGE, port: 7844, protocol: 17 },
      { client, clientPort, server: store, port: 443, sent: 900_000_000, service },
      { client, clientPort, server: `${node}.200`, port: 15605 },
      { client, clientPort, server: api, port: 443 },
      { client: api, clientPort, server: client, port: 10250, direction: "inbound" as const },
      { client, clientPort, server: "81.2.69.2", port: 443, accepted: false },
    ];
  }).flat();
}

/** What is against one question each; the ends of the second are of those that question 4 asks about too. */
const planted = ({ node }: (typeof ENDS)[Cloud]) =>
  ({
    "opened by Cloudflare": {
      client: CLOUDFLARE,
      clientPort: 50000,
      server: `${node}.5`,
      port: 22,
      direction: "inbound",
    },
    "opened from elsewhere": {
      client: "81.2.69.7",
      clientPort: 50001,
      server: `${node}.6`,
      port: 8080,
      direction: "inbound",
    },
    "bulk by way of Cloudflare": {
      client: `${node}.7`,
      clientPort: 40000,
      server: CLOUDFLARE,
      port: 443,
      sent: 2_000_000_000,
    },
    "beyond the rules": { client: `${node}.8`, clientPort: 40001, server: "81.2.69.1", port: 443 },
    "beyond the rules by its port": { client: `${node}.8`, clientPort: 40001, server: CLOUDFLARE, port: 22 },
    "refused against the rules": {
      client: `${node}.9`,
      clientPort: 40002,
      server: "104.16.2.2",
      port: 443,
      accepted: false,
    },
  }) satisfies Record<string, Connection>;

/** Ends of what each question finds violated. */
const found = ({ node }: (typeof ENDS)[Cloud]) => ({
  "opened-from-inside": [[CLOUDFLARE, `${node}.5`, 22]],
  "none-from-outside": [
    [CLOUDFLARE, `${node}.5`, 22],
    ["81.2.69.7", `${node}.6`, 8080],
  ],
  "no-bulk-in-tunnel": [[`${node}.7`, "tunnel", null]],
  "within-policy": [
    [`${node}.8`, CLOUDFLARE, 22],
    [`${node}.8`, "81.2.69.1", 443],
  ],
  "rejected-tries": [[`${node}.9`, "104.16.2.2", 443]],
});

interface Written extends Omit<FlowsReport, "answers"> {
  readonly answers: readonly (FlowsReport["answers"][number] & { readonly id: string })[];
}

async function judged(format: keyof typeof FORMATS, connections: readonly Connection[], folder: string) {
  const cloud = format.split(" ")[0] as Cloud;
  await FORMATS[format](at(folder), connections);
  const { folder: stacks, name } = STACKS[cloud] ?? { folder: "", name: "" };
  const ranges = cloud === "azure" ? ["--ranges", at("service-tags.json")] : [];
  const args = ["flows", name, at(folder), "--stacks", stacks, "--format", "json", ...ranges];
  const { exitCode, stdout, stderr } = await run(args);
  expect(stderr).toBe("");
  return { exitCode, report: JSON.parse(stdout) as Written };
}

/** Ends and ports of what is violated, by question. */
function violations({ answers }: Written) {
  return Object.fromEntries(
    answers
      .map(({ id, rows }) => {
        const violated = rows.filter(({ standing }) => standing === "violated");
        return [id, violated.map(({ client, server, port }) => [client, server?.split(" ")[0], port]).sort()] as const;
      })
      .filter(([, rows]) => rows.length > 0),
  );
}

describe.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])("%s", (format) => {
  const ends = ENDS[format.split(" ")[0] as Cloud];

  test("what a data plane does all day passes each question", async () => {
    const { exitCode, report } = await judged(format, daily(ends), `${format} daily`);
    expect(report.answers.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual(
      Object.keys(found(ends)).map((id) => `${id}: pass`),
    );
    expect(exitCode).toBe(0);
    expect(report.coverage).toMatchObject({ unreadable: 0, skipped: 0, firstDay: "2026-11-30", lastDay: "2026-11-30" });
  });

  test("all that is planted is found, and nothing else", async () => {
    const all = [...daily(ends), ...Object.values(planted(ends))];
    const { exitCode, report } = await judged(format, all, `${format} planted`);
    expect(violations(report)).toEqual(found(ends));
    expect(report.answers.map(({ totals }) => totals.unknown)).toEqual(report.answers.map(() => undefined));
    expect(exitCode).toBe(1);
  });

  test("bytes are those of both ways, by where they went", async () => {
    const { report } = await judged(format, daily(ends), `${format} bytes`);
    const rows = report.answers.find(({ id }) => id === "no-bulk-in-tunnel")?.rows ?? [];
    const bytes = Object.fromEntries(
      rows.filter(({ client }) => client?.startsWith("nodes")).map((row) => [row.server, row.bytes]),
    );
    expect(bytes["object store"]).toBe(40 * (900_000_000 + 2000));
    expect(bytes["tunnel"]).toBe(40 * (3000 + 41_000 + 3000));
  });
});
