import { PrivateDnsZoneVirtualNetworkLink } from "@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link";
import { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { PrivateEndpoint } from "@cdktf/provider-azurerm/lib/private-endpoint";
import type { Subresource } from "../../config/azure/private-dns";
import { Construct, type TerraformResource } from "../../framework";
import type { ResourceGroup } from "./resource-group";

/** A service that is reached at a private address. */
export interface PrivateService {
  /** Short name, unique in the deployment, e.g. `storage-blob`. */
  readonly name: string;
  /** Resource id of the service. */
  readonly resourceId: string;
  /** Part of the service. */
  readonly subresource: Subresource;
  /** Private DNS zones that give its usual names the private address, e.g. `privatelink.blob.core.windows.net`. */
  readonly zones: readonly string[];
  /** Why it is needed; a tag on the endpoint. */
  readonly reason: string;
  /** What its names depend on. Default: nothing but the service. */
  readonly dependsOn?: readonly TerraformResource[];
}

/** Where Azure's services are to be reached privately: the network, and who may call. */
export interface CloudEndpointsProps {
  /** The deployment's name: prefix of the endpoints' names. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Virtual network that resolves the services' names to their private addresses. */
  readonly networkId: string;
  /** Subnet of the endpoints' addresses. */
  readonly subnetId: string;
  /** What gets a private endpoint each. */
  readonly services: readonly PrivateService[];
  /** Resource ids of private DNS zones that the network's names are resolved by already, by name. Default: none. */
  readonly givenZones?: ReadonlyMap<string, string>;
}

/**
 * Private endpoints of the deployment's own services, so that traffic to them stays in the virtual network. Document:
 * "Egress configuration", and of "Communication paths" the rows "Task Pods to Object Store" and "Fluent Bit to Log
 * Aggregator".
 *
 * Each endpoint leads to one resource of the customer's and to no other of its kind, so that an account of someone else
 * can't be reached by it.
 *
 * Private DNS zones hold for the whole virtual network: names of other accounts that have private endpoints elsewhere
 * find no address in it. Zones that are given are of the whole company, and hold for every network that sees them.
 */
export class CloudEndpoints extends Construct {
  /** Every endpoint and link of a DNS zone, for what must not start before them. */
  readonly all: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CloudEndpointsProps,
  ) {
    super(scope, id);
    const { name, group, subnetId, services, givenZones } = props;
    const named = [...new Set(services.flatMap((service) => service.zones))];
    const made = new Map(named.filter((zone) => !givenZones?.has(zone)).map((zone) => this.zone(zone)));
    const idOf = (zone: string) => givenZones?.get(zone) ?? made.get(zone)?.id ?? [];
    const endpoints = services.map(
      (service) =>
        new PrivateEndpoint(this, service.name, {
          name: `${name}-${service.name}`,
          resourceGroupName: group.name,
          location: group.location,
          tags: { ...group.tags, reason: service.reason },
          subnetId,
          privateServiceConnection: {
            name: service.name,
            privateConnectionResourceId: service.resourceId,
            subresourceNames: [service.subresource],
            isManualConnection: false,
          },
          privateDnsZoneGroup: {
            name: "default",
            privateDnsZoneIds: service.zones.flatMap(idOf),
          },
          ...(service.dependsOn && { dependsOn: [...service.dependsOn] }),
        }),
    );
    this.all = [...endpoints, ...[...made.values()].map(({ link }) => link)];
  }

  /** A private DNS zone that the virtual network sees, with its name. */
  private zone(zone: string): [zone: string, made: { readonly id: string; readonly link: TerraformResource }] {
    const { name, group, networkId } = this.props;
    const label = zone.replaceAll(".", "-");
    const { id, name: zoneName } = new PrivateDnsZone(this, label, {
      name: zone,
      resourceGroupName: group.name,
      tags: group.tags,
    });
    const link = new PrivateDnsZoneVirtualNetworkLink(this, `${label}-link`, {
      name,
      resourceGroupName: group.name,
      privateDnsZoneName: zoneName,
      virtualNetworkId: networkId,
      registrationEnabled: false,
      tags: group.tags,
    });
    return [zone, { id, link }];
  }
}
