/** Flow logs as each cloud writes them, of connections that a test makes up. */
import { gzipSync } from "node:zlib";
import { openEngine } from "../../flows/engine";
import { writeFiles } from "./scratch";

/** One connection, as it was seen at the interface inside that has a part in it. */
export interface Connection {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly port: number;
  /** Default: TCP. */
  readonly protocol?: number;
  /** Default: true; without, nothing is answered. */
  readonly accepted?: boolean;
  /** Seen from inside: default, opened outwards. */
  readonly direction?: "outbound" | "inbound";
  /** Bytes from the client, and to it. Default: 1000 and 2000. */
  readonly sent?: number;
  readonly received?: number;
  /** What AWS says that the server is. */
  readonly service?: string;
  /** Default: 2026-11-30T10:00:00Z. */
  readonly at?: string;
}

/** The formats by cloud: how each writes connections into a folder. */
export const FORMATS = {
  "aws text": (folder: string, all: readonly Connection[]) => writeFiles({ [`${folder}/a.log`]: awsText(all) }),
  "aws text in another order": (folder: string, all: readonly Connection[]) =>
    writeFiles({ [`${folder}/b.log`]: awsText(all, [...AWS_FIELDS].reverse()) }),
  "aws gzip": (folder: string, all: readonly Connection[]) =>
    writeFiles({ [`${folder}/day=30/c.log.gz`]: gzipSync(awsText(all)) }),
  "aws Parquet": awsParquet,
  "aws export of CloudWatch Logs": (folder: string, all: readonly Connection[]) =>
    writeFiles({
      [`${folder}/aws-logs-write-test`]: "Permission Check Successful",
      [`${folder}/task/eni-1-all/000000.gz`]: gzipSync(awsExport(all)),
    }),
  "google lines": (folder: string, all: readonly Connection[]) =>
    writeFiles({ [`${folder}/10/a.json`]: lines(all.flatMap(googleEntries)) }),
  "google gzip": (folder: string, all: readonly Connection[]) =>
    writeFiles({ [`${folder}/a.json.gz`]: gzipSync(lines(all.flatMap(googleEntries))) }),
  "azure networks": (folder: string, all: readonly Connection[]) =>
    writeFiles({ [`${folder}/PT1H.json`]: azureNetwork(all) }),
  "azure groups": (folder: string, all: readonly Connection[]) =>
    writeFiles({ [`${folder}/PT1H.json`]: azureGroup(all) }),
  "azure table": (folder: string, all: readonly Connection[]) =>
    writeFiles({ [`${folder}/table.json`]: lines(all.map(azureRow)) }),
};

