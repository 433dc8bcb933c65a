/**
 * From records of flows to what questions are asked of, as relations that build on one another. All records are read once
 * and folded into conversations, of which there are few; everything else is asked of these.
 */
import type { Dialect, Table } from "./dialects/dialect";
import { AddressSet } from "../packets/address-set";
import { boxesOf, type Oracle } from "./oracle";
import { SIDES } from "./scope";

/** A named SELECT, over those before it. */
export interface Relation {
  readonly name: string;
  readonly select: string;
}

/**
 * What each reader makes of its format; records of a day that are alike may be one row.
 *
 * - `day`: of the first packet that was seen
 * - `source`, `destination`: an address, or a set that the cloud says it is in (`aws:s3`)
 * - `side`: who opened the connection ({@link SIDES}), and `port`, the other's
 * - `protocol`: IANA's number
 * - `bytes`: from source to destination, of all `records`
 * - `accepted`: by the filters; null where the log does not tell
 * - `direction`: `outbound` where the interface that was watched sent it, `inbound` where it received it; null where the
 *   log does not tell
 * - `opening`: `source` where the record holds the packet by which its source opened the connection, `destination` where
 *   it holds the answer to that, `none` where it holds neither; null where the log never tells
 * - `reading`: `flow`; `skipped`, the log says that it left records out here; `unreadable`
 */
export const FLOW_COLUMNS = [
  "day",
  "source",
  "destination",
  "side",
  "port",
  "protocol",
  "bytes",
  "records",
  "accepted",
  "direction",
  "opening",
  "reading",
] as const;

/** Relations over `flow`, a SELECT of {@link FLOW_COLUMNS}. */
export function relationsOf(dialect: Dialect, flow: string, oracle: Oracle): Relation[] {
  return [
    { name: "flow", select: `SELECT ${FLOW_COLUMNS.join(", ")} FROM (${flow}) AS written` },
    { name: "folded", select: folded(dialect) },
    { name: "zone", select: `SELECT * FROM ${dialect.rowsOf("zone_row", zoneTable(oracle))}` },
    { name: "block", select: `SELECT * FROM ${dialect.rowsOf("block_row", blockTable(oracle))}` },
    { name: "permission", select: `SELECT * FROM ${dialect.rowsOf("permission_row", permissionTable(oracle))}` },
    { name: "allowance", select: `SELECT * FROM ${dialect.rowsOf("allowance_row", allowanceTable(oracle))}` },
    { name: "place", select: place(dialect) },
    { name: "conversation", select: conversation() },
  ];
}

/** Flows by day and by who opened what: both directions of a conversation are one. */
function folded(dialect: Dialect): string {
  // Whoever opened it, if that can't be told: both directions are one conversation.
  const asks = `CASE WHEN side = ${SIDES.neither} THEN ${dialect.notAfter("source", "destination")} ELSE side = ${SIDES.source} END`;
  const count = (condition: string) => `SUM(CASE WHEN ${condition} THEN records ELSE 0 END)`;
  const bytes = (condition: string) => `SUM(CASE WHEN ${condition} THEN bytes ELSE 0 END)`;
  // Both interfaces of a flow, and a gateway's between them, have a record of it: those of one direction count.
  const total = (condition: string) =>
    `GREATEST(${bytes(`${condition} AND (direction IS NULL OR direction = 'outbound')`)}, ${bytes(`${condition} AND direction = 'inbound'`)})`;
  return [
    "SELECT day, reading, protocol,",
    "CASE WHEN asks THEN source ELSE destination END AS client,",
    "CASE WHEN asks THEN destination ELSE source END AS server,",
    "port, SUM(records) AS records,",
    `${count("opening = 'source' OR opening = 'destination'")} AS told,`,
    `${count("opening = 'none'")} AS quiet,`,
    `${count(`side = ${SIDES.neither}`)} AS undetermined,`,
    `${count("asks AND accepted")} AS passed,`,
    `${count("asks AND accepted IS NULL")} AS untold,`,
    // Of TCP, what comes after a connection has ended is refused too: that is no try.
    `${count("asks AND NOT accepted AND (protocol <> 6 OR opening IS NULL OR opening = 'source')")} AS refused,`,
    `${count("NOT asks AND (accepted IS NULL OR accepted)")} AS answers,`,
    `${total("asks")} AS bytes_sent, ${total("NOT asks")} AS bytes_received`,
    `FROM (SELECT *, ${asks} AS asks FROM flow) AS directed GROUP BY 1, 2, 3, 4, 5, 6`,
  ].join(" ");
}

function zoneTable({ zones }: Oracle): Table {
  return {
    columns: { id: "integer", name: "text", inside: "boolean", listens: "boolean", carries: "text" },
    rows: zones.map(({ id, name, inside, endpoints, platform, carries }) => [
      id,
      name,
      inside,
      platform || endpoints.length > 0,
      carries,
    ]),
  };
}

