/**
 * What may be there or not: resources whose number can't be told (`count = var.n` without a value).
 *
 * Their rules are certain of nothing, and what an invariant finds counts as certain only where it is found whether they
 * are there or not.
 */
import { isReference, type Filter, type Finding, type Resource, type System, type Unknown, type Value } from "./model";
import { remedyOfUnknown } from "./remedies";
import { groupBy } from "./group-by";
import { isList, isObject } from "./values";

/** Why it can't be told whether a resource is there, and what the input lacks for that. */
interface Doubt extends Pick<Unknown, "missing"> {
  readonly why: string;
}

/** Of each resource that may not be there, by its address. */
function doubtsOf(resources: readonly Resource[]): ReadonlyMap<string, Doubt> {
  return new Map(
    resources.flatMap(({ address, existence }) => {
      if (!existence) return [];
      const { reason, missing } = existence;
      return [[address, { why: `whether ${address} is there is not known: ${reason}`, missing }]];
    }),
  );
}

/** The system with the rules marked that may not be there. */
export function withDoubts(system: System): System {
  const doubts = doubtsOf(system.resources);
  if (doubts.size === 0) return system;
  const marked = new Map<Filter, Filter>();
  const mark = (filter: Filter): Filter => {
    const known = marked.get(filter);
    if (known) return known;
    const levels = filter.levels.map((level) =>
      level.map((rule) => {
        const existence = doubts.get(rule.resource)?.why;
        return existence === undefined ? rule : { ...rule, existence };
      }),
    );
    const isMarked = levels.some((level) => level.some(({ existence }) => existence !== undefined));
    const result = isMarked ? { ...filter, levels } : filter;
    marked.set(filter, result);
    return result;
  };
  return {
    ...system,
    endpoints: system.endpoints.map((endpoint) => ({ ...endpoint, filters: endpoint.filters.map(mark) })),
  };
}

/**
 * What is found in `resources`, less certain where it rests on what may not be there: found with all of that, and found
 * without what no one else names, since what another resource names by its id is there.
 */
export function findingsInDoubt(
  resources: readonly Resource[],
  find: (resources: readonly Resource[]) => readonly Finding[],
): readonly Finding[] {
  const found = find(resources);
  const doubts = doubtsOf(resources);
  if (doubts.size === 0) return found;
  const certain = certainOf(resources);
  const alone = certain.length === resources.length ? found : certain.length === 0 ? [] : find(certain);
  const key = ({ invariant, resource, location }: Finding) => [invariant, resource, location.file].join("\n");
  const isThere = new Set(found.map(key));
  const certainly = groupBy(
    alone.filter(({ status }) => status === "violated"),
    key,
  );
  const [first = { why: "" }] = doubts.values();
  const unsure = (finding: Finding, { why, missing }: Doubt): Finding => {
    const message = `it can't be told whether ${finding.message}: ${why}`;
    return { ...finding, status: "unknown", message, ...(missing && { missing }), remedy: remedyOfUnknown(missing) };
  };
  const told = found.flatMap((finding) => {
    const doubt = doubts.get(finding.resource);
    const certain = doubt ? undefined : certainly.get(key(finding));
    if (finding.status === "unknown") return finding;
    if (!certain) return unsure(finding, doubt ?? first);
    // A packet from or to what may not be there proves nothing: another does.
    const { source = "", destination = "" } = finding.counterexample ?? {};
    return doubts.has(source) || doubts.has(destination) ? certain : finding;
  });
  const same = (finding: Finding) => [key(finding), finding.location.line, finding.message].join("\n");
  return [
    ...new Map(told.map((finding) => [same(finding), finding])).values(),
    ...alone.filter((finding) => !isThere.has(key(finding))).map((finding) => unsure(finding, first)),
  ];
}

/** Resources that are there for certain, and those that they name. */
function certainOf(resources: readonly Resource[]): readonly Resource[] {
  const byAddress = new Map<string, Resource[]>();
  for (const resource of resources)
    byAddress.set(resource.address, [...(byAddress.get(resource.address) ?? []), resource]);
  const certain = new Set<Resource>();
  const add = (resource: Resource): void => {
    if (certain.has(resource)) return;
    certain.add(resource);
    for (const address of named(resource.values)) (byAddress.get(address) ?? []).forEach(add);
  };
  resources.filter(({ existence }) => !existence).forEach(add);
  return resources.filter((resource) => certain.has(resource));
}

function* named(value: Value): Generator<string> {
  if (isReference(value)) yield value.address;
  else if (isList(value)) for (const item of value) yield* named(item);
  else if (isObject(value)) for (const item of Object.values(value)) yield* named(item);
}
