/** Hands Terraform the checksums of providers that are kept under version control: those of every platform. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Written by `npm run lock`; where there is none Terraform takes what the registry gives it first. */
export const PROVIDER_LOCK = join(__dirname, "..", ".terraform.lock.hcl");

interface StackJson {
  readonly terraform?: { readonly required_providers?: Readonly<Record<string, { readonly source: string }>> };
}

/** Writes the parts of the lock that a stack needs beside it, where `terraform init` looks for them. */
export function writeProviderLocks(outdir: string, stackFiles: readonly string[], lock: string = PROVIDER_LOCK): void {
  if (!existsSync(lock)) return;
  const text = readFileSync(lock, "utf8");
  for (const file of stackFiles) {
    const { terraform } = JSON.parse(readFileSync(join(outdir, file), "utf8")) as StackJson;
    const sources = Object.values(terraform?.required_providers ?? {}).map(({ source }) => source);
    const blocks = blocksOf(text, sources.map(addressOf));
    if (blocks !== "") writeFileSync(join(outdir, file, "../.terraform.lock.hcl"), blocks);
  }
}

/** `aws` is `registry.terraform.io/hashicorp/aws`. */
export function addressOf(source: string): string {
  const parts = source.split("/");
  return ["registry.terraform.io", "hashicorp"]
    .slice(0, 3 - parts.length)
    .concat(parts)
    .join("/");
}

/** The blocks of these providers, in the lock's own order. */
function blocksOf(lock: string, addresses: readonly string[]): string {
  const blocks = [...lock.matchAll(/^provider "([^"]+)" \{\n[^]*?^\}\n/gm)];
  return blocks.flatMap(([block, address = ""]) => (addresses.includes(address) ? [block] : [])).join("\n");
}
