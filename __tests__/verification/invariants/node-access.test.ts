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
    ["kept from pods alone", bounded("request.namespace in ['union']", { resources: ["pods/*"] }), FOUND],
  ],
  smallestDeployment(),
);
