import type { AwsDeployment, NodePool } from "../../../config/deployment";
import { NodePools, type NodePoolsProps } from "../../../constructs/aws/node-pools";
import { statements, Synthesized } from "../../support/constructs";

const KEY = "arn:aws:kms:us-east-2:123456789012:key/own";
const REPOSITORIES = "arn:aws:ecr:us-east-2:123456789012:repository/acme/*";

type Pool = NodePool<AwsDeployment>;

const pool = (fields: Partial<Pool> = {}): Pool => ({
  role: "worker",
  instanceTypes: ["m6i.xlarge"],
  min: 0,
  max: 10,
  spot: false,
  gpu: false,
  image: "al2023",
  diskGiB: 100,
  labels: {},
  ...fields,
});

function synthesize(props: Partial<NodePoolsProps> = {}) {
  return Synthesized.of((scope) => {
    new NodePools(scope, "node-pools", {
      clusterName: "acme",
      version: "1.35",
      subnetIds: ["subnet-a", "subnet-b"],
      securityGroupId: "sg-node",
      keyArn: KEY,
      pools: { worker: pool() },
      ...props,
    });
  });
}

const group = (fields: Partial<Pool>) => synthesize({ pools: { big: pool(fields) } }).one("aws_eks_node_group");

test("Systems Manager opens sessions on nodes by choice alone", () => {
  const policies = (made: Synthesized) =>
    made.all("aws_iam_role_policy_attachment").map(({ policy_arn }) => policy_arn.split("/").at(-1));
  expect(policies(synthesize())).not.toContain("AmazonSSMManagedInstanceCore");
  expect(policies(synthesize({ sessionManager: true }))).toContain("AmazonSSMManagedInstanceCore");
});

test("nodes have the node security group only, so EKS's open one stays off", () => {
  const made = synthesize();
  expect(made.one("aws_launch_template").vpc_security_group_ids).toEqual(["sg-node"]);
  expect(made.one("aws_eks_node_group").launch_template).toEqual({
    id: `\${${made.address("aws_launch_template")}.id}`,
    version: `\${${made.address("aws_launch_template")}.latest_version}`,
  });
});

test("pods can't reach a node's credentials", () => {
  expect(synthesize().one("aws_launch_template").metadata_options).toEqual({
    http_endpoint: "enabled",
    http_tokens: "required",
    http_put_response_hop_limit: 1,
  });
});

test("root volumes are encrypted with the key", () => {
  const [{ device_name, ebs }] = synthesize({ pools: { build: pool({ diskGiB: 50 }) } }).one(
    "aws_launch_template",
  ).block_device_mappings;
  // The device name of Amazon Linux 2023's root volume; another one would add a second volume.
  expect(device_name).toBe("/dev/xvda");
  expect(ebs).toMatchObject({ volume_type: "gp3", volume_size: 50, encrypted: "true", kms_key_id: KEY });
});

test("instances, volumes and interfaces carry the tags", () => {
  const { tag_specifications, lifecycle } = synthesize({ tags: { team: "data" } }).one("aws_launch_template");
  expect(tag_specifications).toEqual(
    ["instance", "volume", "network-interface"].map((resource_type) => ({
      resource_type,
      tags: { team: "data", Name: "acme-worker" },
    })),
  );
  // A later tag makes no new version of the template, which would replace every node.
  expect(lifecycle.ignore_changes).toEqual(["tag_specifications"]);
});

test("labels and taints keep services and workers apart", () => {
  const { labels, taint } = group({ role: "services", labels: { zone: "quiet", "union.ai/node-role": "other" } });
  expect(labels).toEqual({ "union.ai/node-role": "services", "union.ai/pool": "big", zone: "quiet" });
  expect(taint).toEqual([{ key: "union.ai/node-role", value: "services", effect: "NO_SCHEDULE" }]);
});

