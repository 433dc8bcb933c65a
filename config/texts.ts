/** Texts that messages and names are made of. */

/** What the system calls a failure (`ENOENT`); the failure's own text where it has no such name. */
export function errorCode(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? String(error);
}

/** The last segment of a path that is no file's: of `projects/p/secrets/s` it is `s`. */
export const lastSegment = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** A value as a message shows it: a text is itself, all else is JSON. */
export const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
