/** The packages that make stacks: the installed command line is without them, and few commands need them. */
import { dependencies } from "../package.json";

/** In the order in which they load. */
const FRAMEWORK = ["cdktf", "constructs", "@cdktf/provider-kubernetes"] as const;
/** A deployment needs that of its cloud. */
const CLOUDS = ["@cdktf/provider-aws", "@cdktf/provider-azurerm", "@cdktf/provider-google"] as const;

const versioned = (name: keyof typeof dependencies) => `${name}@${dependencies[name]}`;

/** One line that says what to install, where an error is that one of them is not there; undefined of any other error. */
export function missingConstructs(error: unknown): string | undefined {
  if ((error as Partial<NodeJS.ErrnoException>).code !== "MODULE_NOT_FOUND") return undefined;
  // eslint-disable-next-line no-restricted-syntax -- Node names the module in its message alone
  const [, found = ""] = /^Cannot find module '([^']+)'/.exec((error as Error).message) ?? [];
  if (![...FRAMEWORK, ...CLOUDS].some((name) => found === name || found.startsWith(`${name}/`))) return undefined;
  const framework = FRAMEWORK.map(versioned).join(" ");
  const clouds = CLOUDS.map(versioned).join(", ");
  return `dataplane: makes a deployment's stacks here, which needs further packages: npm install --no-save ${framework} and, of its cloud, one of ${clouds}`;
}
