/** What a deployment may say: its schema, its types, and its YAML files, read and checked. @module config */
export {
  CLOUDS,
  deploymentSchema,
  type AwsDeployment,
  type AzureDeployment,
  type Cloud,
  type Deployment,
  type GoogleDeployment,
  type NodePool,
} from "../config/deployment";
export { ConfigError, loadDeployments, parseDeployment, type LoadedDeployment } from "../config/loader";
