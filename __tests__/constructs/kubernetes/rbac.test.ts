import { Namespace } from "../../../constructs/kubernetes/namespaces";
import { Rbac } from "../../../constructs/kubernetes/rbac";
import { ServiceAccount } from "../../../constructs/kubernetes/service-accounts";
import { TerraformStack, Testing } from "../../../framework";
import { all, type Json, one, workloads } from "../../support/workloads";

const READING = ["get", "list", "watch"];

/** What an account may do: in which namespaces (`*`: all), by which rules. */
function grants(stack: Json, account: string): { where: string; role: string; rules: Json[] }[] {
  const rulesOf = ({ kind, name }: Json, namespace: string | undefined) =>
    one(stack, kind === "Role" ? "kubernetes_role_v1" : "kubernetes_cluster_role_v1", name, namespace).rule;
  return ["kubernetes_role_binding_v1", "kubernetes_cluster_role_binding_v1"].flatMap((type) =>
    all(stack, type)
      .filter(({ subject }) => subject.some(({ name }: Json) => name === account))
      .map(({ metadata, role_ref }) => ({
        where: metadata.namespace ?? "*",
        role: role_ref.name,
        rules: rulesOf(role_ref, metadata.namespace),
      })),
  );
}

const scopes = (stack: Json, account: string) =>
  grants(stack, account)
    .map(({ where, role }) => `${role} in ${where}`)
    .sort();

test.each<[string, Record<string, unknown>, string[]]>([
  ["standard", {}, ["union-tasks in union", "union-token-rotation in union", "union-watch in *"]],
  [
    "standard with task namespaces",
    { taskNamespaces: ["risk-development", "risk-production"] },
    [
      "union-tasks in risk-development",
      "union-tasks in risk-production",
      "union-token-rotation in union",
      "union-watch in *",
    ],
  ],
  ["low-privilege", { rbac: "low-privilege" }, ["union-tasks in union", "union-token-rotation in union"]],
])("%s: the platform's roles reach where they must", (_mode, fields, expected) => {
  expect(scopes(workloads(fields), "union-system")).toEqual(expected);
});

test("low-privilege makes no cluster role for Union's workloads; the autoscaler is the cluster's", () => {
  const names = (fields: Record<string, unknown>) =>
    all(workloads(fields), "kubernetes_cluster_role_v1")
      .map(({ metadata }) => metadata.name)
      .sort();
  expect(names({ rbac: "low-privilege" })).toEqual(["cluster-autoscaler"]);
  expect(names({})).toEqual(["cluster-autoscaler", "union-fluent-bit", "union-tasks", "union-watch"]);
});

test.each([["standard"], ["low-privilege"]])("%s: token rotation takes secrets and deployments of union", (rbac) => {
  const [rotation] = grants(workloads({ rbac }), "union-system").filter(({ role }) => role === "union-token-rotation");
  expect(rotation).toEqual({
    where: "union",
    role: "union-token-rotation",
    rules: [
      { api_groups: [""], resources: ["secrets"], verbs: [...READING, "create", "update"] },
      { api_groups: ["apps"], resources: ["deployments"], verbs: [...READING, "create", "update"] },
    ],
  });
});

test("over the whole cluster, Union's accounts only read, and no secret", () => {
  const stack = workloads();
  const rules = ["union-system", "fluentbit-system"].flatMap((account) =>
    grants(stack, account)
      .filter(({ where }) => where === "*")
      .flatMap(({ rules }) => rules),
  );
  expect(rules.length).toBeGreaterThan(6);
  for (const { verbs, resources } of rules) {
    expect(READING).toEqual(expect.arrayContaining(verbs));
    expect(resources).not.toContain("secrets");
  }
});

test("no rule has a wildcard, and none may change permissions", () => {
  const stack = workloads();
  const rules = [...all(stack, "kubernetes_role_v1"), ...all(stack, "kubernetes_cluster_role_v1")].flatMap(
    ({ rule }) => rule as Json[],
  );
  expect(rules.length).toBeGreaterThan(20);
  for (const { api_groups, resources, verbs } of rules) {
    expect([...api_groups, ...resources, ...verbs]).not.toContain("*");
    expect(api_groups).not.toContain("rbac.authorization.k8s.io");
    for (const verb of ["impersonate", "escalate", "bind"]) expect(verbs).not.toContain(verb);
  }
});

test("task accounts have no permission at all", () => {
  const stack = workloads({ taskNamespaces: ["risk-development"] });
  expect([...grants(stack, "union"), ...grants(stack, "default")]).toEqual([]);
});

test.each([
  [true, 1],
  [false, 0],
])("secrets where tasks run are the proxy's only if Kubernetes keeps them (%s)", (secretsInKubernetes, rules) => {
  const stack = new TerraformStack(Testing.app(), "stack");
  const namespace = new Namespace(stack, "union", { name: "union", description: "A.", podSecurity: "restricted" });
  const identity = { serviceAccountAnnotations: {}, podLabels: {} };
  const platform = new ServiceAccount(stack, "account", { namespace, name: "union-system", identity });
  new Rbac(stack, "rbac", {
    mode: "standard",
    platform,
    tasks: [namespace],
    secretsInKubernetes,
  });
  const tasks = one(JSON.parse(Testing.synth(stack)), "kubernetes_cluster_role_v1", "union-tasks");
  expect(tasks.rule.filter(({ resources }: Json) => resources.includes("secrets"))).toHaveLength(rules);
});
