/** What answers at ports: rules that let everybody in there, and the filter that they make. */
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import type { Filter, Resource, Rule } from "../../model";
import type { Opaque } from "../../values";

type Written<T> = T | Opaque | undefined;

const EVERYONE = [{ kind: "addresses", addresses: AddressSet.all }] as const;

/** The services of a protocol (`tcp`, `udp`, `*` for both) from port to port. */
export function portServices(
  protocol: Written<string>,
  first: Written<number>,
  last = first,
): Pick<Rule, "services" | "unknown"> {
  const known =
    typeof protocol === "string" ? { tcp: 6, udp: 17, "*": "any" as const }[protocol.toLowerCase()] : undefined;
  const isRange = isPort(first) && isPort(last) && first <= last;
  if (known === undefined || !isRange)
    return { services: ServiceSet.all, unknown: "its protocol or ports are not known" };
  return { services: ServiceSet.of(known, first, last) };
}

function isPort(value: Written<number>): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65535;
}

/** A rule that lets everybody in at these services. */
export function listener({ address, location }: Resource, services: Pick<Rule, "services" | "unknown">): Rule {
  return { resource: address, location, action: "allow", peers: EVERYONE, ...services };
}

/** The filter of what answers at the ports of `rules` only. */
export function listening(name: string, system: string, rules: readonly Rule[]): Filter {
  return { name, system, direction: "inbound", stateful: true, levels: [rules], otherwise: "deny" };
}
