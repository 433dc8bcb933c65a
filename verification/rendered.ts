/** What another program has made of sources in the input, with values that the verdict rests on and that nobody gave. */
import type { Resource } from "./model";
import { shown } from "../config/texts";

/** Type of the resource that stands for sources that were rendered. */
const RENDERED = "dataplane:rendered";

/**
 * What stands for it among the resources.
 *
 * @param how completes "PATH is judged "
 */
export function asRendered(path: string, how: string, unit: string): Resource {
  const location = { file: path, line: 0 };
  return { type: RENDERED, address: path, mode: "data", unit, values: { how }, location, locate: () => location };
}

/** A line for each. */
export const renderings = (resources: readonly Resource[]): string[] =>
  resources.flatMap(({ type, address, values: { how } }) =>
    type === RENDERED ? [`${address} is judged ${shown(how)}`] : [],
  );
