/** Measures `dataplane flows` on generated VPC flow logs, beside DuckDB's own scan of the same columns. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FlowsReport } from "../flows/judge";
import { openEngine } from "../flows/engine";
import { measure, type Measurement } from "./measure";
import { flowVerdicts, together, type FlowLog, type Verdict } from "./results";

const ROUNDS = 3;
/** Logs of which the programs' own start is most of the time: what is beyond it counts. */
const FEW = 1_000;
/** Records of one file. */
const FILE = 10_000_000;
/** Not in the written rules: each log has one such connection, among its last records. */
const PLANTED = "81.2.69.1";

/**
 * Writes logs of `records` and a tenth of them in the new folder `scratch`, and tells whether the bounds hold.
 *
 * @throws Error if what is planted is not found, or anything else is
 */
export async function benchFlows(root: string, example: string, records: number, scratch: string): Promise<Verdict[]> {
  const stacks = join(scratch, "cdktf.out");
  mkdirSync(scratch);
  measure(["--import", "tsx", "main.ts"], root, { DATAPLANE_DEPLOYMENTS: example, CDKTF_OUTDIR: stacks });
  const sizes = [FEW, records / 10, records];
  for (const size of sizes) await writeLogs(join(scratch, String(size)), size);
  const runs = sizes.map(() => ({ flows: [] as Measurement[], floor: [] as Measurement[] }));
  for (let round = 0; round < ROUNDS; round++) {
    sizes.forEach((size, i) => {
      const logs = join(scratch, String(size));
      const report = join(scratch, "report.json");
      const written = ["--stacks", stacks, "--format", "json", "--output", report];
      // What 20,000 pods call of Cloudflare grows with the log, and is no finding here.
      const args = ["flows", "acme-us-east-2", logs, "--threshold", "tunnel-bytes=1TB", ...written];
      runs[i]?.flows.push(measure(["cli/dataplane.js", ...args], root, {}, 1));
      runs[i]?.floor.push(measure(["bench/flows-floor.js", logs], root, {}));
      checkFound(report, size);
    });
  }
  const logs = sizes.map((size, i): FlowLog => ({
    records: size,
    flows: together(runs[i]?.flows ?? []),
    floor: together(runs[i]?.floor ?? []),
  }));
  console.log("\n     records     flows s     floor s    flows MB");
  for (const { records: size, flows, floor } of logs) {
    const cells = [
      size.toLocaleString("en"),
      flows.seconds.toFixed(2),
      floor.seconds.toFixed(2),
      flows.megabytes.toFixed(0),
    ];
    console.log(cells.map((cell) => cell.padStart(12)).join(""));
  }
  return flowVerdicts(logs);
}

function checkFound(report: string, size: number): void {
  const { coverage, answers } = JSON.parse(readFileSync(report, "utf8")) as FlowsReport;
  const violated = answers.flatMap(({ rows }) => rows.filter(({ standing }) => standing === "violated"));
  const isPlanted = violated.length === 1 && violated[0]?.server?.startsWith(PLANTED) === true;
  if (!isPlanted || coverage.records !== size || answers.some(({ verdict }) => verdict === "unknown"))
    throw new Error(`Of ${size} records: ${JSON.stringify({ coverage, violated })}`);
}

/** A day of 20,000 pods that call Cloudflare, the object store and each other: 120,000 conversations, both ways of each. */
async function writeLogs(folder: string, records: number): Promise<void> {
  mkdirSync(folder);
  const engine = await openEngine();
  for (let first = 0; first < records; first += FILE) {
    const end = Math.min(records, first + FILE);
    await engine.run(
      `COPY (${recordsOf(first, end, records)}) TO '${join(folder, `${first}.parquet`)}' (FORMAT parquet)`,
    );
  }
  engine.close();
}

function recordsOf(first: number, end: number, records: number): string {
  const connection = "(i // 2)";
  const number = `(${connection} * 7919 % 20000)`;
  const pod = `'10.0.' || (${number} % 100) || '.' || (${number} // 100)`;
  const choice = `(${connection} // 3 % 2)`;
  const server = [
    `CASE WHEN i >= ${records - 2} THEN '${PLANTED}'`,
    `WHEN ${connection} % 3 = 0 THEN '104.16.1.' || (${number} % 50 + ${choice})`,
    `WHEN ${connection} % 3 = 1 THEN '52.216.1.' || (${number} % 50 + ${choice})`,
    `ELSE '10.0.127.' || (${number} % 50 + ${choice}) END`,
  ].join(" ");
  const port = `CASE WHEN ${connection} % 3 = 2 AND i < ${records - 2} THEN 15605 ELSE 443 END`;
  const clientPort = `32768 + ${connection} * 31 % 28000`;
  const service = `CASE WHEN ${connection} % 3 = 1 AND i < ${records - 2} THEN 'S3' ELSE '-' END`;
  const asks = "i % 2 = 0";
  const way = (there: string, back: string) => `CASE WHEN ${asks} THEN ${there} ELSE ${back} END`;
  const columns = {
    srcaddr: way("pod", "server"),
    dstaddr: way("server", "pod"),
    srcport: `CAST(${way("client_port", "port")} AS INTEGER)`,
    dstport: `CAST(${way("port", "client_port")} AS INTEGER)`,
    pkt_srcaddr: way("pod", "server"),
    pkt_dstaddr: way("server", "pod"),
    pkt_src_aws_service: way("'-'", "service"),
    pkt_dst_aws_service: way("service", "'-'"),
    protocol: "CAST(6 AS INTEGER)",
    // One record in five holds an opening.
    tcp_flags: `CAST(CASE WHEN ${connection} % 5 > 0 AND i < ${records - 2} THEN 0 ELSE ${way("2", "18")} END AS INTEGER)`,
    packets: "CAST(i % 97 AS BIGINT)",
    bytes: "CAST(i * 37 % 1500 AS BIGINT)",
    start: `CAST(1796083200 + i * 86000 // ${records} AS BIGINT)`,
    flow_direction: way("'egress'", "'ingress'"),
    action: "'ACCEPT'",
    log_status: "'OK'",
  };
  const written = Object.entries(columns).map(([name, value]) => `${value} AS "${name}"`);
  const ends = `SELECT i, ${pod} AS pod, ${server} AS server, ${port} AS port, ${clientPort} AS client_port, ${service} AS service FROM range(${first}, ${end}) AS numbers (i)`;
  return `SELECT ${written.join(", ")} FROM (${ends}) AS ends`;
}
