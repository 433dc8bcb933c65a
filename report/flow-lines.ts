/** What is said of an answer, whatever the format. */
import { protocolName } from "../packets/protocols";
import { count } from "./text";
import type { Answer, Coverage, Row, Total } from "../flows/judge";
import { STANDINGS, type Question, type Standing } from "../flows/questions/question";

/** `3 opened by Cloudflare (12 records, 4.0 kB)`, for each standing that there is. */
export function totalsOf({ question, totals }: Answer): string[] {
  return STANDINGS.flatMap((standing) => {
    const total = totals[standing];
    return total ? [totalText(question, standing, total)] : [];
  });
}

export const totalText = ({ says }: Question, standing: Standing, total: Total): string =>
  `${total.rows} ${says[standing] ?? standing} (${amountOf(total)})`;

export const amountOf = ({ records, bytes }: Pick<Total, "records" | "bytes">): string =>
  `${count(records, "record")}, ${bytesText(bytes)}`;

/** `10.0.1.5 to 104.16.1.1 (Cloudflare), TCP 443`. */
export function flowText({ day, client, server, port, protocol }: Row): string {
  const ends = [client, server].filter((end) => end !== null).join(" to ");
  const service = protocol === null ? "" : `, ${protocolName(protocol).toUpperCase()}${port ? ` ${port}` : ""}`;
  return `${day === null ? "" : `${day}: `}${ends}${service}`;
}

export function coverageText({ files, records, unreadable, skipped, firstDay, lastDay }: Coverage): string {
  const days = firstDay === null ? "" : ` from ${firstDay} to ${lastDay ?? firstDay}`;
  const gaps = [
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
    ...(skipped > 0 ? [`${skipped} notes of skipped ones`] : []),
  ];
  return `${records} records in ${count(files, "file")}${days}${gaps.map((gap) => `, ${gap}`).join("")}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power] ?? ""}`;
}
