import type { Question } from "./question";

/** Allowances and rules that nothing used: no more is open than is needed. */
export const unusedAllowances: Question = {
  id: "unused-allowances",
  holds: "every allowance and every rule outwards was used in the days of the threshold",
  paragraph: "Egress configuration",
  select: ({ unusedDays = 0 }, dialect) => {
    const used = [
      "SELECT allowance.name AS name, MAX(conversation.day) AS last_used, SUM(records) AS records, SUM(bytes_sent + bytes_received) AS bytes",
      "FROM allowance JOIN conversation ON server_zone = to_zone AND client_inside AND passed + answers > 0",
      "AND protocol >= first_protocol AND protocol <= last_protocol AND port >= first_port AND port <= last_port",
      "GROUP BY 1",
    ].join(" ");
    const names = "SELECT DISTINCT name FROM allowance";
    const bounds = "SELECT MIN(day) AS first_day, MAX(day) AS last_day FROM folded";
    const recent = `last_used IS NOT NULL AND ${dialect.daysBetween("last_used", "last_day")} < ${unusedDays}`;
    const covered = `${dialect.daysBetween("first_day", "last_day")} + 1 >= ${unusedDays}`;
    return [
      `SELECT CASE WHEN ${recent} THEN 'fine' WHEN ${covered} THEN 'violated' ELSE 'unknown' END AS standing,`,
      "last_used AS day, CAST(NULL AS " + dialect.types.text + ") AS client, written.name AS server,",
      `CAST(NULL AS ${dialect.types.integer}) AS port, CAST(NULL AS ${dialect.types.integer}) AS protocol,`,
      "COALESCE(records, 0) AS records, COALESCE(bytes, 0) AS bytes",
      `FROM (${names}) AS written LEFT JOIN (${used}) AS used ON written.name = used.name CROSS JOIN (${bounds}) AS bounds`,
    ].join(" ");
  },
  says: {
    violated: "not used in the days of the threshold",
    unknown: "not used, in logs of fewer days than the threshold",
    fine: "used",
  },
};
