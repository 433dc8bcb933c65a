/** A deployment's cluster on the stand-in: its nodes, its workloads, and what becomes of their pods. */
import type { Manifest } from "../../../cli/workload-manifests/index";
import type { Deployment } from "../../../config/deployment";
import type { Api, Caller, KubernetesObject } from "./api";
import { ignoreNotFound, placeOf, Refusal } from "./api";
import { fewestNodes, nodeOf, writtenPools } from "./node-pools";
import { until } from "./until";

/** Most often that a pod may be bound to a node that is gone. */
const MOST_ATTEMPTS = 5;

/** What the customer's store would put into `union-secret-auth`. */
export const STAND_IN_SECRET = { client_secret: "stand-in", app_secret: "stand-in" };

export interface Pod extends KubernetesObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName?: string;
    readonly [field: string]: unknown;
  };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** The objects of the External Secrets Operator, which a bare API server does not know; it would fill the secret. */
const isOfOperator = ({ apiVersion }: Manifest) => apiVersion.startsWith("external-secrets.io/");

/** A cluster for one deployment; one at a time on a stand-in, since all have the same namespaces. */
export class Cluster {
  private readonly nodes = new Map<string, string>();
  private readonly made: KubernetesObject[] = [];
  private readonly pools;

  constructor(
    private readonly api: Api,
    private readonly deployment: Deployment,
  ) {
    this.pools = writtenPools(deployment);
  }

  /** Adds a node of a pool. @throws Error where there is no such pool, or its nodes are not known */
  async addNode(pool: string): Promise<string> {
    const found = this.pools.get(pool);
    if (!found) throw new Error(`the infrastructure of ${this.deployment.name} has no pool '${pool}'`);
    // A name is never used again: a node that is gone leaves leases and pods behind for a while.
    const name = `${this.deployment.name}-${pool}-${this.nodes.size + 1}`;
    const zone = `${this.deployment.cloudRegion}${"abc".charAt(this.nodes.size % 3)}`;
    await this.api.create(nodeOf(found, name, zone));
    this.nodes.set(name, pool);
    return name;
  }

  /** Adds the nodes that each pool has at least. */
  async addFewestNodes(): Promise<void> {
    for (const pool of this.pools.keys())
      for (let i = 0; i < fewestNodes(this.deployment, pool); i++) await this.addNode(pool);
  }

  /** The pool that a node is of. */
  poolOf = (node: string | undefined): string | undefined => this.nodes.get(node ?? "");

  /**
   * Makes every object, one after the other, and waits for what the provider waits for.
   *
   * @param secret data of `union-secret-auth`, which the customer's store would fill
   * @throws Refusal, with the object's name
   */
  async apply(manifests: readonly Manifest[], secret: Readonly<Record<string, string>>): Promise<void> {
    for (const manifest of manifests.filter((one) => !isOfOperator(one))) {
      const object = manifest as unknown as KubernetesObject;
      const { kind, metadata } = object;
      const filled =
        kind === "Secret" && metadata.name === "union-secret-auth" ? { ...object, stringData: secret } : object;
      try {
        await this.make(filled);
      } catch (error) {
        if (error instanceof Refusal)
          throw new Refusal(error.status, `${kind} ${metadata.namespace ?? ""}/${metadata.name}: ${error.message}`);
        throw error;
      }
    }
  }

  private async make(object: KubernetesObject): Promise<void> {
    const { kind, metadata } = object;
    const path = await this.api.pathOf(object);
    if (kind === "ServiceAccount" && metadata.name === "default") {
      // Kubernetes makes it in each namespace; as the provider does, what is left is changed.
      await this.api.call("PATCH", `${path}/default?fieldValidation=Strict`, object, {
        contentType: "application/merge-patch+json",
      });
      return;
    }
    await this.api.create(object);
    this.made.push(object);
    if (kind === "Namespace")
      await until(() => this.api.get(`/api/v1/namespaces/${metadata.name}/serviceaccounts/default`));
    // Until its controller has counted, a quota refuses everything.
    if (kind === "ResourceQuota") {
      await until(async () => {
        const { status } = (await this.api.get(`${path}/${metadata.name}`)) as { status?: { hard?: object } };
        if (!status?.hard) throw new Error("the quota is not counted");
      });
    }
  }

  /** Every pod, once as many run as the workloads ask for. @throws Error that says what keeps one from running */
  runningPods(): Promise<readonly Pod[]> {
    return until(async () => {
      const pods = await this.pods();
      const lacking = [...(await this.missing()), ...pods.filter((pod) => !isAsMeant(pod)).map(describe)];
      if (lacking.length > 0) throw new Error([...lacking, ...(await this.warnings())].join("\n"));
      return pods;
    });
  }

  async pods(): Promise<readonly Pod[]> {
    return ((await this.api.get("/api/v1/pods")) as { items: Pod[] }).items;
  }

  /** Workloads with fewer pods than they ask for: what admission refuses never becomes a pod. */
  private async missing(): Promise<string[]> {
    const [deployments, daemonSets, jobs] = (await Promise.all([
      this.api.get("/apis/apps/v1/deployments"),
      this.api.get("/apis/apps/v1/daemonsets"),
      this.api.get("/apis/batch/v1/jobs"),
    ])) as { items: Workload[] }[];
    const missing = (
      items: readonly Workload[] = [],
      wanted: (one: Workload) => number,
      has: (one: Workload) => number,
    ) =>
      items
        .filter((one) => one.status.observedGeneration !== one.metadata["generation"] || has(one) < wanted(one))
        .map((one) => `${placeOf(one)}: ${has(one)} of ${wanted(one)} pods run`);
    return [
      ...missing(
        deployments?.items,
        ({ spec }) => spec.replicas ?? 1,
        ({ status }) => status.readyReplicas ?? 0,
      ),
      ...missing(
        daemonSets?.items,
        ({ status }) => status.desiredNumberScheduled ?? 0,
        ({ status }) => status.numberReady ?? 0,
      ),
      ...(jobs?.items ?? [])
        .filter(({ status }) => !status.succeeded)
        .map((job) => `${placeOf(job)} has not succeeded`),
    ];
  }

