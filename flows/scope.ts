/** What a reader is told of the question: which records are asked about, and which ports something answers at. */
import type { Dialect } from "./dialects/dialect";
import { boxesOf, type Oracle } from "./oracle";

/** The stretch of time that is asked about, both as of `Date.toISOString`; default: all that is logged. */
export interface Window {
  readonly since?: string | undefined;
  /** Not included. */
  readonly until?: string | undefined;
}

/** Who opened a connection, as a number: records are many. */
export const SIDES = { neither: 0, source: 1, destination: 2 };

/** Scope of a dialect's statements. */
export interface Scope {
  /** Whether a record of this time is asked about; what can't be read has none, and is. */
  within(start: string): string;
  /** One of {@link SIDES}: as told, else by the ports, of which one that something answers at is the server's. */
  side(ports: { readonly source: string; readonly destination: string }, told?: Told): string;
}

/** Conditions under which a record itself tells who opened the connection. */
export interface Told {
  readonly source: string;
  readonly destination?: string;
}

export function scopeOf(dialect: Dialect, oracle: Oracle, { since, until }: Window): Scope {
  // A list of values would be joined with each record, which takes longer.
  const services = servicePorts(oracle);
  const answers = (port: string) => `(${services.map((service) => `${port} = ${service}`).join(" OR ")})`;
  return {
    within: (start) => {
      const bounds = [
        ...(since === undefined ? [] : [`${start} >= ${dialect.timeLiteral(since)}`]),
        ...(until === undefined ? [] : [`${start} < ${dialect.timeLiteral(until)}`]),
      ];
      return bounds.length === 0 ? "1 = 1" : `(${start} IS NULL OR (${bounds.join(" AND ")}))`;
    },
    side: ({ source, destination }, told) =>
      [
        "CASE",
        told ? `WHEN ${told.source} THEN ${SIDES.source}` : "",
        told?.destination === undefined ? "" : `WHEN ${told.destination} THEN ${SIDES.destination}`,
        `WHEN ${answers(destination)} AND NOT ${answers(source)} THEN ${SIDES.source}`,
        `WHEN ${answers(source)} AND NOT ${answers(destination)} THEN ${SIDES.destination}`,
        `WHEN ${source} > ${destination} THEN ${SIDES.source} WHEN ${source} < ${destination} THEN ${SIDES.destination}`,
        `ELSE ${SIDES.neither} END`,
      ].join(" "),
  };
}

/** Ports at which something answers by the rules. */
function servicePorts({ permissions }: Oracle): number[] {
  const ports = permissions.flatMap(({ services }) =>
    boxesOf(services).flatMap(({ protocols, ports: [first, last] }) =>
      protocols[0] === protocols[1] && last - first < MOST_PORTS_OF_A_SERVICE
        ? Array.from({ length: last - first + 1 }, (_, i) => first + i)
        : [],
    ),
  );
  return [...new Set([...ports, HTTPS])].sort((a, b) => a - b);
}

/** A wider range is no service's, but of ports that anyone may take. */
const MOST_PORTS_OF_A_SERVICE = 8;
const HTTPS = 443;

/** The port that the other side was called at. */
export const calledPort = (source: string, destination: string): string =>
  `CASE WHEN side = ${SIDES.destination} THEN ${source} ELSE ${destination} END`;
