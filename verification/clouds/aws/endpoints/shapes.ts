/**
 * Resource types whose network interfaces their own arguments describe in full: where each writes its security groups
 * and subnets.
 *
 * Terraform, "AWS Provider" (https://registry.terraform.io/providers/hashicorp/aws/latest/docs): the argument reference
 * of each type.
 */

/** Where a resource type writes its groups and subnets; paths lead through blocks. */
export interface Shape {
  readonly groups: string;
  readonly subnets: string;
  /** Type of a subnet group that `subnets` names, which holds them as `subnet_ids`. */
  readonly subnetGroup?: string;
  /** Path of the block without which the resource has no address in the VPC. */
  readonly block?: string;
  /** Field that gives a public address, and what it means left out. Without: there is never one. */
  readonly public?: { readonly field: string; readonly absent: boolean };
  /** Set where the service lets no connection in to it, whatever its groups allow. */
  readonly takesNone?: true;
}

const PUBLICLY_ACCESSIBLE = { field: "publicly_accessible", absent: false };
const IN_VPC_CONFIG: Shape = {
  groups: "vpc_config.security_group_ids",
  subnets: "vpc_config.subnet_ids",
  block: "vpc_config",
};
const IN_VPC_OPTIONS: Shape = {
  groups: "vpc_options.security_group_ids",
  subnets: "vpc_options.subnet_ids",
  block: "vpc_options",
};
const IN_NETWORK_CONFIGURATION: Shape = {
  groups: "network_configuration.security_groups",
  subnets: "network_configuration.subnets",
  block: "network_configuration",
  public: { field: "network_configuration.assign_public_ip", absent: false },
};
const IN_AGENT_TOOL: Shape = {
  groups: "network_configuration.vpc_config.security_groups",
  subnets: "network_configuration.vpc_config.subnets",
  block: "network_configuration.vpc_config",
};
/** What most arguments look like. */
const PLAIN: Shape = { groups: "security_group_ids", subnets: "subnet_ids" };

/** Where what starts tasks of ECS writes the network that they run in. */
const inTasksOf = (tasks: string): Shape => ({
  groups: `${tasks}.network_configuration.security_groups`,
  subnets: `${tasks}.network_configuration.subnets`,
  block: `${tasks}.network_configuration`,
  public: { field: `${tasks}.network_configuration.assign_public_ip`, absent: false },
});

