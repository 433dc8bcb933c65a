/**
 * Union's chart as far as its pods go, from the table of its facts with the values that `dataplane values` prints put in:
 * for where Helm or the chart is not at hand. Of a pod there is what admission and the scheduler judge.
 */
import { parse, stringify } from "yaml";
import type { Facts } from "../../../chart/facts";
import { columnOf, readChartFacts } from "../../../chart/table";
import { entryOf, namedValues } from "../../../chart/values";
import { chartValues } from "../../../cli/chart-values/index";
import type { Manifest } from "../../../cli/workload-manifests/index";
import { CHART, CHART_PODS, hasChartPod, type ChartPod, type ChartPodName } from "../../../config/chart";
import type { Cloud, Deployment } from "../../../config/deployment";
import { PLATFORM_NAMESPACE, TASK_SERVICE_ACCOUNT } from "../../../config/names";

/** Column of the table, by cloud. */
const COLUMNS: Readonly<Record<Cloud, string>> = { aws: "aws", google: "gcp", azure: "azure" };

/** Keys of the values that say where a pod runs, and how many of it; of the rest the chart says both. */
const GOVERNED: Readonly<Partial<Record<ChartPodName, { readonly placement: string; readonly replicas?: string }>>> = {
  operator: { placement: "scheduling" },
  operatorProxy: { placement: "scheduling", replicas: "proxy.replicas" },
  leaseWorker: { placement: "scheduling" },
  podWebhook: { placement: "scheduling", replicas: "flytepropellerwebhook.replicaCount" },
  dataproxy: { placement: "scheduling" },
  connectors: { placement: "flyteconnector" },
  prometheus: { placement: "prometheus.server" },
  kubeStateMetrics: { placement: "prometheus.kube-state-metrics" },
};

type Fields = Facts[string];

/** What the chart makes of a deployment's values: service accounts, settings of task pods, pods, services, autoscalers. */
export function chartObjects(deployment: Deployment): Manifest[] {
  const names = podNames(deployment).filter((name) => CHART_PODS[name].kind !== "Job");
  const made = new Made(deployment);
  return [
    ...made.accounts(names),
    // Where tasks have namespaces of their own, the guards give each an account.
    ...(deployment.taskNamespaces.length > 0 ? [] : [account(TASK_SERVICE_ACCOUNT)]),
    made.taskSettings(),
    ...names.map((name) => made.workload(name)),
    ...made.services(),
    ...made.autoscalers(),
  ];
}

/** What the chart makes before an upgrade, and of it what the namespace has to admit. */
export function chartUpgrade(deployment: Deployment): Manifest[] {
  const names = podNames(deployment).filter((name) => CHART_PODS[name].kind === "Job");
  const made = new Made(deployment);
  return [...made.accounts(names), ...names.map((name) => made.workload(name))];
}

const podNames = (deployment: Deployment) =>
  (Object.keys(CHART_PODS) as ChartPodName[]).filter((name) => hasChartPod(deployment, name));

class Made {
  private readonly values: unknown;
  private readonly facts: Facts;
  private readonly pods: readonly ChartPod[];

  constructor(deployment: Deployment) {
    this.values = parse(chartValues(deployment));
    const { objects, further } = readChartFacts();
    const facts = { ...columnOf(objects, COLUMNS[deployment.cloud]), ...columnOf(further, "") };
    this.facts = JSON.parse(JSON.stringify(facts).replaceAll("{release}", CHART.release)) as Facts;
    this.pods = podNames(deployment).map((name) => CHART_PODS[name]);
  }

  accounts(names: readonly ChartPodName[]): Manifest[] {
    const accounts = new Set<string>(names.map((name) => CHART_PODS[name].serviceAccount));
    return [...accounts]
      .filter((name) => name !== "default" && this.value(`${name}.serviceAccount.create`) !== false)
      .map(account);
  }

  /** What the chart writes out as it is, into the lease worker's configuration. */
  taskSettings(): Manifest {
    return object("v1", "ConfigMap", CHART_PODS.leaseWorker.name, {
      data: { "config.yaml": stringify(this.value("config.k8s")) },
    });
  }

  workload(name: ChartPodName): Manifest {
    const { kind, name: called }: ChartPod = CHART_PODS[name];
    const facts = this.factsOf(`${kind} ${called}`);
    const { placement, replicas } = GOVERNED[name] ?? {};
    const template = {
      metadata: { labels: after("pod label", facts) },
      spec: {
        serviceAccountName: facts["service account"],
        automountServiceAccountToken: facts["mounts token"] === "true",
        ...(facts["host network"] && { hostNetwork: true }),
        ...(facts["host processes"] && { hostPID: true }),
        securityContext: nested(after("pod security", facts)),
        ...(placement !== undefined && this.placement(placement)),
        ...this.containers(`${kind} ${called}`, facts),
        ...(kind === "Job" && { restartPolicy: "Never" }),
      },
    };
    if (kind === "Job") return object("batch/v1", kind, called, { spec: { template } });
    return object("apps/v1", kind, called, {
      spec: {
        replicas: replicas === undefined ? Number(facts["replicas"]) : this.value(replicas),
        selector: { matchLabels: after("selects", facts) },
        template,
      },
    });
  }

