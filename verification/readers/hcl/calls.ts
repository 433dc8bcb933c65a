/** What a module's files declare that decides which other files are read: its calls, and its variables. */
import type { Location } from "../../model";
import type { JsonObject } from "../json-values";
import { blocksOf, type ModuleFile } from "./declarations";

interface Call {
  readonly name: string;
  readonly source: string;
  readonly version: string | undefined;
  readonly location: Location;
}

/** The calls in a file whose source is a local folder, which `source` names from the module's own. */
export const localModules = (file: ModuleFile): Call[] => callsIn(file).filter(({ source }) => isLocal(source));

/** The calls in a file whose source is in a registry or repository. */
export const remoteModules = (file: ModuleFile): Call[] => callsIn(file).filter(({ source }) => !isLocal(source));

const isLocal = (source: string) => /^\.\.?\//.test(source);

function callsIn(file: ModuleFile): Call[] {
  return [...blocksOf(file, "module", 1)].flatMap(({ names: [name = ""], body: { source, version }, path }) =>
    typeof source === "string"
      ? {
          name,
          source,
          version: typeof version === "string" ? version : undefined,
          location: file.locate([...path, "source"]),
        }
      : [],
  );
}

/** The variables that files declare: their bodies by name. */
export function variablesOf(files: readonly ModuleFile[]): ReadonlyMap<string, JsonObject> {
  return new Map(
    files.flatMap((file) =>
      [...blocksOf(file, "variable", 1)].map(({ names: [name = ""], body }) => [name, body] as const),
    ),
  );
}
