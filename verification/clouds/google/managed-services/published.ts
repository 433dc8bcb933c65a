/**
 * Private Service Connect, "Published services" (https://cloud.google.com/vpc/docs/about-vpc-hosted-services): a service
 * attachment lets consumers in that it accepts.
 */
import type { Endpoint, Peer, Resource } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import { ServiceSet } from "../../../../packets/service-set";
import { serviceEndpoint } from "../../service-endpoint";
import { listening, unknownPeer } from "../rules";
import type { Surroundings } from "./surroundings";

/** Consumers come from networks of their own, at no address of the internet. */
const CONSUMERS: Peer = {
  kind: "addresses",
  addresses: AddressSet.ofName("google:private-service-connect"),
};

/** The service attachments of the input. */
export function publishedServices(around: Surroundings): Endpoint[] {
  return around.input.managed("google_compute_service_attachment").map((resource) => published(resource, around));
}

function published(resource: Resource, { input, parts }: Surroundings): Endpoint {
  const preference = input.textAt(resource, "connection_preference");
  const accepted = parts.elements(resource.values["consumer_accept_lists"], resource);
  const isManual = preference === "ACCEPT_MANUAL";
  const consumers =
    isManual && accepted.length === 0 ? [] : [unknownPeer("addresses of consumers are not in the input")];
  const from = preference === "ACCEPT_AUTOMATIC" ? [CONSUMERS] : consumers;
  return serviceEndpoint(input.id(resource), resource, listening(resource, [{ services: ServiceSet.all, from }]));
}
