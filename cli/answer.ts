/** How a command ends: with a text for `file`, or for standard output where there is none, and an exit code. */
export type Answer = (text: string, exitCode: number, file?: string) => void;
