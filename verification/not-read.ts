/**
 * What lies in the input and is not read: templates of other tools, files that can't be parsed, files of values that
 * no one named. Each is told of in every report. What may open something, or close what else would count as open, is
 * unknown besides; the rest can't matter and changes no verdict.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { extentOf } from "./extent";
import type { Finding, Location, Resource, Unjudged } from "./model";
import { shown, errorCode } from "../config/texts";

/** Something in the input that no reader reads. */
export interface NotRead {
  /** The file or folder, as the user named it. */
  readonly path: string;
  /** What it is, or why it can't be read; completes "X is not read: ". */
  readonly what: string;
  /** Whether what it makes may be reached, or change what is. */
  readonly matters: boolean;
  /** Set where it would be read, were what it names elsewhere fetched; left out otherwise. */
  readonly unfetched?: true | undefined;
}

/** Type of the resource that stands for something that is not read. */
export const NOT_READ = "dataplane:not-read";

/** What stands for it among the resources. */
export function asResource({ path, what, matters, unfetched }: NotRead, unit: string, line = 0): Resource {
  const location: Location = { file: path, line };
  const locate = () => location;
  const values = { what, matters, ...(unfetched && { unfetched }) };
  return { type: NOT_READ, address: path, mode: "data", unit, values, location, locate };
}

/** All that is not read, in the order of the input; what several systems hold is told once. */
export function notRead(resources: readonly Resource[]): NotRead[] {
  const found = resources.flatMap(({ type, address: path, values: { what, matters, unfetched } }) =>
    type === NOT_READ
      ? [{ path, what: shown(what), matters: matters === true, ...(unfetched === true && { unfetched }) }]
      : [],
  );
  return [...new Map(found.map((one) => [`${one.path}\n${one.what}`, one])).values()];
}

/** Whether there is anything but what is not read and can't matter. */
export function holdsSomething(resources: readonly Resource[]): boolean {
  return resources.some(({ type, values }) => type !== NOT_READ || values["matters"] === true);
}

/** What may matter, as something that could not be judged. */
export function unjudgedFiles(resources: readonly Resource[]): Unjudged[] {
  return resources.flatMap(({ type, address: resource, location, values: { what, matters } }) =>
    type === NOT_READ && matters === true ? [{ resource, location, reason: shown(what) }] : [],
  );
}

/**
 * Findings as they are wherever the input lies: what is not read goes by its path within the input. No other finding says
 * in which file it is.
 *
 * @param resources those that the findings are about
 */
export function withoutPlaces(resources: readonly Resource[]): (finding: Finding) => Finding {
  const files = resources.filter(({ type }) => type === NOT_READ);
  const names = new Map(files.map(({ address, unit }) => [address, relative(unit, address) || basename(address)]));
  return (finding) => {
    const { resource, message } = finding;
    const name = names.get(resource);
    // eslint-disable-next-line no-restricted-syntax -- its message says its path in full
    return name === undefined ? finding : { ...finding, resource: name, message: message.replaceAll(resource, name) };
  };
}

/** A digest of what lies where something is not read, file or folder; undefined of whatever is read. */
export function contentOf({ type, address: path }: Resource): string | undefined {
  if (type !== NOT_READ) return undefined;
  try {
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: "utf8" }).map((below) => join(path, below))
      : [path];
    const contents = files.sort().filter((file) => statSync(file).isFile());
    return extentOf(...contents.map((file) => readFileSync(file).toString("latin1")));
  } catch (error) {
    return errorCode(error);
  }
}
