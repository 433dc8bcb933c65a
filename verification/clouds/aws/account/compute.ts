/**
 * Records of what runs in networks as resources of the provider.
 *
 * API references of Amazon EKS, Elastic Load Balancing, AWS Lambda, Amazon RDS and Amazon ElastiCache
 * (https://docs.aws.amazon.com).
 */
import { isUnknown, type Value } from "../../../model";
import { at, blocks, isObject, unknown, type ObjectValue } from "../../../values";
import { each, nameAt, type AccountReader, type Made, type Records } from "../../account";
import { shown } from "../../../../config/texts";

/** A block of the provider, of fields that may be left out. */
const block = (fields: Readonly<Record<string, Value | undefined>>): ObjectValue =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined));

/** What a version of a launch template is known by: the newest is the template. */
function versionOf(template: Value | undefined, version: Value | undefined, records: Records): string {
  const isNewest = Number(version) === newestOf(template, records);
  return isNewest ? shown(template) : `${shown(template)}:${shown(version)}`;
}

const newestOf = (template: Value | undefined, records: Records): number =>
  Math.max(
    ...records
      .of("launch-templates")
      .filter(({ values }) => values["LaunchTemplateId"] === template)
      .map(({ values }) => Number(values["VersionNumber"])),
  );

export const compute: AccountReader = {
  "launch-templates": (record, records) => {
    if (!isUsed(record, records)) return [];
    const data = record["LaunchTemplateData"];
    const id = versionOf(record["LaunchTemplateId"], record["VersionNumber"], records);
    const metadata = at(data, "MetadataOptions");
    return [
      {
        type: "aws_launch_template",
        name: id,
        values: {
          id,
          name: record["LaunchTemplateName"],
          vpc_security_group_ids: at(data, "SecurityGroupIds"),
          security_group_names: at(data, "SecurityGroups"),
          network_interfaces: blocks(at(data, "NetworkInterfaces")).map((one) =>
            block({
              subnet_id: at(one, "SubnetId"),
              security_groups: at(one, "Groups"),
              associate_public_ip_address: at(one, "AssociatePublicIpAddress"),
              network_interface_id: at(one, "NetworkInterfaceId"),
            }),
          ),
          metadata_options: metadata && [
            block({
              http_tokens: at(metadata, "HttpTokens"),
              http_put_response_hop_limit: at(metadata, "HttpPutResponseHopLimit"),
              http_endpoint: at(metadata, "HttpEndpoint"),
            }),
          ],
          block_device_mappings: blocks(at(data, "BlockDeviceMappings")).map((one) =>
            block({
              device_name: at(one, "DeviceName"),
              ebs: at(one, "Ebs") && [
                block({ encrypted: at(one, "Ebs", "Encrypted"), kms_key_id: at(one, "Ebs", "KmsKeyId") }),
              ],
            }),
          ),
        },
      },
    ];
  },
  "eks-clusters": (record) => {
    if (record["notTold"] !== undefined) return [];
    const config = record["resourcesVpcConfig"];
    const [encryption] = blocks(record["encryptionConfig"]);
    const issuer = at(record["identity"], "oidc", "issuer");
    return [
      {
        type: "aws_eks_cluster",
        name: nameAt(record, "name"),
        values: {
          id: record["name"],
          name: record["name"],
          arn: record["arn"],
          version: record["version"],
          role_arn: record["roleArn"],
          vpc_config: [
            block({
              vpc_id: at(config, "vpcId"),
              subnet_ids: at(config, "subnetIds"),
              security_group_ids: at(config, "securityGroupIds"),
              cluster_security_group_id: at(config, "clusterSecurityGroupId"),
              endpoint_public_access: at(config, "endpointPublicAccess"),
              endpoint_private_access: at(config, "endpointPrivateAccess"),
              public_access_cidrs: at(config, "publicAccessCidrs"),
            }),
          ],
          encryption_config: encryption && [
            block({
              provider: [block({ key_arn: at(encryption, "provider", "keyArn") })],
              resources: at(encryption, "resources"),
            }),
          ],
          compute_config: record["computeConfig"] && [block({ enabled: at(record["computeConfig"], "enabled") })],
          enabled_cluster_log_types: blocks(at(record["logging"], "clusterLogging"))
            .filter((one) => at(one, "enabled") === true)
            .flatMap((one) => blocks(at(one, "types"))),
          identity: issuer && [{ oidc: [{ issuer }] }],
        },
      },
    ];
  },
  "eks-node-groups": (record, records) => {
    if (record["notTold"] !== undefined) return [];
    const launch = record["launchTemplate"];
    const remote = record["remoteAccess"];
    const name = `${nameAt(record, "clusterName")}:${nameAt(record, "nodegroupName")}`;
    const scaling = record["scalingConfig"];
    return [
      {
        type: "aws_eks_node_group",
        name,
        values: {
          id: name,
          arn: record["nodegroupArn"],
          cluster_name: record["clusterName"],
          node_group_name: record["nodegroupName"],
          node_role_arn: record["nodeRole"],
          subnet_ids: record["subnets"],
          labels: record["labels"],
          ami_type: record["amiType"],
          capacity_type: record["capacityType"],
          instance_types: record["instanceTypes"],
          scaling_config: scaling && [
            block({
              min_size: at(scaling, "minSize"),
              max_size: at(scaling, "maxSize"),
              desired_size: at(scaling, "desiredSize"),
            }),
          ],
          taint: blocks(record["taints"]).map((one) =>
            block({ key: at(one, "key"), value: at(one, "value"), effect: at(one, "effect") }),
          ),
          launch_template: launch && [
            block({ id: versionOf(at(launch, "id"), at(launch, "version"), records), version: at(launch, "version") }),
          ],
          // A launch template has its own groups.
          remote_access:
            launch || !remote
              ? undefined
              : [
                  block({
                    ec2_ssh_key: at(remote, "ec2SshKey"),
                    source_security_group_ids: at(remote, "sourceSecurityGroups"),
                  }),
                ],
        },
      },
    ];
  },
  "eks-fargate-profiles": (record) =>
    record["notTold"] !== undefined
      ? []
      : [
          {
            type: "aws_eks_fargate_profile",
            name: `${nameAt(record, "clusterName")}:${nameAt(record, "fargateProfileName")}`,
            values: {
              id: record["fargateProfileArn"],
              cluster_name: record["clusterName"],
              pod_execution_role_arn: record["podExecutionRoleArn"],
              subnet_ids: record["subnets"],
            },
          },
        ],
  "eks-addons": (record) =>
    record["notTold"] !== undefined
      ? []
      : [
          {
            type: "aws_eks_addon",
            name: `${nameAt(record, "clusterName")}:${nameAt(record, "addonName")}`,
            values: {
              arn: record["addonArn"],
              cluster_name: record["clusterName"],
              addon_name: record["addonName"],
              addon_version: record["addonVersion"],
              configuration_values: record["configurationValues"],
            },
          },
        ],
  "load-balancers": (record) => [
    {
      type: "aws_lb",
      name: nameAt(record, "LoadBalancerName"),
      values: {
        id: record["LoadBalancerArn"],
        arn: record["LoadBalancerArn"],
        name: record["LoadBalancerName"],
        internal: record["Scheme"] === "internal",
        load_balancer_type: record["Type"],
        subnets: each(record["AvailabilityZones"], "SubnetId"),
        security_groups: record["SecurityGroups"],
        enforce_security_group_inbound_rules_on_private_link_traffic:
          record["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"],
      },
    },
  ],
  "load-balancer-listeners": (record) => [
    {
      type: "aws_lb_listener",
      name: nameAt(record, "ListenerArn"),
      values: {
        id: record["ListenerArn"],
        arn: record["ListenerArn"],
        load_balancer_arn: record["LoadBalancerArn"],
        port: record["Port"],
        protocol: record["Protocol"],
        ssl_policy: record["SslPolicy"],
        default_action: blocks(record["DefaultActions"]).map((one) =>
          block({
            type: at(one, "Type"),
            redirect: at(one, "RedirectConfig") && [block({ protocol: at(one, "RedirectConfig", "Protocol") })],
          }),
        ),
      },
    },
  ],
  "classic-load-balancers": (record) => [
    {
      type: "aws_elb",
      name: nameAt(record, "LoadBalancerName"),
      values: {
        id: record["LoadBalancerName"],
        name: record["LoadBalancerName"],
        internal: record["Scheme"] === "internal",
        subnets: record["Subnets"],
        security_groups: record["SecurityGroups"],
        listener: blocks(each(record["ListenerDescriptions"], "Listener")).map((one) =>
          block({ lb_protocol: at(one, "Protocol"), lb_port: at(one, "LoadBalancerPort") }),
        ),
      },
    },
  ],
  "lambda-functions": (record) => {
    const name = nameAt(record, "FunctionName");
    const config = record["VpcConfig"];
    const inVpc = blocks(at(config, "SubnetIds")).length > 0;
    const urls = record["Urls"];
    return [
      {
        type: "aws_lambda_function",
        name,
        values: {
          id: record["FunctionName"],
          function_name: record["FunctionName"],
          arn: record["FunctionArn"],
          role: record["Role"],
          ...(inVpc && {
            vpc_config: [
              block({ subnet_ids: at(config, "SubnetIds"), security_group_ids: at(config, "SecurityGroupIds") }),
            ],
          }),
        },
      },
      ...(isUnknown(urls) ? [{ AuthType: urls }] : blocks(urls)).map((url) => ({
        type: "aws_lambda_function_url",
        name,
        values: { function_name: record["FunctionName"], authorization_type: at(url, "AuthType") },
      })),
      ...permissions(record),
    ];
  },
  "db-instances": (record) => [
    {
      type: "aws_db_instance",
      name: nameAt(record, "DBInstanceIdentifier"),
      values: {
        id: record["DBInstanceIdentifier"],
        arn: record["DBInstanceArn"],
        engine: record["Engine"],
        publicly_accessible: record["PubliclyAccessible"],
        vpc_security_group_ids: each(record["VpcSecurityGroups"], "VpcSecurityGroupId"),
        db_subnet_group_name: at(record["DBSubnetGroup"], "DBSubnetGroupName"),
        storage_encrypted: record["StorageEncrypted"],
        kms_key_id: record["KmsKeyId"],
      },
    },
  ],
  "db-clusters": (record) => [
    {
      type: "aws_rds_cluster",
      name: nameAt(record, "DBClusterIdentifier"),
      values: {
        id: record["DBClusterIdentifier"],
        cluster_identifier: record["DBClusterIdentifier"],
        arn: record["DBClusterArn"],
        engine: record["Engine"],
        publicly_accessible: record["InternetAccessGatewayEnabled"] === true ? true : record["PubliclyAccessible"],
        vpc_security_group_ids:
          record["InternetAccessGatewayEnabled"] === true
            ? unknown("it is reached through an internet access gateway, beside every security group")
            : each(record["VpcSecurityGroups"], "VpcSecurityGroupId"),
        db_subnet_group_name: record["DBSubnetGroup"],
        storage_encrypted: record["StorageEncrypted"],
        kms_key_id: record["KmsKeyId"],
      },
    },
  ],
  "db-subnet-groups": (record) => [
    {
      type: "aws_db_subnet_group",
      name: nameAt(record, "DBSubnetGroupName"),
      values: {
        id: record["DBSubnetGroupName"],
        name: record["DBSubnetGroupName"],
        arn: record["DBSubnetGroupArn"],
        subnet_ids: each(record["Subnets"], "SubnetIdentifier"),
      },
    },
  ],
  "cache-clusters": (record) => [
    {
      type: "aws_elasticache_cluster",
      name: nameAt(record, "CacheClusterId"),
      values: {
        id: record["CacheClusterId"],
        arn: record["ARN"],
        engine: record["Engine"],
        security_group_ids: each(record["SecurityGroups"], "SecurityGroupId"),
        subnet_group_name: record["CacheSubnetGroupName"],
        transit_encryption_enabled: record["TransitEncryptionEnabled"],
      },
    },
  ],
  "cache-subnet-groups": (record) => [
    {
      type: "aws_elasticache_subnet_group",
      name: nameAt(record, "CacheSubnetGroupName"),
      values: {
        id: record["CacheSubnetGroupName"],
        name: record["CacheSubnetGroupName"],
        arn: record["ARN"],
        subnet_ids: each(record["Subnets"], "SubnetIdentifier"),
      },
    },
  ],
};

