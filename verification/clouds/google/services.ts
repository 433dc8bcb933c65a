/**
 * Protocols and ports as Google's firewall rules write them.
 *
 * Google Cloud VPC, "VPC firewall rules", section on protocols and ports
 * (https://cloud.google.com/firewall/docs/firewalls#protocols_and_ports): a protocol by name or number, `all` for every
 * one; ports, each a number or a range, for TCP, UDP and SCTP only; without ports all of them. `icmp` is ICMP for IPv4.
 */
import type { Value } from "../../model";
import { isUnknown } from "../../model";
import { hasPorts, protocolNumber } from "../../../packets/protocols";
import { ServiceSet } from "../../../packets/service-set";
import { at, isObject, isOpaque, text, texts } from "../../values";

/** With `unknown` set, `services` is every service: it may be any of them. */
export interface WrittenService {
  readonly services: ServiceSet;
  readonly unknown?: string;
}

/** What rules write, read once for all that write the same: many rules speak of few services. */
export class WrittenServices {
  private readonly read = new Map<string, WrittenService>();

  /** The services of all `written` blocks together, whose protocol is in the field of that name. */
  of(written: readonly Value[], protocolField: string): WrittenService {
    const key = JSON.stringify(written);
    let services = this.read.get(key);
    if (!services) this.read.set(key, (services = servicesOf(written, protocolField)));
    return services;
  }
}

function servicesOf(written: readonly Value[], protocolField: string): WrittenService {
  if (written.length === 0) return unreadable("its protocols are left out");
  const parts = written.map((block) => blockServices(block, protocolField));
  const reasons = parts.flatMap(({ unknown }) => unknown ?? []);
  if (reasons.length > 0) return unreadable(reasons.join("; "));
  return { services: ServiceSet.unionOf(parts.map(({ services }) => services)) };
}

function blockServices(block: Value, protocolField: string): WrittenService {
  if (!isObject(block)) return unreadable(isUnknown(block) ? block.reason : "its protocols are not known");
  const protocol = text(block[protocolField]);
  if (protocol === undefined || protocol === "") return unreadable("its protocol is left out");
  if (isOpaque(protocol)) return unreadable("its protocol is not known");
  const ports = texts(at(block, "ports")).filter((port) => port !== "");
  const isAll = protocol.toLowerCase() === "all";
  const number = protocolNumber(protocol);
  if (!isAll && number === undefined) return unreadable(`'${protocol}' is no protocol`);
  const services = ServiceSet.of(number ?? "any");
  if (ports.length === 0) return { services };
  if (number === undefined || !hasPorts(number)) return unreadable(`protocol ${protocol} has no ports to name`);
  const read = ports.map((port) => (isOpaque(port) ? undefined : portRange(number, port)));
  const known = read.filter((range) => range !== undefined);
  if (known.length < read.length) return unreadable("its ports are not known");
  return { services: ServiceSet.unionOf(known) };
}

/** `443` or `8000-8010`; undefined for anything else. */
export function portRange(protocol: number, written: string): ServiceSet | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(written.replaceAll(" ", "")) ?? [];
  if (first === undefined) return undefined;
  try {
    return ServiceSet.of(protocol, Number(first), Number(last));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function unreadable(unknown: string): WrittenService {
  return { services: ServiceSet.all, unknown };
}
