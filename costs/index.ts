/** What a deployment costs while it stands, whether used or not: counted from its stacks, by a file of prices. */
import type { Cloud, Deployment } from "../config/deployment";
import type { Resource } from "../verification/model";
import { bill as aws } from "./aws/bill";
import { bill as azure } from "./azure/bill";
import { bill as google } from "./google/bill";
import type { Bill, Count, Part } from "./part";
import { A_MONTH, EVERY_REGION, priceIn, type Price, type PriceFile } from "./prices";

export const BILLS: Readonly<Record<Cloud, Bill>> = { aws, google, azure };

/** Parts of one price, however many resources make them. */
export interface Line {
  readonly what: string;
  /** What its price is found by in a file of prices. */
  readonly key: string;
  readonly resources: readonly string[];
  /** Undefined where the stacks don't tell how many there are. */
  readonly count: Count | undefined;
  /** Undefined where the file has none. */
  readonly price: Price | undefined;
  /** In the file's currency; undefined without a count or a price. */
  readonly perMonth: Count | undefined;
}

export interface Cost {
  readonly deployment: string;
  readonly cloud: Cloud;
  readonly region: string;
  readonly currency: string;
  readonly lines: readonly Line[];
  /** Of the lines that have one: no more than a part of the whole where {@link gaps} has something. */
  readonly perMonth: Count;
  /** Why the sum is not the whole, or not of this region, a sentence each. */
  readonly gaps: readonly string[];
  /** What is billed by what is done, in words: no sum has it. */
  readonly byUse: readonly string[];
}

/** @param resources those that its stacks make */
export function costOf(deployment: Deployment, resources: readonly Resource[], { currency, prices }: PriceFile): Cost {
  const { name, cloud, cloudRegion: region } = deployment;
  const bill = BILLS[cloud];
  const made = resources.filter(isBilled);
  const parts = made.flatMap((resource) => bill.byTime[resource.type]?.(resource, made) ?? []);
  const keys = [...new Set(parts.map(({ price }) => price))];
  const lines = keys.map((key) =>
    lineOf(
      key,
      parts.filter(({ price }) => price === key),
      priceIn(region, prices[key]),
    ),
  );
  return {
    deployment: name,
    cloud,
    region,
    currency,
    lines,
    perMonth: sumOf(lines.flatMap(({ perMonth }) => perMonth ?? [])),
    gaps: gapsOf(lines, region, unknownTypes(made, bill)),
    byUse: [...new Set(made.flatMap(({ type }) => bill.byUse[type] ?? []))].sort(),
  };
}

/** What runs on nodes is paid for with them; Terraform's own resources are no cloud's. */
const isBilled = ({ type, mode }: Resource): boolean => mode === "managed" && /^(aws|google|azurerm)_/.test(type);

/** Types that no table has: what they cost is not known. */
export const unknownTypes = (resources: readonly Resource[], { byTime, byUse, free }: Bill): string[] => {
  const types = new Set(resources.filter(isBilled).map(({ type }) => type));
  return [...types].filter(
    (type) => !Object.hasOwn(byTime, type) && !Object.hasOwn(byUse, type) && !free.includes(type),
  );
};

function lineOf(key: string, parts: readonly Part[], price: Price | undefined): Line {
  const counts = parts.flatMap(({ count }) => count ?? []);
  // One that can't be told makes the number of all unknown.
  const count = counts.length === parts.length ? sumOf(counts) : undefined;
  const factor = price && price.amount * A_MONTH[price.per];
  return {
    what: parts[0]?.what ?? key,
    key,
    resources: parts.map(({ resource }) => resource),
    count,
    price,
    perMonth: count && factor !== undefined ? scaled(count, factor) : undefined,
  };
}

const sumOf = (counts: readonly Count[]): Count =>
  counts.reduce(
    (sum, { fewest, first, most }) => ({
      fewest: sum.fewest + fewest,
      first: sum.first + first,
      most: sum.most + most,
    }),
    { fewest: 0, first: 0, most: 0 },
  );

const scaled = ({ fewest, first, most }: Count, factor: number): Count => ({
  fewest: fewest * factor,
  first: first * factor,
  most: most * factor,
});

function gapsOf(lines: readonly Line[], region: string, unknown: readonly string[]): string[] {
  const unpriced = lines.filter(({ price }) => !price).map(({ key }) => key);
  const uncounted = lines.filter(({ count }) => !count).map(({ key }) => key);
  const elsewhere = lines.flatMap(({ key, price }) =>
    price && price.region !== region && price.region !== EVERY_REGION ? [`${key} (${price.region})`] : [],
  );
  const gap = (what: string, names: readonly string[]) => (names.length > 0 ? [`${what}: ${names.join(", ")}`] : []);
  return [
    ...gap("without a price", unpriced),
    ...gap("how many there are can't be told", uncounted),
    ...gap("not known whether these are billed", unknown),
    ...gap(`priced by another region than ${region}`, elsewhere),
  ];
}
