/** One thing wrong with a deployment: the field's path and a sentence that says what is allowed. */
export interface Problem {
  /** Names of fields, and the number of a place in a list where the first is 0, from the file's root: `["nodePools", "gpu", "min"]`. */
  readonly path: readonly (string | number)[];
  /** What is wrong and, in brackets, what is allowed; without the field, which is said before it. */
  readonly message: string;
}
