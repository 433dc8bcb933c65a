import type { Finding, Location } from "./model";
import { isNamed, STANDING, type Exception, type InboundAllowance } from "./policy";

/** An exception as declared, and what became of it. */
export interface ReportedException extends Exception {
  /** `used`: it covers findings; `unused`: nothing departs there (any more); `expired`: it covers nothing any more. */
  readonly state: "used" | "unused" | "expired";
  /** What it covers. */
  readonly findings: readonly Finding[];
}

/** An allowance to come in from outside is an exception to `no-inbound`; it speaks of whom it lets in. */
export function exceptionOf({ from, services, reason, expires }: InboundAllowance): Exception {
  return { id: "no-inbound", resource: `${services} from ${from.name}`, reason, expires };
}

/** What an exception holds until, in words: a day, or a change of the deployment that implies it. */
export const endOf = ({ expires }: { readonly expires: string }): string =>
  expires === STANDING ? "the deployment says otherwise" : expires;

export const isExpired = ({ expires }: { readonly expires: string }, today: string): boolean => expires < today;

/**
 * Takes the findings that exceptions in force cover out of the list. What an expired one covered stays a finding, and
 * one that covers nothing is a finding itself: what ended must be renewed or taken out.
 *
 * @param today YYYY-MM-DD; @param location where the exceptions are declared
 */
export function applyExceptions(
  found: readonly Finding[],
  exceptions: readonly Exception[],
  today: string,
  location: Location,
): { readonly findings: readonly Finding[]; readonly exceptions: readonly ReportedException[] } {
  const covers = (exception: Exception, { invariant, resource }: Finding) =>
    exception.id === invariant && isNamed(resource, exception.resource);
  const inForce = exceptions.filter((exception) => !isExpired(exception, today));
  const expired = exceptions.filter((exception) => isExpired(exception, today));
  const findings = found
    .filter((finding) => !inForce.some((exception) => covers(exception, finding)))
    .map((finding) => {
      const ended = expired.find((exception) => covers(exception, finding));
      return ended ? { ...finding, message: `${finding.message}; its exception expired on ${ended.expires}` } : finding;
    });
  const pointless = expired
    .filter((exception) => !found.some((finding) => covers(exception, finding)))
    .map((exception) => expiry(exception, location));
  return {
    findings: [...findings, ...pointless],
    exceptions: exceptions.map((exception): ReportedException => {
      const covered = found.filter((finding) => covers(exception, finding));
      if (isExpired(exception, today)) return { ...exception, state: "expired", findings: [] };
      return { ...exception, state: covered.length > 0 ? "used" : "unused", findings: covered };
    }),
  };
}

/** The finding that an exception is past its end. */
export function expiry({ id, resource, expires }: Exception, location: Location): Finding {
  return {
    invariant: id,
    status: "violated",
    resource,
    location,
    message: `the exception for ${resource} expired on ${expires}`,
    remedy: "Take the exception out, or renew it with a reason.",
  };
}

/** The finding that an exception names no invariant: whatever it was meant for is not covered. */
export function misnomer({ id, resource }: Exception, location: Location): Finding {
  return {
    invariant: id,
    status: "unknown",
    resource,
    location,
    message: `the exception for ${resource} names no invariant: '${id}'`,
    remedy: "Name one of the invariants' ids.",
  };
}
