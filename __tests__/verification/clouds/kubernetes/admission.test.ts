/** Which webhooks and policies may change what is judged. */
import { kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import { manifests } from "../../../support/manifests";

const SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: a, labels: {app: s}}, spec: {}}";
const INGRESS = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: a}, spec: {}}";
const DEPLOYMENT =
  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: a}, spec: {template: {metadata: {labels: {app: d}}, spec: {containers: []}}}}";
const NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {team: one}}}";
const POLICY =
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: a}, spec: {podSelector: {}}}";
const ALL = [SERVICE, INGRESS, DEPLOYMENT, NAMESPACE, POLICY];

const rule = (group: string, resources: string, operations = "[CREATE]") =>
  `{apiGroups: ["${group}"], apiVersions: ["*"], operations: ${operations}, resources: ["${resources}"]}`;
const webhook = (rules: string, more = "") =>
  `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: m}, webhooks: [{name: w, rules: [${rules}]${more}}]}`;
const policy = (constraints: string) =>
  `{apiVersion: admissionregistration.k8s.io/v1beta1, kind: MutatingAdmissionPolicy, metadata: {name: m}, spec: {matchConstraints: ${constraints}}}`;
const binding = (name: string) =>
  `{apiVersion: admissionregistration.k8s.io/v1beta1, kind: MutatingAdmissionPolicyBinding, metadata: {name: b}, spec: {policyName: ${name}}}`;

/** What is said of the object that changes others, of all that is said. */
const said = (mutator: string, others: readonly string[] = ALL): string[] =>
  kubernetesPart(manifests([mutator, ...others].join("\n---\n")))
    .unjudged.filter(({ resource }) => resource.startsWith("Mutating"))
    .map(({ reason }) => reason);
const of = (what: string) => [`what it makes of ${what} is not modelled`];

describe("a webhook", () => {
  test.each<[what: string, rules: string, expected: string[]]>([
    ["that takes services", rule("", "services"), of("Service/a/s")],
    ["that takes ingresses", rule("networking.k8s.io", "ingresses"), of("Ingress/a/i")],
    ["that takes network policies", rule("networking.k8s.io", "networkpolicies", '["*"]'), of("NetworkPolicy/a/deny")],
    ["that takes pods, which a workload makes", rule("", "pods"), of("Deployment/a/d")],
    ["that takes what stands between", rule("apps", "replicasets", "[UPDATE]"), of("Deployment/a/d")],
    ["that takes everything", rule("*", "*/*"), of("Service/a/s and of 4 more")],
    ["that takes another group's", rule("cert-manager.io", "*/*"), []],
    ["that takes what opens nothing", rule("", "configmaps"), []],
    ["that takes a part beside the object", rule("", "services/status"), []],
    ["that takes what is deleted", rule("", "services", "[DELETE, CONNECT]"), []],
    ["that takes what the input does not have", rule("gateway.networking.k8s.io", "gateways"), []],
    ["that has no rules", "", []],
  ])("%s", (_, rules, expected) => {
    expect(said(webhook(rules))).toEqual(expected);
  });

  const services = rule("", "services");
  test.each<[what: string, more: string, expected: string[]]>([
    ["labels that the object has", ", objectSelector: {matchLabels: {app: s}}", of("Service/a/s")],
    ["labels that it has not", ", objectSelector: {matchLabels: {app: other}}", []],
    ["labels of the namespace", ", namespaceSelector: {matchLabels: {team: one}}", of("Service/a/s")],
    ["labels of another namespace", ", namespaceSelector: {matchLabels: {team: two}}", []],
    [
      "its namespace by name",
      ", namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [a]}]}",
      [],
    ],
    [
      "a selector that can't be read",
      ", objectSelector: {matchExpressions: [{key: app, operator: Is}]}",
      of("Service/a/s"),
    ],
  ])("that selects %s", (_, more, expected) => {
    expect(said(webhook(services, more))).toEqual(expected);
  });

  test("by labels of a namespace that is not in the input", () => {
    const selected = webhook(services, ", namespaceSelector: {matchLabels: {team: two}}");
    expect(said(selected, [SERVICE])).toEqual(of("Service/a/s"));
  });
});

describe("a policy", () => {
  test("takes what its rules and selectors match", () => {
    expect(said(policy(`{resourceRules: [${rule("", "services")}]}`))).toEqual(of("Service/a/s"));
    expect(said(policy(`{resourceRules: [${rule("", "secrets")}]}`))).toEqual([]);
    const others = "objectSelector: {matchLabels: {app: other}}";
    expect(said(policy(`{resourceRules: [${rule("", "services")}], ${others}}`))).toEqual([]);
  });

  test("is put in force by a binding, which says nothing else", () => {
    const harmless = policy(`{resourceRules: [${rule("", "secrets")}]}`);
    expect(said(binding("m"), [harmless, ...ALL])).toEqual([]);
    expect(said(binding("another"), [harmless, ...ALL])).toEqual([
      "the policy that it puts in force is not in the input",
    ]);
  });
});
