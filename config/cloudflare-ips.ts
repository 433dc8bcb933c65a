/**
 * What Cloudflare publishes of its addresses (`cloudflare-ips.json`). Every deployment is opened to it, so nothing of it
 * is taken on trust: whoever writes the file, by hand or by `npm run cloudflare`, is held to the same rules.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { AddressSet, parseCidr, publicAddresses } from "../packets/address-set";
import type { Problem } from "./problem";
import { date, overlaps, parsed, text } from "./values";
import { ConfigError, parseYaml } from "./yaml-source";
import { errorCode } from "./texts";

const FILE = "cloudflare-ips.json";
export const CLOUDFLARE_FILE = join(__dirname, "..", FILE);

/**
 * The shortest prefix that a published block may have. Of IPv4 that of 104.16.0.0/12, the widest block that Cloudflare
 * has ever published and that its registry allots it (today's are two /13); of IPv6 that of 2a06:98c0::/29, today's widest
 * and the widest that RIPE allots without asking.
 */
const WIDEST = { ipv4: 12, ipv6: 29 } as const;

/**
 * The most IPv4 addresses that all blocks may have together, those of a /10: twice as many as are published today. Blocks
 * that are narrow enough each could still be the internet.
 */
const MOST_ADDRESSES = 2n ** 22n;

/** Blocks of IPv6 that are global by their beginning and yet nobody's network (RFC 6890, 3849, 9637; 6to4, Teredo). */
const NOT_PUBLIC_V6 = AddressSet.ofCidrs(["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]);

function published(family: keyof typeof WIDEST) {
  return parsed((block) => {
    const { family: of, prefix } = parseCidr(block);
    if (`ipv${of}` !== family) throw new RangeError(`'${block}' is no block of IP${family.slice(2)}`);
    const [addresses, least] = [AddressSet.ofCidr(block), WIDEST[family]];
    if (prefix < least)
      throw new RangeError(
        `'${block}' is wider than any block of Cloudflare's (allowed: a /${least} or narrower of ${family})`,
      );
    const isPublic = addresses.isSubsetOf(publicAddresses()) && !addresses.overlaps(NOT_PUBLIC_V6);
    if (!isPublic) throw new RangeError(`'${block}' is private or reserved (allowed: public addresses)`);
  });
}

const blocks = z.strictObject({
  ipv4: z.array(published("ipv4")).min(1),
  ipv6: z.array(published("ipv6")).min(1),
});

/** Regions of the tunnel's edge, by the names that cloudflared gives them. */
export const TUNNEL_REGIONS = ["global", "us", "fed"] as const;
/** A region of the tunnel's edge: cloudflared's `--region`, where `global` is its default. */
export type TunnelRegion = (typeof TUNNEL_REGIONS)[number];

const cloudflareIpsSchema = z.strictObject({
  source: z.string().startsWith("https://", "must begin with 'https://'"),
  etag: text(/^[0-9a-f]{32}$/, "an etag of Cloudflare's (32 hexadecimal digits)"),
  date,
  published: blocks,
  tunnelEdge: z.strictObject({ global: blocks, us: blocks, fed: blocks }),
});

export type CloudflareIps = z.output<typeof cloudflareIpsSchema>;

/** What blocks say together, each of which is one of Cloudflare's by itself. */
function check({ published: all, tunnelEdge }: CloudflareIps): Problem[] {
  const listed = { ipv4: AddressSet.ofCidrs(all.ipv4), ipv6: AddressSet.ofCidrs(all.ipv6) };
  const size = listed.ipv4.size(4);
  return [
    ...(["ipv4", "ipv6"] as const).flatMap((family) => [
      ...overlaps(["published", family], all[family]),
      ...TUNNEL_REGIONS.flatMap((region) =>
        tunnelEdge[region][family].flatMap((block, index) =>
          AddressSet.ofCidr(block).isSubsetOf(listed[family])
            ? []
            : [
                {
                  path: ["tunnelEdge", region, family, index],
                  message: `'${block}' does not lie inside the published blocks`,
                },
              ],
        ),
      ),
    ]),
    ...(size > MOST_ADDRESSES
      ? [
          {
            path: ["published", "ipv4"],
            message: `has ${size} addresses (allowed: at most ${MOST_ADDRESSES}, those of a /10)`,
          },
        ]
      : []),
  ];
}

/** Reads the list from `source`, naming `file` in errors. @throws ConfigError with every problem found */
export function parseCloudflareIps(source: string, file: string): CloudflareIps {
  const { value, fail } = parseYaml(source, file, cloudflareIpsSchema, "a copy of the one that came with this package");
  const problems = check(value);
  return problems.length > 0 ? fail(problems) : value;
}

let known: CloudflareIps | undefined;

/** The list as it is on disk, read at its first use: a fault in it is told as one of input. @throws ConfigError */
export function cloudflareIps(): CloudflareIps {
  if (known) return known;
  let source: string;
  try {
    source = readFileSync(CLOUDFLARE_FILE, "utf8");
  } catch (error) {
    throw new ConfigError([`${FILE}: can't be read (${errorCode(error)})`]);
  }
  known = parseCloudflareIps(source, FILE);
  return known;
}

/** Days after which the list may be another: Cloudflare tells of new blocks before they are used, not for ever. */
const OLD_DAYS = 60;

/** The day, YYYY-MM-DD; the environment says another one where what is told must not change with the calendar. */
const now = () => process.env["CLOUDFLARE_IPS_TODAY"] ?? new Date().toISOString().slice(0, 10);

/** What to say of a list that nobody has looked at for long. `today`: YYYY-MM-DD. */
export function ageWarning(today: string = now()): string | undefined {
  const { date: looked } = cloudflareIps();
  const days = Math.floor((Date.parse(today) - Date.parse(looked)) / 86_400_000);
  if (days <= OLD_DAYS) return undefined;
  return `${FILE} is of ${looked}, ${days} days ago: Cloudflare may have published other blocks since (npm run cloudflare)`;
}
