import { CLOUDS, type Cloud } from "../../config/deployment";
import { labelsOf, poolsOf, taintsOf, taskScheduling } from "../../config/scheduling";
import { smallestDeployment } from "../support/deployments";

const MACHINES = {
  aws: { plain: { instanceTypes: ["m6i.4xlarge"] }, gpu: { instanceTypes: ["g5.2xlarge"], gpu: true } },
  google: {
    plain: { machineType: "n2-standard-16" },
    gpu: { machineType: "g2-standard-8", zones: ["us-east5-a"], accelerator: { type: "nvidia-l4" } },
  },
  azure: { plain: { vmSize: "Standard_D16ds_v5" }, gpu: { vmSize: "Standard_NC24ads_A100_v4", gpu: true } },
} as const;

/** A deployment with these worker pools: `plain` or `gpu`, with `spot` behind it or not. */
const withWorkers = (cloud: Cloud, ...workers: readonly string[]) =>
  smallestDeployment({
    cloud,
    nodePools: {
      services: { role: "services", min: 1, ...MACHINES[cloud].plain },
      ...Object.fromEntries(
        workers.map((worker) => [
          worker,
          {
            role: "worker",
            spot: worker.endsWith("spot"),
            ...MACHINES[cloud][worker.startsWith("gpu") ? "gpu" : "plain"],
          },
        ]),
      ),
    },
  });

const WORKER = { key: "union.ai/node-role", operator: "Equal", value: "worker", effect: "NoSchedule" };
const SPOT = {
  aws: { key: "union.ai/capacity-type", operator: "Equal", value: "interruptible", effect: "NoSchedule" },
  google: { key: "cloud.google.com/gke-spot", operator: "Equal", value: "true", effect: "NoSchedule" },
  azure: { key: "kubernetes.azure.com/scalesetpriority", operator: "Equal", value: "spot", effect: "NoSchedule" },
};
const LABEL = {
  aws: ["eks.amazonaws.com/capacityType", "SPOT"],
  google: ["cloud.google.com/gke-spot", "true"],
  azure: ["kubernetes.azure.com/scalesetpriority", "spot"],
};
const GPU = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };

describe.each(CLOUDS)("on %s", (cloud) => {
  const [key = "", value = ""] = LABEL[cloud];
  const common = { "default-tolerations": [WORKER], "default-node-selector": [{ "union.ai/node-role": "worker" }] };
  const toSpot = { "interruptible-node-selector-requirement": { key, operator: "In", values: [value] } };
  const offSpot = { "non-interruptible-node-selector-requirement": { key, operator: "NotIn", values: [value] } };
  const mayBeSpot = { "interruptible-tolerations": [SPOT[cloud]] };
  const label = { aws: "k8s.amazonaws.com/accelerator", google: "cloud.google.com/gke-accelerator" };
  const gpus = (...further: object[]) => ({
    "resource-tolerations": [{ "nvidia.com/gpu": [GPU, ...further] }],
    "gpu-device-node-label": cloud === "azure" ? "union.ai/accelerator" : label[cloud],
  });

  test.each<[string, readonly string[], object]>([
    ["one pool", ["plain"], common],
    ["spot beside it", ["plain", "plainspot"], { ...common, ...mayBeSpot, ...toSpot, ...offSpot }],
    ["spot only", ["plainspot"], { ...common, "default-tolerations": [WORKER, SPOT[cloud]], ...mayBeSpot, ...toSpot }],
    ["GPUs", ["plain", "gpu"], { ...common, ...gpus() }],
    [
      "GPUs on spot machines only",
      ["plain", "plainspot", "gpuspot"],
      { ...common, ...mayBeSpot, ...toSpot, ...gpus(SPOT[cloud]) },
    ],
    ["GPUs on none", ["plain", "plainspot", "gpu"], { ...common, ...mayBeSpot, ...offSpot, ...gpus() }],
    ["GPUs only", ["gpu"], { ...common, "default-tolerations": [WORKER, GPU], ...gpus() }],
    [
      "each on both",
      ["plain", "plainspot", "gpu", "gpuspot"],
      { ...common, ...mayBeSpot, ...toSpot, ...offSpot, ...gpus() },
    ],
  ])("%s", (_, workers, expected) => {
    expect(taskScheduling(withWorkers(cloud, ...workers))).toEqual(expected);
  });
});

test("labels and taints that the cloud adds by itself are not said again", () => {
  const nodes = CLOUDS.map((cloud) => {
    const pool = poolsOf(withWorkers(cloud, "plain", "gpuspot")).find(({ gpu }) => gpu);
    if (!pool) throw new Error("no pool");
    return [labelsOf(pool), taintsOf(pool).map(({ key, value }) => `${key}=${value}`)];
  });
  const common = { "union.ai/node-role": "worker", "union.ai/pool": "gpuspot", "nvidia.com/gpu.present": "true" };
  expect(nodes).toEqual([
    [
      { ...common, "k8s.amazonaws.com/accelerator": "nvidia-a10g" },
      ["union.ai/node-role=worker", "nvidia.com/gpu=true", "union.ai/capacity-type=interruptible"],
    ],
    [common, ["union.ai/node-role=worker", "cloud.google.com/gke-spot=true"]],
    [
      {
        ...common,
        "union.ai/accelerator": "nvidia-a100-80gb",
        "kubernetes.azure.com/scalesetpriority": "spot",
      },
      ["union.ai/node-role=worker", "nvidia.com/gpu=true", "kubernetes.azure.com/scalesetpriority=spot"],
    ],
  ]);
});

test("GPUs of different kinds have no name in common, and a name that is given stays", () => {
  const labels = (fields: object) => {
    const pool = { role: "worker", gpu: true, instanceTypes: ["g5.2xlarge"], ...fields };
    const services = { role: "services", instanceTypes: ["m6i.large"], min: 1 };
    const plain = { role: "worker", instanceTypes: ["m6i.large"] };
    const [found] = poolsOf(smallestDeployment({ nodePools: { gpu: pool, services, plain } }));
    return found && labelsOf(found)["k8s.amazonaws.com/accelerator"];
  };
  expect(labels({ instanceTypes: ["g5.2xlarge", "g6.2xlarge"] })).toBeUndefined();
  expect(labels({ instanceTypes: ["g5.2xlarge", "g5.4xlarge"] })).toBe("nvidia-a10g");
  expect(labels({ labels: { "k8s.amazonaws.com/accelerator": "mine" } })).toBe("mine");
});
