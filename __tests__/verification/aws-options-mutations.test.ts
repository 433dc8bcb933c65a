/** Options of AWS in this package's own output: they pass, and one fault at a time in what they bring does not. */
import { copyOf, find, judge, synthesize, type Tree } from "../support/tree";

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