  private containers(of: string, facts: Fields): object {
    const names = new Set(Object.keys(facts).flatMap((fact) => /^container (\S+) image$/.exec(fact)?.[1] ?? []));
    const volumes: object[] = [];
    const containers = [...names].flatMap((name) => {
      const own = after(`container ${name}`, facts);
      const image = this.image(of, own["image"] ?? "");
      if (image === undefined) return [];
      const nodes = Object.entries(after("mount", own)).flatMap(([mountPath, from]) => {
        const [, path] = /^node's (.+)$/.exec(from) ?? [];
        if (path === undefined) return [];
        const volume = `node-${volumes.length}`;
        volumes.push({ name: volume, hostPath: { path } });
        return [{ name: volume, mountPath }];
      });
      return {
        name,
        image,
        resources: { requests: after("requests", own), limits: after("limits", own) },
        securityContext: nested(after("security", own)),
        volumeMounts: nodes,
      };
    });
    return { containers, volumes };
  }

  /** Where the values lead an image; undefined where they leave its container out. */
  private image(object: string, reference: string): string | undefined {
    const entry = entryOf({ object: object.replaceAll(CHART.release, "{release}"), reference }, namedValues());
    if (entry === undefined)
      throw new Error(`chart/values.yaml does not say what becomes of ${reference} of ${object}`);
    if ("off" in entry) return undefined;
    if (!("by" in entry)) return reference;
    const { registry, repository, tag } = this.value(entry.by.replace(/\.[^.]+$/, "")) as Readonly<
      Record<"registry" | "repository" | "tag", string | undefined>
    >;
    const path = [registry, repository].filter((part) => part !== undefined).join("/");
    return tag === undefined ? path : `${path}:${tag}`;
  }

  private placement(key: string): object {
    const { nodeSelector, tolerations } = this.value(key) as Readonly<Record<string, unknown>>;
    return { nodeSelector, tolerations };
  }

  services(): Manifest[] {
    return this.those("Service").flatMap(([name, facts]) => {
      const selector = after("selects", facts);
      if (!this.pods.some((pod) => isPartOf(selector, this.labelsOf(pod)))) return [];
      const ports = Object.entries(after("port", facts)).map(([name, leads]) => {
        const [port, target = ""] = leads.split(" to ");
        return { name: `p-${name}`, port: Number(port), targetPort: scalar(target) };
      });
      const { type } = facts;
      const kind = type === "headless" ? { clusterIP: "None" } : { type };
      return object("v1", "Service", name, { spec: { ...kind, selector, ports } });
    });
  }

  autoscalers(): Manifest[] {
    return this.those("HorizontalPodAutoscaler").flatMap(([name, facts]) => {
      const { scaleTargetRef } = nested(facts) as { scaleTargetRef: { readonly name: string } };
      if (!this.pods.some((pod) => pod.name === scaleTargetRef.name)) return [];
      const [minReplicas, maxReplicas] = [Number(facts["minReplicas"]), Number(facts["maxReplicas"])];
      return object("autoscaling/v2", "HorizontalPodAutoscaler", name, {
        spec: { minReplicas, maxReplicas, scaleTargetRef },
      });
    });
  }

  private labelsOf = ({ kind, name }: ChartPod) => after("pod label", this.factsOf(`${kind} ${name}`));

  private those(kind: string): [string, Fields][] {
    const rows = Object.entries(this.facts).filter(([object]) => object.startsWith(`${kind} `));
    // A row whose facts all are of other columns is empty.
    return rows.flatMap(([object, facts]) => (facts["apiVersion"] ? [[object.slice(kind.length + 1), facts]] : []));
  }

  private factsOf(object: string): Fields {
    const facts = this.facts[object];
    if (!facts) throw new Error(`chart/facts.json has no '${object}'`);
    return facts;
  }

  private value(key: string): unknown {
    return key
      .split(".")
      .reduce<unknown>((map, part) => (map as Readonly<Record<string, unknown>> | undefined)?.[part], this.values);
  }
}

const object = (apiVersion: string, kind: string, name: string, rest: object): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace: PLATFORM_NAMESPACE },
  ...rest,
});

const account = (name: string): Manifest => object("v1", "ServiceAccount", name, {});

/** Facts behind a prefix, without it. */
const after = (prefix: string, facts: Fields): Fields =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([fact, value]) =>
      fact.startsWith(`${prefix} `) ? [[fact.slice(prefix.length + 1), value]] : [],
    ),
  );

const isPartOf = (some: Fields, all: Fields) => Object.entries(some).every(([label, value]) => all[label] === value);

const scalar = (text: string): unknown => parse(text);

/** What was flattened, as it was; of lists those of capabilities are the only ones that are asked for. */
function nested(fields: Fields): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const [path, text] of Object.entries(fields)) {
    const parts = path.split(".");
    const last = parts.pop() ?? "";
    const place = parts.reduce<Record<string, unknown>>(
      (map, part) => (map[part] ??= {}) as Record<string, unknown>,
      whole,
    );
    place[last] = parts.at(-1) === "capabilities" ? text.split(" ") : scalar(text);
  }
  return whole;
}
