import { roleArn } from "../../config/aws/names";
import eksVersions from "../../config/aws/eks-versions.json";
import { awsDeployment, EXISTING_NETWORK } from "../support/deployments";
import { infrastructureOf } from "../support/synthesized";
import type { Json } from "../support/constructs";

/** The synthesized infrastructure stack of the smallest deployment, with fields replaced or added. */
const infrastructure = (fields: Readonly<Record<string, unknown>> = {}): Json =>
  infrastructureOf(awsDeployment(fields));

test("the provider refuses every account but the deployment's, and assumes its role", () => {
  const assumeRole = { arn: "arn:aws:iam::123456789012:role/deployer", externalId: "acme", profile: "acme" };
  expect(infrastructure({ assumeRole, tags: { costCenter: "ml" } }).provider.aws).toEqual([
    {
      region: "us-east-2",
      allowed_account_ids: ["123456789012"],
      assume_role: [{ role_arn: assumeRole.arn, external_id: "acme" }],
      default_tags: [{ tags: { "union:deployment": "acme-prod", costCenter: "ml" } }],
    },
  ]);
});

test.each([
  ["local", undefined, { local: { path: "../../../acme-prod/123456789012/us-east-2/infrastructure.tfstate" } }],
  [
    "s3",
    { backend: "s3", bucket: "acme-state" },
    {
      s3: {
        bucket: "acme-state",
        key: "acme-prod/123456789012/us-east-2/infrastructure.tfstate",
        region: "us-east-2",
        encrypt: true,
        use_lockfile: true,
      },
    },
  ],
])("%s state", (_name, state, backend) => {
  expect(infrastructure(state && { state }).terraform.backend).toEqual(backend);
});

test("a network, a key and buckets that are given are used and not made", () => {
  const stack = infrastructure({
    encryption: { keyArn: "arn:aws:kms:us-east-2:123456789012:key/1" },
    objectStore: { existing: { metadata: "acme-meta", fastRegistration: "acme-fast" } },
    clientSecretArn: "arn:aws:secretsmanager:us-east-2:123456789012:secret:x",
    images: { mirror: "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror" },
    network: { existing: EXISTING_NETWORK },
  });
  const types = Object.keys(stack.resource);
  for (const type of [
    "aws_vpc",
    "aws_subnet",
    "aws_route",
    "aws_kms_key",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
    "aws_ecr_pull_through_cache_rule",
  ]) {
    expect(types).not.toContain(type);
  }
  const [cluster] = Object.values<Json>(stack.resource.aws_eks_cluster);
  expect(cluster.vpc_config.subnet_ids).toEqual(["subnet-3", "subnet-4"]);
  const [flowLog] = Object.values<Json>(stack.resource.aws_flow_log);
  expect(flowLog).toMatchObject({ vpc_id: "vpc-1", traffic_type: "ALL" });
});

test.each(["single", "per-zone"])(
  "a zone that is added (NAT %s) changes nothing that stands of network and cluster",
  (nat) => {
    const inRegion = (network: object) => infrastructure({ cloudRegion: "us-east-1", network: { nat, ...network } });
    const before = inRegion({}).resource;
    const after = inRegion({ addedZones: ["us-east-1d"] }).resource;
    const types = ["subnet", "route_table", "route_table_association", "route", "nat_gateway", "eip"];
    for (const type of [...types, "eks_cluster"].map((name) => `aws_${name}`)) {
      expect(after[type]).toMatchObject(before[type]);
    }
    const [cluster] = Object.values<Json>(after.aws_eks_cluster);
    expect(cluster.vpc_config.subnet_ids).toHaveLength(3);
    for (const group of Object.values<Json>(after.aws_eks_node_group)) expect(group.subnet_ids).toHaveLength(4);
  },
);

test("every role has the boundary, path and prefix that an account demands, and is annotated by its whole name", () => {
  const boundary = "arn:aws:iam::123456789012:policy/boundary";
  const fields = {
    permissionsBoundary: boundary,
    rolePath: "/platform/union/",
    roleNamePrefix: "app-",
    privateManagement: {
      principals: ["arn:aws:iam::444455556666:root"],
      reason: "BYOC agreement",
      expires: "2027-01-01",
    },
  };
  const roles = Object.values<Json>(infrastructure(fields).resource.aws_iam_role);
  expect(roles.length).toBeGreaterThanOrEqual(8);
  for (const role of roles) {
    expect(role).toMatchObject({ permissions_boundary: boundary, path: "/platform/union/" });
    expect(role.name).toMatch(/^app-(?!app-)/);
  }
  expect(roleArn(awsDeployment(fields), "acme-prod-task")).toBe(
    "arn:aws:iam::123456789012:role/platform/union/app-acme-prod-task",
  );
});

test("what is given is forgotten where it was made here before, and not destroyed", () => {
  const addresses = (stack: Json, ...types: string[]) =>
    types.flatMap((type) => Object.keys(stack.resource[type] ?? {}).map((name) => `${type}.${name}`));
  const made = infrastructure();
  expect(made).not.toHaveProperty("removed");
  const given = infrastructure({
    encryption: { keyArn: "arn:aws:kms:us-east-2:123456789012:key/1" },
    objectStore: { existing: { metadata: "acme-meta", fastRegistration: "acme-fast" } },
  });
  expect(given.removed.map(({ from }: Json) => from).sort()).toEqual(
    addresses(
      made,
      "aws_kms_key",
      "aws_s3_bucket",
      "aws_s3_bucket_cors_configuration",
      "aws_s3_bucket_lifecycle_configuration",
      "aws_s3_bucket_ownership_controls",
      "aws_s3_bucket_policy",
      "aws_s3_bucket_public_access_block",
      "aws_s3_bucket_server_side_encryption_configuration",
      "aws_s3_bucket_versioning",
    ).sort(),
  );
  expect(given.removed.every(({ lifecycle }: Json) => lifecycle.destroy === false)).toBe(true);
});

