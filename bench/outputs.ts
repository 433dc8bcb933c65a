/** Compares what two runs synthesized. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { STAMP } from "../synthesis/deployment";

/**
 * Files that are not the same, byte for byte, in both folders, sorted; those of one folder only among them. Of what each
 * was made is not compared: sources are part of it.
 *
 * @throws Error if the first folder holds no stack, since nothing equals nothing
 */
export function differingFiles(one: string, other: string): string[] {
  const left = filesOf(one);
  const right = filesOf(other);
  if (![...left.keys()].some((name) => name.endsWith("cdk.tf.json")))
    throw new Error(`${one} holds no synthesized stack`);
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].filter((name) => left.get(name) !== right.get(name)).sort();
}

function filesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => basename(name) !== STAMP && statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
