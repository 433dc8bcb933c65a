import type { Manifest } from "../../../../cli/workload-manifests/index";
import { CHART_PODS } from "../../../../config/chart";
import { chartObjects, chartUpgrade } from "../../../../scripts/stand-in/kubernetes/chart-pods";
import { smallestDeployment } from "../../../support/deployments";

const WHOLE = { appsAndServing: true, components: { connectors: true, metrics: true } };
const made = (fields: object = {}) => chartObjects(smallestDeployment({ workloads: "chart", ...fields }));

const named = (objects: readonly Manifest[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
const one = (objects: readonly Manifest[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

test("a deployment with everything has every pod of the chart but the one before an upgrade", () => {
  const pods = Object.values(CHART_PODS).flatMap(({ kind, name }) => (kind === "Deployment" ? [name] : []));
  expect(named(made(WHOLE), "Deployment").sort()).toEqual([...pods].sort());
});

test("a deployment without apps has neither their pods nor their services and autoscalers", () => {
  const objects = made({ components: { connectors: true } });
  expect(named(objects, "Deployment")).not.toContain("activator");
  expect(named(objects, "Service")).not.toContain("kourier-internal");
  expect(named(objects, "HorizontalPodAutoscaler")).toEqual(["flyteconnector"]);
});

test("values say where images come from, how many pods there are and where they run", () => {
  expect(one(made({ tunnel: { replicas: 3 } }), "Deployment", "union-operator-proxy")).toMatchObject({
    spec: {
      replicas: 3,
      template: {
        spec: {
          nodeSelector: { "union.ai/node-role": "services" },
          tolerations: [{ key: "union.ai/node-role", value: "services" }],
          containers: [
            {
              name: "operator-proxy",
              image: expect.stringMatching(/^123456789012\.dkr\.ecr\..*\/unionoperator:/) as string,
              resources: { requests: { cpu: "500m", memory: "500Mi" } },
            },
            { name: "tunnel" },
          ],
        },
      },
    },
  });
});

test.each([
  ["a registry apart from its path", "unionai-dataplane-kube-state-metrics", /^[^/]+amazonaws\.com\/.*:v[\d.]+$/],
  ["a digest", "activator", /^[^/]+amazonaws\.com\/.*activator@sha256:[0-9a-f]{64}$/],
])("an image by %s is put together", (_how, name, image) => {
  expect(one(made(WHOLE), "Deployment", name)).toMatchObject({
    spec: { template: { spec: { containers: [{ image: expect.stringMatching(image) as string }] } } },
  });
});

test("a container that the values switch off is left out", () => {
  expect(one(made(WHOLE), "Deployment", "union-operator-prometheus")).toMatchObject({
    spec: { template: { spec: { containers: [{ name: "prometheus-server" }] } } },
  });
});

test("what a pod runs as is as the chart says, word for word", () => {
  expect(one(made(WHOLE), "Deployment", "unionai-dataplane-kube-state-metrics")).toMatchObject({
    spec: {
      template: {
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
          containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
        },
      },
    },
  });
});

test("an upgrade begins with a job of its own account, which tolerates nothing", () => {
  const objects = chartUpgrade(smallestDeployment({ workloads: "chart" }));
  expect(objects.map(({ kind }) => kind)).toEqual(["ServiceAccount", "Job"]);
  const [, job] = objects;
  expect(job).toMatchObject({
    spec: { template: { spec: { serviceAccountName: "unionai-dataplane-pre-upgrade" } } },
  });
  expect(JSON.stringify(job)).not.toContain("tolerations");
});