const lines = (entries: readonly unknown[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
const NOON = "2026-11-30T10:00:00Z";
const secondsOf = ({ at = NOON }: Connection) => Date.parse(at) / 1000;
const isIn = ({ direction }: Connection) => direction === "inbound";

// ---------------------------------------------------------------- AWS

/** The fields of this package's own flow logs. */
export const AWS_FIELDS = [
  ...["version", "account-id", "vpc-id", "subnet-id", "instance-id", "interface-id", "flow-direction", "srcaddr"],
  ...["srcport", "dstaddr", "dstport", "pkt-srcaddr", "pkt-dstaddr", "pkt-src-aws-service", "pkt-dst-aws-service"],
  ...["protocol", "tcp-flags", "traffic-path", "packets", "bytes", "start", "end", "action", "log-status"],
];

export type AwsRecord = Readonly<Record<string, string>>;

/** Records of a connection: what is sent with SYN, and the answer with SYN and ACK. */
export function awsRecords(connection: Connection): AwsRecord[] {
  const { client, clientPort, server, port, protocol = 6, accepted = true, service = "-" } = connection;
  const { sent = 1000, received = 2000 } = connection;
  const start = secondsOf(connection);
  const common = {
    ...{ version: "5", "account-id": "111122223333", "vpc-id": "vpc-1", "subnet-id": "subnet-1", "instance-id": "i-1" },
    ...{ "interface-id": "eni-1", "traffic-path": "-", protocol: String(protocol), "log-status": "OK" },
    ...{ packets: "10", start: String(start), end: String(start + 60), action: accepted ? "ACCEPT" : "REJECT" },
  };
  const way = (from: string, fromPort: number, to: string, toPort: number) => ({
    ...{ srcaddr: from, srcport: String(fromPort), dstaddr: to, dstport: String(toPort) },
    ...{ "pkt-srcaddr": from, "pkt-dstaddr": to },
  });
  const there = {
    ...common,
    ...way(client, clientPort, server, port),
    ...{ "flow-direction": isIn(connection) ? "ingress" : "egress", "tcp-flags": protocol === 6 ? "2" : "0" },
    ...{ bytes: String(sent), "pkt-src-aws-service": "-", "pkt-dst-aws-service": service },
  };
  const back = {
    ...common,
    ...way(server, port, client, clientPort),
    ...{ "flow-direction": isIn(connection) ? "egress" : "ingress", "tcp-flags": protocol === 6 ? "18" : "0" },
    ...{ bytes: String(received), "pkt-src-aws-service": service, "pkt-dst-aws-service": "-" },
  };
  return accepted ? [there, back] : [there];
}

export function awsLines(records: readonly AwsRecord[], fields: readonly string[] = AWS_FIELDS): string {
  const written = records.map((record) => fields.map((field) => record[field] ?? "-").join(" "));
  return `${[fields.join(" "), ...written].join("\n")}\n`;
}

/** Records as events: each with its time, and no header. */
export const awsExport = (all: readonly Connection[]): string =>
  awsText(all)
    .replace(/^.*\n/, "")
    .replaceAll(/^(?=.)/gm, "2026-11-30T10:01:00.000Z ");

const awsText = (all: readonly Connection[], fields = AWS_FIELDS) => awsLines(all.flatMap(awsRecords), fields);

async function awsParquet(folder: string, all: readonly Connection[]): Promise<void> {
  const numbers = ["srcport", "dstport", "protocol", "tcp-flags", "packets", "bytes", "start", "end"];
  const text = `${folder}.log`;
  writeFiles({ [text]: awsText(all), [`${folder}/.hidden`]: "no log" });
  const columns = AWS_FIELDS.map(
    (field) =>
      `CAST("${field}" AS ${numbers.includes(field) ? "BIGINT" : "VARCHAR"}) AS "${field.replaceAll("-", "_")}"`,
  );
  const engine = await openEngine();
  const from = `read_csv('${text}', delim = ' ', header = true, all_varchar = true)`;
  await engine.run(`COPY (SELECT ${columns.join(", ")} FROM ${from}) TO '${folder}/d.parquet' (FORMAT parquet)`);
  engine.close();
}

// ---------------------------------------------------------------- Google

/** What was refused is in the firewall's log alone; what passed, in that of flows. */
export function googleEntries(connection: Connection): object[] {
  const { client, clientPort, server, port, protocol = 6, accepted = true } = connection;
  const { at = NOON, sent = 1000, received = 2000 } = connection;
  const ends = { src_ip: client, src_port: clientPort, dest_ip: server, dest_port: port, protocol };
  if (!accepted) {
    const rule_details = { reference: "network:n/firewall:deny", direction: isIn(connection) ? "INGRESS" : "EGRESS" };
    return [googleEntry("firewall", at, { connection: ends, disposition: "DENIED", rule_details })];
  }
  const back = { src_ip: server, src_port: port, dest_ip: client, dest_port: clientPort, protocol };
  const flow = (connection: object, bytes: number, reporter: string) =>
    googleEntry("vpc_flows", at, {
      ...{ connection, reporter, bytes_sent: String(bytes), packets_sent: "10" },
      ...{ start_time: at.replace("Z", ".123456789Z"), end_time: at },
    });
  const [out, back_in] = isIn(connection) ? ["DEST", "SRC"] : ["SRC", "DEST"];
  return [flow(ends, sent, out), flow(back, received, back_in)];
}

export const googleEntry = (log: string, timestamp: string, jsonPayload: object) => ({
  ...{ insertId: "a", logName: `projects/acme/logs/compute.googleapis.com%2F${log}` },
  ...{ resource: { type: "gce_subnetwork", labels: { subnetwork_name: "nodes" } }, timestamp, jsonPayload },
});

// ---------------------------------------------------------------- Azure

/** What it was when it began, and when it ended with its counts. */
const networkTuples = (connection: Connection) => {
  const { client, clientPort, server, port, protocol = 6, accepted = true } = connection;
  const { sent = 1000, received = 2000 } = connection;
  const tuple = (seconds: number, state: string, ...counts: readonly number[]) =>
    [
      seconds * 1000,
      client,
      server,
      clientPort,
      port,
      protocol,
      isIn(connection) ? "I" : "O",
      state,
      "NX",
      ...counts,
    ].join();
  const begin = secondsOf(connection);
  return accepted
    ? [tuple(begin, "B", 0, 0, 0, 0), tuple(begin + 60, "E", 10, sent, 8, received)]
    : [tuple(begin, "D", 0, 0, 0, 0)];
};

const azureNetwork = (all: readonly Connection[]) => ({
  records: [
    {
      ...{ time: NOON, flowLogVersion: 4, macAddress: "00224871C205", category: "FlowLogFlowEvent" },
      flowRecords: {
        flows: [
          {
            aclID: "a",
            flowGroups: [{ rule: "DefaultRule_AllowInternetOutBound", flowTuples: all.flatMap(networkTuples) }],
          },
        ],
      },
    },
  ],
});

const groupTuples = (connection: Connection) => {
  const { client, clientPort, server, port, protocol = 6, accepted = true } = connection;
  const { sent = 1000, received = 2000 } = connection;
  const letters = [protocol === 6 ? "T" : "U", isIn(connection) ? "I" : "O", accepted ? "A" : "D"];
  const tuple = (seconds: number, state: string, ...counts: readonly (number | string)[]) =>
    [seconds, client, server, clientPort, port, ...letters, state, ...counts].join();
  const begin = secondsOf(connection);
  return accepted
    ? [tuple(begin, "B", "", "", "", ""), tuple(begin + 60, "E", 10, sent, 8, received)]
    : [tuple(begin, "B", "", "", "", "")];
};

const azureGroup = (all: readonly Connection[]) => ({
  records: [
    {
      ...{ time: NOON, category: "NetworkSecurityGroupFlowEvent", operationName: "NetworkSecurityGroupFlowEvents" },
      properties: {
        Version: 2,
        flows: [{ rule: "UserRule_a", flows: [{ mac: "00224871C205", flowTuples: all.flatMap(groupTuples) }] }],
      },
    },
  ],
});

/** A public address is in a list of its own, with counts as the network's own side sees them. */
function azureRow(connection: Connection) {
  const { client, server, port, protocol = 6, accepted = true, at = NOON } = connection;
  const [sent, received] = accepted ? [connection.sent ?? 1000, connection.received ?? 2000] : [0, 0];
  const isPublic = (address: string) => !address.startsWith("10.");
  const listed = (address: string, out: number, back: number) =>
    isPublic(address) ? `${address}|1|1|${out > 0 ? 10 : 0}|${back > 0 ? 8 : 0}|${out}|${back}` : "";
  return {
    ...{ TimeGenerated: at, SubType: "FlowLog", FlowStartTime: at, FlowType: "ExternalPublic", DestPort: port },
    SrcIp: isPublic(client) ? "" : client,
    SrcPublicIps: listed(client, received, sent),
    DestIp: isPublic(server) ? "" : server,
    DestPublicIps: listed(server, sent, received),
    ...{ L4Protocol: protocol === 6 ? "T" : "U", FlowDirection: isIn(connection) ? "Inbound" : "Outbound" },
    ...{ FlowStatus: accepted ? "Allowed" : "Denied", BytesSrcToDest: sent, BytesDestToSrc: received },
    ...{ PacketsSrcToDest: accepted ? 10 : 0, PacketsDestToSrc: accepted ? 8 : 0 },
  };
}
