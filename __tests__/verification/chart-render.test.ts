/** To which deployment a render of Union's chart belongs, and what is made of it there. */
import { stringify } from "yaml";
import { separate } from "../../verification/promises/deployed";
import type { Resource } from "../../verification/model";
import { isStandIn } from "../../verification/promises/stand-ins";
import { isUnknown } from "../../verification/model";
import { at } from "../../verification/values";
import { manifests } from "../support/manifests";

const carrier = (name: string, workloads: string): Resource => {
  const location = { file: "cdk.tf.json", line: 1 };
  const deployment = {
    ...{ name, organization: "acme", tenant: "acme", clientId: "acme", region: "us-east-2", workloads },
    ...{ cloud: "aws", account: "123456789012", cloudRegion: "us-east-2" },
  };
  return {
    type: "dataplane:deployment",
    address: "deployment",
    mode: "data",
    unit: name,
    values: { deployment },
    location,
    locate: () => location,
  };
};

const labels = { "app.kubernetes.io/instance": "unionai-dataplane" };
const OPERATOR = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "union-operator", labels }, spec: {} };
const secret = (name: string, data: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name }, data });
const cluster = (name: string) =>
  secret("operator-cluster-name", { cluster_name: Buffer.from(name).toString("base64") });

const render = (...objects: readonly object[]) => manifests(objects.map((one) => `---\n${stringify(one)}`).join(""));
const addresses = (resources: readonly Resource[] = []) =>
  resources.filter((one) => !isStandIn(one)).map(({ address }) => address);
const standing = (resources: readonly Resource[] = []) => resources.filter(isStandIn).map(({ address }) => address);

test("a render is of the deployment whose cluster it names, in the platform's namespace", () => {
  const { deployed, broken, rest } = separate([
    carrier("acme-prod", "chart"),
    carrier("acme-test", "chart"),
    ...render(OPERATOR, cluster("acme-test")),
  ]);
  expect([broken, rest]).toEqual([[], []]);
  const [prod, tested] = deployed.map(({ resources }) => resources);
  expect(addresses(prod)).toEqual([]);
  expect(addresses(tested)).toEqual(["Deployment/union/union-operator", "Secret/union/operator-cluster-name"]);
});

test("what stood in for its pods gives way, but for the job that a first install leaves out, and tasks", () => {
  const { deployed } = separate([carrier("acme-prod", "chart")]);
  expect(standing(deployed[0]?.resources)).toContain("Deployment/union/union-operator-proxy");
  const judged = separate([carrier("acme-prod", "chart"), ...render(OPERATOR, cluster("acme-prod"))]).deployed[0];
  expect(standing(judged?.resources)).toEqual(["pod/union/tasks", "Job/union/unionai-dataplane-pre-upgrade"]);
});

test("without the chart, nothing stands in for its pods", () => {
  const { deployed } = separate([carrier("acme-prod", "stack")]);
  expect(standing(deployed[0]?.resources)).toEqual(["pod/union/tasks"]);
});

test("the key that Helm draws anew is no secret of anybody's", () => {
  const drawn = secret("union-pod-webhook", { "tls.key": "a2V5", "tls.crt": "Y2VydA==" });
  const [one] = separate([carrier("acme-prod", "chart"), ...render(OPERATOR, cluster("acme-prod"), drawn)]).deployed;
  const held = one?.resources.find(({ address }) => address === "Secret/union/union-pod-webhook");
  expect(isUnknown(at(held?.values, "data", "tls.key"))).toBe(true);
  expect(at(held?.values, "data", "tls.crt")).toBe("Y2VydA==");
});

test.each([
  ["of a cluster that no deployment has", cluster("acme-other"), "of the cluster 'acme-other', and not of"],
  ["that names no cluster", secret("another", {}), "of no cluster that it names, and not of"],
])("a render %s is nobody's", (_, named, message) => {
  const { deployed, broken, rest } = separate([carrier("acme-prod", "chart"), ...render(OPERATOR, named)]);
  expect(standing(deployed[0]?.resources)).toContain("Deployment/union/union-operator");
  expect(broken.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
  expect(rest).toHaveLength(2);
});

test("beside the manifests of its deployment alone, a render is in the platform's namespace too", () => {
  const guard = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", annotations: { "union.ai/deployment": "acme-prod" } },
  };
  const manifest = render(guard).map((one) => ({ ...one, unit: "manifests" }));
  const { rest } = separate([...manifest, ...render(OPERATOR, cluster("acme-prod"))]);
  expect(addresses(rest)).toContain("Deployment/union/union-operator");
});

test("of others' deployments a render stays as it is read", () => {
  const { rest } = separate(render(OPERATOR, cluster("acme-prod")));
  expect(addresses(rest)).toContain("Deployment/default/union-operator");
});
