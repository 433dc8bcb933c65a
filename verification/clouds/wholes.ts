/**
 * Parts of things that may be elsewhere: a part is judged with the whole that it is of, and of a whole elsewhere it can't be
 * told who comes to it.
 */
import type { Resource, Value } from "../model";
import type { TerraformInput } from "./terraform-input";
import type { UnjudgedResources } from "./unjudged-resources";

/** What lets packets in at its parts. */
export interface Whole {
  readonly what: string;
  readonly types: readonly string[];
  /** Paths of the arguments by which parts name it or a part of it, by their types. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Whether the input holds one of `types` that `argument` of a part names. */
type IsHeld = (name: Value, part: Resource, argument: string, types: readonly string[]) => boolean;

/** Leaves unjudged what is a part of something elsewhere. */
export function leaveParts(
  input: TerraformInput,
  wholes: readonly Whole[],
  isHeld: IsHeld,
  unjudged: UnjudgedResources,
): void {
  for (const { what, types, parts } of wholes) {
    for (const [type, argument] of Object.entries(parts)) {
      for (const part of input.managed(type)) {
        if (!input.collect(part, argument).every((name) => isHeld(name, part, argument, types)))
          unjudged.leave(part, `the ${what} at which it lets packets in is not in the input`);
      }
    }
  }
}
