/** Images of pods, and the registries that they are pulled from. */
import type { Deployment } from "../../../../config/deployment";
import { HTTPS_PORT } from "../../../../config/egress";
import { imageReference, namedImages } from "../../../../config/images";
import type { AddressSet } from "../../../../packets/address-set";
import { PacketSet } from "../../../../packets/packet-set";
import { ServiceSet } from "../../../../packets/service-set";
import type { Judged } from "../../../judged";
import { problemAt, type Problem } from "../../../problem";
import { isOpaque, text, whyOpaque } from "../../../values";
import { listed } from "../../../crossings";
import { reach } from "../../../evaluate";
import { extentOf } from "../../../extent";
import type { Finding, System } from "../../../model";
import { holdsPlatform, isStandIn } from "../../../promises/stand-ins";
import type { Check } from "../../cloud";
import { imagesOfNodes, pullObstacles } from "../../registries";
import type { NodePool } from "../../node-pool";
import { hasOtherNodes, nodePools } from "../../node-pools";
import { readReference, type PullObstacle } from "../../registry";
import { objectsOf } from "../objects";
import { podImages, type PodImage } from "../pod-images";
import { taskImagePlaces } from "../task-images";

export const check: Check = function* (judged) {
  const { system, deployment } = judged;
  const { resources } = system;
  const pools = nodePools(resources);
  if (!deployment && (pools.length === 0 || hasOtherNodes(resources))) return;
  // What stands in for pods of others names no image.
  const images = podImages(objectsOf(system), resources).filter(({ resource }) => !isStandIn(resource));
  yield* merged(
    obstructed([...images, ...imagesOfNodes(resources), ...promisedImages(deployment, system, pools)], pools, judged),
  );
};

/** An image, and what is in its way. */
interface Obstructed {
  readonly of: PodImage;
  readonly name: string;
  readonly status: Finding["status"];
  readonly why: string;
  readonly obstacle?: PullObstacle;
}

/** Images that no manifest of the input names: those of tasks, and of Union's chart where it is not rendered. */
function promisedImages(
  deployment: Deployment | undefined,
  { resources }: System,
  [pool]: readonly NodePool[],
): PodImage[] {
  if (!deployment || !pool) return [];
  const promised = (what: string) => (image: string) => ({ what, image, resource: pool.resource, path: [] });
  return [
    ...taskImagePlaces(deployment).map(promised("tasks")),
    ...(holdsPlatform(resources) ? [] : allReferences(deployment).map(promised("Union's chart"))),
  ];
}

const allReferences = (deployment: Deployment) =>
  namedImages(deployment).map(([name]) => imageReference(deployment, name));

function* obstructed(
  images: readonly PodImage[],
  pools: readonly NodePool[],
  { system, deployment }: Judged,
): Generator<Obstructed> {
  const obstaclesOf = pullObstacles(system.resources, deployment);
  const reaches = reachedByNodes(system);
  for (const of of images) {
    const name = text(of.image);
    if (name === undefined || isOpaque(name)) {
      const reason = name === undefined ? "it names none" : whyOpaque(name);
      yield { of, name: "its image", status: "unknown", why: `which it is can't be told: ${reason}` };
      continue;
    }
    const image = readReference(name);
    for (const pool of pools) {
      for (const obstacle of obstaclesOf(image, pool)) {
        const way = obstacle.unless ? reaches(obstacle.unless) : "closed";
        if (way === "open") continue;
        const status = obstacle.certain && way === "closed" ? "violated" : "unknown";
        yield { of, name, status, why: obstacle.why, obstacle };
      }
    }
    if (pools.length === 0) {
      yield {
        of,
        name,
        status: "unknown",
        why: "whether nodes pull it can't be told: a pool of them is not in the input",
      };
    }
  }
}

// ---------------------------------------------------------------- ways

type Way = "open" | "closed" | "unknown";

const HTTPS = ServiceSet.of(6, HTTPS_PORT);

/** Whether all nodes reach every one of some addresses. */
function reachedByNodes({ endpoints }: System): (addresses: AddressSet) => Way {
  const nodes = endpoints.filter(({ kind }) => kind === "node");
  const known = new Map<AddressSet, Way>();
  const judge = (addresses: AddressSet): Way => {
    const needed = PacketSet.of(addresses, HTTPS);
    const verdicts = nodes.map((node) => reach(node, "outbound", { addresses, groups: new Set<string>() }));
    if (verdicts.some(({ possible }) => !needed.subtract(possible).isEmpty)) return "closed";
    const isOpen = verdicts.length > 0 && verdicts.every(({ allowed }) => needed.subtract(allowed).isEmpty);
    return isOpen ? "open" : "unknown";
  };
  return (addresses) => {
    const way = known.get(addresses) ?? judge(addresses);
    known.set(addresses, way);
    return way;
  };
}

// ---------------------------------------------------------------- findings

/** One problem for all images that one change lets be pulled. */
function* merged(found: Iterable<Obstructed>): Generator<Problem> {
  const groups = new Map<string, Obstructed[]>();
  for (const one of found) {
    const { status, why, obstacle } = one;
    const key = [status, why, obstacle?.remedy, obstacle?.at?.address].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  for (const [first, ...others] of groups.values()) {
    if (!first) continue;
    const { of, name, status, why, obstacle } = first;
    const further = [...new Set(others.map((other) => `${other.name} of ${other.of.what}`))].filter(
      (other) => other !== `${name} of ${of.what}`,
    );
    const also = further.length > 0 ? ` (so are: ${listed(further)})` : "";
    const message = `${name} of ${of.what} is out of reach: ${why}${also}`;
    const problem = obstacle?.at
      ? problemAt(obstacle.at, [], status, message, extentOf(...further))
      : problemAt(of.resource, of.path, status, message, extentOf(...further));
    yield obstacle ? { ...problem, remedy: obstacle.remedy } : problem;
  }
}
