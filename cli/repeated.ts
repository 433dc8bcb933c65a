/** Parses an option that may be given several times. */
export const repeated = (one: string, before: readonly string[] = []): readonly string[] => [...before, one];
