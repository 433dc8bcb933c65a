/** Names of the IANA registry "Assigned Internet Protocol Numbers", in lower case; the number is the position. */
const NAMES: readonly string[] = [
  ..."hopopt icmp igmp ggp ipip st tcp cbt egp igp bbn-rcc-mon nvp-ii pup argus emcon xnet chaos udp mux dcn-meas".split(
    " ",
  ),
  ..."hmp prm xns-idp trunk-1 trunk-2 leaf-1 leaf-2 rdp irtp iso-tp4 netblt mfe-nsp merit-inp dccp 3pc idpr xtp".split(
    " ",
  ),
  ..."ddp idpr-cmtp tp++ il ipv6 sdrp ipv6-route ipv6-frag idrp rsvp gre dsr bna esp ah i-nlsp swipe narp".split(" "),
  ..."mobile tlsp skip icmpv6 ipv6-nonxt ipv6-opts".split(" "),
];

/** Names above the run of assigned numbers, and other names for the same number. */
const FURTHER: Readonly<Record<string, number>> = {
  // IANA says `ipv4` for 4 and keeps `ipip` for the obsolete 94; firewalls mean 4 by both.
  ipv4: 4,
  ipencap: 4,
  "ipv6-icmp": 58,
  eigrp: 88,
  ospf: 89,
  ospfigp: 89,
  etherip: 97,
  encap: 98,
  pim: 103,
  ipcomp: 108,
  vrrp: 112,
  pgm: 113,
  l2tp: 115,
  isis: 124,
  sctp: 132,
  fc: 133,
  "rsvp-e2e-ignore": 134,
  udplite: 136,
  "mpls-in-ip": 137,
  manet: 138,
  hip: 139,
  shim6: 140,
  wesp: 141,
  rohc: 142,
};

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...NAMES.map((name, number) => [name, number] as const),
  ...Object.entries(FURTHER),
]);

// The first name of a number is the one to print.
const PRINTED: ReadonlyMap<number, string> = new Map([...NUMBERS].reverse().map(([name, number]) => [number, name]));

/** Protocols whose packets carry ports: TCP, UDP, DCCP, SCTP and UDP-Lite. */
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** ICMP and ICMPv6: their packets carry a type and a code. */
const ICMP: ReadonlySet<number> = new Set([1, 58]);

/** The IP protocol number (0 to 255) of a name in any case, of digits or of a number; undefined if there is none. */
export function protocolNumber(nameOrNumber: string | number): number | undefined {
  const text = String(nameOrNumber).toLowerCase();
  if (!/^\d{1,3}$/.test(text)) return NUMBERS.get(text);
  return Number(text) <= 255 ? Number(text) : undefined;
}

/** `tcp` for 6; the number as text for a protocol without a common name. */
export function protocolName(protocol: number): string {
  return PRINTED.get(protocol) ?? String(protocol);
}

export function hasPorts(protocol: number): boolean {
  return WITH_PORTS.has(protocol);
}

export function isIcmp(protocol: number): boolean {
  return ICMP.has(protocol);
}
