import type { Dialect } from "../dialects/dialect";

/** Limits that a reviewer may set; bytes are those of both directions. */
export interface Thresholds {
  /** Most bytes that a range of addresses may exchange with Cloudflare in a day. */
  readonly tunnelBytes: number;
  /** Most bytes that one address may exchange with Cloudflare in a day. */
  readonly clientBytes: number;
  /** Days after which an allowance that nothing used is one too many; undefined: not asked. */
  readonly unusedDays?: number | undefined;
}

export const DEFAULT_THRESHOLDS: Thresholds = { tunnelBytes: 10 * 1024 ** 3, clientBytes: 1024 ** 3 };

/** What a flow can be to a question, the worse first. */
export const STANDINGS = ["violated", "unknown", "listed", "fine"] as const;
export type Standing = (typeof STANDINGS)[number];

/**
 * A question of flows. Its SELECT is over the relations of `relations.ts` and gives {@link ANSWER_COLUMNS}; of a
 * violated or unknown row it holds what shows that, and of all others how many there are.
 */
export interface Question {
  readonly id: string;
  /** What is true where it is answered well. */
  readonly holds: string;
  /** The document's paragraph that it checks. */
  readonly paragraph: string;
  select(thresholds: Thresholds, dialect: Dialect): string;
  /** What its rows say together, for a reader. */
  readonly says: Readonly<Partial<Record<Standing, string>>>;
}

/** One row of an answer: conversations that are alike to the question. */
export const ANSWER_COLUMNS = ["standing", "day", "client", "server", "port", "protocol", "records", "bytes"] as const;

/** Conversations by their standing, as rows of an answer; days are added up. */
export function byStanding(standing: string, where: string): string {
  return [
    `SELECT ${standing} AS standing, CAST(NULL AS DATE) AS day, client,`,
    "CONCAT(server, ' (', server_name, ')') AS server, port, protocol,",
    "SUM(records) AS records, SUM(bytes_sent + bytes_received) AS bytes",
    `FROM conversation WHERE NOT unreadable AND (${where}) GROUP BY 1, 2, 3, 4, 5, 6`,
  ].join(" ");
}

/** Something of it got through. */
export const PASSED = "(passed + answers > 0)";
/** No record tells who opened it, though the log tells that of others; or its ports tell nothing. */
export const DOUBTFUL = "(told = 0 AND (quiet > 0 OR undetermined > 0))";
/**
 * It seems to be opened towards an address that nobody has, such as a NAT gateway's: filters let in what the gateway then
 * drops, and the ports that it takes for its own connections are any.
 */
export const DROPPED = "(NOT server_listens AND (told = 0 OR answers = 0))";
