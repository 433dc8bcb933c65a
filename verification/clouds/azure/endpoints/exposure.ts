/** How interfaces are connected to the internet, as far as that can be told. */
import { ServiceSet } from "../../../../packets/service-set";
import type { Filter, Resource } from "../../../model";
import { listening } from "../listening";
import { INSIDE } from "../service-tags";
import type { Publicity } from "../../publicity";

/**
 * How the internet reaches an interface: `guarded` only where a security group allows it, `open` without one too,
 * `unsaid` one of the two, `unknown` where what may hand packets on to it is not in the input.
 */
export type Reached = "none" | "guarded" | "unsaid" | "unknown" | "open";

/** How something is connected to the internet. */
export interface Exposure {
  readonly publicity: Reached;
  /** Whether it has an address of the internet to go out by. */
  readonly outbound: boolean;
  /** Set where it can't be told whether it is so: why, and what is certain. */
  readonly doubt?: (Omit<Exposure, "doubt"> & { readonly why: string }) | undefined;
}

export const HIDDEN: Exposure = { publicity: "none", outbound: false };
export const OPEN: Exposure = { publicity: "open", outbound: true };

/** What may have an exposure or be hidden. */
export const perhaps = (exposure: Exposure, why: string): Exposure => ({ ...exposure, doubt: { ...HIDDEN, why } });

/** How what has a public address is connected by it, where it answers without a group. */
export const exposureIf = (isPublic: Publicity): Exposure =>
  typeof isPublic === "string" ? perhaps(OPEN, isPublic) : isPublic ? OPEN : HIDDEN;

/** What is left of an exposure that nothing listens at. */
export const unheard = ({ outbound, doubt }: Exposure): Exposure => ({
  publicity: "none",
  outbound,
  ...(doubt && { doubt: { ...doubt, publicity: "none" } }),
});

/** The exposure of what answers at its public address without a group. */
export const withoutGroup = ({ publicity, outbound, doubt }: Exposure): Exposure =>
  publicity === "none" ? HIDDEN : { publicity: "open", outbound, doubt };

/** What has all of these. */
export function together(all: readonly Exposure[]): Exposure {
  const sum = (each: readonly Exposure[]) => ({
    publicity: mostPublic(each.map(({ publicity }) => publicity)),
    outbound: each.some(({ outbound }) => outbound),
  });
  const why = all.find(({ doubt }) => doubt)?.doubt?.why;
  const certain = all.map((one) => one.doubt ?? one);
  return { ...sum(all), ...(why !== undefined && { doubt: { ...sum(certain), why } }) };
}

function mostPublic(all: readonly Reached[]): Reached {
  return (["open", "unknown", "unsaid", "guarded"] as const).find((one) => all.includes(one)) ?? "none";
}

/** Whether the internet reaches an endpoint at all, where that is not known. */
export function doubtful(resource: Resource, reason: string): Filter {
  const { address, location } = resource;
  const rule = { resource: address, location, action: "allow", services: ServiceSet.all } as const;
  const filter = listening(`public addresses of ${address}`, "azure-public-address", [
    { ...rule, peers: [{ kind: "addresses", addresses: INSIDE }] },
    { ...rule, peers: [{ kind: "unknown", reason }] },
  ]);
  return { ...filter, keptByCloud: true };
}
