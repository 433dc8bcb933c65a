import type { Finding, Location } from "./model";
import { isNamed, STANDING, type Exception, type InboundAllowance } from "./policy";

/** An exception as declared, and what became of it. */
export interface ReportedException extends Exception {
  /** Where it is written, if it is a comment of the input. Default: a file of policy or deployment has it. */
  readonly location?: Location | undefined;
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

/** An exception, and which findings it is about. */
export interface Covering {
  readonly exception: Exception;
  readonly covers: (finding: Finding) => boolean;
}

/** What exceptions cover, as far as systems were gone through; of one that is expired what it would. */
export type Covered = Map<Exception, Finding[]>;

/**
 * The findings that no exception in force covers, those of an expired one with its day; `covered` is told of the others.
 *
 * @param today YYYY-MM-DD
 */
export function uncovered(
  found: readonly Finding[],
  exceptions: readonly Covering[],
  today: string,
  covered: Covered,
): Finding[] {
  return found.flatMap((finding) => {
    const about = exceptions.filter(({ covers }) => covers(finding)).map(({ exception }) => exception);
    for (const one of about) covered.set(one, [...(covered.get(one) ?? []), finding]);
    if (about.some((one) => !isExpired(one, today))) return [];
    const [ended] = about;
    if (!ended) return [finding];
    return [{ ...finding, message: `${finding.message}; its exception expired on ${ended.expires}`, remedy: RENEW }];
  });
}

/** What became of exceptions; one that is expired and covers nothing is a finding: it must be renewed or taken out. */
export function outcomeOf<T extends Exception>(
  exceptions: readonly T[],
  covered: Covered,
  today: string,
  locationOf: (exception: T) => Location,
): { readonly findings: readonly Finding[]; readonly exceptions: readonly ReportedException[] } {
  const pointless = exceptions.filter((one) => isExpired(one, today) && !covered.has(one));
  return {
    findings: pointless.map((exception) => expiry(exception, locationOf(exception))),
    exceptions: exceptions.map((exception): ReportedException => {
      if (isExpired(exception, today)) return { ...exception, state: "expired", findings: [] };
      const findings = covered.get(exception) ?? [];
      return { ...exception, state: findings.length > 0 ? "used" : "unused", findings };
    }),
  };
}

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
  const covered: Covered = new Map();
  const coverings = exceptions.map((exception): Covering => {
    const covers = ({ invariant, resource }: Finding) =>
      exception.id === invariant && isNamed(resource, exception.resource);
    return { exception, covers };
  });
  const findings = uncovered(found, coverings, today, covered);
  const outcome = outcomeOf(exceptions, covered, today, () => location);
  return { ...outcome, findings: [...findings, ...outcome.findings] };
}

const RENEW = "Do what it was to give time for, or renew the exception with a reason and another end.";

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
