/** Whether something has an address of the internet, and what follows for its routes where that can't be told. */
import { isUnknown, type Direction, type Endpoint, type Unknown, type Value } from "../model";
import { AddressSet } from "../../packets/address-set";
import { blocks, isObject, isOpaque, whyOpaque, type Opaque } from "../values";

type Routes = NonNullable<Endpoint["routes"]>;

/** Whether something has a public address; a text: why that can't be told. */
export type Publicity = boolean | string;

/** Public where one of these is, and else not known where one of these is not. */
export const anyPublic = (...all: readonly Publicity[]): Publicity =>
  all.includes(true) || (all.find((one) => typeof one === "string") ?? false);

/** What a switch says that gives a public address. */
export const publicIf = (value: boolean | Opaque): Publicity =>
  isOpaque(value) ? `whether it has a public address is not known: ${whyOpaque(value)}` : value;

/** Whether a block is written that gives a public address. */
export function publicByBlock(value: Value | undefined): Publicity {
  const written = blocks(value).map((block) =>
    isObject(block) ? (Object.values(block).find(isInDoubt) ?? block) : block,
  );
  return written.some(isObject) || publicIf(written.find(isOpaque) ?? false);
}

const isInDoubt = (value: Value): value is Unknown => isUnknown(value) && value.inDoubt === true;

/**
 * Routes of what may have a public address or not: only what leads as far without one is proved.
 *
 * @param open its routes with a public address; undefined: not judged
 * @param closed its routes without one
 * @param why it can't be told
 */
export function unlessPrivate(open: Routes | undefined, closed: Routes, why: string): Routes {
  const led = open ?? { outbound: AddressSet.all, inbound: AddressSet.all };
  const unproved = (direction: Direction) =>
    led[direction].subtract(closed[direction].subtract(closed.unproved?.[direction] ?? AddressSet.empty));
  return { ...led, unproved: { outbound: unproved("outbound"), inbound: unproved("inbound"), why } };
}
