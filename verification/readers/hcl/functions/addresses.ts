/** Functions over IP addresses and their blocks. */
import { formatAddress, parseCidr } from "../../../../packets/address-set";
import type { Value } from "../../../model";
import { fail, strict, type Implementation } from "./implementation";
import { toText, toWhole } from "../partial-value";

interface Block {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly prefix: number;
  readonly bits: number;
}

/** A block as Terraform reads it: bits behind the prefix are dropped. */
function toBlock(value: Value): Block {
  const [address = "", prefixText = ""] = toText(value).split("/");
  if (!/^\d{1,3}$/.test(prefixText)) fail(`'${toText(value)}' is no CIDR block`);
  try {
    const { family, first } = parseCidr(address);
    const bits = family === 4 ? 32 : 128;
    const prefix = Number(prefixText);
    const size = 1n << BigInt(bits - Math.min(prefix, bits));
    return prefix > bits
      ? fail(`'${toText(value)}' is no CIDR block`)
      : { family, first: first - (first % size), prefix, bits };
  } catch {
    return fail(`'${toText(value)}' is no CIDR block`);
  }
}

const cidrsubnet = strict((base = null, newBits = null, netNumber = null) => {
  const { family, first, prefix, bits } = toBlock(base);
  const length = prefix + toWhole(newBits);
  const number = BigInt(toWhole(netNumber));
  if (length < prefix || length > bits || number < 0n || number >= 1n << BigInt(length - prefix))
    fail("'cidrsubnet' beyond its block");
  return `${formatAddress(family, first + (number << BigInt(bits - length)))}/${length}`;
});

const cidrsubnets = strict((base = null, ...newBits) => {
  const { family, first, prefix, bits } = toBlock(base);
  const end = first + (1n << BigInt(bits - prefix));
  let next = first;
  return newBits.map((extra) => {
    const length = prefix + toWhole(extra);
    if (length <= prefix || length > bits) fail("'cidrsubnets' beyond its block");
    const size = 1n << BigInt(bits - length);
    const start = ((next + size - 1n) / size) * size;
    next = start + size;
    return next > end ? fail("'cidrsubnets' beyond its block") : `${formatAddress(family, start)}/${length}`;
  });
});

const cidrhost = strict((base = null, hostNumber = null) => {
  const { family, first, prefix, bits } = toBlock(base);
  const size = 1n << BigInt(bits - prefix);
  const host = BigInt(toWhole(hostNumber));
  const offset = host < 0n ? size + host : host;
  return offset < 0n || offset >= size ? fail("'cidrhost' beyond its block") : formatAddress(family, first + offset);
});

const cidrnetmask = strict((base = null) => {
  const { family, prefix } = toBlock(base);
  return family === 6
    ? fail("'cidrnetmask' of an IPv6 block")
    : formatAddress(4, (0xffffffffn << BigInt(32 - prefix)) & 0xffffffffn);
});

export const ADDRESSES: Readonly<Record<string, Implementation>> = { cidrhost, cidrnetmask, cidrsubnet, cidrsubnets };
