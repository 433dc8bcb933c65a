/** What a service of Google's is judged by, and the endpoint that it is. */
import type { Endpoint, Filter, Peer, Resource } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import type { Attachments } from "../endpoints/attachments";
import type { GoogleInput } from "../input";
import { ANY_ADDRESS, PRIVATE, type Network, type Networks } from "../network";
import type { Routes } from "../routes";
import { ANYWHERE, listening, unknownPeer, type RuleParts } from "../rules";
import type { Listens } from "./shapes";
import type { Openness } from "../switch";

/** The readers of an input that services are put together from. */
export interface Surroundings {
  readonly input: GoogleInput;
  readonly networks: Networks;
  readonly parts: RuleParts;
  readonly routes: Routes;
  readonly attachments: Attachments;
}

export const INSIDE: readonly Peer[] = [{ kind: "addresses", addresses: PRIVATE }];

/** Where a service listens. */
export interface Place {
  readonly openness: Openness;
  /** Networks that it has an address in, or that are peered to it. */
  readonly networks: readonly Network[];
}

/** A service that only answers: whom it lets in at a public address, if it has one, and whoever is inside. */
export function answering(
  resource: Resource,
  listens: readonly Listens[],
  { openness, networks }: Place,
  around: Surroundings,
): Endpoint {
  const local = AddressSet.unionOf([PRIVATE, ...networks.map((network) => around.routes.inside(network))]);
  const inside: readonly Peer[] = [{ kind: "addresses", addresses: local }];
  const isClosed = openness === "closed";
  return {
    id: around.input.id(resource),
    kind: "service",
    location: resource.location,
    addresses: isClosed ? PRIVATE : ANY_ADDRESS,
    groups: new Set(),
    network: networks[0]?.id,
    filters: [
      listening(
        resource,
        listens.map((each) => ({
          services: each.services,
          from: isClosed ? inside : [...inside, ...callers(resource, each, openness, around)],
        })),
      ),
    ],
    routes: { outbound: AddressSet.empty, inbound: isClosed ? local : AddressSet.all },
  };
}

/** Whom a service lets in at its public address. */
function callers(
  resource: Resource,
  { blocks, blocksOf, unclear }: Listens,
  openness: Openness,
  { input, parts }: Surroundings,
): readonly Peer[] {
  if (unclear !== undefined) return [unknownPeer(unclear)];
  const isLimited = blocks !== undefined && (blocksOf === undefined || input.collect(resource, blocksOf).length > 0);
  const callers = isLimited ? parts.addressPeers(input.collect(resource, blocks), resource) : ANYWHERE;
  return typeof openness === "object" && callers.length > 0 ? [unknownPeer(openness.unknown)] : callers;
}

/** A service that everyone may come to, or whoever `openness` leaves, and that sends what `outbound` lets it. */
export function serverless(
  resource: Resource,
  services: Listens["services"],
  openness: Openness,
  outbound: readonly Filter[],
  { input }: Surroundings,
): Endpoint {
  const from = openness === "open" ? ANYWHERE : openness === "closed" ? INSIDE : [unknownPeer(openness.unknown)];
  return {
    id: input.id(resource),
    kind: "service",
    location: resource.location,
    addresses: ANY_ADDRESS,
    groups: new Set(),
    filters: [listening(resource, [{ services, from }]), ...outbound],
  };
}
