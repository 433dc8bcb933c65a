/** What stands for each concept on each cloud, read from synthesized stacks. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../config/deployment";
import { CLOUDS } from "../config/deployment";
import { parseDeployment } from "../config/loader";
import { App } from "../framework";
import { InfrastructureStack } from "../stacks/infrastructure";

const EXAMPLES = join(__dirname, "../deployments/examples");

/** The parts of every cloud's infrastructure; each is a construct of that id, and a file of that name. */
export const CONCEPTS = [
  "network",
  "egress-firewall",
  "cloud-endpoints",
  "cluster",
  "node-pools",
  "identity",
  "object-store",
  "log-aggregation",
  "registry",
  "encryption-key",
  "secret-store",
  "private-connectivity",
] as const;

export type Concept = (typeof CONCEPTS)[number];

/** Resource types by concept and cloud, sorted; an empty list where a cloud has nothing for a concept. */
export type Parity = Readonly<Record<Concept, Readonly<Record<Cloud, readonly string[]>>>>;

/** Of the examples, which have every part between them: the private management connection, each choice of logs. */
export function parity(): Parity {
  const types = CLOUDS.map((cloud) => [cloud, typesByConstruct(cloud)] as const);
  const cells = CONCEPTS.map((concept) => [
    concept,
    Object.fromEntries(types.map(([cloud, byConstruct]) => [cloud, [...(byConstruct.get(concept) ?? [])].sort()])),
  ]);
  return Object.fromEntries(cells) as Parity;
}

interface Synthesized {
  readonly resource: Readonly<
    Record<string, Readonly<Record<string, { readonly "//": { readonly metadata: { readonly path: string } } }>>>
  >;
}

function typesByConstruct(cloud: Cloud): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const example of readdirSync(EXAMPLES).filter((name) => name.startsWith(`${cloud}-`))) {
    const file = join(EXAMPLES, example);
    const { deployment } = parseDeployment(readFileSync(file, "utf8"), file);
    const { resource } = new InfrastructureStack(new App(), deployment).toTerraform() as Synthesized;
    for (const [type, resources] of Object.entries(resource)) {
      for (const { "//": note } of Object.values(resources)) {
        const [, construct = ""] = note.metadata.path.split("/");
        found.set(construct, (found.get(construct) ?? new Set()).add(type));
      }
    }
  }
  return found;
}
