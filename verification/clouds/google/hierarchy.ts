/**
 * Organisations, folders and projects: which of them a network is under.
 *
 * Google Cloud Resource Manager, "Resource hierarchy"
 * (https://cloud.google.com/resource-manager/docs/cloud-platform-resource-hierarchy).
 */
import { isUnknown, type Resource, type Value } from "../../model";
import { isAbsent } from "../terraform-input";
import type { GoogleInput } from "./input";
import type { Network } from "./network";

/** An organisation or a folder. */
export interface Node {
  readonly id: string;
  readonly isOrganisation: boolean;
  /** The folder's declaration. */
  readonly resource?: Resource;
}

const FOLDERS = ["google_folder", "google_active_folder"];
const ORGANISATIONS = ["google_organization"];

export class Hierarchy {
  constructor(private readonly input: GoogleInput) {}

  /** The organisation or folder that `value` names; undefined where it can't be told. */
  node(value: Value | undefined, from: Resource): Node | undefined {
    const target = this.input.named(value, from, ...FOLDERS, ...ORGANISATIONS);
    if (isUnknown(target)) return undefined;
    if (target.kind === "outside") return nodeOf(target.name);
    const { resource } = target;
    const isOrganisation = ORGANISATIONS.includes(resource.type);
    if (!isOrganisation && !FOLDERS.includes(resource.type)) return undefined;
    const name = resource.values["name"];
    return { id: typeof name === "string" ? name : this.input.id(resource), isOrganisation, resource };
  }

  /** What a network's project is under, nearest first; empty where the input does not tell. */
  above({ resource }: Network): Node[] {
    const project = resource && this.project(resource);
    if (!project) return [];
    const folder = project.values["folder_id"];
    const parent = isAbsent(folder)
      ? prefixed("organizations/", project.values["org_id"])
      : prefixed("folders/", folder);
    const node = isAbsent(parent) ? undefined : this.node(parent, project);
    return node ? this.chain(node) : [];
  }

  /** A node and those above it, as far as the input tells. */
  chain(node: Node): Node[] {
    const chain = [node];
    for (let at: Node = node; at.resource && !at.isOrganisation;) {
      const parent: Value | undefined = at.resource.values["parent"];
      const next: Node | undefined = isAbsent(parent) ? undefined : this.node(parent, at.resource);
      if (!next || chain.some(({ id }) => id === next.id)) break;
      chain.push(next);
      at = next;
    }
    return chain;
  }

  private project(resource: Resource): Resource | undefined {
    const value = resource.values["project"];
    if (isAbsent(value)) return undefined;
    const target = this.input.find(value, resource, "project");
    if (target.kind === "resource") return target.resource.type === "google_project" ? target.resource : undefined;
    if (target.kind !== "outside") return undefined;
    return this.input.all("google_project").find(({ values }) => values["project_id"] === target.name);
  }
}

function nodeOf(name: string): Node {
  return { id: name, isOrganisation: /(^|\/)organizations\//.test(name) };
}

/** `123` is what a project calls `folders/123`. */
function prefixed(prefix: string, value: Value | undefined): Value | undefined {
  const id = typeof value === "number" ? String(value) : value;
  return typeof id === "string" && /^\d+$/.test(id) ? prefix + id : id;
}