/** Addresses of zones by their keys ({@link Dialect.addressKey}); of a set that only a cloud knows, `~` and its name. */
function blockTable({ zones }: Oracle): Table {
  const rows = zones.flatMap(({ id, addresses }) => [
    ...addresses.names().names.map((name) => [`~${name}`, `~${name}`, id]),
    ...addresses
      .subtract(MAPPED)
      .ranges()
      .map(({ family, first, last }) => [addressKey(family, first), addressKey(family, last), id]),
  ]);
  return { columns: { first_key: "text", last_key: "text", zone: "integer" }, rows };
}

/** IPv4 addresses as IPv6 maps them (RFC 4291): as keys, those of the two families are one. */
const MAPPED = AddressSet.ofCidr("::ffff:0:0/96");
const MAPPED_V4 = 0xffff_0000_0000n;

function addressKey(family: 4 | 6, value: bigint): string {
  return (family === 4 ? MAPPED_V4 + value : value).toString(16).padStart(32, "0");
}

function permissionTable({ permissions }: Oracle): Table {
  const rows = permissions.flatMap(({ from, to, services, certain }) =>
    boxesOf(services).map(({ protocols, ports, partly }) => [
      from.id,
      to.id,
      ...protocols,
      ...ports,
      certain && !partly ? 2 : 1,
    ]),
  );
  return {
    columns: {
      from_zone: "integer",
      to_zone: "integer",
      first_protocol: "integer",
      last_protocol: "integer",
      first_port: "integer",
      last_port: "integer",
      certainty: "integer",
    },
    rows,
  };
}

function allowanceTable({ allowances }: Oracle): Table {
  const rows = allowances.flatMap(({ name, to, services }) =>
    to.flatMap((zone) => boxesOf(services).map(({ protocols, ports }) => [name, zone.id, ...protocols, ...ports])),
  );
  return {
    columns: {
      name: "text",
      to_zone: "integer",
      first_protocol: "integer",
      last_protocol: "integer",
      first_port: "integer",
      last_port: "integer",
    },
    rows,
  };
}

/** The zone of each address; none has what is no address. */
function place(dialect: Dialect): string {
  const addresses = `SELECT client AS address FROM folded WHERE reading = 'flow' UNION DISTINCT SELECT server AS address FROM folded WHERE reading = 'flow'`;
  const keyed = `SELECT address, COALESCE(${dialect.addressKey("address")}, CONCAT('~', address)) AS address_key FROM (${addresses}) AS named`;
  return `SELECT address, zone FROM (${keyed}) AS keyed JOIN block ON ${dialect.notAfter("first_key", "address_key")} AND ${dialect.notAfter("address_key", "last_key")}`;
}

/** Conversations with their ends' zones, and whether the rules let one open it to the other: 2, 1 (not certain) or 0. */
function conversation(): string {
  const placed =
    "SELECT folded.*, client_place.zone AS client_zone, server_place.zone AS server_zone FROM folded LEFT JOIN place AS client_place ON client = client_place.address LEFT JOIN place AS server_place ON server = server_place.address WHERE reading = 'flow'";
  const permitted = [
    "SELECT crossing.client_zone, crossing.server_zone, crossing.protocol, crossing.port, MAX(certainty) AS certainty FROM",
    "(SELECT DISTINCT client_zone, server_zone, protocol, port FROM placed) AS crossing",
    "JOIN permission ON client_zone = from_zone AND server_zone = to_zone AND protocol >= first_protocol AND protocol <= last_protocol AND port >= first_port AND port <= last_port",
    "GROUP BY 1, 2, 3, 4",
  ].join(" ");
  const unreadable = "client_end.id IS NULL OR server_end.id IS NULL";
  return [
    `WITH placed AS (${placed}), permitted AS (${permitted})`,
    "SELECT placed.*, client_end.name AS client_name, server_end.name AS server_name,",
    "client_end.inside AS client_inside, server_end.inside AS server_inside, client_end.listens AS client_listens,",
    "server_end.listens AS server_listens, client_end.carries AS client_carries, server_end.carries AS server_carries,",
    "CASE WHEN undetermined > 0 THEN LEAST(COALESCE(certainty, 0), 1) ELSE COALESCE(certainty, 0) END AS permitted,",
    `${unreadable} AS unreadable`,
    "FROM placed LEFT JOIN zone AS client_end ON placed.client_zone = client_end.id LEFT JOIN zone AS server_end ON placed.server_zone = server_end.id",
    "LEFT JOIN permitted ON placed.client_zone = permitted.client_zone AND placed.server_zone = permitted.server_zone AND placed.protocol = permitted.protocol AND placed.port = permitted.port",
  ].join(" ");
}

/** How much was read, and how much was not. */
export const COVERAGE = [
  "SELECT SUM(CASE WHEN reading = 'flow' THEN records ELSE 0 END) AS records,",
  "SUM(CASE WHEN reading = 'unreadable' THEN records ELSE 0 END) + COALESCE((SELECT SUM(records) FROM conversation WHERE unreadable), 0) AS unreadable,",
  "SUM(CASE WHEN reading = 'skipped' THEN records ELSE 0 END) AS skipped,",
  "MIN(day) AS first_day, MAX(day) AS last_day",
  "FROM folded",
].join(" ");
