/**
 * Whether names of Azure's services lead to the private endpoints of a deployment: without a private DNS zone that the
 * network sees, a name keeps its public address, which egress closes. Zones that are there already are seen by the
 * deployment's word. A network with DNS servers of its own sees no others, since it is these that ask; they are the ones
 * that the deployment names. Part of `required-paths`.
 *
 * Microsoft, "Azure Private Endpoint private DNS zone values"
 * (https://learn.microsoft.com/azure/private-link/private-endpoint-dns).
 */
import type { AzureDeployment } from "../../../config/deployment";
import type { Resource } from "../../model";
import type { TerraformInput } from "../terraform-input";
import { isGiven } from "../../promises/stand-ins";
import { blocks, field, texts, knownText } from "../../values";
import { problemAt, type Problem } from "../../problem";
import { attachmentsOf } from "../lookup";
import { PRIVATE_LINKS } from "./managed-services/services";
import { shown, lastSegment } from "../../../config/texts";

export function* judgePrivateNames(input: TerraformInput, { network }: AzureDeployment): Generator<Problem> {
  const given = new Set(((network.existing ?? network.peering)?.privateDnsZones ?? []).map((id) => id.toLowerCase()));
  const asksOthers =
    network.dnsServers !== undefined ||
    input.managed("azurerm_virtual_network").some((one) => blocks(field(one, "dns_servers")).length > 0);
  for (const made of input.managed("azurerm_virtual_network").filter((one) => !isGiven(one)))
    yield* judgeServers(made, network.dnsServers ?? [], input);
  const zones = input.managed("azurerm_private_dns_zone");
  const links = input.managed("azurerm_private_dns_zone_virtual_network_link");
  const isLinked = (zone: Resource) =>
    attachmentsOf(zone, links, "private_dns_zone_name", input, "name").found.length > 0;
  for (const endpoint of input.managed("azurerm_private_endpoint")) {
    const group = input.collect(endpoint, "private_dns_zone_group.private_dns_zone_ids").map((id) => {
      const target = input.find(id, endpoint, "private DNS zone");
      if (target.kind === "outside" && given.has(target.name.toLowerCase())) return lastSegment(target.name);
      const zone = target.kind === "resource" && zones.includes(target.resource) ? target.resource : undefined;
      return zone && isLinked(zone) && !asksOthers ? knownText(zone.values["name"]) : undefined;
    });
    const names = group.filter((name) => name !== undefined);
    for (const subresource of texts(field(endpoint, "private_service_connection", "subresource_names"))) {
      for (const zone of zonesOf(subresource)) {
        if (names.some((name) => isZone(name, zone))) continue;
        const message = `no private DNS zone ${zone} that the network sees has its address: names lead to public ones`;
        yield problemAt(endpoint, ["private_dns_zone_group"], "violated", message);
      }
    }
  }
}

/** A network that is made asks whom the deployment says, and nobody else. */
function* judgeServers(network: Resource, declared: readonly string[], input: TerraformInput): Generator<Problem> {
  const servers = input.collect(network, "dns_servers");
  const path = ["dns_servers"];
  const unclear = servers.find((server) => typeof server !== "string");
  if (unclear !== undefined) yield problemAt(network, path, "unknown", "whom it asks for names can't be told");
  else if (servers.map(shown).join() !== declared.join()) {
    const whom = (named: readonly unknown[]) => named.join(", ") || "Azure's own";
    const message = `asks ${whom(servers)} for names, and the deployment says ${whom(declared)}`;
    yield problemAt(network, path, "violated", message);
  }
}

/** The zones of what an endpoint leads to; `*` stands for the region. */
const zonesOf = (subresource: unknown): readonly string[] =>
  (typeof subresource === "string" ? PRIVATE_LINKS.get(subresource.toLowerCase())?.zones : undefined) ?? [];

/** Whether a zone is the one that a name with at most one `*` stands for. */
function isZone(zone: string, name: string): boolean {
  const [before = "", after] = name.split("*");
  return after === undefined ? zone === name : zone.startsWith(before) && zone.endsWith(after);
}
