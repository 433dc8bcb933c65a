/**
 * Lists of blocks that only a cloud knows, as sets of its own, such as `aws:s3`.
 *
 * A policy of Kubernetes can name no list, only its blocks: by reference where Terraform reads them, as numbers in a
 * state or a manifest. Numbers stand for the list where the input tells its blocks and all of them are there.
 */
import type { Reference, Resource } from "../model";
import { AddressSet, parseCidr } from "../../packets/address-set";
import { texts } from "../values";
import type { AddressList } from "./cloud";
import { HOSTS } from "./hosts";

/** The input chooses types, and may call one as JavaScript calls something of its own. */
const typeOf = ({ type }: Resource): AddressList | undefined =>
  HOSTS.flatMap(({ lists = {} }) => (Object.hasOwn(lists, type) ? (lists[type] ?? []) : []))[0];

/** The set that a reference to a list's blocks stands for. */
export function referredSet({ attribute }: Reference, target: Resource | undefined): AddressSet | undefined {
  const type = target && typeOf(target);
  if (!target || !type?.blocks.includes(/^\w*/.exec(attribute)?.[0] ?? "")) return undefined;
  const name = type.nameOf(target);
  return name === undefined ? undefined : AddressSet.ofName(name);
}

/** A list with the blocks that the input tells. */
export interface ToldList {
  readonly set: AddressSet;
  readonly blocks: readonly string[];
}

export function toldLists(resources: readonly Resource[]): ToldList[] {
  return resources.flatMap((resource): ToldList[] => {
    const type = typeOf(resource);
    const name = type?.nameOf(resource);
    if (!type || name === undefined) return [];
    return type.blocks.flatMap((attribute) => {
      const blocks = texts(resource.values[attribute]);
      const isTold = blocks.length > 0 && blocks.every((block) => typeof block === "string" && isNarrow(block));
      return isTold ? [{ set: AddressSet.ofName(name), blocks: blocks as string[] }] : [];
    });
  });
}

/** No cloud gives one service a wider block: what claims to be one stays the addresses that it is. */
const WIDEST = { 4: 12, 6: 24 } as const;

function isNarrow(block: string): boolean {
  try {
    const { family, prefix } = parseCidr(block);
    return prefix >= WIDEST[family];
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
