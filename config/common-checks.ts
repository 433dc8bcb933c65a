/** Checks that the clouds' own checks share. */
import { AddressSet } from "../packets/address-set";
import type { Deployment } from "./deployment";
import type { Problem } from "./problem";

type Path = Problem["path"];

export const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** A block of a given network that must lie inside `network.cidr`. */
export function checkInside(network: string, path: Path, cidr: string): Problem[] {
  if (AddressSet.ofCidr(cidr).isSubsetOf(AddressSet.ofCidr(network))) return [];
  return [{ path, message: `'${cidr}' does not lie inside 'network.cidr' ${network}` }];
}

/** Entries of a list, or of a `field` of its objects, that are in it before. */
export function twice(path: Path, entries: readonly string[], ...field: readonly string[]): Problem[] {
  const first = new Map([...entries.entries()].reverse().map(([index, entry]) => [entry, index]));
  return entries.flatMap((entry, index) =>
    first.get(entry) === index ? [] : [{ path: [...path, index, ...field], message: `'${entry}' is listed twice` }],
  );
}

/** Blocks whose machines may reach the Kubernetes API: private ones, or the API would have an outside. */
export const checkAccess = (cidrs: readonly string[]): Problem[] => checkPrivate(["cluster", "accessFromCidrs"], cidrs);

/** Blocks of a list that are not private IPv4 ones. */
export function checkPrivate(path: Path, cidrs: readonly string[]): Problem[] {
  return cidrs.flatMap((cidr, index) => {
    if (AddressSet.ofCidr(cidr).isSubsetOf(AddressSet.ofCidrs(PRIVATE))) return [];
    return [
      { path: [...path, index], message: `'${cidr}' is no private block (allowed: inside ${PRIVATE.join(", ")})` },
    ];
  });
}

/** Days outside of what the cloud's log service keeps. */
export function checkRetention(days: number, service: string, [least, most]: readonly [number, number]): Problem[] {
  if (days >= least && days <= most) return [];
  return [
    { path: ["logRetentionDays"], message: `${days} is not what ${service} keeps (allowed: ${least} to ${most})` },
  ];
}

/** Logs of pods in an object store that Fluent Bit has no way to write to but with a key. */
export function checkLogs(logs: Deployment["logs"], objectStore: string): Problem[] {
  if (logs === "cloud-service") return [];
  const message = `'${logs}' is refused: Fluent Bit writes to ${objectStore} with a key only, and none may exist (allowed: cloud-service)`;
  return [{ path: ["logs"], message }];
}
