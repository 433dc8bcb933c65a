/** What pods can send to outside, by their policies and the nodes that they run on. */
import { reach } from "./evaluate";
import type { System } from "./model";
import type { AddressSet } from "../packets/address-set";
import { PacketSet } from "../packets/packet-set";

/** Addresses of `candidates` that some pod may reach, on any port; without pods in the input, those that nodes may. */
export function reachedByPods({ endpoints }: System, candidates: AddressSet): AddressSet {
  const remote = { addresses: candidates, groups: new Set<string>() };
  const of = (kind: string) => {
    const senders = endpoints.filter((endpoint) => endpoint.kind === kind);
    return {
      some: senders.length > 0,
      packets: PacketSet.unionOf(senders.map((one) => reach(one, "outbound", remote).possible)),
    };
  };
  const nodes = of("node");
  const pods = of("pod");
  return (pods.some ? pods.packets.intersect(nodes.packets) : nodes.packets).addresses();
}
