/**
 * Resources that an `import` block takes over from the cloud: arguments that `ignore_changes` names are as they are there
 * and not as they are written, for changes of them are ignored as soon as there is something to change
 * (developer.hashicorp.com/terraform/language/meta-arguments/lifecycle, "ignore_changes").
 */
import type { Resource, Value } from "../../model";
import { asResource } from "../../not-read";
import { at, isList, unknown } from "../../values";
import { blocksOf, type ModuleFile } from "./declarations";
import { named } from "./dynamic-blocks";
import { shown } from "../../../config/texts";

/** `resources` of a root module with what is not known of those that its files import. */
export function asImported(resources: Resource[], files: readonly ModuleFile[]): Resource[] {
  const imported = new Set(
    files.flatMap((file) => [...blocksOf(file, "import", 0)].map(({ body }) => unindexed(shown(named(body["to"]))))),
  );
  if (imported.size === 0) return resources;
  return resources.flatMap((resource) => {
    const ignored = imported.has(unindexed(resource.address)) ? ignoredBy(resource) : [];
    return ignored.length === 0 ? resource : withoutIgnored(resource, ignored);
  });
}

const unindexed = (address: string): string => address.replace(/\[[^\]]*\](?=\.|$)/g, "");

/** Arguments of which changes are ignored; `all`: all. */
function ignoredBy({ values }: Resource): readonly string[] {
  const lifecycle = values["lifecycle"] ?? null;
  return (isList(lifecycle) ? lifecycle : [lifecycle]).flatMap((one) => {
    const ignored: Value = at(one, "ignore_changes") ?? null;
    return (isList(ignored) ? ignored : [ignored]).flatMap((name) =>
      typeof name === "string" ? name.replace(/[.[].*$/s, "") : [],
    );
  });
}

function withoutIgnored(resource: Resource, ignored: readonly string[]): Resource[] {
  const { address, values, unit, location } = resource;
  const reason = unknown(`${address} is imported, and keeps what it has there by ignore_changes`);
  const unclear = Object.fromEntries(ignored.filter((name) => name !== "all").map((name) => [name, reason]));
  const kept: Resource = { ...resource, values: { ...values, ...unclear } };
  if (!ignored.includes("all")) return [kept];
  // What is not written is there too, so no list of arguments would do.
  const what = `${address} is imported, and keeps all that it has there by ignore_changes`;
  return [kept, asResource({ path: location.file, what, matters: true }, unit, location.line)];
}
