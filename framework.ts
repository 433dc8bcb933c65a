/**
 * The one place that names the infrastructure framework.
 *
 * CDKTF is archived upstream and lives on as a fork (cdktn). Everything else imports the framework from here, so that
 * a swap is this file and the provider packages' scope.
 */
import util from "node:util";

export {
  App,
  Aspects,
  AzurermBackend,
  DefaultTokenResolver,
  Fn,
  GcsBackend,
  LocalBackend,
  S3Backend,
  StringConcat,
  TerraformLocal,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  Testing,
  Token,
  Tokenization,
  type IAspect,
  type TerraformMetaArguments,
} from "cdktf";
export { Construct, type IConstruct } from "constructs";

/* It asks whether a value is a list by a function of Node's that newer ones warn of (DEP0044), on standard error. */
Object.assign(util, { isArray: Array.isArray });

/*
 * For each token the framework takes a stack trace of any length, which its messages of wrong tokens show: an eighth of a
 * synth's time, and most of what it keeps of a deployment. DEBUG keeps them.
 */
if (!process.env["DEBUG"]) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the framework offers no switch for it
  const traces = require("cdktf/lib/tokens/private/stack-trace") as { captureStackTrace: () => string[] };
  traces.captureStackTrace = () => [];
}

interface ResolveOptions {
  readonly prefix?: readonly string[];
}
type Resolve = (value: unknown, options: ResolveOptions) => unknown;

/** What a text or a name has that holds a token: its mark, or what could be a number with an exponent. */
const MAY_HOLD_TOKEN = /TfToken|[-|\d.+]e[-|\d.eE+]|Token Value/;
/** Numbers that are tokens are negative, or none that a configuration has; a function is an error of the framework's. */
function mayHoldToken(value: unknown): boolean {
  if (typeof value === "string") return MAY_HOLD_TOKEN.test(value);
  return typeof value === "number" ? !(Number.isSafeInteger(value) && value >= 0) : typeof value === "function";
}

/*
 * Most of what the framework resolves holds no token, and stays as it is. It looks through every text and name for each
 * kind of token in turn, with objects made for each, and twice: half of a synth's time. What may hold one is left to it.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the framework offers no other way in
const resolving = require("cdktf/lib/tokens/private/resolve") as { resolve: Resolve };
const { resolve: resolveTokens } = resolving;
resolving.resolve = (value, options) => {
  if (value === null || typeof value !== "object") return mayHoldToken(value) ? resolveTokens(value, options) : value;
  const isList = Array.isArray(value);
  if (!isList && (Object.getPrototypeOf(value) !== Object.prototype || "resolve" in value))
    return resolveTokens(value, options);
  if ((isList ? value : Object.keys(value)).some(mayHoldToken)) return resolveTokens(value, options);
  const resolved: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    const isLeaf = typeof part !== "object" && !mayHoldToken(part);
    const found = isLeaf ? part : resolving.resolve(part, { ...options, prefix: [...(options.prefix ?? []), name] });
    if (found !== undefined) resolved[name] = found;
  }
  return isList ? Object.values(resolved) : resolved;
};

interface TokenMap {
  readonly stringTokenMap: Map<string, unknown>;
  readonly numberTokenMap: Map<number, unknown>;
}

/**
 * Forgets every token: the framework remembers them, and by them all constructs, for as long as a process runs. What was
 * not synthesized before can't be any more: a token that is asked for then is an error of the framework's, since none
 * gets the name of another.
 */
export function forgetTokens(): void {
  const { __cdktfTokenMap: known } = globalThis as { __cdktfTokenMap?: TokenMap };
  known?.stringTokenMap.clear();
  known?.numberTokenMap.clear();
}