test("nodes drain while their paths are open: the cluster and its pools depend on every rule", () => {
  const { resource } = infrastructure();
  const rules = ["aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"].flatMap((type) =>
    Object.keys(resource[type]).map((name) => `${type}.${name}`),
  );
  expect(rules.length).toBeGreaterThan(20);
  for (const { depends_on } of Object.values<Json>({ ...resource.aws_eks_cluster, ...resource.aws_eks_node_group }))
    expect(depends_on).toEqual(expect.arrayContaining(rules));
});

test("the control plane's log group outlives the cluster, which still writes to it", () => {
  const groups = Object.values<Json>(infrastructure().resource.aws_cloudwatch_log_group);
  expect(groups.find(({ name }) => name === "/aws/eks/acme-prod/cluster")).toMatchObject({ skip_destroy: true });
});

test("add-ons and node images are those known to go with the version of Kubernetes, unless the deployment says else", () => {
  const versions = (fields: Readonly<Record<string, unknown>>) => {
    const { aws_eks_addon: addons, aws_eks_node_group: pools } = infrastructure(fields).resource;
    return Object.fromEntries([
      ...Object.values<Json>(addons).map(({ addon_name, addon_version }) => [addon_name, addon_version]),
      ...Object.values<Json>(pools).map(({ node_group_name_prefix, release_version }) => [
        node_group_name_prefix,
        release_version,
      ]),
    ]) as Record<string, string | undefined>;
  };
  const { addons, nodes } = eksVersions["1.35"];
  const known = versions({ kubernetesVersion: "1.35" });
  expect(known).toEqual({
    "vpc-cni": addons["vpc-cni"],
    "kube-proxy": addons["kube-proxy"],
    coredns: addons.coredns,
    "services-": nodes.AL2023_x86_64_STANDARD,
    "worker-": nodes.AL2023_x86_64_STANDARD,
  });
  const cluster = { addons: ["metrics-server"], addonVersions: { coredns: "v9.9.9-eksbuild.9" } };
  expect(versions({ kubernetesVersion: "1.35", cluster })).toEqual({
    ...known,
    coredns: "v9.9.9-eksbuild.9",
    "metrics-server": addons["metrics-server"],
  });
  expect(Object.values(versions({ kubernetesVersion: "1.31" }))).toEqual(Array(5).fill(undefined));
});

test.each([true, false])("deletion protection %s: whether a plan may destroy what is hard to get back", (isOn) => {
  const { resource } = infrastructure({ deletionProtection: isOn });
  for (const type of ["aws_eks_cluster", "aws_vpc", "aws_subnet", "aws_eip"]) {
    for (const { lifecycle } of Object.values<Json>(resource[type]))
      expect(lifecycle?.prevent_destroy ?? false).toBe(isOn);
  }
});

test("private management is off by default, and a declared exception where it is on", () => {
  expect(infrastructure().resource).not.toHaveProperty("aws_vpc_endpoint_service");
  const privateManagement = {
    principals: ["arn:aws:iam::210987654321:role/union"],
    reason: "BYOC agreement",
    expires: "2027-01-01",
  };
  const [service] = Object.values<Json>(infrastructure({ privateManagement }).resource.aws_vpc_endpoint_service);
  expect(service).toMatchObject({ acceptance_required: true, allowed_principals: privateManagement.principals });
});

test("outputs name what a person needs next, and no secret", () => {
  const { output } = infrastructure();
  expect(Object.keys(output)).toEqual(
    expect.arrayContaining([
      "kubeconfig_command",
      "client_secret_command",
      "nat_addresses",
      "verify_security_groups_command",
    ]),
  );
  for (const { description } of Object.values<Json>(output)) expect(description).toMatch(/.+/);
});

test("further registries are cached beside a mirror; a repository of another account learns the nodes' role", () => {
  const docker = {
    secretArn: "arn:aws:secretsmanager:us-east-2:123456789012:secret:ecr-pullthroughcache/docker-AbCdEf",
  };
  const stack = infrastructure({
    images: {
      mirror: "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror",
      upstreams: ["docker"],
      credentials: { docker },
      repositories: ["arn:aws:ecr:us-east-2:210987654321:repository/fraud/*"],
    },
  });
  const rules = Object.values<Json>(stack.resource.aws_ecr_pull_through_cache_rule);
  expect(rules).toMatchObject([
    {
      ecr_repository_prefix: "acme-prod/docker",
      upstream_registry_url: "registry-1.docker.io",
      credential_arn: docker.secretArn,
    },
  ]);
  expect(stack.output.node_role.description).toContain("arn:aws:ecr:us-east-2:210987654321:repository/fraud/*");
  expect(stack.output).not.toHaveProperty("image_cache_commands");
  expect(infrastructure().output).not.toHaveProperty("node_role");
});
