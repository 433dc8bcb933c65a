import { orderOfPlan } from "../../../verification/diff/plan-order";

const changed = (address: string, actions: string[], before: object | null = {}, after: object | null = {}) => ({
  ...{ address, type: address.split(".")[0], mode: "managed" },
  change: { actions, before, after },
});
const made = (address: string, after: object = {}) => changed(address, ["create"], null, after);
const gone = (address: string, before: object = {}) => changed(address, ["delete"], before, null);
const updated = (address: string, before: object, after: object) => changed(address, ["update"], before, after);
const orderOf = (...changes: object[]) => {
  const { narrows, widens, both, early } = orderOfPlan({ format_version: "1.2", resource_changes: changes });
  const texts = (moves: readonly { readonly text: string }[]) => moves.map(({ text }) => text);
  return { narrows: texts(narrows), widens: texts(widens), both: texts(both), early };
};
const NOTHING = { narrows: [], widens: [], both: [], early: [] };

const entries = (...cidrs: string[]) => ({
  entry: cidrs.map((cidr) => ({ cidr, description: `block ${cidr}` })),
  ...{ max_entries: cidrs.length, version: cidrs.length, tags: {} },
});
const [A, B] = ["198.51.100.0/24", "203.0.113.0/24"];

describe("a list of blocks", () => {
  const list = "aws_ec2_managed_prefix_list.edge";

  test("that loses one narrows", () => {
    expect(orderOf(updated(list, entries(A, B), entries(A)))).toEqual({
      ...NOTHING,
      narrows: [`${list}: entry[${B}].cidr ${B}`],
    });
  });

  test("that gets one widens, and may go early", () => {
    const { narrows, widens, both, early } = orderOf(updated(list, entries(A), entries(B, A)));
    expect({ narrows, both, early }).toEqual({ narrows: [], both: [], early: [list] });
    expect(widens).toEqual([`${list}: entry[${B}].cidr ${B}`]);
  });

  test("that loses one and gets another does both, and may not go early", () => {
    expect(orderOf(updated(list, entries(A), entries(B)))).toEqual({
      ...NOTHING,
      both: [`${list}: takes entry[${A}].cidr ${A}, gives entry[${B}].cidr ${B}`],
    });
  });

  test("whose words, tags and order alone change does neither", () => {
    const after = { ...entries(B, A), entry: [{ cidr: A, description: "new" }, { cidr: B }], tags: { a: "b" } };
    expect(orderOf(updated(list, entries(A, B), after))).toEqual({ ...NOTHING, early: [list] });
  });
});

test.each([
  "aws_vpc_security_group_egress_rule.tunnel",
  "aws_route.nat",
  "aws_vpc_endpoint.s3",
  "aws_iam_role.component",
  "aws_ecr_pull_through_cache_rule.union",
  "google_compute_firewall.tunnel",
  "google_service_account_iam_member.component",
  "google_artifact_registry_repository.mirror",
  "azurerm_private_endpoint.registry",
  "azurerm_federated_identity_credential.namespace",
  "azurerm_subnet_nat_gateway_association.nodes",
  "azurerm_container_registry_cache_rule.union",
])("%s: taken away it narrows, made it widens, made anew it does neither", (address) => {
  expect(orderOf(gone(address))).toEqual({ ...NOTHING, narrows: [`${address}: all of it`] });
  expect(orderOf(made(address))).toEqual({ ...NOTHING, widens: [`${address}: all of it`], early: [address] });
  expect(orderOf(changed(address, ["delete", "create"]))).toEqual(NOTHING);
  expect(orderOf(changed(address, ["no-op"]))).toEqual(NOTHING);
});

test("what is no way of anything: taken away it does nothing, made it may be what the workloads need", () => {
  expect(orderOf(gone("aws_cloudwatch_log_group.a"))).toEqual(NOTHING);
  expect(orderOf(made("aws_eks_node_group.a")).widens).toEqual(["aws_eks_node_group.a: all of it"]);
  expect(orderOf(updated("aws_eks_cluster.a", { version: "1.33" }, { version: "1.34" }))).toEqual({
    ...NOTHING,
    early: ["aws_eks_cluster.a"],
  });
});

describe("rules of a group on Azure", () => {
  const group = "azurerm_network_security_group.nodes";
  const rule = (name: string, access: string, prefixes: string[]) => ({
    ...{ name, access, direction: "Outbound", priority: 100 },
    destination_address_prefixes: prefixes,
  });
  const of = (...rules: object[]) => ({ name: "nodes", security_rule: rules });

  test("are told apart by their names", () => {
    const before = of(rule("edge", "Allow", [A]), rule("office", "Allow", [B]));
    const { narrows, widens, both } = orderOf(updated(group, before, of(rule("edge", "Allow", [A]))));
    expect({ widens, both }).toEqual({ widens: [], both: [] });
    expect(narrows).toEqual([expect.stringMatching(/security_rule\[office\]/)]);
  });

  test("a denial that comes does not wait, one that goes does", () => {
    const [open, shut] = [
      of(rule("edge", "Allow", [A])),
      of(rule("edge", "Allow", [A]), rule("rest", "Deny", ["0.0.0.0/0"])),
    ];
    expect(orderOf(updated(group, open, shut))).toEqual({ ...NOTHING, early: [group] });
    expect(orderOf(updated(group, shut, open))).toEqual(NOTHING);
  });
});

test("a firewall's rule that denies is made early and goes late", () => {
  const denial = { deny: [{ protocol: "all" }], allow: [] };
  const address = "google_compute_firewall.none";
  expect(orderOf(made(address, denial))).toEqual({ ...NOTHING, early: [address] });
  expect(orderOf(gone(address, denial))).toEqual(NOTHING);
});

test("a policy is read, statement by statement", () => {
  const policy = (...Action: string[]) => ({
    policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource: "*" }] }),
  });
  const address = "aws_iam_role_policy.a";
  expect(orderOf(updated(address, policy("s3:GetObject", "s3:PutObject"), policy("s3:GetObject")))).toEqual({
    ...NOTHING,
    narrows: [`${address}: policy.Statement.Action s3:PutObject`],
  });
  // Not known before the plan is applied.
  expect(orderOf(updated(address, policy("s3:GetObject"), {}))).toEqual({ ...NOTHING, early: [address] });
});

test("a rule that leads to a list which is yet to be made leads elsewhere than before", () => {
  const address = "aws_vpc_security_group_egress_rule.tunnel";
  const values = { ip_protocol: "tcp", from_port: 7844 };
  const rule = updated(address, { ...values, prefix_list_id: "pl-old" }, values);
  const change = { ...rule.change, after_unknown: { prefix_list_id: true } };
  expect(orderOf({ ...rule, change })).toEqual({
    ...NOTHING,
    both: [`${address}: takes prefix_list_id pl-old, gives prefix_list_id (one that is made with it)`],
    early: [],
  });
});

test("what can't be read is not fine", () => {
  expect(() => orderOfPlan({})).toThrow("is no plan");
});
