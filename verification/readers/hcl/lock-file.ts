/** The versions of providers that an init has settled, as `.terraform.lock.hcl` holds them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asLocked } from "../../locked";
import type { Resource } from "../../model";
import { asResource } from "../../not-read";
import { ownSource, providerOf } from "../provider-sources";
import { blocksOf } from "./declarations";
import { parseHcl } from "./module-files";

const NAME = ".terraform.lock.hcl";

/** What stands for them among the resources of the root module in `folder`. */
export async function lockedProviders(folder: string): Promise<Resource[]> {
  const path = join(folder, NAME);
  if (!existsSync(path)) return [];
  try {
    const json = await parseHcl(path, readFileSync(path, "utf8"));
    const file = { path, json, locate: () => ({ file: path, line: 0 }) };
    return [...blocksOf(file, "provider", 1)].flatMap(({ names: [address = ""], body: { version } }) => {
      const own = address.split("/").at(-1) ?? "";
      const source = providerOf(own, address) ?? ownSource(own);
      return typeof version === "string" ? [asLocked(path, { source, version }, folder)] : [];
    });
  } catch {
    // Terraform refuses it too; without it no more is known than before an init.
    return [asResource({ path, what: "it is no lock file that can be read", matters: false }, folder)];
  }
}
