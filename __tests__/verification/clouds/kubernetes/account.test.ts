/** Records of a cluster: what every cluster has of itself is left out, what somebody adds to it is not. */
import type { Value } from "../../../../verification/model";
import { Records } from "../../../../verification/clouds/account";
import { account } from "../../../../verification/clouds/kubernetes/account";

type Record = { readonly [field: string]: Value };

const none = new Records(new Map(), {});
const read = (kind: string, record: Record) => (account.read[kind]?.(record, none) ?? []).map(({ address }) => address);

const object = (kind: string, name: string, namespace: string | undefined, more: Record = {}): Record => ({
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  ...more,
});

test("an object has the address that its manifest has", () => {
  expect(read("services", object("Service", "door", "default"))).toEqual(["Service/default/door"]);
  expect(read("clusterroles", object("ClusterRole", "admin", undefined))).toEqual(["ClusterRole/admin"]);
});

test("the cluster's own namespaces, what runs there, and accounts that nobody made are left out", () => {
  expect(read("namespaces", object("Namespace", "kube-system", undefined))).toEqual([]);
  expect(read("daemonsets", object("DaemonSet", "kube-proxy", "kube-system"))).toEqual([]);
  expect(read("serviceaccounts", object("ServiceAccount", "default", "union"))).toEqual([]);
});

test("what is exposed there, what runs elsewhere, and an account that somebody changed count", () => {
  expect(read("services", object("Service", "door", "kube-system"))).toEqual(["Service/kube-system/door"]);
  expect(read("pods", object("Pod", "tool", "default"))).toEqual(["Pod/default/tool"]);
  const changed = object("ServiceAccount", "default", "union", { automountServiceAccountToken: true });
  expect(read("serviceaccounts", changed)).toEqual(["ServiceAccount/union/default"]);
});

test("webhooks that a cloud keeps in its clusters are left out, and others are not", () => {
  const webhooks = (name: string) =>
    read("mutatingwebhookconfigurations", object("MutatingWebhookConfiguration", name, undefined));
  for (const name of ["pod-identity-webhook", "warden-mutating.config.common-webhooks.networking.gke.io"])
    expect(webhooks(name)).toEqual([]);
  expect(webhooks("istio-sidecar-injector")).toEqual(["MutatingWebhookConfiguration/istio-sidecar-injector"]);
});

test("objects of the Gateway API and admission policies are read", () => {
  expect(read("httproutes", object("HTTPRoute", "door", "union"))).toEqual(["HTTPRoute/union/door"]);
  expect(read("gatewayclasses", object("GatewayClass", "g", undefined))).toEqual(["GatewayClass/g"]);
  expect(read("mutatingadmissionpolicies", object("MutatingAdmissionPolicy", "m", undefined))).toEqual([
    "MutatingAdmissionPolicy/m",
  ]);
});

describe("bindings that the API server makes", () => {
  const binding = (role: string, ...subjects: readonly Record[]): Record => ({
    kind: "ClusterRoleBinding",
    metadata: { name: role, labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
    roleRef: { kind: "ClusterRole", name: role },
    subjects,
  });
  const group = (name: string) => ({ kind: "Group", name });
  const controller = { kind: "ServiceAccount", name: "job-controller", namespace: "kube-system" };
  const bindings = (record: Record) => read("clusterrolebindings", record);

  test("are left out with whom they are made for", () => {
    expect(bindings(binding("system:discovery", group("system:authenticated")))).toEqual([]);
    expect(bindings(binding("cluster-admin", group("system:masters")))).toEqual([]);
    expect(bindings(binding("system:controller:job-controller", controller))).toEqual([]);
  });

  test("count with anybody else in them", () => {
    for (const other of [group("system:authenticated"), group("developers"), { ...controller, namespace: "default" }])
      expect(bindings(binding("cluster-admin", group("system:masters"), other))).toEqual([
        "ClusterRoleBinding/cluster-admin",
      ]);
  });

  test("count without the API server's word for it", () => {
    const own = { ...binding("cluster-admin", group("system:masters")), metadata: { name: "own" } };
    expect(bindings(own)).toEqual(["ClusterRoleBinding/own"]);
  });
});