  /** What controllers and scheduler say that they could not do. */
  private async warnings(): Promise<string[]> {
    const { items } = (await this.api.get("/api/v1/events")) as { items: { type: string; message: string }[] };
    return [...new Set(items.filter(({ type }) => type === "Warning").map(({ message }) => message))];
  }

  /** Waits until a pod runs. @throws Error that says why it does not */
  async awaitPod(pod: KubernetesObject): Promise<Pod> {
    const path = `${await this.api.pathOf(pod)}/${pod.metadata.name}`;
    return until(async () => {
      const found = (await this.api.get(path)) as Pod;
      if (!isRunning(found)) throw new Error(describe(found));
      return found;
    });
  }

  /** Waits until a pod of a namespace runs on a node. @throws Error that says that none does */
  awaitPodOn(node: string, namespace: string): Promise<void> {
    return until(async () => {
      const { items } = (await this.api.get(`/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] };
      const there = items.filter(({ spec }) => spec.nodeName === node);
      if (!there.some(isRunning))
        throw new Error([`no pod of ${namespace} on ${node}`, ...there.map(describe)].join("; "));
    });
  }

  /**
   * Makes a pod for which there is no node yet, and gives the scheduler's reason. The scheduler hears a moment later that
   * a node is gone, and may bind the pod to it: then it is made anew.
   *
   * @throws Refusal, or Error if the pod is placed all the same
   */
  async makePending(pod: KubernetesObject, as: Caller): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      await this.api.create(pod, { as });
      const path = `${await this.api.pathOf(pod)}/${pod.metadata.name}`;
      const { spec, status } = await until(async () => {
        const found = (await this.api.get(path)) as Pod;
        if (found.spec.nodeName === undefined && refusalOf(found) === undefined)
          throw new Error(`${pod.metadata.name} was not tried`);
        return found;
      });
      if (spec.nodeName === undefined) return refusalOf({ status }) ?? "";
      if (attempt === MOST_ATTEMPTS) throw new Error(`${pod.metadata.name} was placed on ${spec.nodeName}`);
      await this.endPod(pod, as);
    }
  }

  /** Ends a pod: takes its finalizers off, and deletes it. @throws Refusal */
  async endPod(pod: KubernetesObject, as: Caller): Promise<void> {
    const path = `${await this.api.pathOf(pod)}/${pod.metadata.name}`;
    // Whoever writes the pod's status in between makes the API refuse what was read before.
    await until(async () => {
      const found = (await this.api.call("GET", path, undefined, { as })) as Pod;
      await this.api.call("PUT", path, { ...found, metadata: { ...found.metadata, finalizers: [] } }, { as });
    });
    await this.api.call("DELETE", path, { gracePeriodSeconds: 0 }, { as }).catch(ignoreNotFound);
  }

  async removeNode(node: string): Promise<void> {
    await this.gone(`/api/v1/nodes/${node}`);
  }

  /** Removes all that was made, and waits until it is gone. */
  async clear(): Promise<void> {
    const namespaces = this.made.filter(({ kind }) => kind === "Namespace");
    for (const object of this.made.filter(({ metadata }) => metadata.namespace === undefined)) {
      await this.gone(`${await this.api.pathOf(object)}/${object.metadata.name}`);
    }
    for (const node of this.nodes.keys()) await this.gone(`/api/v1/nodes/${node}`);
    // No kubelet is there to end pods, and no lease worker.
    for (const { metadata } of await this.pods()) {
      const path = `/api/v1/namespaces/${metadata.namespace ?? "default"}/pods/${metadata.name}`;
      const free = { metadata: { finalizers: null } };
      const merge = { contentType: "application/merge-patch+json" };
      await this.api.call("PATCH", path, free, merge).catch(ignoreNotFound);
      await this.api.call("DELETE", path, { gracePeriodSeconds: 0 }).catch(ignoreNotFound);
    }
    await until(async () => {
      for (const { metadata } of namespaces) {
        const found = await this.api.get(`/api/v1/namespaces/${metadata.name}`).catch(ignoreNotFound);
        if (found) throw new Error(`namespace ${metadata.name} is still there`);
      }
    });
  }

  private async gone(path: string): Promise<void> {
    await this.api.call("DELETE", path).catch(ignoreNotFound);
  }
}

/** Why the scheduler found no node for a pod; undefined where it did, or has not tried yet. */
const refusalOf = ({ status }: Pick<Pod, "status">) =>
  status.conditions?.find(({ type, status: is }) => type === "PodScheduled" && is === "False")?.message;

interface Workload extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
    readonly succeeded?: number;
  };
}

const isRunning = ({ status }: Pod) =>
  status.phase === "Running" &&
  (status.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True");

const isAsMeant = (pod: Pod) => isRunning(pod) || (isOf(pod, "Job") && pod.status.phase === "Succeeded");

/** Whether a pod is made by something of this kind. */
export const isOf = ({ metadata }: Pod, kind: string): boolean =>
  (metadata["ownerReferences"] as readonly { readonly kind: string }[] | undefined)?.some((one) => one.kind === kind) ??
  false;

function describe(pod: Pod): string {
  const { status } = pod;
  const unmet = (status.conditions ?? []).flatMap(({ message }) => (message ? [message] : []));
  return `${placeOf(pod)} is ${status.phase}: ${unmet.join("; ")}`;
}
