import { invariant } from "../../../verification/invariants/node-access";
import { kubernetesObjects } from "../../../verification/readers/terraform-kubernetes";
import { smallestDeployment } from "../../support/deployments";
import { testTable } from "../../support/judge";
import { resourcesOf } from "../../support/resources";

const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io/v1";
const role = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name: "all" } };
const binding = {
  apiVersion: `${RBAC}/v1`,
  kind: "ClusterRoleBinding",
  metadata: { name: "all" },
  roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "all" },
  subjects: [{ kind: "ServiceAccount", namespace: "union", name: "union-system" }],
};

/** An account that has a role that the input does not hold. */
const bound = (name: string, subject: object = binding.subjects[0] ?? {}) => {
  const manifest = { ...binding, roleRef: { ...binding.roleRef, name }, subjects: [subject] };
  return kubernetesObjects(resourcesOf({ resource: { kubernetes_manifest: { binding: { manifest } } } }));
};

/** An account whose role takes the rules of others, by their labels. */
function aggregate(labels: object) {
  const everything = {
    ...role,
    metadata: { name: "everything", labels },
    rules: [{ apiGroups: ["*"], resources: ["*"] }],
  };
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { of: "all" } }] };
  const manifests = { everything, role: { ...role, aggregationRule, rules: [] }, binding };
  const resource = Object.fromEntries(Object.entries(manifests).map(([name, manifest]) => [name, { manifest }]));
  return kubernetesObjects(resourcesOf({ resource: { kubernetes_manifest: resource } }));
}

/** An account that may do everything, with a policy that keeps it to what the expression says. */
function bounded(expression: string, rule: object = {}) {
  const manifests = {
    role: { ...role, rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get"] }] },
    binding,
    policy: {
      apiVersion: ADMISSION,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: "bound" },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            { apiGroups: ["*"], apiVersions: ["*"], operations: ["CONNECT"], resources: ["*/*"], ...rule },
          ],
        },
        matchConditions: [
          { name: "account", expression: "request.userInfo.username == 'system:serviceaccount:union:union-system'" },
        ],
        validations: [{ expression }],
      },
    },
    inForce: {
      apiVersion: ADMISSION,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: "bound" },
      spec: { policyName: "bound", validationActions: ["Deny"] },
    },
  };
  const resource = Object.fromEntries(Object.entries(manifests).map(([name, manifest]) => [name, { manifest }]));
  return kubernetesObjects(resourcesOf({ resource: { kubernetes_manifest: resource } }));
}

const FOUND =
  "violated kubernetes_manifest.binding: system:serviceaccount:union:union-system may have a kubelet run commands in any container";

testTable(
  invariant,
  [
    ["kept to namespaces, in none of which a node is", bounded("request.namespace in ['union', 'risk-development']")],
    [
      "kept to namespaces, and from more beside",
      bounded("request.namespace in ['union'] && request.resource.group != 'rbac.authorization.k8s.io'"),
    ],
    ["kept to namespaces or else", bounded("request.namespace in ['union'] || true"), FOUND],
    ["kept to what is in no namespace too", bounded("request.namespace in ['', 'union']"), FOUND],
    ["kept from writing alone", bounded("request.namespace in ['union']", { operations: ["CREATE"] }), FOUND],
    ["a role of Kubernetes' own that allows everything", bound("cluster-admin"), FOUND],
    ["one that is for kubelets", bound("system:kubelet-api-admin"), FOUND],
    ["one that is for namespaces", bound("edit")],
    ["those who may do everything anyhow", bound("cluster-admin", { kind: "Group", name: "system:masters" })],
    [
      "a role that nobody knows",
      bound("another"),
      `${FOUND.replace("violated", "unknown").replace(": system", ": whether system")} can't be told: ClusterRole another is not in the input`,
    ],
    ["a role made of others", aggregate({ of: "all" }), FOUND],
    ["a role not made of this one", aggregate({ of: "none" })],
    ["kept from pods alone", bounded("request.namespace in ['union']", { resources: ["pods/*"] }), FOUND],
  ],
  smallestDeployment(),
);
