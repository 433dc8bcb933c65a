/**
 * Kustomizations of Flux whose folder is in the input, so that what they deploy is judged where it lies.
 *
 * A path is one of the repository that the source names, and no one says which that is. Where the path goes through the
 * very folder in which the Kustomization lies, of the repository that Flux itself was installed from (`flux bootstrap`
 * calls it `flux-system`), the input is that repository.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
import { dirname, join, resolve, sep } from "node:path";
import type { Resource } from "../../model";
import { at, field, knownText } from "../../values";
import type { KubernetesObjects } from "./objects";

/** Fields that make other objects of what lies in the folder. */
const CHANGING = ["components", "patches", "patchesJson6902", "patchesStrategicMerge", "postBuild"];

/** The name that `flux bootstrap` gives the repository, and the namespace. */
const BOOTSTRAPPED = "flux-system";

/** Of fewer folders another repository may have the like. */
const LEAST_SHARED = 2;

/** Whether all that the Kustomization deploys is in the input, as it is written there. */
export function deploysOwnFolder(kustomization: Resource, objects: KubernetesObjects): boolean {
  const { unit, location } = kustomization;
  const spec = field(kustomization, "spec");
  const source = at(spec, "sourceRef");
  const isOwn = knownText(at(source, "kind")) === "GitRepository" && knownText(at(source, "name")) === BOOTSTRAPPED;
  if (!isOwn || CHANGING.some((name) => at(spec, name) !== undefined)) return false;
  const lies = dirname(resolve(location.file));
  // Of a folder everything is read, of files that are named themselves nothing else.
  const target = isAtOrBelow(lies, resolve(unit)) ? folderOf(knownText(at(spec, "path")), lies) : undefined;
  return (
    target !== undefined &&
    objects.some((one) => one !== kustomization && isAtOrBelow(dirname(resolve(one.location.file)), target))
  );
}

/** The folder of a path that goes through `lies`; undefined where it does not. */
function folderOf(path: string | undefined, lies: string): string | undefined {
  const steps = (path ?? "").split("/").filter((step) => step !== "" && step !== ".");
  if (steps.includes("..")) return undefined;
  for (let shared = steps.length; shared >= LEAST_SHARED; shared--) {
    if (lies.endsWith(sep + join(...steps.slice(0, shared)))) return join(lies, ...steps.slice(shared));
  }
  return undefined;
}

const isAtOrBelow = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);
