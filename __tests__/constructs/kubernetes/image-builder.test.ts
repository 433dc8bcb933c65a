import { parse } from "yaml";
import { all, one, type Json, workloads } from "../../support/workloads";

const components = { imageBuilder: true };
const shared = workloads({ components });
const apart = workloads({ components, taskNamespaces: ["risk-development"] });

const builder = (stack: Json): Json =>
  all(stack, "kubernetes_manifest").find(({ manifest }) => manifest.kind === "Deployment").manifest;
const NAMESPACE = "union-image-builder";

test("is root of a user namespace of its own, in a namespace of its own, with no rights at all", () => {
  const { metadata, spec } = builder(shared);
  expect(metadata).toMatchObject({ name: "union-operator-buildkit", namespace: NAMESPACE });
  const { hostUsers, automountServiceAccountToken, serviceAccountName, containers } = spec.template.spec;
  expect([hostUsers, automountServiceAccountToken, serviceAccountName]).toEqual([false, false, "union-imagebuilder"]);
  expect(containers[0].securityContext).toEqual({ privileged: true, runAsNonRoot: false });
  expect(one(shared, "kubernetes_service_account_v1", "union-imagebuilder", NAMESPACE).metadata).not.toHaveProperty(
    "annotations",
  );
  const subjects = ["kubernetes_role_binding_v1", "kubernetes_cluster_role_binding_v1"].flatMap((type) =>
    all(shared, type).flatMap(({ subject }) => subject),
  );
  expect(subjects.map(({ name }) => name)).not.toContain("union-imagebuilder");
});

test("has what building takes, on a worker, and its namespace room for one", () => {
  const { nodeSelector, containers, volumes } = builder(shared).spec.template.spec;
  expect(nodeSelector).toEqual({ "union.ai/node-role": "worker" });
  expect(containers[0].resources.requests).toEqual({ cpu: "4", memory: "4Gi", "ephemeral-storage": "50Gi" });
  expect(volumes).toContainEqual({ name: "state", emptyDir: { sizeLimit: "50Gi" } });
  expect(one(shared, "kubernetes_resource_quota_v1", "quota", NAMESPACE).spec.hard).toMatchObject({
    "requests.cpu": "4",
    "requests.memory": "4Gi",
  });
});

test("runs wherever tasks do, and is not moved while it builds", () => {
  const services = { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3 };
  const spot = { role: "worker", instanceTypes: ["m6i.4xlarge"], spot: true };
  const { metadata, spec } = builder(workloads({ components, nodePools: { services, spot } })).spec.template;
  expect(spec.tolerations.map(({ key }: Json) => key)).toEqual(["union.ai/node-role", "union.ai/capacity-type"]);
  expect(metadata.annotations).toMatchObject({ "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" });
});

test("looks images of public registries up in the customer's own", () => {
  const text: string = one(shared, "kubernetes_config_map_v1", "union-operator-buildkit", NAMESPACE).data[
    "buildkitd.toml"
  ];
  expect(text).toContain(
    '[registry."ghcr.io"]\nmirrors = ["123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/ghcr"]\n',
  );
  expect(text).toMatch(/\[worker\.oci\]\nenabled = true\ngc = true\nmaxUsedSpace = "40GB"\nreservedSpace = "10GB"\n/);
});

const BUILDS = "123456789012.dkr.ecr.us-east-2.amazonaws.com/union/acme-prod/builds";
const URI = `tcp://union-operator-buildkit.${NAMESPACE}.svc.cluster.local:1234`;
const storageOf = (data: Json) => parse(data["storage.yaml"]).storage.container;

test("tasks in the platform's namespace read how to build from a ConfigMap there", () => {
  const { data } = one(shared, "kubernetes_config_map_v1", "build-image-config");
  expect(data).toMatchObject({ "buildkit-uri": URI, "default-repository": BUILDS, "authentication-type": "aws" });
  expect(storageOf(data)).toBe("union-acme-prod-123456789012-metadata");
});

test("into other namespaces of tasks the operator writes it, from its own", () => {
  const { data } = one(apart, "kubernetes_config_map_v1", "union-operator");
  expect(data).toMatchObject({
    "image-builder.buildkit-uri": URI,
    "image-builder.default-repository": BUILDS,
    "image-builder.authentication-type": "aws",
  });
  expect(storageOf(data)).toBe("union-acme-prod-123456789012-metadata");
  const { imageBuilder } = parse(data["config.yaml"]).operator;
  expect(imageBuilder).toEqual({
    enabled: true,
    executionNamespaceLabels: { "union.ai/namespace-type": "flyte" },
    referenceConfigmapName: "union-operator",
    targetConfigMapName: "build-image-config",
  });
  const { labels } = one(apart, "kubernetes_namespace_v1", "risk-development").metadata;
  expect(labels).toMatchObject(imageBuilder.executionNamespaceLabels);
  expect(() => one(apart, "kubernetes_config_map_v1", "build-image-config")).toThrow();
});

test("is not there, nor spoken of, unless it is chosen", () => {
  const off = workloads();
  expect(all(off, "kubernetes_manifest").map(({ manifest }) => manifest.kind)).not.toContain("Deployment");
  const { data } = one(off, "kubernetes_config_map_v1", "union-operator");
  expect(Object.keys(data)).toEqual(["config.yaml"]);
  expect(parse(data["config.yaml"]).operator).not.toHaveProperty("imageBuilder");
});
