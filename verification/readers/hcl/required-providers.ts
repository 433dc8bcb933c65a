/** The providers that a module asks for, by the names that it gives them. */
import { isJsonObject } from "../json-values";
import { localName, providerOf } from "../provider-sources";
import { blocksOf, isOverride, listed, type Block, type ModuleFile } from "./declarations";

export class RequiredProviders {
  private readonly sources = new Map<string, string>();

  constructor(files: readonly ModuleFile[]) {
    for (const file of [...files].sort((a, b) => Number(isOverride(a)) - Number(isOverride(b)))) {
      for (const { body } of blocksOf(file, "terraform", 0)) {
        for (const [required] of listed(body["required_providers"] ?? {}, [])) {
          if (!isJsonObject(required)) continue;
          for (const [name, asked] of Object.entries(required)) {
            if (isJsonObject(asked) && typeof asked["source"] === "string") this.sources.set(name, asked["source"]);
          }
        }
      }
    }
  }

  /** The source of a resource's provider; undefined where it is the type's own. */
  of(type: string, block: Block): string | undefined {
    const named = block.json("provider");
    const name = (typeof named === "string" ? /^(?:\$\{)?([\w-]+)/.exec(named)?.[1] : undefined) ?? localName(type);
    return providerOf(type, this.sources.get(name) ?? name);
  }
}
