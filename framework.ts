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
