/** The services that {@link SHAPES} describe. */
import type { Endpoint, Resource } from "../../../model";
import type { Network } from "../network";
import { SHAPES, type Shape } from "./shapes";
import { answering, type Surroundings } from "./surroundings";
import { opennessOf } from "../switch";

export function shapedServices(around: Surroundings): Endpoint[] {
  const { input } = around;
  return Object.entries(SHAPES).flatMap(([type, shape]) =>
    input.managed(type).flatMap((resource) => {
      const listens = !shape.where || shape.where.some((field) => isWritten(resource.values[field]));
      return listens ? [shaped(resource, shape, around)] : [];
    }),
  );
}

function shaped(resource: Resource, shape: Shape, around: Surroundings): Endpoint {
  const openness = shape.isPublic === "never" ? "closed" : opennessOf(resource, shape.isPublic, around.input);
  return answering(resource, shape.listens, { openness, networks: networksOf(resource, shape, around) }, around);
}

function networksOf(resource: Resource, { network, subnet }: Shape, { input, networks }: Surroundings): Network[] {
  const named = network === undefined ? [] : input.collect(resource, network);
  const subnets = subnet === undefined ? [] : input.collect(resource, subnet);
  return [
    ...named.map((value) => networks.network(value, resource)),
    ...subnets.map((value) => networks.subnet(value, resource).network),
  ].filter((each) => each !== undefined);
}

/** A block may be empty and written all the same. */
const isWritten = (value: unknown) =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
