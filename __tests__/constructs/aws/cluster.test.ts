import { Cluster, type ClusterProps } from "../../../constructs/aws/cluster";
import { TerraformResource, type Construct } from "../../../framework";
import { statements, Synthesized } from "../../support/constructs";

const KEY = "arn:aws:kms:us-east-2:123456789012:key/own";
const ADMIN = "arn:aws:iam::123456789012:role/admin";

function synthesize(props: Partial<ClusterProps> = {}, use: (cluster: Cluster, scope: Construct) => void = () => {}) {
  return Synthesized.of((scope) => {
    const cluster = new Cluster(scope, "cluster", {
      name: "acme",
      version: "1.35",
      subnetIds: ["subnet-a", "subnet-b"],
      securityGroupId: "sg-cluster",
      serviceCidr: "172.20.0.0/16",
      keyArn: KEY,
      logRetentionDays: 90,
      admins: [],
      ...props,
    });
    use(cluster, scope);
  });
}

const addon = (made: Synthesized, name: string) => made.one("aws_eks_addon", { addon_name: name });

test("the Kubernetes API is private, in the given subnets and group", () => {
  expect(synthesize().one("aws_eks_cluster")).toMatchObject({
    name: "acme",
    version: "1.35",
    kubernetes_network_config: { service_ipv4_cidr: "172.20.0.0/16" },
    vpc_config: {
      endpoint_private_access: true,
      endpoint_public_access: false,
      subnet_ids: ["subnet-a", "subnet-b"],
      security_group_ids: ["sg-cluster"],
    },
  });
});

test("Kubernetes secrets are encrypted with the key", () => {
  const made = synthesize();
  expect(made.one("aws_eks_cluster").encryption_config).toEqual({ resources: ["secrets"], provider: { key_arn: KEY } });
  const [use] = statements(made.one("aws_iam_role_policy", { name: "secrets-encryption" }).policy);
  expect(use.Resource).toBe(KEY);
});

test("every control-plane log goes to a group that was there first, encrypted and with an end", () => {
  const made = synthesize();
  const cluster = made.one("aws_eks_cluster");
  expect([...cluster.enabled_cluster_log_types].sort()).toEqual([
    "api",
    "audit",
    "authenticator",
    "controllerManager",
    "scheduler",
  ]);
  const group = { name: "/aws/eks/acme/cluster", retention_in_days: 90, kms_key_id: KEY };
  expect(cluster.depends_on).toContain(made.address("aws_cloudwatch_log_group", group));
});

test.each([
  { admins: [], creatorIsAdmin: true },
  { admins: [ADMIN], creatorIsAdmin: false },
  { admins: [ADMIN, "arn:aws:iam::123456789012:user/eve"], creatorIsAdmin: false },
])("access is by access entries only, with admins $admins", ({ admins, creatorIsAdmin }) => {
  const made = synthesize({ admins });
  const { access_config, lifecycle } = made.one("aws_eks_cluster");
  expect(access_config).toEqual({
    authentication_mode: "API",
    bootstrap_cluster_creator_admin_permissions: creatorIsAdmin,
  });
  // A change of admins must not replace the cluster.
  expect(lifecycle.ignore_changes).toEqual([
    "access_config[0].bootstrap_cluster_creator_admin_permissions",
    "encryption_config",
  ]);
  expect(made.all("aws_eks_access_entry").map(({ principal_arn }) => principal_arn)).toEqual(admins);
  expect(made.all("aws_eks_access_policy_association")).toHaveLength(admins.length);
  for (const { policy_arn, access_scope } of made.all("aws_eks_access_policy_association")) {
    expect(policy_arn).toBe("arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy");
    expect(access_scope).toEqual({ type: "cluster" });
  }
});

test("service accounts are known to IAM through the cluster's own OIDC issuer", () => {
  const made = synthesize();
  const provider = made.one("aws_iam_openid_connect_provider");
  expect(provider.client_id_list).toEqual(["sts.amazonaws.com"]);
  expect(provider.url).toBe(`\${${made.address("aws_eks_cluster")}.identity[0].oidc[0].issuer}`);
});

test("the pod network enforces network policies, under a role of its own", () => {
  const made = synthesize();
  const { configuration_values, service_account_role_arn } = addon(made, "vpc-cni");
  expect(JSON.parse(configuration_values)).toEqual({
    enableNetworkPolicy: "true",
    env: { NETWORK_POLICY_ENFORCING_MODE: "standard" },
  });
  const role = made
    .all("aws_iam_role")
    .find(({ assume_role_policy }) => assume_role_policy.includes("AssumeRoleWithWebIdentity"));
  expect(service_account_role_arn).toBe(`\${${made.address("aws_iam_role", role)}.arn}`);
  const [trust] = statements(role.assume_role_policy);
  expect(Object.keys(trust.Condition)).toEqual(["StringEquals"]);
  expect(Object.values(trust.Condition.StringEquals)).toEqual([
    "sts.amazonaws.com",
    ["system:serviceaccount:kube-system:aws-node"],
  ]);
});

