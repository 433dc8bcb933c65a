/** The file of known findings that `verify --write-baseline` makes and `--baseline` reads. */
import { stringify } from "yaml";
import * as z from "zod";
import { parseYaml, readSource, type YamlSource } from "./yaml-source";

/** What the fields of an entry mean, and what makes two findings the same; another meaning is another version. */
const VERSION = 1;

const AGAIN = "write the file again with --write-baseline";

const entry = z.strictObject({
  invariant: z.string().min(1),
  status: z.enum(["violated", "unknown"]),
  resource: z.string().min(1),
  message: z.string().min(1),
  extent: z.string().regex(/^[\da-f]{16}$/, {
    error: ({ input }) =>
      `'${String(input)}' is no digest (allowed: 16 hexadecimal digits, as --write-baseline writes)`,
  }),
});

const baselineFileSchema = z.strictObject({
  version: z.literal(VERSION, {
    error: ({ input }) =>
      input === undefined
        ? `is required (allowed: ${VERSION})`
        : `'${JSON.stringify(input)}' is not a version that is read (allowed: ${VERSION}; ${AGAIN})`,
  }),
  findings: z.array(entry),
});

/** One known finding. */
export type BaselineEntry = z.output<typeof entry>;

/** Reads a file of known findings. @throws ConfigError with every problem found */
export function loadBaselineFile(file: string): YamlSource<z.output<typeof baselineFileSchema>> {
  const source = readSource(file, "a file that --write-baseline wrote");
  return parseYaml(source, file, baselineFileSchema, "'version: 1', 'findings: [...]', as --write-baseline writes");
}

/** The text of a file of known findings. */
export function baselineText(findings: readonly BaselineEntry[]): string {
  const head =
    "# Findings that are known: `dataplane verify --baseline` fails by others only. Written by `--write-baseline`.\n";
  return head + stringify({ version: VERSION, findings }, { lineWidth: 0 });
}
