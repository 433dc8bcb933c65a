/** What a deployment on AWS takes for granted of what others run. */
import {
  type Assumption,
  clientNetworks,
  guardRails,
  imageLogins,
  imageMirror,
  nodePlugins,
  wayOut,
} from "../assumption";
import type { AwsDeployment } from "../deployment";
import { addressAllowances, bucketAllowances } from "./allowances";
import { givenEndpoints, makesS3Gateway } from "./endpoints";
import { foreignRepositories } from "./repositories";
import { serviceName } from "./names";

export const assumptionsOf = (deployment: AwsDeployment): readonly Assumption[] => [
  guardRails("aws", {
    field: "account",
    named: "Service control policies and resource control policies",
    check: `aws organizations list-policies-for-target --target-id ${deployment.account} --filter SERVICE_CONTROL_POLICY`,
  }),
  ...network(deployment),
  ...endpoints(deployment),
  ...connected(deployment),
  ...rights(deployment),
  ...nodePlugins(
    Object.entries(deployment.nodePools).flatMap(([pool, { image }]) => (image === "neuron" ? [pool] : [])),
    "The device plugin for Inferentia and Trainium",
    "image",
  ),
  ...stores(deployment),
  ...images(deployment),
];

const ids = (given: readonly { readonly id: string }[]) => [...new Set(given.map(({ id }) => id))].join(" ");

function network({ name, cloudRegion: region, network }: AwsDeployment): Assumption[] {
  const { transitGatewayId, existing } = network;
  if (!existing) {
    return transitGatewayId === undefined
      ? []
      : [
          ...wayOut(name, {
            field: "network.transitGatewayId",
            through: `What stands behind ${transitGatewayId}`,
            check: `aws ec2 describe-transit-gateway-attachments --region ${region} --filters Name=transit-gateway-id,Values=${transitGatewayId}, the route table of this VPC's attachment, and the firewall's own rules`,
          }),
        ];
  }
  const subnets = [...existing.nodeSubnets, ...existing.clusterSubnets];
  const ofSubnets = `--region ${region} --filters Name=association.subnet-id,Values=${ids(subnets).replaceAll(" ", ",")}`;
  return [
    ...wayOut(name, {
      field: "network.existing.nodeRouteTableIds",
      through: `Where the routes of ${existing.nodeRouteTableIds.join(", ")} lead`,
      check: `aws ec2 describe-route-tables --region ${region} --route-table-ids ${existing.nodeRouteTableIds.join(" ")}`,
    }),
    {
      id: "given-subnets",
      assumed: `The subnets of ${existing.vpcId} have the blocks that are written, give no public addresses, and those of nodes have the route tables that are named.`,
      otherwise:
        "Rules name other addresses than nodes have: paths are closed; with public addresses, nodes leave past the way out.",
      check: `aws ec2 describe-subnets --region ${region} --subnet-ids ${ids(subnets)} --query 'Subnets[].[SubnetId,VpcId,CidrBlock,MapPublicIpOnLaunch]'`,
      field: "network.existing.nodeSubnets",
      paragraph: "Outbound-only model",
    },
    {
      id: "network-acls",
      assumed:
        "The network ACLs of these subnets let through what the security groups do, and the answers (ports 1024 to 65535).",
      otherwise:
        "A path that is judged open is closed: nodes do not join, or the tunnel does not start. None opens anything.",
      check: `aws ec2 describe-network-acls ${ofSubnets}`,
      field: "network.existing.nodeSubnets",
      paragraph: "Communication paths",
    },
    {
      id: "vpc-names",
      assumed: `${existing.vpcId} resolves names by Amazon's own resolver, with DNS support and DNS host names on, and no resolver rule takes AWS's names elsewhere.`,
      otherwise: "Names of AWS's services lead to public addresses, which egress closes: nodes do not join.",
      check: `aws ec2 describe-vpc-attribute --region ${region} --vpc-id ${existing.vpcId} --attribute enableDnsHostnames, its DHCP options, and aws route53resolver list-resolver-rule-associations --region ${region}`,
      field: "network.existing.vpcId",
      paragraph: "Communication paths",
    },
  ];
}

