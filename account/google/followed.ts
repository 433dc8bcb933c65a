/**
 * What Cloud Asset Inventory does not tell of assets: who is in a group, and which policies from above the project
 * decide over a network. Each is one call an asset, of Compute Engine's own API.
 */
import type { Fields } from "../kept";
import type { Call } from "../rest";
import type { Right } from "./rights";

/** Records of one sort, asked of each asset of another. */
export interface Followed {
  /** Name of its file. */
  readonly name: string;
  /** The kind whose assets it is asked of. */
  readonly of: string;
  readonly right: Right;
  /** What is asked of an asset, by its data; default: its own path, `projects/p/zones/z/instanceGroups/g`. */
  readonly at?: (data: Asked) => string | undefined;
  /** @param link what {@link at} says */
  readonly call: (link: string) => Call;
  /** Name of the list in an answer. */
  readonly list: string;
  /** What is kept of each, beside the link of what it was asked of. */
  readonly fields: Fields;
}

/** What of an asset's data says where more is asked. */
export interface Asked {
  readonly selfLink?: string;
  readonly region?: string;
  readonly network?: string;
}

const POLICY: Fields = [
  ...["name", "displayName", "shortName", "type"],
  ...["rules.action", "rules.direction", "rules.disabled", "rules.priority", "rules.match"],
];

/** The path that a link of Compute Engine ends with. */
export const pathIn = (link: string): string => link.replace(/^.*?(?=projects\/)/, "");

export const FOLLOWED: readonly Followed[] = [
  {
    name: "instance-group-members",
    of: "instance-groups",
    right: "compute.instanceGroups.list",
    call: (link) => ({ url: `${link}/listInstances`, body: {} }),
    list: "items",
    fields: ["instance", "status"],
  },
  {
    name: "network-endpoints",
    of: "network-endpoint-groups",
    right: "compute.networkEndpointGroups.get",
    call: (link) => ({ url: `${link}/listNetworkEndpoints`, body: {} }),
    list: "items",
    fields: ["networkEndpoint"],
  },
  {
    name: "effective-firewall-policies",
    of: "networks",
    right: "compute.networks.getEffectiveFirewalls",
    call: (link) => ({ url: `${link}/getEffectiveFirewalls` }),
    list: "firewallPolicys",
    fields: POLICY,
  },
  {
    // Some policies decide in one region alone: asked once of each region that the network has a subnetwork in.
    name: "region-effective-firewall-policies",
    of: "subnetworks",
    right: "compute.networks.getRegionEffectiveFirewalls",
    at: ({ region, network }) =>
      typeof region !== "string" || typeof network !== "string"
        ? undefined
        : `${pathIn(region)}/firewallPolicies/getEffectiveFirewalls?${new URLSearchParams({ network }).toString()}`,
    call: (link) => ({ url: link }),
    list: "firewallPolicys",
    fields: POLICY,
  },
];
