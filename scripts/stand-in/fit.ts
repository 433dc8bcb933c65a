import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FORGOTTEN, UNSUPPORTED } from "./unsupported";

/** The part of a synthesized stack that is read here. */
interface Synthesized {
  readonly resource: Record<string, Record<string, Resource>>;
}

interface Resource {
  readonly depends_on?: readonly string[];
  readonly lifecycle?: { readonly ignore_changes?: readonly string[] };
}

const isSupported = (address: string) => !((address.split(".")[0] ?? "") in UNSUPPORTED);

/** Leaves out of a synthesized stack what the stand-in can't do. */
export function fitToStandIn(file: string): void {
  const stack = JSON.parse(readFileSync(file, "utf8")) as Synthesized;
  const resources = Object.entries(stack.resource)
    .filter(([type]) => isSupported(type))
    .map(([type, ofType]) => {
      const forgotten = Object.keys(FORGOTTEN[type] ?? {});
      const fitted = Object.entries(ofType).map(([name, resource]) => [name, fit(resource, forgotten)] as const);
      return [type, Object.fromEntries(fitted)] as const;
    });
  writeFileSync(file, JSON.stringify({ ...stack, resource: Object.fromEntries(resources) }, null, 2));
}

function fit(resource: Resource, forgotten: readonly string[]): Resource {
  return {
    ...resource,
    ...(resource.depends_on && { depends_on: resource.depends_on.filter(isSupported) }),
    ...(forgotten.length > 0 && {
      lifecycle: {
        ...resource.lifecycle,
        ignore_changes: [...(resource.lifecycle?.ignore_changes ?? []), ...forgotten],
      },
    }),
  };
}

// As `node --import tsx fit.ts -chdir=FOLDER`, with the folder as Terraform is told it.
if (require.main === module) fitToStandIn(join((process.argv[2] ?? "").replace(/^-chdir=/, ""), "cdk.tf.json"));
