/** The images that pods of an input run: those of its workloads, and those that its programs add to pods that they make. */
import type { Resource, Value } from "../../model";
import { at, blocks, field, object, isOpaque, knownText } from "../../values";
import { type KubernetesObjects } from "./objects";
import { podsOf } from "./workloads";
import { TerraformInput } from "../terraform-input";
import { configurationOf, settingOf } from "./union-configuration";

export interface PodImage {
  /** What runs it, in messages. */
  readonly what: string;
  readonly image: Value | undefined;
  /** Where it is named. */
  readonly resource: Resource;
  readonly path: readonly (string | number)[];
}

/** Every image that is named, once for each place that names it. */
export function podImages(objects: KubernetesObjects, resources: readonly Resource[]): PodImage[] {
  const pods = podsOf(objects).flatMap(({ id, resource, specPath }) => containers(id, resource, specPath));
  const templates = objects.ofKind("PodTemplate", "").flatMap((template) => {
    const id = `podtemplate/${objects.namespaceOf(template) ?? "?"}/${objects.nameOf(template) ?? "?"}`;
    return containers(id, template, ["template", "spec"]).filter(({ name }) => !REPLACED.has(name ?? ""));
  });
  return [...pods, ...templates, ...objects.ofKind("ConfigMap", "").flatMap((map) => configured(map, resources))];
}

/** Containers of a template that only stand for the task's own, whose image takes the place of theirs (flytek8s). */
const REPLACED = new Set(["default", "primary", "default-init", "primary-init"]);

const LISTS = ["initContainers", "containers", "ephemeralContainers"];

const containers = (id: string, resource: Resource, specPath: readonly string[]) =>
  LISTS.flatMap((list) =>
    blocks(field(resource, ...specPath, list)).map((container, index) => {
      const name = knownText(at(container, "name"));
      return {
        name,
        what: `container ${name ?? index} of ${id}`,
        image: isOpaque(container) ? container : at(container, "image"),
        resource,
        path: [...specPath, list, index, "image"],
      };
    }),
  );

// ---------------------------------------------------------------- images that programs add

/** Settings of programs that add to pods of tasks, and what each adds where its setting is left out (Flyte's defaults). */
const SETTINGS = [
  {
    /** Section that none but the program's own configuration has. */
    program: "leaseworker",
    setting: "plugins.k8s.co-pilot.image",
    what: "co-pilot in task pods",
    otherwise: "cr.flyte.org/flyteorg/flytecopilot:v0.0.15",
  },
  {
    program: "webhook.embeddedSecretManagerConfig",
    setting: "webhook.embeddedSecretManagerConfig.fileMountInitContainer.image",
    what: "files of secrets in task pods",
    otherwise: "busybox:1.28",
  },
] as const;

/** Reading YAML takes its time, and most maps are of something else. */
const OF_PROGRAMS = /^ *(leaseworker|co-pilot|embeddedSecretManagerConfig):/m;

/** Key by which Knative is told what runs beside each app. */
const KNATIVE = "queue-sidecar-image";

function configured(map: Resource, resources: readonly Resource[]): PodImage[] {
  const data = object(field(map, "data"));
  if (data === undefined || isOpaque(data)) return [];
  const said = (what: string, image: Value, ...path: readonly string[]): PodImage => ({
    what,
    image,
    resource: map,
    path: ["data", ...path],
  });
  const knative = data[KNATIVE] === undefined ? [] : [said("Knative beside each app", data[KNATIVE], KNATIVE)];
  const input = TerraformInput.of(resources);
  const files = Object.keys(data).map((name) => ({ name, text: input.partialText(data[name], map) ?? "" }));
  if (!files.some(({ text }) => OF_PROGRAMS.test(text))) return knative;
  const configuration = configurationOf(map, resources);
  const settings = SETTINGS.flatMap(({ program, setting, what, otherwise }) => {
    const isItsOwn = settingOf(configuration, program) !== undefined;
    const image = settingOf(configuration, setting) ?? (isItsOwn ? otherwise : undefined);
    if (image === undefined) return [];
    const file = files.find(({ text }) => typeof image === "string" && text.includes(image));
    return [said(what, image, ...(file ? [file.name] : []))];
  });
  return [...knative, ...settings];
}
