import { kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import { unknown } from "../../../../verification/values";
import { manifests } from "../../../support/manifests";

const unjudged = (text: string) =>
  kubernetesPart(manifests(text)).unjudged.map(({ resource, reason }) => `${resource}: ${reason}`);

const map = (data: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: d}, data: ${data}}`;
const PORTS = "ConfigMap/d/m: ingress-nginx opens the ports that it leads to services, where it is told of it";
test.each<[why: string, data: string, expected: string[]]>([
  ["to a service", '{"5432": "default/db:5432"}', [PORTS]],
  ["to a named port, with the proxy protocol", '{"a": "b", "9000": "d.e/f:http::PROXY"}', [PORTS]],
  ["to nothing", "{}", []],
  ["of other data", '{"a": "default/db:5432", "1": "one", "8080": "http://a/b:1/c"}', []],
])("ports of a ConfigMap %s", (_, data, expected) => {
  expect(unjudged(map(data))).toEqual(expected);
});

test("a port of a ConfigMap that leads to what is not known", () => {
  const [object] = manifests(map("{}"));
  if (!object) throw new Error("no object");
  const values = { ...object.values, data: { "5432": unknown("x") } };
  expect(kubernetesPart([{ ...object, values }]).unjudged).toHaveLength(1);
});

const service = (neg: string) =>
  `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: d, annotations: {cloud.google.com/neg: '${neg}'}}, spec: {ports: [{port: 80}]}}`;
const GROUPS =
  "Service/d/s: load balancers that are not in the input may lead to the network endpoint groups of its pods";
test.each<[why: string, neg: string, expected: string[]]>([
  ["of a port", '{"exposed_ports":{"80":{}}}', [GROUPS]],
  ["of an Ingress and a port", '{"ingress":true,"exposed_ports":{"80":{"name":"a"}}}', [GROUPS]],
  ["of an Ingress", '{"ingress": true}', []],
  ["of no port", '{"exposed_ports":{}}', []],
  ["that can not be read", "exposed", [GROUPS]],
])("network endpoint groups %s", (_, neg, expected) => {
  expect(unjudged(service(neg))).toEqual(expected);
});

const NETWORKS =
  "the networks that it joins beside the cluster's, to which its policies do not apply, are not modelled";
const annotated = (value: string) =>
  `metadata: {name: w, namespace: d, annotations: {k8s.v1.cni.cncf.io/networks: ${value}}}`;
test.each<[why: string, text: string, expected: string[]]>([
  ["of a pod", `{apiVersion: v1, kind: Pod, ${annotated("macvlan")}}`, [`Pod/d/w: ${NETWORKS}`]],
  [
    "of a template",
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: w, namespace: d}, spec: {template: {${annotated("a, b")}}}}`,
    [`Deployment/d/w: ${NETWORKS}`],
  ],
  ["of a workload, which its pods are without", `{apiVersion: apps/v1, kind: Deployment, ${annotated("a")}}`, []],
  ["that are none", `{apiVersion: v1, kind: Pod, ${annotated("'[]'")}}`, []],
])("networks %s", (_, text, expected) => {
  expect(unjudged(text)).toEqual(expected);
});

const binding = (subject: string, role = "cluster-admin", kind = "ClusterRoleBinding") =>
  `{apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: {name: b, namespace: d}, ` +
  `roleRef: {kind: ClusterRole, name: "${role}"}, subjects: [{kind: User, name: a}, ${subject}]}`;
const ANONYMOUS = '{kind: User, name: "system:anonymous"}';
const RIGHTS = "whoever reaches the cluster's API has ClusterRole cluster-admin without credentials";
test.each<[why: string, text: string, expected: string[]]>([
  ["of the anonymous", binding(ANONYMOUS), [`ClusterRoleBinding/b: ${RIGHTS}`]],
  [
    "of their group, in a namespace",
    binding('{kind: Group, name: "system:unauthenticated"}', "cluster-admin", "RoleBinding"),
    [`RoleBinding/d/b: ${RIGHTS}`],
  ],
  ["of them, which Kubernetes gives itself", binding(ANONYMOUS, "system:public-info-viewer"), []],
  ["of others", binding('{kind: Group, name: "system:masters"}'), []],
])("rights %s", (_, text, expected) => {
  expect(unjudged(text)).toEqual(expected);
});
