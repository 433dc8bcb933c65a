/** The containers of an input's pods, and what they are started with. */
import type { Value } from "../../model";
import type { KubernetesObjects } from "./objects";
import { podsOf, type Pods } from "./workloads";
import { at, blocks, field, texts, type Opaque, knownText } from "../../values";
import { oncePer } from "../../once-per";

export interface Container {
  readonly pods: Pods;
  /** Undefined where it can't be told. */
  readonly name: string | undefined;
  /** Path of the container in the pods' resource. */
  readonly path: readonly (string | number)[];
  /** Command and arguments, in the order in which the container gets them. */
  readonly words: readonly Word[];
  readonly environment: readonly EnvironmentVariable[];
}

export interface Word {
  readonly text: string | Opaque;
  readonly path: readonly (string | number)[];
}

export interface EnvironmentVariable {
  readonly name: string | undefined;
  /** The variable as a whole, with `value` or `valueFrom`. */
  readonly values: Value;
  readonly path: readonly (string | number)[];
}

/** Every container of every workload, those that run before and beside the others among them. */
export const containersOf = oncePer((objects: KubernetesObjects): readonly Container[] =>
  podsOf(objects).flatMap((pods) =>
    ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => {
      const path = [...pods.specPath, list];
      return blocks(field(pods.resource, ...path)).map((values, i) => container(pods, values, [...path, i]));
    }),
  ),
);

function container(pods: Pods, values: Value, path: Container["path"]): Container {
  return {
    pods,
    name: knownText(at(values, "name")),
    path,
    words: ["command", "args"].flatMap((list) =>
      texts(at(values, list)).map((text, i) => ({ text, path: [...path, list, i] })),
    ),
    environment: blocks(at(values, "env")).map((variable, i) => ({
      name: knownText(at(variable, "name")),
      values: variable,
      path: [...path, "env", i],
    })),
  };
}