test("pods have interfaces in the subnet of their zone, in the group that is given", () => {
  const subnetIds = { "us-east-2a": "subnet-a", "us-east-2b": "subnet-b" };
  const made = synthesize({ podNetwork: { region: "us-east-2", subnetIds, securityGroupId: "sg-nodes" } });
  expect(JSON.parse(addon(made, "vpc-cni").configuration_values)).toEqual({
    enableNetworkPolicy: "true",
    env: {
      NETWORK_POLICY_ENFORCING_MODE: "standard",
      AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true",
      ENI_CONFIG_LABEL_DEF: "topology.kubernetes.io/zone",
    },
    eniConfig: {
      create: true,
      region: "us-east-2",
      subnets: {
        "us-east-2a": { id: "subnet-a", securityGroups: ["sg-nodes"] },
        "us-east-2b": { id: "subnet-b", securityGroups: ["sg-nodes"] },
      },
    },
  });
});

test("nodes take addresses in blocks by choice", () => {
  const { env } = JSON.parse(addon(synthesize({ prefixDelegation: true }), "vpc-cni").configuration_values);
  expect(env).toEqual({ NETWORK_POLICY_ENFORCING_MODE: "standard", ENABLE_PREFIX_DELEGATION: "true" });
});

test("cluster DNS comes after the nodes and tolerates the taint of the services pools", () => {
  const made = synthesize({}, (cluster, scope) => {
    cluster.addWorkloads([new TerraformResource(scope, "pool", { terraformResourceType: "aws_eks_node_group" })]);
  });
  const { configuration_values, depends_on } = addon(made, "coredns");
  expect(depends_on).toEqual(["aws_eks_node_group.pool"]);
  expect(JSON.parse(configuration_values).tolerations).toEqual([
    { key: "union.ai/node-role", operator: "Equal", value: "services", effect: "NoSchedule" },
  ]);
});

test("nodes wait for the pod network and kube-proxy, not for DNS", () => {
  let waits: string[] = [];
  synthesize({}, (cluster) => (waits = cluster.nodeAddons.map(({ node }) => node.id)));
  expect(waits).toEqual(["vpc-cni", "kube-proxy"]);
});

test("what follows standard support is EKS's own, or what is asked for", () => {
  const policyOf = (props: Partial<ClusterProps>) => synthesize(props).one("aws_eks_cluster")["upgrade_policy"];
  expect(policyOf({})).toBeUndefined();
  expect(policyOf({ support: "standard" })).toEqual({ support_type: "STANDARD" });
  expect(policyOf({ support: "extended" })).toEqual({ support_type: "EXTENDED" });
});

describe("add-ons by option", () => {
  const pool = (scope: Construct) =>
    new TerraformResource(scope, "pool", { terraformResourceType: "aws_eks_node_group" });
  const made = synthesize(
    { addonVersions: { coredns: "v1.13.2-eksbuild.21", "vpc-cni": "v1.22.4-eksbuild.3" } },
    (cluster, scope) => {
      cluster.addWorkloads(
        [pool(scope)],
        ["aws-ebs-csi-driver", "metrics-server", "eks-node-monitoring-agent", "eks-pod-identity-agent"],
      );
    },
  );
  const tolerations = [{ key: "union.ai/node-role", operator: "Equal", value: "services", effect: "NoSchedule" }];

  test("come after the nodes; without any, none is there", () => {
    for (const name of ["aws-ebs-csi-driver", "metrics-server", "eks-node-monitoring-agent", "eks-pod-identity-agent"])
      expect(addon(made, name).depends_on).toContain("aws_eks_node_group.pool");
    expect(synthesize({}, (cluster, scope) => cluster.addWorkloads([pool(scope)])).all("aws_eks_addon")).toHaveLength(
      3,
    );
  });

  test("run on the services pools where they are not of each node", () => {
    expect(JSON.parse(addon(made, "metrics-server").configuration_values)).toEqual({ tolerations });
    expect(JSON.parse(addon(made, "aws-ebs-csi-driver").configuration_values)).toEqual({ controller: { tolerations } });
    for (const name of ["eks-node-monitoring-agent", "eks-pod-identity-agent"])
      expect(addon(made, name)).not.toHaveProperty("configuration_values");
  });

  test("have the versions that are given, and no other", () => {
    expect(addon(made, "coredns").addon_version).toBe("v1.13.2-eksbuild.21");
    expect(addon(made, "vpc-cni").addon_version).toBe("v1.22.4-eksbuild.3");
    expect(addon(made, "metrics-server")).not.toHaveProperty("addon_version");
  });

  test("the volume driver is a role of its own, with the key for volumes only", () => {
    const role = made.one("aws_iam_role", { name: `\${${made.address("aws_eks_cluster")}.id}-ebs-csi` });
    expect(addon(made, "aws-ebs-csi-driver").service_account_role_arn).toBe(
      `\${${made.address("aws_iam_role", role)}.arn}`,
    );
    expect(Object.values(statements(role.assume_role_policy)[0].Condition.StringEquals)).toEqual([
      "sts.amazonaws.com",
      ["system:serviceaccount:kube-system:ebs-csi-controller-sa"],
    ]);
    const use = statements(made.one("aws_iam_role_policy", { name: "volume-encryption" }).policy);
    expect(use.map(({ Resource }) => Resource)).toEqual([KEY, KEY]);
    expect(use.find(({ Action }) => Action === "kms:CreateGrant").Condition).toEqual({
      Bool: { "kms:GrantIsForAWSResource": "true" },
    });
  });
});
