/** What whoever deploys needs, as files that the cloud's own command line takes. */
export interface Files {
  /** Contents by names. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands and conditions that go with them, each a line. */
  readonly steps: readonly string[];
}

export const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
