/**
 * Interactive serial consoles: a way into a machine that no firewall rule and no route is asked about.
 *
 * Compute Engine, "Troubleshooting using the serial console"
 * (https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-using-serial-console): it knows no restrictions by
 * address, and clients can attempt to connect from any; the metadata `serial-port-enable` of a machine, else of its
 * project, switches it on, and the organization policy `compute.disableSerialPortAccess`, which an input need not hold,
 * off whatever the metadata says. "Set boolean values"
 * (https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#boolean): `FALSE`, `N`, `No` and `0` in any case.
 */
import type { Resource, Unjudged, Value } from "../../model";
import { blocks, isObject, isOpaque, text } from "../../values";
import { isAbsent } from "../terraform-input";
import type { GoogleInput } from "./input";

const KEY = "serial-port-enable";
const OFF = /^(false|no?|0)$/i;

/** Where metadata of machines stand, by the type that writes them. */
const METADATA: Readonly<Record<string, readonly string[]>> = {
  google_compute_instance: ["metadata"],
  google_compute_instance_from_template: ["metadata"],
  google_compute_instance_settings: ["metadata.items"],
  google_compute_instance_template: ["metadata"],
  google_compute_per_instance_config: ["preserved_state.metadata"],
  google_compute_project_metadata: ["metadata"],
  google_compute_region_instance_template: ["metadata"],
  google_compute_region_per_instance_config: ["preserved_state.metadata"],
  google_container_cluster: ["node_config.metadata", "node_pool.node_config.metadata"],
  google_container_node_pool: ["node_config.metadata"],
  google_dataproc_cluster: ["cluster_config.gce_cluster_config.metadata"],
  google_dataproc_workflow_template: ["placement.managed_cluster.config.gce_cluster_config.metadata"],
  google_notebooks_instance: ["metadata"],
  google_workbench_instance: ["gce_setup.metadata"],
};

/** Whatever may switch on the serial consoles of machines. */
export function serialConsoles(input: GoogleInput): Unjudged[] {
  const ofMaps = Object.entries(METADATA).flatMap(([type, paths]) =>
    input.managed(type).flatMap((resource) => {
      const maps = paths.flatMap((path) => valuesAt(resource.values, path.split("."), resource, input));
      const answers = maps.map((map) => (isObject(map) ? answerOf(map[KEY], resource, input) : "unknown"));
      return told(resource, answers);
    }),
  );
  const ofItems = input.managed("google_compute_project_metadata_item").flatMap((item) => {
    const key = text(input.follow(item.values["key"], item));
    if (!isOpaque(key) && key !== KEY) return [];
    const answer = answerOf(item.values["value"], item, input);
    return told(item, [isOpaque(key) && answer !== "off" ? "unknown" : answer]);
  });
  return [...ofMaps, ...ofItems];
}

type Answer = "on" | "off" | "unknown";

function answerOf(value: Value | undefined, from: Resource, input: GoogleInput): Answer {
  const written = text(input.follow(value, from));
  if (isAbsent(written)) return "off";
  if (isOpaque(written)) return "unknown";
  return OFF.test(written) ? "off" : "on";
}

function told({ address, location }: Resource, answers: readonly Answer[]): Unjudged[] {
  const reason = answers.includes("on")
    ? `its metadata switch on the interactive serial console (${KEY}), at which anybody may try to log in from any address whatever firewalls say`
    : `whether its metadata switch on the interactive serial console (${KEY}) is not known`;
  return answers.every((answer) => answer === "off") ? [] : [{ resource: address, location, reason }];
}

/** What is written at a path, of each block on the way; what can't be read on the way is one value. */
function valuesAt(value: Value | undefined, path: readonly string[], from: Resource, input: GoogleInput): Value[] {
  const held = input.follow(value, from);
  const [step, ...rest] = path;
  if (isAbsent(held)) return [];
  if (step === undefined || isOpaque(held)) return [held];
  return blocks(held).flatMap((block) => (isObject(block) ? valuesAt(block[step], rest, from, input) : [block]));
}
