import { labelsOf, poolsOf } from "../../../config/scheduling";
import { smallestDeployment } from "../../support/deployments";
import { all, type Json, one, workloads } from "../../support/workloads";

const NAMESPACE = "union-device-plugin";
const gpus = { role: "worker", gpu: true, max: 8 };
const POOLS = {
  aws: { gpu: { ...gpus, instanceTypes: ["g5.2xlarge"] } },
  azure: { gpu: { ...gpus, vmSize: "Standard_NC24ads_A100_v4" } },
  google: {
    gpu: { role: "worker", machineType: "g2-standard-8", zones: ["us-east5-a"], accelerator: { type: "nvidia-l4" } },
  },
};
const MACHINES = {
  aws: { instanceTypes: ["m6i.2xlarge"] },
  azure: { vmSize: "Standard_D8ds_v5" },
  google: { machineType: "n2-standard-8" },
};
const withGpus = (cloud: keyof typeof POOLS) => ({
  cloud,
  nodePools: {
    services: { role: "services", min: 1, ...MACHINES[cloud] },
    plain: { role: "worker", ...MACHINES[cloud] },
    ...POOLS[cloud],
  },
});

const plugins = (stack: Json) =>
  all(stack, "kubernetes_daemon_set_v1").filter(({ metadata }) => metadata.namespace === NAMESPACE);

describe.each(["aws", "azure"] as const)("on %s", (cloud) => {
  const fields = withGpus(cloud);
  const stack = workloads(fields);
  const { spec } = one(stack, "kubernetes_daemon_set_v1", "nvidia-device-plugin", NAMESPACE).spec.template;

  test("runs on every node with GPUs, whatever its taints, and on no other", () => {
    const pools = poolsOf(smallestDeployment(fields));
    const selected = pools.filter((pool) => {
      const labels = labelsOf(pool);
      return Object.entries(spec.node_selector).every(([key, value]) => labels[key] === value);
    });
    expect(selected.map(({ name }) => name)).toEqual(["gpu"]);
    expect(spec.toleration).toEqual([{ operator: "Exists" }]);
  });

  test("has the kubelet's sockets, and neither a token nor a capability", () => {
    const [container] = spec.container;
    expect(spec.volume).toEqual([
      { name: "sockets", host_path: { path: "/var/lib/kubelet/device-plugins", type: "Directory" } },
    ]);
    expect(container.volume_mount).toEqual([{ name: "sockets", mount_path: "/var/lib/kubelet/device-plugins" }]);
    expect(spec.automount_service_account_token).toBe(false);
    expect(container.security_context).toMatchObject({
      allow_privilege_escalation: false,
      privileged: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("is alone in its namespace, without any path", () => {
    const policies = all(stack, "kubernetes_network_policy_v1").filter(
      ({ metadata }) => metadata.namespace === NAMESPACE,
    );
    expect(policies.map(({ metadata }) => metadata.name)).toEqual(["default-deny"]);
    expect(plugins(stack)).toHaveLength(1);
  });

  test("comes from the customer's registry, or the mirror", () => {
    expect(spec.container[0].image).toMatch(
      { aws: /^123456789012\.dkr\.ecr\..*\/nvcr\/nvidia\/k8s-device-plugin:v/, azure: /\.azurecr\.io\/mcr\/oss\/v2\// }[
        cloud
      ],
    );
  });
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["pools without GPUs", {}],
  ["Google's nodes, which have it", withGpus("google")],
])("is not there for %s", (_, fields) => {
  const stack = workloads(fields);
  expect(plugins(stack)).toEqual([]);
  expect(all(stack, "kubernetes_namespace_v1").map(({ metadata }) => metadata.name)).not.toContain(NAMESPACE);
});
