/** Terraform JSON of two syntheses, held against each other. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What two folders of stacks have in common. */
export interface Compared {
  readonly stacks: number;
  /** Stacks of which every byte is the same. */
  readonly sameBytes: number;
  /** Stacks that are the same to the byte without comments (`//`) and without the spaces between what they say. */
  readonly sameJson: number;
  /** What differs of the others, each once: `terraform.required_providers.aws.version: "5.100.0" is "6.66.0"`. */
  readonly differences: readonly string[];
}

type Manifest = Readonly<{ stacks: Readonly<Record<string, Readonly<{ synthesizedStackPath: string }>>> }>;

/** Compares the stacks of one `cdktf.out` folder with those of the same names in another. */
export function compared(ours: string, theirs: string): Compared {
  const manifest = JSON.parse(readFileSync(join(ours, "manifest.json"), "utf8")) as Manifest;
  const pairs = Object.values(manifest.stacks).map(({ synthesizedStackPath: path }) =>
    [ours, theirs].map((folder) => readFileSync(join(folder, path), "utf8")),
  );
  const differing = pairs.filter(([one, other]) => withoutComments(one) !== withoutComments(other));
  const differences = differing.flatMap(([one, other]) =>
    differencesOf(JSON.parse(withoutComments(one)), JSON.parse(withoutComments(other))),
  );
  return {
    stacks: pairs.length,
    sameBytes: pairs.filter(([one, other]) => one === other).length,
    sameJson: pairs.length - differing.length,
    differences: [...new Set(differences)].sort(),
  };
}

/** Parsed and written again, in the order in which it was. */
const withoutComments = (text = ""): string =>
  JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === "//" ? undefined : value)));

const shown = (value: unknown) => (value === undefined ? "left out" : JSON.stringify(value));

/** Leaves that differ, by their paths; an order that differs is one of the whole. */
function differencesOf(one: unknown, other: unknown, path = ""): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  const areObjects = [one, other].every((side) => typeof side === "object" && side !== null);
  if (!areObjects) return [`${path}: ${shown(one)} is ${shown(other)}`];
  const [was, is] = [one, other] as [Record<string, unknown>, Record<string, unknown>];
  const found = [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) =>
    differencesOf(was[name], is[name], path === "" ? name : `${path}.${name}`),
  );
  return found.length > 0 ? found : [`${path}: in another order`];
}