/** Resources whose interfaces their own arguments describe in full. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  aws_apigatewayv2_vpc_link: PLAIN,
  aws_apprunner_vpc_connector: { groups: "security_groups", subnets: "subnets" },
  aws_batch_compute_environment: {
    groups: "compute_resources.security_group_ids",
    subnets: "compute_resources.subnets",
  },
  aws_bedrockagentcore_agent_runtime: {
    groups: "network_configuration.network_mode_config.security_groups",
    subnets: "network_configuration.network_mode_config.subnets",
    block: "network_configuration.network_mode_config",
  },
  aws_bedrockagentcore_browser: IN_AGENT_TOOL,
  aws_bedrockagentcore_code_interpreter: IN_AGENT_TOOL,
  aws_cloudwatch_event_target: inTasksOf("ecs_target"),
  aws_codebuild_project: { ...IN_VPC_CONFIG, subnets: "vpc_config.subnets" },
  aws_dax_cluster: { groups: "security_group_ids", subnets: "subnet_group_name", subnetGroup: "aws_dax_subnet_group" },
  aws_db_instance: {
    groups: "vpc_security_group_ids",
    subnets: "db_subnet_group_name",
    subnetGroup: "aws_db_subnet_group",
    public: PUBLICLY_ACCESSIBLE,
  },
  aws_db_proxy: { groups: "vpc_security_group_ids", subnets: "vpc_subnet_ids" },
  aws_db_proxy_endpoint: { groups: "vpc_security_group_ids", subnets: "vpc_subnet_ids" },
  aws_dms_replication_config: {
    groups: "compute_config.vpc_security_group_ids",
    subnets: "compute_config.replication_subnet_group_id",
    subnetGroup: "aws_dms_replication_subnet_group",
  },
  aws_dms_replication_instance: {
    groups: "vpc_security_group_ids",
    subnets: "replication_subnet_group_id",
    subnetGroup: "aws_dms_replication_subnet_group",
    public: { field: "publicly_accessible", absent: true },
  },
  aws_docdb_cluster: {
    groups: "vpc_security_group_ids",
    subnets: "db_subnet_group_name",
    subnetGroup: "aws_docdb_subnet_group",
  },
  aws_docdbelastic_cluster: { groups: "vpc_security_group_ids", subnets: "subnet_ids" },
  aws_ec2_instance_connect_endpoint: { groups: "security_group_ids", subnets: "subnet_id" },
  aws_ecs_service: IN_NETWORK_CONFIGURATION,
  aws_ecs_task_set: IN_NETWORK_CONFIGURATION,
  aws_efs_mount_target: { groups: "security_groups", subnets: "subnet_id" },
  aws_elasticache_cluster: {
    groups: "security_group_ids",
    subnets: "subnet_group_name",
    subnetGroup: "aws_elasticache_subnet_group",
  },
  aws_elasticache_replication_group: {
    groups: "security_group_ids",
    subnets: "subnet_group_name",
    subnetGroup: "aws_elasticache_subnet_group",
  },
  aws_elasticache_serverless_cache: PLAIN,
  aws_elasticsearch_domain: IN_VPC_OPTIONS,
  aws_emrserverless_application: {
    groups: "network_configuration.security_group_ids",
    subnets: "network_configuration.subnet_ids",
    block: "network_configuration",
  },
  aws_fsx_file_cache: PLAIN,
  aws_fsx_lustre_file_system: PLAIN,
  aws_fsx_ontap_file_system: PLAIN,
  aws_fsx_openzfs_file_system: PLAIN,
  aws_fsx_windows_file_system: PLAIN,
  aws_glue_connection: {
    groups: "physical_connection_requirements.security_group_id_list",
    subnets: "physical_connection_requirements.subnet_id",
    block: "physical_connection_requirements",
  },
  aws_grafana_workspace: {
    groups: "vpc_configuration.security_group_ids",
    subnets: "vpc_configuration.subnet_ids",
    block: "vpc_configuration",
  },
  aws_lambda_capacity_provider: IN_VPC_CONFIG,
  // "Inbound network connections are blocked by AWS Lambda": https://aws.amazon.com/lambda/faqs/
  aws_lambda_function: { ...IN_VPC_CONFIG, takesNone: true },
  aws_m2_environment: { ...PLAIN, public: PUBLICLY_ACCESSIBLE },
  aws_memorydb_cluster: {
    groups: "security_group_ids",
    subnets: "subnet_group_name",
    subnetGroup: "aws_memorydb_subnet_group",
  },
  aws_mq_broker: { groups: "security_groups", subnets: "subnet_ids", public: PUBLICLY_ACCESSIBLE },
  aws_msk_cluster: {
    groups: "broker_node_group_info.security_groups",
    subnets: "broker_node_group_info.client_subnets",
    public: { field: "broker_node_group_info.connectivity_info.public_access.type", absent: false },
  },
  aws_msk_serverless_cluster: IN_VPC_CONFIG,
  aws_mskconnect_connector: {
    groups: "kafka_cluster.apache_kafka_cluster.vpc.security_groups",
    subnets: "kafka_cluster.apache_kafka_cluster.vpc.subnets",
  },
  aws_mwaa_environment: {
    groups: "network_configuration.security_group_ids",
    subnets: "network_configuration.subnet_ids",
  },
  aws_neptune_cluster: {
    groups: "vpc_security_group_ids",
    subnets: "neptune_subnet_group_name",
    subnetGroup: "aws_neptune_subnet_group",
  },
  aws_opensearch_domain: IN_VPC_OPTIONS,
  aws_opensearch_vpc_endpoint: IN_VPC_OPTIONS,
  aws_opensearchserverless_vpc_endpoint: PLAIN,
  aws_osis_pipeline: IN_VPC_OPTIONS,
  aws_quicksight_vpc_connection: PLAIN,
  aws_rds_cluster: {
    groups: "vpc_security_group_ids",
    subnets: "db_subnet_group_name",
    subnetGroup: "aws_db_subnet_group",
    public: PUBLICLY_ACCESSIBLE,
  },
  aws_redshift_cluster: {
    groups: "vpc_security_group_ids",
    subnets: "cluster_subnet_group_name",
    subnetGroup: "aws_redshift_subnet_group",
    public: { field: "publicly_accessible", absent: true },
  },
  aws_redshift_endpoint_access: {
    groups: "vpc_security_group_ids",
    subnets: "subnet_group_name",
    subnetGroup: "aws_redshift_subnet_group",
  },
  aws_redshiftserverless_endpoint_access: { groups: "vpc_security_group_ids", subnets: "subnet_ids" },
  aws_redshiftserverless_workgroup: { ...PLAIN, public: PUBLICLY_ACCESSIBLE },
  aws_route53_resolver_endpoint: { groups: "security_group_ids", subnets: "ip_address.subnet_id" },
  aws_sagemaker_domain: { groups: "default_user_settings.security_groups", subnets: "subnet_ids" },
  aws_sagemaker_model: { ...IN_VPC_CONFIG, subnets: "vpc_config.subnets" },
  aws_sagemaker_notebook_instance: { groups: "security_groups", subnets: "subnet_id", block: "subnet_id" },
  aws_scheduler_schedule: inTasksOf("target.ecs_parameters"),
  aws_synthetics_canary: IN_VPC_CONFIG,
  aws_timestreaminfluxdb_db_cluster: {
    groups: "vpc_security_group_ids",
    subnets: "vpc_subnet_ids",
    public: PUBLICLY_ACCESSIBLE,
  },
  aws_timestreaminfluxdb_db_instance: {
    groups: "vpc_security_group_ids",
    subnets: "vpc_subnet_ids",
    public: PUBLICLY_ACCESSIBLE,
  },
  aws_transfer_server: {
    groups: "endpoint_details.security_group_ids",
    subnets: "endpoint_details.subnet_ids",
    block: "endpoint_details",
    public: { field: "endpoint_details.address_allocation_ids", absent: false },
  },
};
