/** Where in a pod template the fields stand that a check looks at. */
import type { Value } from "../../../model";
import { oncePer } from "../../../once-per";
import { at, blocks, isObject, isOpaque, knownText } from "../../../values";

/** From the template on. */
export type Path = readonly (string | number)[];

export interface PodTemplate {
  readonly metadata: Value | undefined;
  readonly spec: Value | undefined;
}

/** Where a field may stand. */
export interface Place {
  /** `the pod`, or a container by its name. */
  readonly who: string;
  readonly path: Path;
  readonly value: Value | undefined;
}

export type Where = (pod: PodTemplate) => readonly Place[];

export const thePod: Where = ({ spec }) => [{ who: "the pod", path: ["spec"], value: spec }];

/** Most checks ask for them. */
export const containers: Where = oncePer(({ spec }: PodTemplate) =>
  ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    blocks(at(spec, list)).map((value, i) => ({
      who: `container '${knownText(at(value, "name")) ?? "?"}'`,
      path: ["spec", list, i],
      value,
    })),
  ),
);

export const podAndContainers: Where = (pod) => [...thePod(pod), ...containers(pod)];

/** Every place below one that a path with `*` for each element of a list leads to, where its block is written. */
export function* below(place: Place, [step, ...rest]: readonly string[]): Generator<Place> {
  if (step === undefined || isOpaque(place.value)) yield place;
  else if (step === "*") {
    for (const [i, value] of blocks(place.value).entries())
      yield* below({ ...place, path: [...place.path, i], value }, rest);
  } else {
    const value = at(place.value, step);
    if (value !== undefined || (rest.length === 0 && isObject(place.value))) {
      yield* below({ ...place, path: [...place.path, step], value }, rest);
    }
  }
}
