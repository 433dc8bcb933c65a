import { all, podTemplates, workloads } from "../../support/workloads";

const stack = workloads({ taskNamespaces: ["risk-development"] });
const accounts = [
  ...all(stack, "kubernetes_service_account_v1"),
  ...all(stack, "kubernetes_default_service_account_v1"),
];

test("each account is bound to its own role, by federation", () => {
  const roles = accounts.map(({ metadata: { namespace, name, annotations } }) => [`${namespace}/${name}`, annotations]);
  const role = (name: string) => ({ "eks.amazonaws.com/role-arn": `arn:aws:iam::123456789012:role/acme-prod-${name}` });
  expect(Object.fromEntries(roles)).toEqual({
    "union/union-system": role("platform"),
    "union/union": role("task"),
    // No cloud knows it.
    "union/union-pod-webhook-certificate": {},
    "risk-development/default": role("task"),
    "union-fluent-bit/fluentbit-system": role("fluent-bit"),
    "union-autoscaler/cluster-autoscaler": role("autoscaler"),
  });
});

test("no account's token is mounted unless a pod asks for it, and only platform pods do", () => {
  for (const account of accounts) expect(account.automount_service_account_token).toBe(false);
  expect(
    podTemplates(stack)
      .filter(({ template }) => template.spec.automount_service_account_token)
      .map(({ template }) => template.spec.service_account_name)
      .sort(),
  ).toEqual([
    "cluster-autoscaler",
    "fluentbit-system",
    "union-pod-webhook-certificate",
    ...["union-system", "union-system", "union-system", "union-system"],
  ]);
});
