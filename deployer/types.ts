import type { Stacks } from "../preflight/stacks";

/** Types of everything in a deployment's stacks, those of data sources as `data.TYPE`. What a reader adds has a ':'. */
export const typesOf = ({ resources }: Stacks): readonly string[] => [
  ...new Set(
    resources
      .filter(({ type }) => !type.includes(":"))
      .map(({ type, mode }) => (mode === "data" ? `data.${type}` : type)),
  ),
];