function endpoints(deployment: AwsDeployment): Assumption[] {
  const { existing } = deployment.network;
  if (!existing) return [];
  const region = deployment.cloudRegion;
  const { admitSecurityGroups, admitCidrs } = existing.endpoints;
  return [
    ...givenEndpoints(deployment).map(({ services, cidrs, securityGroupId }, index): Assumption => ({
      id: `given-endpoints-${index}`,
      assumed: `The endpoints at ${cidrs.join(", ")} answer for ${services.join(", ")}: their names lead there, their policies let this account's principals through, and ${securityGroupId === undefined ? "what filters them admits the network" : `nothing but ${securityGroupId} filters them`}.`,
      otherwise:
        "Nodes do not join, or pods get no credentials, images or secrets; a policy of theirs that is wider lets credentials of others through.",
      check: `aws ec2 describe-vpc-endpoints --region ${region} --query 'VpcEndpoints[].[ServiceName,PrivateDnsEnabled,PolicyDocument]', in the account that they are of; from a node: getent hosts sts.${region}.amazonaws.com`,
      field: `network.existing.endpoints.interface[${index}]`,
      paragraph: "Communication paths",
    })),
    ...(makesS3Gateway(deployment)
      ? []
      : [
          {
            id: "given-s3-gateway",
            assumed: `The node route tables lead to S3's gateway endpoint, whose policy lets this account's principals and ECR's layers through.`,
            otherwise: "No image is pulled and no input read, or credentials of others reach buckets of others.",
            check: `aws ec2 describe-vpc-endpoints --region ${region} --filters Name=vpc-id,Values=${existing.vpcId} Name=service-name,Values=${serviceName(region, "s3")}`,
            field: "network.existing.endpoints.s3Gateway",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(admitSecurityGroups.length + admitCidrs.length === 0
      ? []
      : [
          {
            id: "endpoint-users",
            assumed: `${[...admitSecurityGroups, ...admitCidrs].join(", ")} are others that may use AWS's services through the endpoints made here.`,
            otherwise:
              "Whoever is among them calls AWS's services through them too; their policies bound whose credentials work.",
            check:
              admitSecurityGroups.length > 0
                ? `aws ec2 describe-network-interfaces --region ${region} --filters Name=group-id,Values=${admitSecurityGroups.join(",")}`
                : "who is in these blocks, from their owner",
            field: `network.existing.endpoints.${admitSecurityGroups.length > 0 ? "admitSecurityGroups" : "admitCidrs"}`,
            paragraph: "Outbound-only model",
          } as const,
        ]),
  ];
}

/** Networks, and groups of others, that this one speaks with. */
function connected(deployment: AwsDeployment): Assumption[] {
  const { cloudRegion: region, network, cluster } = deployment;
  const groups = cluster.accessFromSecurityGroups;
  const ways = [...new Set(network.routes.map(({ via }) => via))];
  const toAddresses = addressAllowances(deployment);
  return [
    ...(ways.length === 0
      ? []
      : [
          {
            id: "private-routes",
            assumed: `${ways.join(", ")} lead to ${network.routes.map(({ cidr }) => cidr).join(", ")}, a peering is accepted, and the other side routes back.`,
            otherwise: "Clients and private destinations there get no answer. Nothing opens: rules say what may pass.",
            check: `aws ec2 describe-route-tables --region ${region} on the other side; for a peering: aws ec2 describe-vpc-peering-connections --region ${region}`,
            field: "network.routes",
            paragraph: "Outbound-only model",
          } as const,
        ]),
    ...clientNetworks(
      cluster.accessFromCidrs,
      network.existing ? "the given network's routes lead back to them" : "the other side routes to this network",
    ),
    ...(groups.length === 0
      ? []
      : [
          {
            id: "client-groups",
            assumed: `Members of ${groups.join(", ")} are the customer's own clients alone.`,
            otherwise:
              "Whoever is in such a group reaches the Kubernetes API and the VPC endpoints, and must still sign in.",
            check: `aws ec2 describe-network-interfaces --region ${region} --filters Name=group-id,Values=${groups.join(",")}`,
            field: "cluster.accessFromSecurityGroups",
            paragraph: "Outbound-only model",
          } as const,
        ]),
    ...(toAddresses.length === 0
      ? []
      : [
          {
            id: "allowed-addresses",
            assumed: `What answers at ${toAddresses.flatMap(({ cidrs }) => cidrs).join(", ")} is what 'allowances' names it, lets nodes in, and hands nothing on.`,
            otherwise: "Tasks can't reach it; or they reach what stands behind it, which no rule here bounds.",
            check: "the rules and routes of these blocks, from their owner",
            field: "allowances",
            paragraph: "Egress configuration",
          } as const,
        ]),
  ];
}

function rights({
  name,
  permissionsBoundary,
  cluster,
  nodePools,
  clientSecretArn,
  assumeRole,
  account,
}: AwsDeployment): Assumption[] {
  const admins = [...cluster.admins, ...(assumeRole ? [assumeRole.arn] : [])];
  return [
    ...(permissionsBoundary === undefined
      ? []
      : [
          {
            id: "permissions-boundary",
            assumed: `${permissionsBoundary} takes away nothing that the roles made here are given.`,
            otherwise:
              "Calls are refused that are judged allowed: nodes do not join, or pods reach neither buckets nor secrets.",
            check: `aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::${account}:role/ROLE --action-names s3:GetObject, for each role of ${name}`,
            field: "permissionsBoundary",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(admins.length === 0
      ? []
      : [
          {
            id: "cluster-admins",
            assumed: `Only whom the customer means can act as ${admins.join(", ")}.`,
            otherwise:
              "Whoever their trust policies let in is an administrator of the cluster, once at the private API.",
            check: "aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument, for each",
            field: cluster.admins.length > 0 ? "cluster.admins" : "assumeRole.arn",
            paragraph: "Private connectivity (BYOC)",
          } as const,
        ]),
    ...Object.entries(nodePools).flatMap(([pool, { imageId, userData }]): Assumption[] =>
      imageId === undefined && userData === undefined
        ? []
        : [
            {
              id: `node-image-${pool}`,
              assumed: `The image and the first script of pool ${pool} add nothing that listens or calls out.`,
              otherwise:
                "What they start is root of nodes, past network policies; the nodes' security group bounds it still.",
              check: "on a node: ss -tlnp, and what the image's maker says of it",
              field: `nodePools.${pool}.${imageId === undefined ? "userData" : "imageId"}`,
              paragraph: "Outbound-only model",
            },
          ],
    ),
    ...(clientSecretArn === undefined
      ? []
      : [
          {
            id: "given-secret",
            assumed: `${clientSecretArn} holds the client secret, and who else may read it is as the customer means.`,
            otherwise: "The operator can't sign in; or somebody else signs in as this data plane.",
            check: `aws secretsmanager get-resource-policy --secret-id ${clientSecretArn}`,
            field: "clientSecretArn",
            paragraph: "Communication paths",
          } as const,
        ]),
  ];
}

function stores(deployment: AwsDeployment): Assumption[] {
  const { encryption, objectStore, network, cloudRegion: region } = deployment;
  const buckets = bucketAllowances(deployment);
  return [
    ...(encryption
      ? [
          {
            id: "given-key",
            assumed: `${encryption.keyArn} stays enabled, and its policy lets EKS, EC2, S3, CloudWatch Logs, ECR and the roles made here use it.`,
            otherwise:
              "Nodes, logs or buckets refuse to start; a key that is deleted makes all that it encrypts unreadable.",
            check: `aws kms get-key-policy --region ${region} --key-id ${encryption.keyArn} --policy-name default`,
            field: "encryption.keyArn",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
    ...(objectStore.existing
      ? [
          {
            id: "given-buckets",
            assumed: `${objectStore.existing.metadata} and ${objectStore.existing.fastRegistration} are in ${region}, encrypted and closed to the public, and admit the roles made here; their CORS lets the tenant's host GET and HEAD.`,
            otherwise: "Runs can't read or write, the console shows no data; or what they hold is open to others.",
            check: `aws s3api get-bucket-policy-status, get-public-access-block, get-bucket-encryption and get-bucket-cors, with --bucket of each`,
            field: "objectStore.existing",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
    ...(buckets.length === 0
      ? []
      : [
          {
            id: "allowed-buckets",
            assumed: `The policies of ${buckets.map(({ bucket }) => bucket).join(", ")} admit the task role, and whose they are is as the customer means.`,
            otherwise: "Tasks are refused; or they write data into a bucket that is somebody else's.",
            check: "aws s3api get-bucket-policy and get-bucket-location, with --bucket of each",
            field: "allowances",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(network.flowLogArchive === undefined
      ? []
      : [
          {
            id: "flow-log-archive",
            assumed: `The bucket of ${network.flowLogArchive} lets delivery.logs.amazonaws.com write, and only reviewers read it.`,
            otherwise: "The archive stays empty; the log group has the records still.",
            check: `aws s3api get-bucket-policy --bucket ${(network.flowLogArchive.split(":::")[1] ?? "").replace(/\/.*/, "")}`,
            field: "network.flowLogArchive",
            paragraph: "Outbound-only model",
          } as const,
        ]),
  ];
}

function images(deployment: AwsDeployment): Assumption[] {
  const { mirror, credentials } = deployment.images;
  const foreign = foreignRepositories(deployment);
  const logins = Object.values(credentials).map(({ secretArn }) => secretArn);
  return [
    ...(mirror === undefined ? [] : [imageMirror(deployment.name, mirror, "the registry's own list")]),
    ...(foreign.length === 0
      ? []
      : [
          {
            id: "given-repositories",
            assumed: `${foreign.join(", ")} let this account's nodes pull.`,
            otherwise: "Tasks whose image is there do not start.",
            check: "aws ecr get-repository-policy --repository-name NAME, in the account of each",
            field: "images.repositories",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(logins.length === 0
      ? []
      : [
          imageLogins(
            `${logins.join(", ")} hold logins that are valid.`,
            "aws ecr validate-pull-through-cache-rule --ecr-repository-prefix PREFIX, for each",
          ),
        ]),
  ];
}
