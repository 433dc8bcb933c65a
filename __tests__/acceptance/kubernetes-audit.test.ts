/**
 * The running cluster: a deployment's workloads on a real API server are collected by kubectl and judged, and what
 * somebody adds or takes away by hand is found until it is undone.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kubernetesCluster } from "../../account/kubernetes/index";
import { writeFolder } from "../../account/folder";
import { manifestsOf, renderManifests } from "../../cli/workload-manifests/index";
import { loadDeployments } from "../../config/loader";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import type { KubernetesObject } from "../../scripts/stand-in/kubernetes/api";
import { Cluster, STAND_IN_SECRET } from "../../scripts/stand-in/kubernetes/cluster";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import { verifyPaths } from "../../verification/verify";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { scratchFolder } from "../support/scratch";

/** Stands in what somebody makes by hand, and may be in nothing that is collected. */
const SECRET = "hush-hush-hush";

const at = scratchFolder();
const [{ deployment }] = loadDeployments([join(EXAMPLES, "aws-us-east-2.yaml")]) as [
  ReturnType<typeof loadDeployments>[0],
];
const manifests = manifestsOf(deployment, cloudOutputsOf(deployment));
let plane: ControlPlane;

testEnvironment({ KUBECONFIG: "" });
beforeAll(async () => {
  buildPrograms();
  plane = await ControlPlane.start(at("kubernetes"));
  const cluster = new Cluster(plane.api, deployment);
  await cluster.addFewestNodes();
  await cluster.apply(manifests, { ...STAND_IN_SECRET, client_secret: SECRET });
});
beforeEach(() => {
  process.env["KUBECONFIG"] = plane.kubeconfig;
});
afterAll(() => plane.stop());

let collections = 0;

/** What is found in the cluster now, a line each. */
async function found(): Promise<string[]> {
  const folder = at(`collected-${++collections}`);
  const { accounts } = await writeFolder(folder, [await kubernetesCluster("stand-in")], () => undefined);
  expect(accounts.flatMap(({ failed }) => failed)).toEqual([]);
  return findingsAt(folder);
}

const findingsAt = async (path: string) =>
  (await verifyPaths([path])).findings.map(
    ({ status, invariant, resource, message }) => `${status} ${invariant}: ${resource}: ${message}`,
  );

let before: readonly string[];

test("what runs is judged as its manifests are", async () => {
  const file = at("manifests.yaml");
  writeFileSync(file, renderManifests(manifests));
  before = await found();
  expect([...before].sort()).toEqual((await findingsAt(file)).sort());
});

const service = (more: object): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "door", namespace: "default" },
  spec: { selector: { app: "x" }, ports: [{ port: 443 }], ...more },
});

const ADDED: readonly { readonly what: string; readonly object: KubernetesObject; readonly found: RegExp }[] = [
  {
    what: "a service that faces the internet",
    object: service({ type: "LoadBalancer" }),
    found: /^violated no-inbound: .*door/,
  },
  {
    what: "an ingress without TLS",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "gate", namespace: "default" },
      spec: { defaultBackend: { service: { name: "door", port: { number: 443 } } } },
    },
    found: /^violated encryption-in-transit: Ingress\/default\/gate/,
  },
  {
    what: "a pod that no policy guards, whose variables and flags hold a secret",
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "tool", namespace: "default", annotations: { "example.com/note": SECRET } },
      spec: {
        hostNetwork: true,
        containers: [
          {
            name: "tool",
            image: "example.com/tool:1",
            args: ["--token", SECRET, `--api-key=${SECRET}`],
            env: [{ name: "PASSWORD", value: SECRET }],
            securityContext: { privileged: true },
          },
        ],
      },
    },
    found: /^violated default-deny: Pod\/default\/tool/,
  },
];

test.each(ADDED)("found: $what", async ({ object, found: pattern }) => {
  await plane.api.create(object);
  const fresh = (await found()).filter((line) => !before.includes(line));
  await plane.api.call("DELETE", await plane.api.pathOf(object), { gracePeriodSeconds: 0 });
  expect(fresh).toContainEqual(expect.stringMatching(pattern));
});

test("nothing is found when all is undone", async () => {
  expect(await found()).toEqual(before);
});

test("nothing that was collected holds a secret", () => {
  const files = readdirSync(at(), { recursive: true, encoding: "utf8" }).filter((path) =>
    /^collected.*json$/.test(path),
  );
  expect(files.length).toBeGreaterThan(100);
  const holding = files.filter((path) => readFileSync(at(path), "utf8").includes(SECRET));
  expect(holding).toEqual([]);
});
