import { ClusterDns } from "../../../../verification/clouds/kubernetes/cluster-dns";
import { kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import { decide, manifests } from "../../../support/manifests";
import { resourcesOf } from "../../../support/resources";

const CLIENT = "{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {containers: []}}";

type Section = "resource" | "data";

/** Everything that may answer a pod in a cluster of the input. */
function resolvers(type: string, values: object, section: Section = "resource"): string[] {
  const cluster = resourcesOf({ [section]: { [type]: { c: values } } });
  return kubernetesPart([...manifests(CLIENT), ...cluster])
    .endpoints.filter(({ serves }) => serves?.includes("kubernetes:dns"))
    .map(({ id }) => id);
}

const KUBE_DNS = "pod/kube-system/kube-dns";
const NODE_LOCAL = "pod/kube-system/node-local-dns";
const METADATA = "node/169.254.169.254";
const CACHE_ADDRESS = "node/169.254.20.10";
const LOCAL_DNS = "node/169.254.10.11";

const cache = (enabled: unknown) => ({ addons_config: [{ dns_cache_config: [{ enabled }] }] });
const provider = (cluster_dns: unknown) => ({ dns_config: [{ cluster_dns }] });
const UNKNOWN = "${var.unknown}";

describe("GKE", () => {
  test.each<[string, object, string[]]>([
    ["kube-dns alone", { ...cache(false), ...provider("KUBE_DNS") }, [KUBE_DNS]],
    ["the cache on", { ...cache(true), ...provider("KUBE_DNS") }, [KUBE_DNS, NODE_LOCAL]],
    ["the cache left out, which newer versions turn on", provider("KUBE_DNS"), [KUBE_DNS, NODE_LOCAL]],
    ["the cache not known", { ...cache(UNKNOWN), ...provider("KUBE_DNS") }, [KUBE_DNS, NODE_LOCAL]],
    ["the provider left out", cache(false), [KUBE_DNS]],
    ["the platform's default", { ...cache(false), ...provider("PLATFORM_DEFAULT") }, [KUBE_DNS]],
    ["Cloud DNS", { ...cache(false), ...provider("CLOUD_DNS") }, [METADATA]],
    ["Cloud DNS behind the cache", { ...cache(true), ...provider("CLOUD_DNS") }, [NODE_LOCAL, METADATA, CACHE_ADDRESS]],
    ["a provider that is not known", { ...cache(false), ...provider(UNKNOWN) }, [KUBE_DNS, METADATA]],
    ["a provider that is new", { ...cache(false), ...provider("OTHER_DNS") }, [KUBE_DNS, METADATA]],
    ["Autopilot", { enable_autopilot: true }, [NODE_LOCAL, METADATA, CACHE_ADDRESS]],
  ])("%s", (_, values, expected) => {
    expect(resolvers("google_container_cluster", values).sort()).toEqual([...expected].sort());
  });

  test("a cluster that is looked up may be any", () => {
    const all = [KUBE_DNS, NODE_LOCAL, METADATA, CACHE_ADDRESS];
    expect(resolvers("google_container_cluster", { name: "c" }, "data").sort()).toEqual(all.sort());
  });

  test("what is declared says more than what is looked up", () => {
    const values = { ...cache(false), ...provider("KUBE_DNS") };
    const both = resourcesOf({
      resource: { google_container_cluster: { c: values } },
      data: { google_container_cluster: { d: {} } },
    });
    expect(ClusterDns.of(both).onNodes).toEqual([]);
  });
});

describe("AKS", () => {
  test.each<[string, object, string[]]>([
    ["before LocalDNS", { kubernetes_version: "1.36" }, [KUBE_DNS]],
    ["a patch version before LocalDNS", { kubernetes_version: "1.36.9" }, [KUBE_DNS]],
    ["with LocalDNS", { kubernetes_version: "1.37" }, [KUBE_DNS, LOCAL_DNS]],
    ["any newer version", { kubernetes_version: "1.40.1" }, [KUBE_DNS, LOCAL_DNS]],
    ["the newest version, which is left out", {}, [KUBE_DNS, LOCAL_DNS]],
    ["a version that is not known", { kubernetes_version: UNKNOWN }, [KUBE_DNS, LOCAL_DNS]],
    [
      "a channel that stays at the minor version",
      { kubernetes_version: "1.35", automatic_upgrade_channel: "patch" },
      [KUBE_DNS],
    ],
    [
      "a channel that goes on to newer ones",
      { kubernetes_version: "1.35", automatic_upgrade_channel: "rapid" },
      [KUBE_DNS, LOCAL_DNS],
    ],
  ])("%s", (_, values, expected) => {
    expect(resolvers("azurerm_kubernetes_cluster", values)).toEqual(expected);
  });

  test("no block of a policy leads to LocalDNS", () => {
    const cluster = resourcesOf({ resource: { azurerm_kubernetes_cluster: { c: { kubernetes_version: "1.37" } } } });
    const policy = (egress: string) =>
      `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {}, policyTypes: [Egress], egress: [${egress}]}}`;
    const decided = (egress: string) =>
      decide(
        kubernetesPart([...manifests([CLIENT, policy(egress)].join("\n---\n")), ...cluster]),
        "pod/default/client",
        LOCAL_DNS,
        "udp 53",
      );
    expect(decided("{to: [{ipBlock: {cidr: 169.254.10.11/32}}]}")).toBe("denied");
    expect(decided("{}")).toBe("allowed");
  });
});

test("EKS", () => {
  expect(resolvers("aws_eks_cluster", { name: "c" })).toEqual([KUBE_DNS]);
});

test("pods of the input are resolvers where the cluster makes them such", () => {
  const daemon =
    "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: cache, namespace: kube-system}, spec: {template: {metadata: {labels: {k8s-app: node-local-dns}}, spec: {containers: []}}}}";
  const served = (enabled: boolean) =>
    kubernetesPart([
      ...manifests([CLIENT, daemon].join("\n---\n")),
      ...resourcesOf({ resource: { google_container_cluster: { c: cache(enabled) } } }),
    ])
      .endpoints.filter(({ serves }) => serves?.includes("kubernetes:dns"))
      .map(({ id }) => id);
  expect(served(true)).toEqual(["daemonset/kube-system/cache", KUBE_DNS]);
  expect(served(false)).toEqual([KUBE_DNS]);
});
