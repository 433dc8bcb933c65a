/** Resource types of a provider with their arguments, as its package's declarations have them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Provider packages whose types are classified. */
export const PROVIDERS = ["aws", "google", "azurerm", "kubernetes"] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface ResourceType {
  /** e.g. `aws_security_group`. */
  readonly type: string;
  /** Paths of arguments, e.g. `vpc_config.subnet_ids`; what only the provider fills in is not among them. */
  readonly arguments: readonly string[];
}

const packageOf = (provider: Provider) => join(__dirname, "../../node_modules/@cdktf", `provider-${provider}`);

/** The provider's own version, e.g. `hashicorp/aws 5.100.0`. */
export function providerVersion(provider: Provider): string {
  const { cdktf } = JSON.parse(readFileSync(join(packageOf(provider), "package.json"), "utf8")) as {
    readonly cdktf: { readonly provider: { readonly name: string; readonly version: string } };
  };
  return `${cdktf.provider.name.replace(/^registry\.terraform\.io\//, "")} ${cdktf.provider.version}`;
}

/** Every resource type of the provider's package, sorted. */
export function resourceTypes(provider: Provider): ResourceType[] {
  const lib = join(packageOf(provider), "lib");
  return readdirSync(lib)
    .map((name) => join(lib, name, "index.d.ts"))
    .filter((file) => existsSync(file))
    .flatMap((file) => resourceType(file))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** Declarations of a resource's own folder: large resources have their blocks in a file beside. */
function resourceType(file: string): ResourceType[] {
  const text = readFileSync(file, "utf8");
  const type = /extends cdktf\.TerraformResource \{[\s\S]*?static readonly tfResourceType = "([^"]+)"/.exec(text)?.[1];
  if (type === undefined) return [];
  const apart = join(file, "../index-structs");
  const parts = existsSync(apart)
    ? readdirSync(apart)
        .filter((name) => name.endsWith(".d.ts"))
        .map((name) => readFileSync(join(apart, name), "utf8"))
    : [];
  const declared = interfaces([text, ...parts].join("\n"));
  const config = [...declared.keys()].find((name) => declared.get(name)?.isConfig);
  if (config === undefined) throw new Error(`${file}: declares no arguments of ${type}`);
  return [{ type, arguments: argumentPaths(config, declared) }];
}

interface Declared {
  readonly isConfig: boolean;
  /** Arguments by their names in Terraform, each with the name of the block that it is made of. */
  readonly fields: readonly (readonly [name: string, block: string])[];
}

const INTERFACE = /export interface (\w+)( extends cdktf\.TerraformMetaArguments)? \{([\s\S]*?)\n\}/g;
const FIELD = /#(\w+) \w+#\w+\}[\s\S]*?readonly \w+\??: ([^;]+);/g;

function interfaces(text: string): Map<string, Declared> {
  return new Map(
    [...text.matchAll(INTERFACE)].map(([, name = "", isConfig, body = ""]) => [
      name,
      {
        isConfig: isConfig !== undefined,
        fields: [...body.matchAll(FIELD)].map(([, field = "", type = ""]) => [field, /\w+/.exec(type)?.[0] ?? ""]),
      },
    ]),
  );
}

function argumentPaths(
  block: string,
  declared: ReadonlyMap<string, Declared>,
  above: readonly string[] = [],
): string[] {
  return (declared.get(block)?.fields ?? []).flatMap(([name, held]) => {
    const path = above.length === 0 ? name : `${above.join(".")}.${name}`;
    return [path, ...argumentPaths(held, declared, [...above, name])];
  });
}
