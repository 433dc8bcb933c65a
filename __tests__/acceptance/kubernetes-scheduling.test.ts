/** Where pods may run, as the engine says it, against Kubernetes' own scheduler. */
import * as fc from "fast-check";
import type { KubernetesObject } from "../../scripts/stand-in/kubernetes/api";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import type { Value } from "../../verification/model";
import { obstacles } from "../../verification/clouds/kubernetes/scheduling";
import { manifests } from "../support/manifests";
import { scratchFolder } from "../support/scratch";

/** Pods, each with a node that it alone may choose: enough for every rule to be met often. */
const PAIRS = 150;
const SEED = 13;
/** A build of the programs from nothing. */
const BUILD_MS = 20 * 60_000;
const DECISION_MS = 60_000;

const at = scratchFolder();
let plane: ControlPlane;
beforeAll(async () => {
  buildPrograms();
  plane = await ControlPlane.start(at("kubernetes"));
}, BUILD_MS);
afterAll(() => plane.stop());

// ---------------------------------------------------------------- what is drawn

const key = fc.constantFrom("a", "b");
const value = fc.constantFrom("1", "2", "x");
const effect = fc.constantFrom("NoSchedule", "NoExecute", "PreferNoSchedule");

const node = fc.record({
  labels: fc.dictionary(key, value, { maxKeys: 2 }),
  taints: fc.uniqueArray(fc.record({ key, value, effect }), {
    maxLength: 2,
    selector: (taint) => `${taint.key}:${taint.effect}`,
  }),
  cpu: fc.constantFrom(1, 2, 4),
});

const toleration = fc.oneof(
  fc.record({ key, operator: fc.constant("Equal"), value, effect }),
  fc.record({ key, value }),
  fc.record({ key, operator: fc.constant("Exists") }),
  fc.record({ operator: fc.constant("Exists"), effect }),
  fc.record({ operator: fc.constant("Exists") }),
);
const expression = fc.oneof(
  fc.record({ key, operator: fc.constantFrom("In", "NotIn"), values: fc.array(value, { minLength: 1, maxLength: 2 }) }),
  fc.record({ key, operator: fc.constantFrom("Exists", "DoesNotExist") }),
  fc.record({ key, operator: fc.constantFrom("Gt", "Lt"), values: fc.constantFrom(["1"], ["2"]) }),
);
const affinity = fc
  .array(fc.record({ matchExpressions: fc.array(expression, { maxLength: 2 }) }), { minLength: 1, maxLength: 2 })
  .map((nodeSelectorTerms) => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  }));
const container = fc
  .record({ of: fc.constantFrom("requests", "limits"), cpu: fc.constantFrom("500m", "1", "2") })
  .map(({ of, cpu }) => ({ image: "registry.example/a:1", resources: { [of]: { cpu } } }));
const named = (kind: string, containers: readonly object[]) =>
  containers.map((one, i) => ({ name: `${kind}${i}`, ...one }));

const pod = fc
  .record({
    tolerations: fc.array(toleration, { maxLength: 2 }),
    nodeSelector: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, fc.dictionary(key, value, { maxKeys: 1 })),
    affinity: fc.option(affinity, { nil: undefined }),
    init: fc.array(fc.tuple(container, fc.boolean()), { maxLength: 2 }),
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  })
  .map(({ init, containers, ...placement }) => ({
    ...placement,
    initContainers: named(
      "init",
      init.map(([one, stays]) => ({ ...one, ...(stays && { restartPolicy: "Always" }) })),
    ),
    containers: named("main", containers),
  }));

// ---------------------------------------------------------------- what becomes of it

interface Decided {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string; readonly taints?: readonly { readonly key: string }[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The objects at a path, once each is as it should be. */
async function settled(path: string, isSettled: (one: Decided) => boolean): Promise<readonly Decided[]> {
  const deadline = Date.now() + DECISION_MS;
  for (;;) {
    const { items } = (await plane.api.get(path)) as { items: Decided[] };
    if (items.length === PAIRS && items.every(isSettled)) return items;
    if (Date.now() > deadline) throw new Error(`${items.filter((one) => !isSettled(one)).length} are not settled`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const isReady = ({ spec }: Decided) => !spec.taints?.some((taint) => taint.key.startsWith("node.kubernetes.io/"));
const isPlaced = ({ spec }: Decided) => spec.nodeName !== undefined;
const isDecided = (one: Decided) =>
  isPlaced(one) || !!one.status.conditions?.some(({ type, status }) => type === "PodScheduled" && status === "False");

test(
  `the scheduler places each of ${PAIRS} pods exactly where nothing is said to be in its way`,
  async () => {
    const [resource] = manifests("{apiVersion: v1, kind: Node, metadata: {name: a}}");
    if (!resource) throw new Error("no resource");
    const pairs = fc.sample(fc.record({ node, pod }), { numRuns: PAIRS, seed: SEED });
    const make = (object: object) => plane.api.create(object as KubernetesObject);

    for (const [i, { labels, taints, cpu }] of pairs.map((pair) => pair.node).entries()) {
      const resources = { cpu: String(cpu), memory: "4Gi", pods: "110" };
      await make({
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: `node-${i}`, labels: { ...labels, pair: String(i) } },
        spec: { taints },
        status: { capacity: resources, allocatable: resources },
      });
    }
    await settled("/api/v1/nodes", isReady);

    const specs = pairs.map(({ pod: drawn }, i) => ({
      ...drawn,
      nodeSelector: { ...drawn.nodeSelector, pair: String(i) },
    }));
    for (const [i, spec] of specs.entries()) {
      await make({ apiVersion: "v1", kind: "Pod", metadata: { name: `pod-${i}`, namespace: "default" }, spec });
    }
    const pods = await settled("/api/v1/namespaces/default/pods", isDecided);

    const placed = new Map(pods.map((one) => [one.metadata.name, isPlaced(one)]));
    const answers = pairs.map(({ node: { labels, taints, cpu } }, i) => {
      const own = new Map(Object.entries({ ...labels, pair: String(i) }));
      const found = obstacles(JSON.parse(JSON.stringify(specs[i])) as Value, {
        name: `node-${i}`,
        resource,
        taints,
        label: (name) => own.get(name),
        labels: Object.fromEntries(own),
        room: new Map([["cpu", cpu]]),
        lacksDevicePlugin: false,
      });
      return { pair: pairs[i], why: found, said: found.length === 0, done: placed.get(`pod-${i}`) };
    });
    expect(answers.filter(({ said, done }) => said !== done)).toEqual([]);
    // Neither answer is the only one.
    expect(answers.filter(({ said }) => said).length).toBeGreaterThan(PAIRS / 10);
    expect(answers.filter(({ said }) => !said).length).toBeGreaterThan(PAIRS / 10);
  },
  3 * DECISION_MS,
);
