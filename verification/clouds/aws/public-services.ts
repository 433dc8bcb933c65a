/**
 * Services that AWS runs and that answer at public addresses of their own, beside every security group: what decides
 * whether they do, and the resource policies that narrow who may come.
 *
 * Amazon OpenSearch Service Developer Guide, "Identity and Access Management"
 * (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html): a domain outside a VPC has a public
 * endpoint, and a policy may narrow it by source address. Amazon MWAA User Guide, "Apache Airflow access modes"
 * (https://docs.aws.amazon.com/mwaa/latest/userguide/configuring-networking.html): the web server's public endpoint is
 * beside the environment's groups. AWS Transfer Family User Guide, "Configuring an SFTP, FTPS, or FTP server endpoint"
 * (https://docs.aws.amazon.com/transfer/latest/userguide/sftp-for-transfer-family.html): PUBLIC is the default.
 * API Gateway Developer Guide, "API endpoint types for REST APIs"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html); HTTP and WebSocket
 * APIs are public. AWS AppSync Developer Guide, "Using AWS AppSync Private APIs"
 * (https://docs.aws.amazon.com/appsync/latest/devguide/using-private-apis.html). AWS App Runner Developer Guide, "Enabling
 * Private endpoint for incoming traffic" (https://docs.aws.amazon.com/apprunner/latest/dg/network-pl.html). Lambda
 * Developer Guide, "Control access to Lambda function URLs"
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). Amazon MQ Developer Guide, "Broker"
 * (https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-basic-elements-broker.html): a public RabbitMQ
 * broker takes no security groups. Amazon Lightsail, "Database ports" and "Content delivery networks"
 * (https://docs.aws.amazon.com/lightsail/latest/userguide). Amazon Bedrock AgentCore, "NetworkConfiguration"
 * (https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_NetworkConfiguration.html). AWS CodeBuild User Guide, "Public build projects"
 * (https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html): whoever has no account may read the logs
 * and artifacts of one. AWS CodePipeline API Reference, "WebhookDefinition"
 * (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_WebhookDefinition.html): UNAUTHENTICATED takes every
 * request, wherever it comes from. Defaults are those of the provider's argument references
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs).
 */

/** An argument that decides; without `values` whatever it holds does. */
export interface Switch {
  readonly path: string;
  readonly values?: readonly string[];
}

export interface PublicService {
  /** The TCP ports that it answers on. */
  readonly ports: readonly number[];
  /** Each of these makes it private: by what is written, and not by what is left out. */
  readonly closedBy?: readonly Switch[];
  /** All of these must be so, or it has no public address. */
  readonly openBy?: readonly Switch[];
  /** What stands between the internet and it that can't be read here. */
  readonly unless?: Switch & { readonly reason: string };
  /** Where it writes the policy that narrows who may come, and the resource type that writes one apart. */
  readonly policy?: {
    readonly own: string;
    readonly apart?: { readonly type: string; readonly policy: string; readonly of: string; readonly name: string };
  };
}

const HTTPS = [443];
const WEB = [80, 443];
const DATABASES = [3306, 5432];

const searchDomain = (apart: string): PublicService => ({
  ports: WEB,
  closedBy: [{ path: "vpc_options.subnet_ids" }],
  policy: {
    own: "access_policies",
    apart: { type: apart, policy: "access_policies", of: "domain_name", name: "domain_name" },
  },
});

export const PUBLIC_SERVICES: Readonly<Record<string, PublicService>> = {
  aws_amplify_branch: { ports: WEB },
  aws_api_gateway_domain_name: {
    ports: HTTPS,
    closedBy: [{ path: "endpoint_configuration.types", values: ["PRIVATE"] }],
  },
  aws_api_gateway_rest_api: {
    ports: HTTPS,
    closedBy: [
      { path: "disable_execute_api_endpoint", values: ["true"] },
      { path: "endpoint_configuration.types", values: ["PRIVATE"] },
    ],
    policy: {
      own: "policy",
      apart: { type: "aws_api_gateway_rest_api_policy", policy: "policy", of: "rest_api_id", name: "id" },
    },
  },
  aws_apigatewayv2_api: { ports: HTTPS, closedBy: [{ path: "disable_execute_api_endpoint", values: ["true"] }] },
  aws_apigatewayv2_domain_name: { ports: HTTPS },
  aws_apprunner_service: {
    ports: WEB,
    closedBy: [{ path: "network_configuration.ingress_configuration.is_publicly_accessible", values: ["false"] }],
  },
  aws_appsync_graphql_api: { ports: HTTPS, closedBy: [{ path: "visibility", values: ["PRIVATE"] }] },
  aws_bedrockagentcore_agent_runtime: {
    ports: HTTPS,
    openBy: [{ path: "network_configuration.network_mode", values: ["PUBLIC"] }],
  },
  aws_cloudfront_distribution: { ports: WEB, closedBy: [{ path: "enabled", values: ["false"] }] },
  aws_cloudsearch_domain: {
    ports: WEB,
    policy: {
      own: "access_policies",
      apart: {
        type: "aws_cloudsearch_domain_service_access_policy",
        policy: "access_policy",
        of: "domain_name",
        name: "name",
      },
    },
  },
  aws_codebuild_project: { ports: HTTPS, openBy: [{ path: "project_visibility", values: ["PUBLIC_READ"] }] },
  aws_codepipeline_webhook: {
    ports: HTTPS,
    unless: {
      path: "authentication",
      values: ["GITHUB_HMAC", "IP"],
      reason: "its secret or its block of addresses alone decides who may call its public address",
    },
  },
  aws_dsql_cluster: { ports: [5432] },
  aws_elasticsearch_domain: searchDomain("aws_elasticsearch_domain_policy"),
  aws_lambda_function_url: {
    ports: HTTPS,
    unless: {
      path: "authorization_type",
      values: ["AWS_IAM"],
      reason: "IAM alone decides who may call its public address",
    },
  },
  aws_lightsail_container_service_deployment_version: {
    ports: HTTPS,
    openBy: [{ path: "public_endpoint.container_port" }],
  },
  aws_lightsail_database: { ports: DATABASES, openBy: [{ path: "publicly_accessible", values: ["true"] }] },
  aws_lightsail_distribution: { ports: WEB, closedBy: [{ path: "is_enabled", values: ["false"] }] },
  aws_lightsail_lb: { ports: WEB },
  aws_mq_broker: {
    ports: [443, 5671, 15671],
    openBy: [
      { path: "publicly_accessible", values: ["true"] },
      { path: "engine_type", values: ["RabbitMQ", "RABBITMQ"] },
    ],
  },
  aws_mwaa_environment: { ports: HTTPS, openBy: [{ path: "webserver_access_mode", values: ["PUBLIC_ONLY"] }] },
  aws_neptunegraph_graph: { ports: [443, 8182], openBy: [{ path: "public_connectivity", values: ["true"] }] },
  aws_opensearch_domain: searchDomain("aws_opensearch_domain_policy"),
  aws_osis_pipeline: { ports: HTTPS, closedBy: [{ path: "vpc_options.subnet_ids" }] },
  aws_transfer_server: {
    // FTP and FTPS are for endpoints in a VPC.
    ports: [22],
    closedBy: [{ path: "endpoint_type", values: ["VPC", "VPC_ENDPOINT"] }],
  },
};
