/**
 * Workspaces of Databricks, whose web application and API answer at public addresses unless their private access
 * settings say otherwise; only private endpoints lead to them then.
 *
 * Databricks on AWS, "Configure inbound PrivateLink"
 * (https://docs.databricks.com/aws/en/security/network/front-end/front-end-private-connect), and on Google Cloud
 * (https://docs.databricks.com/gcp/en/security/network/classic/private-service-connect): public access is a switch of the
 * settings, off by itself
 * (https://registry.terraform.io/providers/databricks/databricks/latest/docs/resources/mws_private_access_settings).
 */
import type { Endpoint, PartialSystem, Peer, Resource, Rule, Unjudged } from "../model";
import { isUnknown } from "../model";
import { AddressSet } from "../../packets/address-set";
import { ServiceSet } from "../../packets/service-set";
import { bool, isOpaque, whyOpaque } from "../values";
import { admitting, serviceEndpoint } from "./service-endpoint";
import { isAbsent, TerraformInput } from "./terraform-input";

export const WORKSPACE = "databricks_mws_workspaces";

const TCP = 6;
const HTTPS = 443;
const EVERYWHERE: readonly Peer[] = [{ kind: "addresses", addresses: AddressSet.all }];

/** The workspaces of an input, those at public addresses as endpoints. */
export function workspacesPart(resources: readonly Resource[]): PartialSystem {
  const workspaces = resources.filter(({ type, mode }) => type === WORKSPACE && mode === "managed");
  const endpoints: Endpoint[] = [];
  const unjudged: Unjudged[] = [];
  if (workspaces.length === 0) return { endpoints, unjudged, rules: 0 };
  const input = new TerraformInput(resources);
  for (const workspace of workspaces) {
    const isPublic = isReachable(workspace, input);
    if (isPublic === true) endpoints.push(publicWorkspace(workspace, input));
    else if (isPublic !== false)
      unjudged.push({ resource: workspace.address, location: workspace.location, reason: isPublic.reason });
  }
  return { endpoints, unjudged, rules: endpoints.length };
}

/** Whether a workspace answers at public addresses, or why that can't be told. */
function isReachable(workspace: Resource, input: TerraformInput): boolean | { readonly reason: string } {
  const id = workspace.values["private_access_settings_id"];
  if (isAbsent(id)) return true;
  const settings = input.find(id, workspace, "private access settings");
  if (isUnknown(settings)) return { reason: `its private access settings can't be told: ${settings.reason}` };
  if (settings.kind === "outside") return { reason: "its private access settings are not in the input" };
  const { resource } = settings;
  const access = bool(input.follow(resource.values["public_access_enabled"], resource)) ?? false;
  if (isOpaque(access)) return { reason: `whether it has public access can't be told: ${whyOpaque(access)}` };
  return access;
}

function publicWorkspace(workspace: Resource, input: TerraformInput): Endpoint {
  const { address: resource, location } = workspace;
  const rule: Rule = { resource, location, action: "allow", services: ServiceSet.of(TCP, HTTPS), peers: EVERYWHERE };
  return serviceEndpoint(input.id(workspace), workspace, admitting(`what ${resource} admits`, "databricks", [rule]));
}