/** The newest version of a template, its default, and those that nodes are of: no other starts anything. */
function isUsed(record: ObjectValue, records: Records): boolean {
  const { LaunchTemplateId: id, VersionNumber: version } = record;
  const launches = records.of("eks-node-groups").map(({ values }) => values["launchTemplate"]);
  return (
    record["DefaultVersion"] === true ||
    version === newestOf(id, records) ||
    launches.some((one) => at(one, "id") === id && shown(at(one, "version")) === shown(version))
  );
}

/** Keys of conditions that narrow whom a statement lets call a function, and the argument for each. */
const NARROWING: Readonly<Record<string, string>> = {
  "aws:sourcearn": "source_arn",
  "aws:sourceaccount": "source_account",
  "aws:principalorgid": "principal_org_id",
  "lambda:eventsourcetoken": "event_source_token",
};

/** The statements of a function's policy, each of which is a permission. */
function permissions(record: ObjectValue): Made[] {
  const policy = record["Policy"];
  if (policy === undefined || policy === null) return [];
  const name = nameAt(record, "FunctionName");
  const of = (values: Readonly<Record<string, Value | undefined>>): Made => ({
    type: "aws_lambda_permission",
    name,
    values: { function_name: record["FunctionName"], ...values },
  });
  if (typeof policy !== "string") return [of({ principal: policy })];
  const document = JSON.parse(policy) as Value;
  return blocks(at(document, "Statement"))
    .filter((statement) => at(statement, "Effect") === "Allow")
    .map((statement) => {
      const principal = at(statement, "Principal");
      const conditions = Object.values(at(statement, "Condition") ?? {}).flatMap((keys) =>
        isObject(keys as Value) ? Object.entries(keys as ObjectValue) : [],
      );
      const narrowed = conditions.flatMap(([key, value]): [string, Value][] => {
        const argument = NARROWING[key.toLowerCase()];
        return argument ? [[argument, value]] : [];
      });
      return of({
        statement_id: at(statement, "Sid"),
        action: at(statement, "Action"),
        principal: isObject(principal) ? (Object.values(principal)[0] ?? null) : principal,
        ...Object.fromEntries(narrowed),
      });
    });
}
