import { objectKeeper } from "../../../account/kubernetes/kept";

const keep = objectKeeper("Deployment", "apps/v1", ["spec"]);
const NOT_KEPT = { notTold: "values that may be secret are not collected" };

const deployment = (container: object, annotations: object = {}) => ({
  metadata: { name: "tool", namespace: "union", uid: "1", labels: { app: "tool" }, annotations, managedFields: [{}] },
  spec: { template: { spec: { containers: [container] } } },
  status: { replicas: 1 },
});
const containerOf = (container: object) =>
  (keep(deployment(container)) as { spec: { template: { spec: { containers: [unknown] } } } }).spec.template.spec
    .containers[0];

test("of an object its name, labels and spec are kept, and no state", () => {
  expect(keep(deployment({ name: "tool" }))).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "tool", namespace: "union", labels: { app: "tool" } },
    spec: { template: { spec: { containers: [{ name: "tool" }] } } },
  });
});

test("annotations that say how it is treated are kept; others, and what was last applied, are not", () => {
  const annotations = {
    "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/a",
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    "union.ai/deployment": "a",
    "example.com/note": "secret",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
  };
  expect(
    Object.keys((keep(deployment({}, annotations)) as { metadata: { annotations: object } }).metadata.annotations),
  ).toEqual([
    "eks.amazonaws.com/role-arn",
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "union.ai/deployment",
  ]);
});

test("values of variables are not kept, but where they come from is, and what says how the tunnel connects", () => {
  const valueFrom = { secretKeyRef: { name: "union-secret-auth", key: "tunnel_token" } };
  const env = [
    { name: "PASSWORD", value: "secret" },
    { name: "EMPTY", value: "" },
    { name: "TUNNEL_TOKEN", valueFrom },
    { name: "TUNNEL_REGION", value: "us" },
  ];
  expect(containerOf({ env })).toEqual({
    env: [
      { name: "PASSWORD", value: NOT_KEPT },
      { name: "EMPTY", value: "" },
      { name: "TUNNEL_TOKEN", valueFrom },
      { name: "TUNNEL_REGION", value: "us" },
    ],
  });
});

test("what flags for secrets say is not kept, but the place of a variable is", () => {
  const args = [
    "run",
    "--token",
    "$(TUNNEL_TOKEN)",
    "--region",
    "us",
    "--api-key=secret",
    "--password",
    "secret",
    "-x",
  ];
  expect(containerOf({ args })).toEqual({
    args: ["run", "--token", "$(TUNNEL_TOKEN)", "--region", "us", NOT_KEPT, "--password", NOT_KEPT, "-x"],
  });
});
