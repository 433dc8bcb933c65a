/** Departures from invariants that are declared anew, taken back, or near their end. */
import { endOf } from "../exceptions";
import type { Exception } from "../policy";
import type { ExceptionChange } from "./model";

/** Days before its last day from which an exception is told of. */
const NOTICE = 30;

/** Changes from `base` to `head`; `today`: YYYY-MM-DD. */
export function compareExceptions(
  base: readonly Exception[],
  head: readonly Exception[],
  today: string,
): ExceptionChange[] {
  const key = ({ id, resource }: Exception) => `${id}\n${resource}`;
  const [before, after] = [base, head].map((all) => new Map(all.map((one) => [key(one), one]))) as [
    Map<string, Exception>,
    Map<string, Exception>,
  ];
  const changes: ExceptionChange[] = [];
  for (const [name, exception] of after) {
    const was = before.get(name);
    const { id, resource, expires, reason } = exception;
    const what = `the exception to ${id} for ${resource}`;
    const until = `until ${endOf(exception)}: ${reason}`;
    const left = daysBetween(today, expires);
    if (!was) changes.push({ ...exception, change: "added", text: `${what} is added, ${until}` });
    else if (was.expires < expires) {
      changes.push({ ...exception, change: "added", text: `${what} is prolonged from ${endOf(was)}, ${until}` });
    } else if (was.expires > expires) {
      changes.push({ ...exception, change: "removed", text: `${what} is shortened from ${endOf(was)}, ${until}` });
    }
    if (left < 0) changes.push({ ...exception, change: "expired", text: `${what} expired on ${expires}` });
    else if (left <= NOTICE) {
      const days = left === 0 ? "today" : left === 1 ? "tomorrow" : `in ${left} days`;
      changes.push({ ...exception, change: "expiring", text: `${what} expires ${days}, on ${expires}` });
    }
  }
  for (const [name, exception] of before) {
    if (after.has(name)) continue;
    const { id, resource } = exception;
    changes.push({ ...exception, change: "removed", text: `the exception to ${id} for ${resource} is removed` });
  }
  return changes.map(({ change, id, resource, reason, expires, text }) => ({
    ...{ change, id, resource, reason, expires, text },
  }));
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / (24 * 60 * 60 * 1000));
}
