/**
 * Protocols and ports as AWS rules write them.
 *
 * Both rule systems read ports for TCP and UDP and types and codes for ICMP only; -1 and every other protocol mean all
 * of that protocol's packets, whatever ports stand beside it. Amazon EC2 API Reference, "IpPermission"
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html) and "NetworkAclEntry"
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html).
 */
import type { Value } from "../../model";
import { isIcmp, protocolNumber } from "../../../packets/protocols";
import { ServiceSet } from "../../../packets/service-set";
import { isOpaque, number, text } from "../../values";

/** With `unknown` set, `services` is every service: it may be any of them. */
export interface WrittenService {
  readonly services: ServiceSet;
  readonly unknown?: string;
}

export interface ServiceFields {
  readonly protocol: Value | undefined;
  readonly from: Value | undefined;
  readonly to: Value | undefined;
  readonly icmpType: Value | undefined;
  readonly icmpCode: Value | undefined;
  /** What TCP or UDP without ports means. */
  readonly withoutPorts: "all" | "unknown";
}

const TCP = 6;
const UDP = 17;
/** What stands for every ICMP type, or every code of a type. */
const ANY_ICMP = -1;

/** What rules write, read once for all that write the same: many rules speak of few services. */
export class WrittenServices {
  /** By protocol, then by both ports as one number. */
  private readonly read = new Map<string, Map<number, WrittenService>>();

  of(fields: ServiceFields): WrittenService {
    const { protocol, from, to, icmpType, icmpCode } = fields;
    const isPlain = typeof protocol === "string" && isPort(from) && isPort(to) && icmpType === from && icmpCode === to;
    if (!isPlain) return servicesOf(fields);
    let known = this.read.get(protocol);
    if (!known) this.read.set(protocol, (known = new Map<number, WrittenService>()));
    const key = from * 65536 + to;
    let services = known.get(key);
    if (!services) known.set(key, (services = servicesOf(fields)));
    return services;
  }
}

function isPort(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 65536;
}

/** The services that a rule speaks of. */
function servicesOf(written: ServiceFields): WrittenService {
  const protocol = text(written.protocol);
  if (protocol === undefined || protocol === "") return unreadable("its protocol is left out");
  if (isOpaque(protocol)) return unreadable("its protocol is not known");
  if (protocol === "-1" || protocol.toLowerCase() === "all") return { services: ServiceSet.all };
  const known = protocolNumber(protocol);
  if (known === undefined) return unreadable(`'${protocol}' is no protocol`);
  if (isIcmp(known)) return icmp(known, written);
  return known === TCP || known === UDP ? ports(known, written) : { services: ServiceSet.of(known) };
}

function ports(protocol: number, { from, to, withoutPorts }: ServiceFields): WrittenService {
  const first = number(from);
  const last = number(to);
  if (isOpaque(first) || isOpaque(last)) return unreadable("its ports are not known");
  if (first === undefined && last === undefined) {
    return withoutPorts === "all" ? { services: ServiceSet.of(protocol) } : unreadable("its ports are left out");
  }
  if (first === undefined || last === undefined) return unreadable("one end of its port range is left out");
  return attempt(() => ServiceSet.of(protocol, first, last));
}

function icmp(protocol: number, { icmpType, icmpCode }: ServiceFields): WrittenService {
  const type = number(icmpType) ?? ANY_ICMP;
  const code = number(icmpCode) ?? ANY_ICMP;
  if (isOpaque(type) || isOpaque(code)) return unreadable("its ICMP type or code is not known");
  const written = (part: number) => (part === ANY_ICMP ? undefined : part);
  return attempt(() => ServiceSet.icmp(protocol === 1 ? 1 : 58, written(type), written(code)));
}

function attempt(read: () => ServiceSet): WrittenService {
  try {
    return { services: read() };
  } catch (error) {
    if (error instanceof RangeError) return unreadable(error.message);
    throw error;
  }
}

function unreadable(unknown: string): WrittenService {
  return { services: ServiceSet.all, unknown };
}
