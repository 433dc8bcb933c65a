import { kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import { defaultDeny, isolation } from "../../../../verification/clouds/kubernetes/isolation";
import type { Resource, Value } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { unknown } from "../../../../verification/values";
import { decide, manifests } from "../../../support/manifests";

const OUTSIDE = "203.0.113.7";
const DNS = "pod/kube-system/kube-dns";

const template = "{metadata: {labels: {app: x}}, spec: {containers: [{name: main, image: x}]}}";
const object = (apiVersion: string, kind: string, spec: string, metadata = "name: x, namespace: union") =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {${metadata}}, spec: ${spec}}`;
const yaml = (...documents: string[]) => manifests(documents.join("\n---\n"));
const policy = (spec: string, namespace = "union") =>
  object("networking.k8s.io/v1", "NetworkPolicy", spec, `name: x, namespace: ${namespace}`);

describe("workloads", () => {
  const selecting = (expression: string) => policy(`{podSelector: {matchExpressions: [${expression}]}}`);

  test.each<[kind: string, document: string, id: string, added: string]>([
    [
      "Deployment",
      object("apps/v1", "Deployment", `{template: ${template}}`),
      "deployment/union/x",
      "pod-template-hash",
    ],
    [
      "DaemonSet",
      object("apps/v1", "DaemonSet", `{template: ${template}}`),
      "daemonset/union/x",
      "controller-revision-hash",
    ],
    [
      "StatefulSet",
      object("apps/v1", "StatefulSet", `{template: ${template}}`),
      "statefulset/union/x",
      "statefulset.kubernetes.io/pod-name",
    ],
    ["ReplicaSet", object("apps/v1", "ReplicaSet", `{template: ${template}}`), "replicaset/union/x", "app"],
    [
      "ReplicationController",
      object("v1", "ReplicationController", `{template: ${template}}`),
      "replicationcontroller/union/x",
      "app",
    ],
    ["Job", object("batch/v1", "Job", `{template: ${template}}`), "job/union/x", "job-name"],
    [
      "CronJob",
      object("batch/v1", "CronJob", `{jobTemplate: {spec: {template: ${template}}}}`),
      "cronjob/union/x",
      "batch.kubernetes.io/job-name",
    ],
    [
      "Rollout of Argo",
      object("argoproj.io/v1alpha1", "Rollout", `{template: ${template}}`),
      "rollout/union/x",
      "rollouts-pod-template-hash",
    ],
    [
      "DeploymentConfig of OpenShift",
      object("apps.openshift.io/v1", "DeploymentConfig", `{template: ${template}}`),
      "deploymentconfig/union/x",
      "deploymentconfig",
    ],
    [
      "Service of Knative",
      object("serving.knative.dev/v1", "Service", `{template: ${template}}`),
      "knative-service/union/x",
      "serving.knative.dev/service",
    ],
    [
      "Deployment of old",
      object("extensions/v1beta1", "Deployment", `{template: ${template}}`),
      "deployment/union/x",
      "app",
    ],
    [
      "Pod",
      object("v1", "Pod", "{containers: []}", "name: x, namespace: union, labels: {app: x}"),
      "pod/union/x",
      "app",
    ],
  ])("%s: its template's labels and its controller's", (_, document, id, added) => {
    const part = kubernetesPart(yaml(document));
    expect(part.endpoints.find((endpoint) => endpoint.id === id)).toMatchObject({
      kind: "pod",
      namespace: "union",
      filters: [],
      labels: { app: "x" },
      location: { file: "test.yaml" },
    });
    const decision = (expression: string) =>
      decide(kubernetesPart(yaml(document, selecting(expression))), OUTSIDE, id, "tcp 1");
    expect(decision("{key: app, operator: In, values: [x]}")).toBe("denied");
    expect(decision("{key: app, operator: In, values: [y]}")).toBe("allowed");
    expect(decision(`{key: ${added}, operator: Exists}`)).toBe("denied");
  });

  test("labels that a controller sets to the workload's name are known, others only as present", () => {
    const job = object("batch/v1", "Job", `{template: ${template}}`);
    const deployment = object("apps/v1", "Deployment", `{template: ${template}}`);
    const decision = (document: string, id: string, key: string) =>
      decide(kubernetesPart(yaml(document, policy(`{podSelector: {matchLabels: {${key}: x}}}`))), OUTSIDE, id, "tcp 1");
    expect(decision(job, "job/union/x", "job-name")).toBe("denied");
    expect(decision(deployment, "deployment/union/x", "pod-template-hash")).toBe("unknown");
  });

  test("of a Rollout that names a workload are that workload's", () => {
    const rollout = object(
      "argoproj.io/v1alpha1",
      "Rollout",
      "{workloadRef: {apiVersion: apps/v1, kind: Deployment, name: x}}",
    );
    const deployment = object("apps/v1", "Deployment", `{template: ${template}}`);
    const ids = (...documents: string[]) => kubernetesPart(yaml(...documents)).endpoints.map(({ id }) => id);
    const reasons = (...documents: string[]) => kubernetesPart(yaml(...documents)).unjudged.map(({ reason }) => reason);
    expect(ids(rollout, deployment)).not.toContain("rollout/union/x");
    expect(reasons(rollout, deployment)).toEqual([]);
    expect(reasons(rollout)).toEqual(["its pods are those of Deployment x, which is not in the input"]);
  });

  test("without a namespace live in `default`, without a name by their prefix", () => {
    const { endpoints } = kubernetesPart(yaml(object("v1", "Pod", "{containers: []}", "generateName: task-")));
    expect(endpoints[0]).toMatchObject({ id: "pod/default/task-*", namespace: "default" });
  });

  test("take their addresses from the block that is given", () => {
    const block = AddressSet.ofCidr("10.244.0.0/16");
    const { endpoints } = kubernetesPart(yaml(object("v1", "Pod", "{containers: []}")), block);
    expect(endpoints.map(({ addresses }) => addresses)).toEqual([block, block]);
  });
});

describe("cluster DNS", () => {
  const client = object("v1", "Pod", "{containers: []}", "name: client");
  const serving = (resources: Resource[]) =>
    kubernetesPart(resources).endpoints.filter(({ serves }) => serves?.includes("kubernetes:dns"));

  test("is there where the input does not hold it", () => {
    expect(serving(yaml(client))).toMatchObject([
      { id: DNS, namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
    ]);
  });

  test("is the input's own where it does", () => {
    const coredns = object(
      "apps/v1",
      "Deployment",
      "{template: {metadata: {labels: {k8s-app: kube-dns}}, spec: {containers: []}}}",
      "name: coredns, namespace: kube-system",
    );
    expect(serving(yaml(client, coredns)).map(({ id }) => id)).toEqual(["deployment/kube-system/coredns"]);
  });

  test("is closed by a policy of its namespace", () => {
    expect(decide(kubernetesPart(yaml(client)), "pod/default/client", DNS, "udp 53")).toBe("allowed");
    const part = kubernetesPart(yaml(client, policy("{podSelector: {}}", "kube-system")));
    expect(decide(part, "pod/default/client", DNS, "udp 53")).toBe("denied");
  });

  test("is not there without a cluster", () => {
    expect(kubernetesPart([]).endpoints).toEqual([]);
  });
});

describe("what is not judged", () => {
  test("is told of beside what is", () => {
    const resources = yaml(
      object("cilium.io/v2", "CiliumNetworkPolicy", "{}"),
      object("v1", "Pod", "{containers: []}"),
    );
    const part = kubernetesPart(resources);
    expect(part.unjudged.map(({ resource }) => resource)).toEqual([resources[0]?.address]);
    expect(decide(part, OUTSIDE, "pod/union/x", "tcp 1")).toBe("allowed");
  });

  test.each<[string, Record<string, Value>, string]>([
    ["the API group", { apiVersion: unknown("later") }, "the API group of Pod is not known"],
    ["the containers", { spec: { containers: unknown("later") } }, "container ports: later"],
  ])("an object of which %s is not known", (_, values, reason) => {
    const [pod] = yaml(object("v1", "Pod", "{containers: []}"));
    const resource = { ...(pod as Resource), values: { ...pod?.values, ...values } };
    expect(kubernetesPart([resource]).unjudged.map((one) => one.reason)).toEqual([reason]);
  });
});

test("rules are those of policies and of services", () => {
  const rules = policy("{podSelector: {}, ingress: [{}, {ports: [{port: http}]}], egress: [{}]}");
  const service = object("v1", "Service", "{type: NodePort, ports: [{port: 80}, {port: 81}]}");
  expect(kubernetesPart(yaml(rules, service)).rules).toBe(3 + 2);
});

describe("default deny", () => {
  const pods = [
    object("v1", "Pod", "{containers: []}", "name: a, namespace: union, labels: {app: a}"),
    object("v1", "Pod", "{containers: []}", "name: b, namespace: union, labels: {app: b}"),
    object("v1", "Pod", "{hostNetwork: true, containers: []}", "name: host, namespace: nodes"),
  ];
  const BOTH = "policyTypes: [Ingress, Egress]";

  test.each<[string, string[], unknown[], unknown[]]>([
    ["no policy", [], [false, false, false, false], [false, false]],
    ["every pod, both directions", [policy(`{podSelector: {}, ${BOTH}}`)], [true, true, true, true], [true, true]],
    ["ingress only", [policy("{podSelector: {}}")], [true, false, true, false], [true, false]],
    [
      "every pod of today, by labels",
      [policy(`{podSelector: {matchExpressions: [{key: app, operator: Exists}]}, ${BOTH}}`)],
      [true, true, true, true],
      [false, false],
    ],
    [
      "one pod",
      [policy(`{podSelector: {matchLabels: {app: a}}, ${BOTH}}`)],
      [true, true, false, false],
      [false, false],
    ],
    [
      "one policy a direction",
      [policy("{podSelector: {}, policyTypes: [Ingress]}"), policy("{podSelector: {}, policyTypes: [Egress]}")],
      [true, true, true, true],
      [true, true],
    ],
    [
      "another namespace's",
      [policy(`{podSelector: {}, ${BOTH}}`, "default")],
      [false, false, false, false],
      [false, false],
    ],
  ])("%s", (_, policies, ofPods, ofNamespace) => {
    const resources = yaml(...pods, ...policies);
    const isolated = isolation(resources);
    expect(isolated.map(({ endpoint }) => endpoint)).toEqual(["pod/union/a", "pod/union/b"]);
    expect(isolated.flatMap(({ inbound, outbound }) => [inbound, outbound])).toEqual(ofPods);
    const [union, ...others] = defaultDeny(resources);
    expect(others).toEqual([]);
    expect(union).toMatchObject({ namespace: "union", resource: resources[0]?.address });
    expect([union?.inbound, union?.outbound]).toEqual(ofNamespace);
  });

  test("names a namespace by its declaration where there is one", () => {
    const resources = yaml(...pods, object("v1", "Namespace", "{}", "name: union"));
    expect(defaultDeny(resources)).toMatchObject([{ namespace: "union", resource: resources.at(-1)?.address }]);
  });

  test("is unknown where the selector is", () => {
    const resources = yaml(...pods, policy("{podSelector: {}}"));
    const last = resources.at(-1) as Resource;
    const open = { ...last, values: { ...last.values, spec: { podSelector: unknown("later") } } };
    expect(defaultDeny([...resources.slice(0, -1), open])).toMatchObject([{ inbound: "unknown", outbound: false }]);
    expect(isolation([...resources.slice(0, -1), open])[0]).toMatchObject({ inbound: "unknown", outbound: false });
  });
});
