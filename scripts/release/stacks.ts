/** What the last release makes of the examples, kept beside the sources: a text of megabytes, compressed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { deploymentSchema, type Deployment } from "../../config/deployment";

const FILE = join(__dirname, "stacks.json.br");

/** Terraform's JSON syntax, or the manifest of a `cdktf.out` folder. */
export type Json = Readonly<Record<string, unknown>>;

/** The stacks of a release. */
export interface Release {
  /** Version of the package. */
  readonly version: string;
  /** Content of a `cdktf.out` folder, by path: the manifest and each stack, without what {@link bare} leaves out. */
  readonly files: Readonly<Record<string, Json>>;
}

/** A stack without comments at its blocks, which name constructs and versions of the framework: Terraform reads none. */
export function bare(stack: Json): Json {
  const withoutComments = (text: string) =>
    JSON.parse(text, (key, value: unknown) => (key === "//" ? undefined : value)) as Json;
  const { "//": comment, ...blocks } = stack;
  return { "//": comment, ...withoutComments(JSON.stringify(blocks)) };
}

export function keepRelease(release: Release): void {
  const text = Buffer.from(JSON.stringify(release));
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  writeFileSync(FILE, brotliCompressSync(text, { params }));
}

export const keptRelease = (): Release => JSON.parse(brotliDecompressSync(readFileSync(FILE)).toString()) as Release;

/**
 * The deployments that stacks carry, each once, as today's package reads them.
 *
 * @throws ZodError if it refuses one that the release took
 */
export function deploymentsOf({ files }: Release): Deployment[] {
  const carried = Object.values(files).flatMap(({ "//": comment }) => {
    const deployment = (comment as { readonly deployment?: Json } | undefined)?.deployment;
    return deployment ? [deploymentSchema.parse(deployment)] : [];
  });
  return [...new Map(carried.map((one) => [one.name, one])).values()];
}
