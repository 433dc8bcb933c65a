/** The command line as one text. @throws Error if a source can't be bundled */
export function bundled(): Promise<string>;
