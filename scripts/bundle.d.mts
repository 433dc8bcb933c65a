/**
 * The command line as one text.
 *
 * @param files takes what it was made of, by their paths from the root
 * @throws Error if a source can't be bundled
 */
export function bundled(files?: Map<string, unknown>): Promise<string>;
