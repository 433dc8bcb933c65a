import { copyOf, find, judge, synthesize, type Tree } from "../../support/tree";

/** Opens TCP 443 to a block for the task pods of `union`. */
function openToTasks(tree: Tree, cidr: string): Tree {
  const [{ spec }] = find(tree.workloads, "kubernetes_network_policy_v1", /union-tasks/);
  spec.egress.push({ to: [{ ip_block: { cidr } }], ports: [{ protocol: "TCP", port: "443" }] });
  return tree;
}

const violated = async (tree: Tree) =>
  (await judge(tree)).findings.map(({ invariant, message }) => [invariant, message]);

test("what the platform may reach is no way out for tasks that have none", async () => {
  const closed = synthesize({ taskEgress: "none", egress: { controlPlaneCidrs: ["3.137.115.239/32"] } });
  expect(await violated(closed)).toEqual([]);
  for (const cidr of ["104.16.0.0/13", "3.137.115.239/32"]) {
    expect(await violated(openToTasks(copyOf(closed), cidr))).toEqual([
      ["egress-allowlist", expect.stringContaining("pod/union/tasks")],
    ]);
  }
});

test("tasks that may start tasks reach the control plane's blocks and no other", async () => {
  const open = synthesize();
  expect(await violated(openToTasks(copyOf(open), "104.16.0.0/13"))).toEqual([]);
  expect(await violated(openToTasks(copyOf(open), "203.0.113.0/24"))).toHaveLength(1);
});
