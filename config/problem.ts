/** One thing wrong with a deployment: the field's path and a sentence that says what is allowed. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
