/** What a running cluster tells of a deployment's workloads, by the user's own kubectl: no Secret is read. */
import { forwarded, kubectl, KubectlError } from "../../account/kubernetes/kubectl";

/** What was asked for, or why it can't be told. */
export type Told<T> = { readonly value: T } | { readonly unknown: string };

export interface Condition {
  readonly type: string;
  readonly status: string;
  /** When it became so, ISO 8601. */
  readonly lastTransitionTime?: string;
}

export interface Node {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface Workload {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
  readonly status?: { readonly readyReplicas?: number; readonly conditions?: readonly Condition[] };
}

/** The cluster of a context, as one identity sees it. */
export class RunningCluster {
  private constructor(private readonly context: string) {}

  /** @throws AccountError if kubectl is not at hand, or the kubeconfig has no such context */
  static async of(context: string): Promise<RunningCluster> {
    await kubectl(context, "config", "view", "--minify", "-o", "name");
    return new RunningCluster(context);
  }

  /** What the API says of itself: `ok`. */
  readiness = (): Promise<Told<string>> => this.ask("the Kubernetes API", (text) => text.trim(), "/readyz");

  nodes = (): Promise<Told<readonly Node[]>> =>
    this.ask("list nodes", (text) => (JSON.parse(text) as { readonly items: readonly Node[] }).items, "/api/v1/nodes");

  /** A Deployment. */
  workload = (namespace: string, name: string): Promise<Told<Workload>> =>
    this.ask(
      `get deployments in ${namespace}`,
      (text) => JSON.parse(text) as Workload,
      `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    );

  /** What `watch` makes of the metrics of one of a Deployment's pods, which it may ask for as often as it likes. */
  metrics = <T>(
    namespace: string,
    deployment: string,
    port: number,
    watch: (ask: () => Promise<string>) => Promise<T>,
  ): Promise<Told<T>> =>
    this.told(`create pods/portforward and get pods in ${namespace}`, () =>
      forwarded(this.context, { namespace, deployment, port }, (local) =>
        watch(async () => {
          const answer = await fetch(`http://127.0.0.1:${local}/metrics`).catch((error: unknown) => {
            throw new KubectlError(`port ${port} of ${deployment} does not answer: ${String(error)}`);
          });
          if (!answer.ok) throw new KubectlError(`port ${port} of ${deployment} answers with ${answer.status}`);
          return answer.text();
        }),
      ),
    );

  private ask<T>(right: string, read: (text: string) => T, path: string): Promise<Told<T>> {
    return this.told(right, async () => read(await kubectl(this.context, "get", "--raw", path)));
  }

  /** @param right what lacks where the call is refused */
  private async told<T>(right: string, call: () => Promise<T>): Promise<Told<T>> {
    try {
      return { value: await call() };
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      const lacks = error.isRefusal ? `the right to ${right} lacks: ` : "";
      return { unknown: `${lacks}${error.message}` };
    }
  }
}
