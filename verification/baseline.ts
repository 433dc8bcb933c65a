/**
 * Findings that are known, so that only others fail: the way into a code base that has many.
 *
 * A finding stays known wherever its resource is written, in whatever file and line. It is another one as soon as it is
 * about more, or about less: other packets or ends, or, where something can't be told, another configuration of the
 * resource that is unknown.
 */
import { baselineText, loadBaselineFile, type BaselineEntry } from "../config/baseline-file";
import { canonical } from "./canonical";
import { extentOf } from "./extent";
import type { Finding, Location, Resource } from "./model";
import { contentOf, withoutPlaces } from "./not-read";

export interface Baseline {
  /** As the user named it. */
  readonly file: string;
  readonly known: readonly KnownFinding[];
}

/** A finding as it was when the baseline was written. */
export interface KnownFinding extends BaselineEntry {
  /** Where the baseline says so. */
  readonly location: Location;
}

/** What became of a baseline: the findings that it knows, and what it knows and is no more. */
export interface Compared {
  /** The baseline's path, as the user named it. */
  readonly file: string;
  /** Findings of this input that the baseline has too: they fail nothing. */
  readonly known: readonly Finding[];
  /** Fixed, or changed: the file is to be written again. */
  readonly gone: readonly KnownFinding[];
}

/** Findings, and the resources that they are about. */
export interface FoundIn {
  readonly findings: readonly Finding[];
  readonly system: { readonly resources: readonly Resource[] };
}

/** @throws ConfigError if the file is missing, broken, or of another version */
export function readBaseline(file: string): Baseline {
  const { value, lineOf } = loadBaselineFile(file);
  const known = value.findings.map((entry, i): KnownFinding => {
    const location = {
      file,
      get line() {
        return lineOf(["findings", i]);
      },
    };
    return { ...entry, location };
  });
  return { file, known };
}

/** The text of a baseline that knows everything that was found. */
export const baselineOf = (found: readonly FoundIn[]): string => baselineText(entriesOf(found).sort(byText));

/** A baseline that knows everything that was found, as if it had been read. */
export function baselineIn(file: string, found: readonly FoundIn[]): Baseline {
  return { file, known: entriesOf(found).map((entry) => ({ ...entry, location: { file, line: 0 } })) };
}

const entriesOf = (found: readonly FoundIn[]): BaselineEntry[] =>
  found.flatMap(({ findings, system }) => findings.map(entryOf(system.resources)));

const byText = (a: BaselineEntry, b: BaselineEntry): number => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0);

/** Judgements with what a baseline knows apart. */
export function withBaseline<T extends { readonly judgements: readonly FoundIn[] }>(
  judged: T,
  baseline: Baseline,
): T & { readonly baseline: Compared } {
  const { found, baseline: compared } = compareWithBaseline(judged.judgements, baseline);
  return { ...judged, judgements: found, baseline: compared };
}

/** Parts what was found in what is new and what is known: each entry of the baseline stands for one finding. */
export function compareWithBaseline<T extends FoundIn>(
  found: readonly T[],
  { file, known: entries }: Baseline,
): { readonly found: (T & { readonly known: readonly Finding[] })[]; readonly baseline: Compared } {
  const left = new Map<string, KnownFinding[]>();
  for (const entry of entries) left.set(keyOf(entry), [...(left.get(keyOf(entry)) ?? []), entry]);
  const parted = found.map((one) => {
    const toEntry = entryOf(one.system.resources);
    const known: Finding[] = [];
    const findings = one.findings.filter((finding) => {
      const isKnown = left.get(keyOf(toEntry(finding)))?.pop() !== undefined;
      if (isKnown) known.push(finding);
      return !isKnown;
    });
    return { ...one, findings, known };
  });
  const gone = [...left.values()].flat();
  return {
    found: parted,
    baseline: { file, known: parted.flatMap(({ known }) => known), gone: entries.filter((one) => gone.includes(one)) },
  };
}

const keyOf = ({ invariant, status, resource, message, extent }: BaselineEntry): string =>
  JSON.stringify([invariant, status, resource, message, extent]);

/** Makes an entry of each finding. */
function entryOf(resources: readonly Resource[]): (finding: Finding) => BaselineEntry {
  let byAddress: Map<string, Resource[]> | undefined;
  const configurationOf = ({ resource, location }: Finding): readonly string[] => {
    if (!byAddress) {
      byAddress = new Map();
      for (const one of resources) byAddress.set(one.address, [...(byAddress.get(one.address) ?? []), one]);
    }
    const named = byAddress.get(resource) ?? [];
    const there = named.filter((one) => one.location.file === location.file);
    return (there.length > 0 ? there : named).map((one) => `${canonical(one.values)}${contentOf(one) ?? ""}`);
  };
  const identified = withoutPlaces(resources);
  return (finding) => {
    const { invariant, status, resource, message, counterexample, extent } = identified(finding);
    // Of what can't be told how far it goes, anything that is different may be further.
    const further = status === "unknown" && extent === undefined ? configurationOf(finding) : [];
    return {
      invariant,
      status,
      resource,
      message,
      extent: extentOf(extent ?? "", JSON.stringify(counterexample ?? null), ...further),
    };
  };
}
