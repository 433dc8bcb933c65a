/** What a change of one option does to the objects that stand, as a real API server has it: nothing that it refuses. */
import { manifestsOf, workloadsJson } from "../../cli/workload-manifests/index";
import { CLOUDS, type Cloud, type Deployment } from "../../config/deployment";
import { CATALOGUES } from "../../scripts/changes/catalogue";
import { changedDeployments, standingDeployment } from "../../scripts/changes/standing";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { Refusal, type KubernetesObject } from "../../scripts/stand-in/kubernetes/api";
import { Cluster, STAND_IN_SECRET } from "../../scripts/stand-in/kubernetes/cluster";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import { readTerraformJson } from "../../verification/readers/cdktf-output";
import { JsonText } from "../../verification/readers/json-locations";
import { kubernetesObjects } from "../../verification/readers/terraform-kubernetes";
import { diffOf } from "../support/diff";
import { scratchFolder } from "../support/scratch";
import type { Json } from "../support/workloads";

/** A build of the programs from nothing. */
const BUILD_MS = 20 * 60_000;

const at = scratchFolder();
let plane: ControlPlane;
beforeAll(async () => {
  buildPrograms();
  plane = await ControlPlane.start(at("kubernetes"));
}, BUILD_MS);
afterAll(() => plane.stop());

/** A deployment's workloads: their JSON, and what Terraform would send of each resource, by its address. */
interface Workloads {
  readonly json: string;
  readonly objects: ReadonlyMap<string, KubernetesObject>;
}

function workloadsOf(deployment: Deployment): Workloads {
  const json = workloadsJson(deployment, cloudOutputsOf(deployment));
  const resources = kubernetesObjects(readTerraformJson(new JsonText("workloads.tf.json", json)));
  const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  return {
    json,
    objects: new Map(objects.map(({ address, values }) => [address, values as unknown as KubernetesObject])),
  };
}

/** Fields of which the workloads have addresses and counts at most: what changes in place on any object. */
const OF_THE_INFRASTRUCTURE =
  /^(network|cluster|nodePools|encryption|objectStore|privateManagement|logCluster|registry|serviceAccounts|state)\b/;

const textOf = ({ objects }: Workloads) => JSON.stringify([...objects]);

/** Changes of the example as it is that reach its workloads: each by its name, with the workloads after it. */
function changesOf(cloud: Cloud, before: Workloads): [name: string, after: Workloads][] {
  return CATALOGUES[cloud]
    .filter((entry) => !entry.standing && !OF_THE_INFRASTRUCTURE.test(entry.option))
    .flatMap((entry): [string, Workloads][] => {
      const [, deployment] = changedDeployments(cloud, entry) ?? [];
      if (!deployment) return [];
      const after = workloadsOf(deployment);
      return textOf(after) === textOf(before) ? [] : [[`${entry.option}: ${entry.change}`, after]];
    });
}

const idOf = ({ apiVersion, kind, metadata }: KubernetesObject) =>
  [apiVersion, kind, metadata.namespace ?? "", metadata.name].join("/");

/** Addresses of what changes where it stands, as `dataplane diff` says of the two stacks. */
async function changedBetween(before: Workloads, after: Workloads): Promise<ReadonlySet<string>> {
  const side = ({ json }: Workloads) => ({ files: { "main.tf.json": JSON.parse(json) } });
  const { deployments } = await diffOf(side(before), side(after));
  const changed = deployments.flatMap(({ resources }) => resources.filter(({ change }) => change === "changed"));
  return new Set(changed.map(({ resource }) => resource));
}

/** What Kubernetes refuses of a change, object by object. */
async function refusalsOf(before: Workloads, after: Workloads): Promise<string[]> {
  const changed = await changedBetween(before, after);
  const standing = new Map([...before.objects].map(([address, object]) => [idOf(object), { address, object }]));
  const refusals: string[] = [];
  for (const [address, object] of after.objects) {
    const stands = standing.get(idOf(object));
    if (!stands) continue;
    // Terraform makes the one before, or while, it destroys the other.
    if (stands.address !== address) refusals.push(`${address}: already exists as ${stands.address}`);
    else if (changed.has(address)) refusals.push(...(await refusalOf(object, address)));
  }
  return refusals;
}

async function refusalOf(object: KubernetesObject, name: string): Promise<string[]> {
  const path = `${await plane.api.pathOf(object)}/${object.metadata.name}`;
  const { metadata } = (await plane.api.get(path)) as KubernetesObject;
  const { resourceVersion } = metadata as { readonly resourceVersion?: string };
  const sent = { ...object, metadata: { ...object.metadata, resourceVersion } };
  try {
    await plane.api.call("PUT", `${path}?fieldValidation=Strict&dryRun=All`, sent);
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [`${name}: ${error.message}`];
    throw error;
  }
}

describe.each(CLOUDS)("what stands on %s", (cloud) => {
  const standing = standingDeployment(cloud);
  const before = workloadsOf(standing);
  const changes = changesOf(cloud, before);
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster(plane.api, standing);
    await cluster.apply(manifestsOf(standing, cloudOutputsOf(standing)), STAND_IN_SECRET);
  });
  afterAll(() => cluster.clear());

  test.each(changes)("%s: Kubernetes takes each object that changes and is not made anew", async (_, after) => {
    expect(await refusalsOf(before, after)).toEqual([]);
  });

  test("what can't change in place is refused by the same way", async () => {
    const proxy = [...before.objects.values()].find(({ kind }) => kind === "Deployment") as KubernetesObject;
    const other = structuredClone(proxy) as Json;
    other.spec.selector.matchLabels = { other: "selector" };
    other.spec.template.metadata.labels = { ...other.spec.template.metadata.labels, other: "selector" };
    await expect(refusalOf(other as KubernetesObject, "other")).resolves.toEqual([
      expect.stringContaining("field is immutable"),
    ]);
    await expect(refusalOf(proxy, "as it was")).resolves.toEqual([]);
  });
});