test("GPU pools have a second taint", () => {
  expect(group({ gpu: true }).taint.map(({ key }: { key: string }) => key)).toEqual([
    "union.ai/node-role",
    "nvidia.com/gpu",
  ]);
});

test("the autoscaler knows of a pool without nodes what it can't ask: GPUs' name and room on the disk", () => {
  const { labels, tags } = group({ gpu: true, instanceTypes: ["g5.2xlarge"], diskGiB: 200 });
  expect(labels["k8s.amazonaws.com/accelerator"]).toBe("nvidia-a10g");
  expect(tags).toEqual({ "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage": "178Gi" });
});

test("spot nodes take interruptible tasks only", () => {
  expect(group({ spot: true }).taint).toContainEqual({
    key: "union.ai/capacity-type",
    value: "interruptible",
    effect: "NO_SCHEDULE",
  });
});

test("a pool starts at its minimum; from then on the autoscaler owns its size", () => {
  const { scaling_config, lifecycle } = group({ min: 2, max: 5 });
  expect(scaling_config).toEqual({ min_size: 2, max_size: 5, desired_size: 2 });
  expect(lifecycle.ignore_changes).toEqual(["scaling_config[0].desired_size"]);
});

test.each([
  { spot: false, capacity: "ON_DEMAND" },
  { spot: true, capacity: "SPOT" },
])("spot $spot is $capacity", ({ spot, capacity }) => {
  expect(group({ spot }).capacity_type).toBe(capacity);
});

test.each([
  { instanceTypes: ["m6i.xlarge", "m5zn.large"], gpu: false, image: "AL2023_x86_64_STANDARD" },
  { instanceTypes: ["m7g.xlarge", "im4gn.large", "a1.large"], gpu: false, image: "AL2023_ARM_64_STANDARD" },
  { instanceTypes: ["g5.xlarge", "g4dn.xlarge", "p4d.24xlarge"], gpu: true, image: "AL2023_x86_64_NVIDIA" },
  { instanceTypes: ["g5g.xlarge"], gpu: true, image: "AL2023_ARM_64_NVIDIA" },
])("$instanceTypes run $image", ({ instanceTypes, gpu, image }) => {
  expect(group({ instanceTypes, gpu }).ami_type).toBe(image);
});

test("the node role may join and pull, and not change the network", () => {
  const policies = synthesize()
    .all("aws_iam_role_policy_attachment")
    .map(({ policy_arn }) => policy_arn);
  expect(policies.sort()).toEqual([
    "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
  ]);
});

test("pulls fill the cache under its prefix, where there is one", () => {
  expect(synthesize().all("aws_iam_role_policy")).toEqual([]);
  const [fill, ...others] = statements(
    synthesize({ pullThroughRepositories: REPOSITORIES }).one("aws_iam_role_policy").policy,
  );
  expect(others).toEqual([]);
  expect(fill).toEqual({
    Effect: "Allow",
    Action: ["ecr:CreateRepository", "ecr:BatchImportUpstreamImage"],
    Resource: REPOSITORIES,
  });
});

test("nodes pull from repositories that were there already, and push to none", () => {
  const repositoryArns = ["arn:aws:ecr:us-east-2:210987654321:repository/fraud/*"];
  const [pull, ...others] = statements(synthesize({ repositoryArns }).one("aws_iam_role_policy").policy);
  expect(others).toEqual([]);
  expect(pull).toEqual({
    Effect: "Allow",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: repositoryArns,
  });
});

test("a pool's image is the release that it names, else that of its AMI type, else EKS's choice", () => {
  const releases = { AL2023_x86_64_STANDARD: "1.35.7-20260827" };
  const releaseOf = (fields: Partial<Pool>) =>
    synthesize({ releases, pools: { big: pool(fields) } }).one("aws_eks_node_group").release_version;
  expect(releaseOf({})).toBe("1.35.7-20260827");
  expect(releaseOf({ releaseVersion: "1.35.6-20260728" })).toBe("1.35.6-20260728");
  expect(releaseOf({ gpu: true })).toBeUndefined();
});

