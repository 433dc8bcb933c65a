/**
 * The one place that names the infrastructure framework.
 *
 * CDKTF is archived upstream and lives on as a fork (cdktn). Everything else imports the framework from here, so that
 * a swap is this file and the provider packages' scope.
 */
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

/*
 * For each token the framework takes a stack trace of any length, which its messages of wrong tokens show: an eighth of a
 * synth's time, and most of what it keeps of a deployment. DEBUG keeps them.
 */
if (!process.env["DEBUG"]) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the framework offers no switch for it
  const traces = require("cdktf/lib/tokens/private/stack-trace") as { captureStackTrace: () => string[] };
  traces.captureStackTrace = () => [];
}

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
