/**
 * The one place that names the infrastructure framework.
 *
 * CDKTF is archived upstream and lives on as a fork (cdktn). Everything else imports the framework from here, so that
 * a swap is this file and the provider packages' scope.
 */
export {
  App,
  DataTerraformRemoteState,
  Fn,
  LocalBackend,
  Manifest,
  S3Backend,
  TerraformElement,
  TerraformIterator,
  TerraformLocal,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Testing,
  Token,
} from "cdktf";
export { Construct } from "constructs";
