import { connect, reach } from "../../verification/evaluate";
import type { PartialSystem, Resource, Verdict } from "../../verification/model";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { protocolNumber } from "../../packets/protocols";
import { ServiceSet } from "../../packets/service-set";
import { readManifest, readYamlDocuments } from "../../verification/readers/kubernetes-manifests";

/** The objects of a YAML text with any number of documents, as from a file `test.yaml`. */
export function manifests(yaml: string): Resource[] {
  return readYamlDocuments("test.yaml", yaml).flatMap((document) => readManifest(document, "test"));
}

/** `tcp 443`, `sctp 7777`. */
function serviceOf(text: string): ServiceSet {
  const [protocol = "", port] = text.split(" ");
  return ServiceSet.of(protocolNumber(protocol) ?? NaN, Number(port));
}

/** Whether `from` reaches `to` at `service`; each end is an endpoint's id or an address outside the cluster or a named set. */
export function decide(
  part: PartialSystem,
  from: string,
  to: string,
  service: string,
): "allowed" | "denied" | "unknown" {
  const find = (id: string) => part.endpoints.find((endpoint) => endpoint.id === id);
  const far = (address: string) => ({ addresses: AddressSet.ofText(address), groups: new Set<string>() });
  const [source, target] = [find(from), find(to)];
  let verdict: Verdict;
  if (source && target) verdict = connect(source, target);
  else if (source) verdict = reach(source, "outbound", far(to));
  else if (target) verdict = reach(target, "inbound", far(from));
  else throw new Error(`neither ${from} nor ${to} is an endpoint`);
  const addresses = source && target ? target.addresses : far(source ? to : from).addresses;
  const packets = PacketSet.of(addresses, serviceOf(service));
  if (packets.isSubsetOf(verdict.allowed)) return "allowed";
  return packets.overlaps(verdict.possible) ? "unknown" : "denied";
}
