import type { Question } from "./question";

/** Bytes by range, day and what carries them; a bulk transfer by one address shows even where its range has room. */
export const noBulkInTunnel: Question = {
  id: "no-bulk-in-tunnel",
  holds: "bulk data goes to the object store, and no more than the thresholds by way of Cloudflare",
  paragraph: "Cloudflare Tunnel and direct gRPC",
  select: ({ tunnelBytes, clientBytes }, { types }) => {
    const rows = (client: string, server: string, standing: string, where: string) =>
      [
        `SELECT ${standing} AS standing, day, ${client} AS client, ${server} AS server, CAST(NULL AS ${types.integer}) AS port, CAST(NULL AS ${types.integer}) AS protocol,`,
        "SUM(records) AS records, SUM(bytes_sent + bytes_received) AS bytes",
        `FROM conversation WHERE NOT unreadable AND client_inside AND client_listens AND ${where} GROUP BY day, ${client}, ${server}`,
      ].join(" ");
    const over = (most: number) => `SUM(bytes_sent + bytes_received) > ${most}`;
    const byRange = rows(
      "client_name",
      "server_carries",
      `CASE WHEN server_carries = 'tunnel' AND ${over(tunnelBytes)} THEN 'violated' ELSE 'listed' END`,
      "server_carries <> 'own network'",
    );
    const byClient = rows("client", "server_carries", "'violated'", "server_carries = 'tunnel'");
    return `${byRange} UNION ALL SELECT * FROM (${byClient}) AS by_client WHERE bytes > ${clientBytes}`;
  },
  says: {
    violated: "more by way of Cloudflare than the threshold",
    listed: "ranges of addresses by day and by what carries their bytes",
  },
};
