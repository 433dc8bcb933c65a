/** Options of AWS in this package's own output: they pass, and one fault at a time in what they bring does not. */
import { add, copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const ADDONS = ["aws-ebs-csi-driver", "metrics-server", "eks-node-monitoring-agent", "eks-pod-identity-agent"];

const original = synthesize({
  cluster: { addons: ADDONS },
  taskRoles: "per-namespace",
  taskNamespaces: ["a-development", "b-development"],
});

const invariants = async (tree: Tree) => [...new Set((await judge(tree)).findings.map(({ invariant }) => invariant))];

test("add-ons and roles by namespace pass", async () => {
  expect((await judge(original)).findings).toEqual([]);
});

test.each(["aws-ebs-csi-driver", "metrics-server"])(
  "%s that tolerates no taint of a pool: schedulable",
  async (name) => {
    const tree = copyOf(original);
    const [addon] = find(tree.infrastructure, "aws_eks_addon").filter(({ addon_name }) => addon_name === name);
    delete addon.configuration_values;
    expect(await invariants(tree)).toEqual(["schedulable"]);
  },
);

test("task pods of one namespace that are another's role: no-static-credentials", async () => {
  const tree = copyOf(original);
  const [account] = find(tree.workloads, "kubernetes_default_service_account_v1", /task-account-a-development/);
  const annotations = account.metadata.annotations;
  annotations["eks.amazonaws.com/role-arn"] = annotations["eks.amazonaws.com/role-arn"].replace("-a-", "-b-");
  expect(await invariants(tree)).toEqual(["no-static-credentials"]);
});

test.each(["coredns", "kube-proxy"])("a cluster without %s: required-paths", async (name) => {
  const tree = copyOf(original);
  remove(tree.infrastructure, "aws_eks_addon", new RegExp(name));
  expect(await invariants(tree)).toEqual(["required-paths"]);
});

describe("pods in a block of their own", () => {
  const ownBlock = synthesize({ network: { podCidr: "100.64.0.0/16", prefixDelegation: true } });
  const messages = async (tree: Tree) => (await judge(tree)).findings.map(({ message }) => message).join("\n");
  const podNetwork = (tree: Tree, change: (configuration: Json) => void) => {
    const [addon] = find(tree.infrastructure, "aws_eks_addon", /vpc-cni/);
    const configuration = JSON.parse(addon.configuration_values);
    change(configuration);
    addon.configuration_values = JSON.stringify(configuration);
  };

  test("pass", async () => {
    expect((await judge(ownBlock)).findings).toEqual([]);
  });

  test.each<[string, (tree: Tree) => void, string, RegExp]>([
    [
      "a subnet of pods without routes",
      ({ infrastructure }) => remove(infrastructure, "aws_route_table_association", /routes-of-pod-us-east-2a/),
      "required-paths",
      /closed by the routes of aws_eks_node_group/,
    ],
    [
      "a block that the VPC does not have",
      ({ infrastructure }) => remove(infrastructure, "aws_vpc_ipv4_cidr_block_association", /pod-block/),
      "required-paths",
      /lies in no block of aws_vpc\.[^ ]*: AWS refuses it/,
    ],
    [
      "pods in another group than their nodes",
      (tree) =>
        podNetwork(tree, ({ eniConfig }) => {
          for (const one of Object.values<Json>(eniConfig.subnets)) one.securityGroups = ["sg-0a1b"];
        }),
      "required-paths",
      /./,
    ],
    [
      "a zone without a subnet of pods",
      (tree) => podNetwork(tree, ({ eniConfig }) => delete eniConfig.subnets["us-east-2b"]),
      "required-paths",
      /pods in us-east-2b get no address: it has nodes and no subnet of pods/,
    ],
    [
      "the subnet of another zone",
      (tree) =>
        podNetwork(tree, ({ eniConfig: { subnets } }) => {
          subnets["us-east-2a"] = subnets["us-east-2b"];
        }),
      "required-paths",
      /pods in us-east-2a get no address: their subnet is in us-east-2b/,
    ],
    [
      "nodes that do not find their subnet",
      (tree) => podNetwork(tree, ({ env }) => delete env.ENI_CONFIG_LABEL_DEF),
      "required-paths",
      /nodes do not find the subnets of pods by their zones/,
    ],
    [
      "subnets that are told elsewhere",
      (tree) => podNetwork(tree, (configuration) => delete configuration.eniConfig),
      "required-paths",
      /the subnets of pods are not in aws_eks_addon/,
    ],
  ])("%s", async (_, change, invariant, message) => {
    const tree = copyOf(ownBlock);
    change(tree);
    expect(await invariants(tree)).toContain(invariant);
    expect(await messages(tree)).toMatch(message);
  });
});

describe("a capacity block", () => {
  const withBlock = synthesize({
    nodePools: {
      services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6 },
      worker: { role: "worker", instanceTypes: ["m6i.4xlarge"] },
      block: {
        role: "worker",
        instanceTypes: ["p5.48xlarge"],
        gpu: true,
        capacityBlock: { id: "cr-0a1b", zone: "us-east-2b" },
      },
    },
  });
  const [TEMPLATE, GROUP] = ["aws_launch_template", "aws_eks_node_group"];

  test("passes", async () => {
    expect((await judge(withBlock)).findings).toEqual([]);
  });

  test.each<[string, (of: (type: string) => Json) => void]>([
    ["bought on demand by its group", (of) => (of(GROUP).capacity_type = "ON_DEMAND")],
    ["that the template does not name", (of) => delete of(TEMPLATE).instance_market_options],
    ["without its reservation", (of) => delete of(TEMPLATE).capacity_reservation_specification],
    ["without an instance type in the template", (of) => delete of(TEMPLATE).instance_type],
    ["in several zones", (of) => of(GROUP).subnet_ids.push("subnet-0a1b")],
  ])("%s: required-paths", async (_, change) => {
    const tree = copyOf(withBlock);
    change((type) => find(tree.infrastructure, type, /node-pools_block/)[0]);
    expect(await invariants(tree)).toContain("required-paths");
  });
});

describe("sessions on nodes", () => {
  const [ATTACHMENT, POLICY] = ["aws_iam_role_policy_attachment", "AmazonSSMManagedInstanceCore"];
  const withSessions = synthesize({ cluster: { sessionManager: true } });

  test("by option are an exception that the report lists", async () => {
    const { findings, exceptions } = await judge(withSessions);
    expect(findings).toEqual([]);
    expect(exceptions).toMatchObject([{ id: "node-access", resource: "aws_eks_node_group.*", state: "used" }]);
  });

  test("without it are a way in: node-access", async () => {
    const tree = copyOf(original);
    const [worker] = find(tree.infrastructure, ATTACHMENT, /AmazonEKSWorkerNodePolicy/);
    add(tree.infrastructure, ATTACHMENT, { ...worker, policy_arn: `arn:aws:iam::aws:policy/${POLICY}` });
    expect(await invariants(tree)).toEqual(["node-access"]);
  });

  test.each<[string, (stack: Json) => void]>([
    ["an endpoint", (stack) => remove(stack, "aws_vpc_endpoint", /cloud-endpoints_ssmmessages/)],
    ["the right to open channels", (stack) => remove(stack, ATTACHMENT, new RegExp(POLICY))],
  ])("need %s: required-paths", async (_, change) => {
    const tree = copyOf(withSessions);
    change(tree.infrastructure);
    expect(await invariants(tree)).toEqual(["required-paths"]);
  });
});
