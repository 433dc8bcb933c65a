/**
 * `npm run catalog --silent -- ADDRESS`: prints the entries of this package's schemas for a catalogue of JSON Schemas in the
 * form of SchemaStore's, which editors read. ADDRESS is where a code host serves the files of a release.
 * Exit code: 0; 2, ADDRESS is none.
 */
import "../telemetry-off";

/** An entry of a catalogue (json.schemastore.org/schema-catalog.json). */
export interface CatalogEntry {
  readonly name: string;
  readonly description: string;
  /** Globs of the files that it is for; without one, a file names its schema itself. */
  readonly fileMatch?: readonly string[];
  readonly url: string;
}

/** @throws Error if `address` is no https address */
export function catalogEntries(address: string): readonly CatalogEntry[] {
  if (!URL.canParse(address) || new URL(address).protocol !== "https:") {
    throw new Error(`'${address}' is no address (needed: an https address below which the package's files are served)`);
  }
  const at = (file: string) => new URL(`config/${file}`, address.endsWith("/") ? address : `${address}/`).href;
  return [
    {
      name: "Outbound-only data plane: deployment",
      description: "One data plane in a customer's own cloud account",
      fileMatch: ["**/deployments/*.yaml"],
      url: at("deployment.schema.json"),
    },
    {
      name: "Outbound-only data plane: policy",
      description: "What `dataplane verify` lets pass",
      url: at("policy.schema.json"),
    },
  ];
}

if (require.main === module) {
  try {
    process.stdout.write(`${JSON.stringify(catalogEntries(process.argv[2] ?? ""), null, 2)}\n`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