describe("images", () => {
  test.each<[Partial<Pool>, string]>([
    [{ image: "bottlerocket" }, "BOTTLEROCKET_x86_64"],
    [{ image: "bottlerocket", instanceTypes: ["m7g.large"] }, "BOTTLEROCKET_ARM_64"],
    [{ image: "bottlerocket", instanceTypes: ["g6.xlarge"], gpu: true }, "BOTTLEROCKET_x86_64_NVIDIA"],
    [{ image: "neuron", instanceTypes: ["inf2.xlarge"] }, "AL2023_x86_64_NEURON"],
  ])("%j is %s", (fields, amiType) => expect(group(fields).ami_type).toBe(amiType));

  test("Bottlerocket's data volume has the pool's disk; both are encrypted", () => {
    const [data, system] = synthesize({ pools: { big: pool({ image: "bottlerocket", diskGiB: 200 }) } }).one(
      "aws_launch_template",
    ).block_device_mappings;
    expect(data).toMatchObject({ device_name: "/dev/xvdb", ebs: { volume_size: 200, kms_key_id: KEY } });
    expect(system).toMatchObject({ device_name: "/dev/xvda", ebs: { encrypted: "true", kms_key_id: KEY } });
  });

  test("one of the customer's own joins by user data, with labels and taints, and has no type of EKS's", () => {
    const made = synthesize({
      pools: { big: pool({ imageId: "ami-0a1b", userData: "#!/bin/sh\necho ${HOME}\n", spot: true }) },
      bootstrap: { endpoint: "https://api", certificateAuthority: "Y2E=", serviceCidr: "172.20.0.0/16" },
    });
    const template = made.one("aws_launch_template");
    expect(template.image_id).toBe("ami-0a1b");
    expect(template.user_data).toMatch(/^\$\{base64encode\(local\.\S+\)\}$/);
    const [text] = Object.values(made.locals);
    for (const part of [
      "application/node.eks.aws",
      "https://api",
      "Y2E=",
      "172.20.0.0/16",
      "union.ai/node-role=worker",
      "eks.amazonaws.com/capacityType=SPOT",
      "--register-with-taints=union.ai/node-role=worker:NoSchedule",
      "text/x-shellscript",
      "$${HOME}",
    ])
      expect(text).toContain(part);
    expect(made.one("aws_eks_node_group")).not.toHaveProperty("ami_type");
    expect(made.one("aws_eks_node_group")).not.toHaveProperty("version");
  });

  test("a reservation is the only place where nodes run", () => {
    expect(
      synthesize({ pools: { big: pool({ capacityReservationId: "cr-0a1b" }) } }).one("aws_launch_template")
        .capacity_reservation_specification,
    ).toEqual({ capacity_reservation_target: { capacity_reservation_id: "cr-0a1b" } });
  });

  test("a capacity block is bought as one, in its zone, of the type that the template says", () => {
    const made = synthesize({
      subnetIdsByZone: { "us-east-2a": "subnet-a", "us-east-2b": "subnet-b" },
      pools: {
        big: pool({ instanceTypes: ["p5.48xlarge"], gpu: true, capacityBlock: { id: "cr-0a1b", zone: "us-east-2b" } }),
      },
    });
    expect(made.one("aws_launch_template")).toMatchObject({
      instance_type: "p5.48xlarge",
      instance_market_options: { market_type: "capacity-block" },
      capacity_reservation_specification: { capacity_reservation_target: { capacity_reservation_id: "cr-0a1b" } },
    });
    expect(made.one("aws_eks_node_group")).toMatchObject({ capacity_type: "CAPACITY_BLOCK", subnet_ids: ["subnet-b"] });
    expect(made.one("aws_eks_node_group")).not.toHaveProperty("instance_types");
  });
});
