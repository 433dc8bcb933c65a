/** What was found of the types of aws by looking at them. */
import { DEPLOYS, ONLY_STOPS } from "../../verification/clouds/classification";
import type { Review } from "./review";

const types = (text: string): string[] => text.trim().split(/\s+/);

export const AWS: Review = {
  modelled: types(`
     aws_alb aws_amplify_branch aws_api_gateway_domain_name aws_api_gateway_rest_api
     aws_api_gateway_rest_api_policy aws_apigatewayv2_api aws_apigatewayv2_domain_name aws_apigatewayv2_vpc_link
     aws_apprunner_service aws_apprunner_vpc_connector aws_appsync_graphql_api aws_autoscaling_group
     aws_backup_vault_policy aws_batch_compute_environment aws_cloudfront_distribution aws_cloudsearch_domain
     aws_cloudsearch_domain_service_access_policy aws_cloudwatch_event_bus_policy aws_cloudwatch_event_permission
     aws_cloudwatch_event_target aws_cloudwatch_log_destination_policy aws_cloudwatch_log_resource_policy
     aws_codeartifact_domain_permissions_policy aws_codeartifact_repository_permissions_policy
     aws_codebuild_project aws_codebuild_resource_policy aws_codepipeline_webhook aws_cognito_identity_pool
     aws_cognito_identity_pool_roles_attachment aws_dax_cluster aws_dax_subnet_group aws_db_instance
     aws_db_proxy aws_db_proxy_endpoint aws_db_subnet_group aws_default_network_acl aws_default_route_table
     aws_default_security_group aws_default_subnet aws_default_vpc aws_dms_replication_config
     aws_dms_replication_instance aws_dms_replication_subnet_group aws_docdb_cluster aws_docdb_subnet_group
     aws_docdbelastic_cluster aws_dsql_cluster aws_dynamodb_resource_policy aws_ec2_carrier_gateway
     aws_ec2_local_gateway_route_table_vpc_association
     aws_ec2_managed_prefix_list aws_ec2_managed_prefix_list_entry aws_ec2_transit_gateway_vpc_attachment
     aws_ecr_registry_policy aws_ecr_repository_policy aws_ecs_service aws_ecs_task_set aws_efs_mount_target
     aws_eip aws_eip_association aws_eks_addon aws_eks_cluster aws_eks_fargate_profile aws_eks_node_group
     aws_elasticache_cluster aws_elasticache_replication_group aws_elasticache_serverless_cache
     aws_elasticache_subnet_group aws_elasticsearch_domain aws_elasticsearch_domain_policy aws_elb
     aws_emrserverless_application aws_fsx_file_cache aws_fsx_lustre_file_system aws_fsx_ontap_file_system
     aws_fsx_openzfs_file_system aws_fsx_windows_file_system aws_gamelift_fleet aws_glacier_vault
     aws_globalaccelerator_custom_routing_listener aws_globalaccelerator_listener aws_glue_connection
     aws_glue_resource_policy aws_grafana_workspace aws_iam_role aws_instance aws_internet_gateway
     aws_internet_gateway_attachment aws_kinesis_resource_policy aws_kms_external_key aws_kms_key
     aws_kms_key_policy aws_kms_replica_external_key aws_kms_replica_key aws_lambda_function
     aws_lambda_function_url aws_lambda_permission aws_launch_configuration aws_launch_template aws_lb
     aws_lightsail_container_service_deployment_version aws_lightsail_database aws_lightsail_distribution
     aws_lightsail_instance aws_lightsail_instance_public_ports aws_lightsail_lb aws_m2_environment
     aws_main_route_table_association aws_media_store_container_policy aws_medialive_input_security_group
     aws_memorydb_cluster aws_memorydb_subnet_group aws_mq_broker aws_msk_cluster aws_msk_serverless_cluster
     aws_mskconnect_connector aws_mwaa_environment aws_nat_gateway aws_neptune_cluster aws_neptune_cluster_instance
     aws_neptune_subnet_group aws_neptunegraph_graph aws_network_acl aws_network_acl_association
     aws_network_acl_rule aws_network_interface aws_network_interface_sg_attachment
     aws_networkmanager_vpc_attachment aws_opensearch_domain aws_opensearch_domain_policy
     aws_opensearch_vpc_endpoint aws_opensearchserverless_security_policy aws_opensearchserverless_vpc_endpoint
     aws_osis_pipeline aws_quicksight_vpc_connection aws_rds_cluster aws_rds_cluster_instance aws_redshift_cluster
     aws_redshift_endpoint_access aws_redshift_subnet_group aws_redshiftserverless_endpoint_access
     aws_redshiftserverless_workgroup aws_route aws_route53_resolver_endpoint aws_route53_zone aws_route_table
     aws_route_table_association aws_s3_access_point aws_s3_account_public_access_block aws_s3_bucket
     aws_s3_bucket_acl aws_s3_bucket_ownership_controls aws_s3_bucket_policy aws_s3_bucket_public_access_block
     aws_s3_bucket_object aws_s3_object aws_s3_object_copy
     aws_s3control_access_point_policy aws_s3control_bucket_policy
     aws_s3control_multi_region_access_point_policy aws_s3control_object_lambda_access_point_policy
     aws_s3tables_table_bucket_policy aws_s3tables_table_policy aws_sagemaker_domain aws_sagemaker_model
     aws_sagemaker_notebook_instance aws_scheduler_schedule aws_secretsmanager_secret
     aws_secretsmanager_secret_policy aws_security_group aws_security_group_rule aws_ses_identity_policy
     aws_sesv2_email_identity_policy aws_sns_topic aws_sns_topic_policy aws_spot_instance_request aws_sqs_queue
     aws_sqs_queue_policy aws_subnet aws_synthetics_canary aws_timestreaminfluxdb_db_instance aws_transfer_server
     aws_vpc aws_vpc_block_public_access_options aws_vpc_dhcp_options_association aws_vpc_endpoint
     aws_vpc_endpoint_policy aws_vpc_endpoint_route_table_association aws_vpc_endpoint_security_group_association
     aws_vpc_endpoint_service aws_vpc_endpoint_subnet_association aws_vpc_ipv4_cidr_block_association
     aws_vpc_ipv6_cidr_block_association aws_vpc_peering_connection aws_vpc_peering_connection_accepter
     aws_vpc_endpoint_service_allowed_principal
     aws_vpc_security_group_egress_rule aws_vpc_security_group_ingress_rule aws_vpn_gateway
     aws_vpn_gateway_attachment aws_vpn_gateway_route_propagation
     aws_bedrockagentcore_agent_runtime aws_bedrockagentcore_browser aws_bedrockagentcore_code_interpreter
     aws_lambda_layer_version_permission aws_oam_sink_policy aws_redshift_resource_policy
     aws_sagemaker_model_package_group_policy aws_schemas_registry_policy aws_vpclattice_resource_policy
     aws_lambda_capacity_provider aws_prometheus_resource_policy aws_s3vectors_vector_bucket_policy
     aws_timestreaminfluxdb_db_cluster
  `),
  harmless: {
    "whoever comes to it comes through a load balancer, which is judged": types(`
      aws_alb_listener aws_alb_listener_rule aws_alb_target_group aws_alb_target_group_attachment
      aws_app_cookie_stickiness_policy aws_lb_cookie_stickiness_policy aws_lb_listener aws_lb_listener_rule
      aws_lb_ssl_negotiation_policy aws_lb_target_group aws_lb_target_group_attachment
      aws_load_balancer_backend_server_policy aws_load_balancer_listener_policy aws_proxy_protocol_policy
    `),
    "it is a part of what is judged or named by itself, and does nothing without it": types(`
      aws_amplify_domain_association aws_api_gateway_base_path_mapping aws_apigatewayv2_api_mapping
      aws_apprunner_custom_domain_association aws_appsync_domain_name aws_appsync_domain_name_api_association
      aws_ec2_client_vpn_authorization_rule aws_ec2_client_vpn_network_association aws_ec2_client_vpn_route
      aws_elasticsearch_domain_saml_options aws_fsx_ontap_storage_virtual_machine aws_globalaccelerator_accelerator
      aws_globalaccelerator_cross_account_attachment aws_globalaccelerator_custom_routing_accelerator
      aws_lightsail_container_service aws_neptune_cluster_endpoint aws_opensearch_domain_saml_options
      aws_opensearch_package_association aws_rds_cluster_endpoint aws_redshiftserverless_custom_domain_association
      aws_verifiedaccess_instance aws_verifiedaccess_trust_provider aws_vpc_security_group_vpc_association
      aws_vpclattice_listener aws_vpclattice_resource_configuration aws_vpclattice_service
      aws_vpclattice_target_group
      aws_bedrockagentcore_agent_runtime_endpoint aws_bedrockagentcore_gateway_target aws_appsync_channel_namespace
      aws_transfer_host_key aws_transfer_web_app_customization
    `),
    "it is a key or a certificate: it opens no connection": types(`
      aws_acm_certificate aws_cloudfront_field_level_encryption_profile aws_iam_user_ssh_key aws_iot_authorizer
      aws_ivs_playback_key_pair aws_key_pair aws_lightsail_certificate aws_lightsail_key_pair
      aws_lightsail_lb_certificate aws_opsworks_user_profile
    `),
    "it gives a name, and who answers under it is judged by itself": types(`
      aws_eip_domain_name aws_lightsail_domain aws_lightsail_domain_entry aws_route53_* aws_route53domains_*
      aws_vpclattice_domain_verification
      aws_route53recoveryreadiness_* aws_service_discovery_private_dns_namespace aws_vpc_dhcp_options
    `),
    "it connects to what its arguments name, and nobody connects to it": types(`
      aws_appflow_flow aws_appstream_stack aws_appsync_datasource aws_bedrockagent_knowledge_base
      aws_chimesdkvoice_sip_media_application aws_cloudfront_realtime_log_config
      aws_cloudwatch_event_api_destination aws_cloudwatch_event_connection aws_datasync_agent
      aws_datasync_location_hdfs aws_datasync_location_object_storage aws_directory_service_conditional_forwarder
      aws_directory_service_radius_settings aws_directory_service_trust aws_dms_endpoint aws_dms_s3_endpoint
      aws_iot_topic_rule aws_kms_custom_key_store aws_lambda_event_source_mapping aws_networkmonitor_probe
      aws_opensearch_outbound_connection aws_quicksight_data_source aws_redshift_hsm_configuration
      aws_securitylake_subscriber_notification aws_sns_topic_subscription aws_storagegateway_gateway
    `),
    "the machines, pods and tasks that it speaks of are judged where they are placed in a network": types(`
      aws_appmesh_* aws_batch_job_definition aws_db_option_group aws_ec2_instance_metadata_defaults
      aws_ec2_allowed_images_settings
      aws_ecs_task_definition aws_imagebuilder_lifecycle_policy aws_sagemaker_flow_definition
    `),
    "from a network that is attached to a transit gateway, a VPN or Direct Connect every address is taken to come":
      types(`
      aws_customer_gateway aws_dx_* aws_vpn_concentrator aws_ec2_local_gateway_route aws_ec2_transit_gateway
      aws_ec2_transit_gateway_connect_peer aws_ec2_transit_gateway_multicast_* aws_ec2_transit_gateway_route
      aws_networkmanager_* aws_vpn_connection aws_vpn_connection_route
    `),
    "it watches, records or reports": types(`
      aws_ec2_network_insights_path aws_ec2_traffic_mirror_filter_rule aws_flow_log aws_inspector2_filter
      aws_internetmonitor_monitor aws_prometheus_scraper aws_securityhub_insight
      aws_cloudwatch_log_transformer aws_networkflowmonitor_* aws_observabilityadmin_*
      aws_prometheus_query_logging_configuration aws_workspacesweb_session_logger*
      aws_workspacesweb_user_access_logging_settings_association
    `),
    "it takes connections away and gives none": types(`
      aws_cognito_risk_configuration aws_emr_block_public_access_configuration aws_networkfirewall_rule_group
      aws_networkfirewall_tls_inspection_configuration aws_ses_receipt_filter
      aws_wafv2_ip_set aws_workspacesweb_ip_access_settings aws_workspacesweb_user_settings
      aws_quicksight_ip_restriction aws_vpc_encryption_control aws_wafv2_web_acl_rule_group_association
      aws_workspacesweb_browser_settings_association aws_workspacesweb_data_protection_settings_association
      aws_workspacesweb_ip_access_settings_association aws_workspacesweb_user_settings_association
    `),
    "nothing here relies on what it changes": types(`
      aws_ec2_subnet_cidr_reservation aws_egress_only_internet_gateway aws_vpc_block_public_access_exclusion
      aws_vpc_ipam_*
    `),
    "one of AWS's shared APIs answers for it, and identity alone decides": types(`
      aws_cloudwatch_event_endpoint aws_cognito_* aws_bedrockagent_flow
      aws_bedrockagentcore_api_key_credential_provider aws_bedrockagentcore_memory aws_bedrockagentcore_memory_strategy
      aws_bedrockagentcore_oauth2_credential_provider aws_bedrockagentcore_token_vault_cmk
      aws_bedrockagentcore_workload_identity aws_connect_phone_number_contact_flow_association
      aws_lakeformation_identity_center_configuration aws_lakeformation_lf_tag_expression
      aws_quicksight_custom_permissions aws_quicksight_key_registration aws_quicksight_role_custom_permission
      aws_quicksight_user_custom_permission aws_s3_bucket_abac aws_s3_bucket_metadata_configuration
      aws_s3tables_table_bucket_replication aws_s3tables_table_replication aws_s3vectors_index
      aws_s3vectors_vector_bucket
      aws_workspacesweb_identity_provider aws_workspacesweb_trust_store aws_workspacesweb_trust_store_association aws_customerprofiles_* aws_iot_domain_configuration
      aws_lakeformation_data_lake_settings aws_s3control_multi_region_access_point aws_sagemaker_workforce
    `),
    "it is about accounts, their costs and how they are governed": types(`
      aws_billing_view aws_controltower_baseline aws_fis_target_account_configuration aws_invoicing_invoice_unit
    `),
    "addresses that machines go out by admit nobody": types(`
      aws_nat_gateway_eip_association
    `),
    "its mount targets are judged, and its policy lets nobody come by another way": types(`
      aws_efs_file_system_policy
    `),
  },
  unjudged: {
    "it may make network resources that the input does not hold": types(`
      aws_cloudcontrolapi_resource aws_cloudformation_stack aws_cloudformation_stack_instances
      aws_cloudformation_stack_set aws_cloudformation_stack_set_instance aws_elastic_beanstalk_environment
      aws_ecs_express_gateway_service aws_serverlessapplicationrepository_cloudformation_stack
      aws_servicecatalog_provisioned_product
    `),
    "it may add rules to groups and network ACLs that the input does not hold": types(`
      aws_fms_policy
    `),
    "it opens a way into the VPC that security groups alone do not tell": types(`
      aws_api_gateway_vpc_link aws_apprunner_vpc_ingress_connection aws_cloudfront_vpc_origin
      aws_ec2_client_vpn_endpoint aws_ec2_instance_connect_endpoint
      aws_globalaccelerator_custom_routing_endpoint_group aws_globalaccelerator_endpoint_group
      aws_verifiedaccess_endpoint aws_vpclattice_resource_gateway aws_vpclattice_service_network_vpc_association
      aws_vpclattice_target_group_attachment
    `),
    "it lets networks of other accounts connect": types(`
      aws_msk_cluster_policy aws_opensearch_authorize_vpc_endpoint_access aws_redshift_endpoint_authorization
      aws_vpc_endpoint_connection_accepter
    `),
    "everybody may pull from it, without credentials": types(`
      aws_ecrpublic_repository
    `),
    "every account may copy what it is of": [["aws_ami_launch_permission", { group: "holds" }]],
    "it makes branches by itself, which answer at public addresses": [
      ["aws_amplify_app", { enable_auto_branch_creation: "holds" }],
    ],
    [DEPLOYS]: types(`
      aws_eks_capability
    `),
    "it answers at a public address, and whom it admits is not modelled": types(`
      aws_appsync_api aws_bedrockagentcore_gateway aws_connect_instance aws_fsx_s3_access_point_attachment
      aws_media_package_channel aws_transfer_web_app aws_workspacesweb_portal
    `),
    "it copies packets out beside every rule": types(`
      aws_ec2_traffic_mirror_session
    `),
    [ONLY_STOPS]: types(`
      aws_networkfirewall_firewall aws_networkfirewall_firewall_transit_gateway_attachment_accepter
      aws_networkfirewall_vpc_endpoint_association
    `),
    "it changes routes while running": types(`
      aws_vpc_route_server*
    `),
    "the network interfaces that it makes are not modelled": types(`
      aws_appstream_fleet aws_appstream_image_builder aws_cloud9_environment_ec2 aws_datapipeline_pipeline
      aws_directory_service_directory aws_ec2_fleet aws_emr_cluster aws_gamelift_game_server_group
      aws_glue_dev_endpoint aws_odb_* aws_opsworks_instance aws_spot_fleet_request aws_workspaces_directory
      aws_workspaces_workspace aws_workspacesweb_network_settings_association
    `),
    "the network interfaces of what it connects are not modelled": [
      ["aws_codeconnections_host", { vpc_configuration: "holds" }],
      ["aws_codestarconnections_host", { vpc_configuration: "holds" }],
      [
        "aws_kinesis_firehose_delivery_stream",
        {
          "elasticsearch_configuration.vpc_config": "holds",
          "opensearch_configuration.vpc_config": "holds",
          "opensearchserverless_configuration.vpc_config": "holds",
        },
      ],
      ["aws_medialive_channel", { vpc: "holds" }],
      ["aws_medialive_input", { vpc: "holds" }],
    ],
    "it is public unless it says that it is not": [["aws_rds_shard_group", { publicly_accessible: { unless: false } }]],
    "it takes mail that anybody sends to its recipients": [["aws_ses_receipt_rule", { enabled: "holds" }]],
    "whoever knows its address may watch": [["aws_ivs_channel", { authorized: { unless: true } }]],
  },
  // Of 6.0 to 6.25.
  unpackaged: types(`
    aws_appsync_api aws_appsync_channel_namespace aws_bedrockagent_flow aws_bedrockagentcore_agent_runtime
    aws_bedrockagentcore_agent_runtime_endpoint aws_bedrockagentcore_api_key_credential_provider
    aws_bedrockagentcore_browser aws_bedrockagentcore_code_interpreter aws_bedrockagentcore_gateway
    aws_bedrockagentcore_gateway_target aws_bedrockagentcore_memory aws_bedrockagentcore_memory_strategy
    aws_bedrockagentcore_oauth2_credential_provider aws_bedrockagentcore_token_vault_cmk
    aws_bedrockagentcore_workload_identity aws_billing_view aws_cloudwatch_log_transformer
    aws_cognito_log_delivery_configuration aws_cognito_managed_login_branding
    aws_connect_phone_number_contact_flow_association aws_controltower_baseline aws_ec2_allowed_images_settings
    aws_ecs_express_gateway_service aws_eks_capability aws_fis_target_account_configuration
    aws_fsx_s3_access_point_attachment aws_invoicing_invoice_unit
    aws_lakeformation_identity_center_configuration aws_lakeformation_lf_tag_expression
    aws_lambda_capacity_provider aws_nat_gateway_eip_association
    aws_networkfirewall_firewall_transit_gateway_attachment_accepter
    aws_networkfirewall_vpc_endpoint_association aws_networkflowmonitor_monitor aws_networkflowmonitor_scope
    aws_observabilityadmin_centralization_rule_for_organization aws_odb_cloud_autonomous_vm_cluster
    aws_odb_cloud_exadata_infrastructure aws_odb_cloud_vm_cluster aws_odb_network
    aws_odb_network_peering_connection aws_prometheus_query_logging_configuration aws_prometheus_resource_policy
    aws_quicksight_custom_permissions aws_quicksight_ip_restriction aws_quicksight_key_registration
    aws_quicksight_role_custom_permission aws_quicksight_user_custom_permission aws_s3_bucket_abac
    aws_s3_bucket_metadata_configuration aws_s3tables_table_bucket_replication aws_s3tables_table_replication
    aws_s3vectors_index aws_s3vectors_vector_bucket aws_s3vectors_vector_bucket_policy
    aws_timestreaminfluxdb_db_cluster aws_transfer_host_key aws_transfer_web_app
    aws_transfer_web_app_customization aws_vpc_encryption_control aws_vpclattice_domain_verification
    aws_vpn_concentrator aws_wafv2_web_acl_rule_group_association aws_workspacesweb_browser_settings_association
    aws_workspacesweb_data_protection_settings_association aws_workspacesweb_identity_provider
    aws_workspacesweb_ip_access_settings_association aws_workspacesweb_network_settings_association
    aws_workspacesweb_portal aws_workspacesweb_session_logger aws_workspacesweb_session_logger_association
    aws_workspacesweb_trust_store aws_workspacesweb_trust_store_association
    aws_workspacesweb_user_access_logging_settings_association aws_workspacesweb_user_settings_association
  `),
};
