import { CHART_PODS, type ChartPodName } from "../../../config/chart";
import { type Labels, LISTED, paths } from "../../support/policies";
import { all, workloads } from "../../support/workloads";

const serving = workloads({
  ...LISTED,
  tunnel: { protocol: "auto" },
  workloads: "chart",
  appsAndServing: true,
  taskNamespaces: ["risk-development"],
  components: { metrics: true },
});

const APP: Labels = { app: "a-users-own" };

/** What a pod opens to or accepts from other pods: of its paths, those that name no block. */
const amongPods = (direction: "egress" | "ingress", pod: ChartPodName) =>
  paths(serving, direction, "union", CHART_PODS[pod].labels).filter((path) => !/^([\d.]+\/|2606|each of)/.test(path));

/** The labels of a selector as they are written: in the order of their names. */
const called = (name: string) => `unionai-dataplane,${name}`;
const CONTROLLER = "net-kourier-controller,unionai-dataplane,knative-serving";
const GATEWAY = "gateway,unionai-dataplane";
const knative = (name: string) => `${name},knative-serving`;
const APPS = expect.stringMatching(/^risk-development\/\{"match_expressions":.*TCP\/8012 TCP\/8013$/);
const DNS = "kube-system/kube-dns UDP/53 TCP/53";

test("the tunnel leads to the gateway, and from there to apps", () => {
  expect(amongPods("egress", "operatorProxy")).toContain(`${GATEWAY} TCP/80 TCP/8081 TCP/8888`);
  expect(amongPods("egress", "gateway")).toEqual([
    `${knative("activator")} TCP/8012 TCP/8013`,
    DNS,
    `${CONTROLLER} TCP/18000`,
    APPS,
    `${called("union-dataproxy")} TCP/8080 TCP/8089`,
  ]);
});

test("nobody but the tunnel and its controller calls the gateway", () => {
  expect(amongPods("ingress", "gateway")).toEqual([
    `${CONTROLLER} TCP/8081 TCP/8090 TCP/9443`,
    `${called("operator-proxy")} TCP/80 TCP/8081 TCP/8888`,
    // Metrics.
    `${called("prometheus")} TCP/10254`,
  ]);
});

test("an app is called by the gateway, by what wakes it, and by what measures it", () => {
  expect(paths(serving, "ingress", "risk-development", APP)).toEqual(
    expect.arrayContaining([
      `union/${GATEWAY} TCP/8012 TCP/8013`,
      `union/${knative("activator")} TCP/8012 TCP/8013`,
      `union/${knative("autoscaler")} TCP/9090`,
    ]),
  );
});

test("no pod of Knative's leaves the cluster", () => {
  for (const pod of ["activator", "appAutoscaler", "appResourceAutoscaler", "appController", "appWebhook"] as const) {
    const out = paths(serving, "egress", "union", CHART_PODS[pod].labels);
    expect(out).not.toContain("198.41.128.0/17 TCP/443");
    expect(out.length).toBeGreaterThan(0);
  }
});

test("without apps there is none of it", () => {
  const policies = all(workloads({ workloads: "chart" }), "kubernetes_network_policy_v1");
  expect(policies.filter(({ metadata }) => /apps|dataproxy/.test(metadata.name))).toEqual([]);
});
