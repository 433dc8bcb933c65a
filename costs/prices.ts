/** List prices: a file for each cloud, which whoever has others replaces. */
import { join } from "node:path";
import * as z from "zod";
import { date, text } from "../config/values";
import { parseYaml, readSource } from "../config/yaml-source";
import type { Cloud } from "../config/deployment";

const price = z.strictObject({
  amount: z.number().min(0).describe("Of one, in the file's currency."),
  per: z.enum(["hour", "day", "month"]).describe("Of what time."),
  region: z.string().min(1).describe("Region that it is the price of, or `every region`."),
  date: date.describe("Day on which it was read where it was found (YYYY-MM-DD)."),
  source: z.string().min(1).describe("Where it was found: an address, or a contract."),
});

const priceFile = z.strictObject({
  currency: text(/^[A-Z]{3}$/, "a currency's code of three capital letters"),
  prices: z.record(z.string(), z.array(price).min(1).describe("Each of its own region.")),
});

export type Price = z.output<typeof price>;
export type PriceFile = z.output<typeof priceFile>;

/** What a price says of its region where it is the same in all. */
export const EVERY_REGION = "every region";

/** The price of a thing in a region; of another region where that has none; undefined where none has. */
export function priceIn(region: string, prices: readonly Price[] = []): Price | undefined {
  const of = (name: string) => prices.find((one) => one.region === name);
  return of(region) ?? of(EVERY_REGION) ?? prices[0];
}

/** Hours of an average month: 8,760 a year. */
const HOURS_A_MONTH = 730;

/** How often each span of time is billed in a month. */
export const A_MONTH: Readonly<Record<Price["per"], number>> = {
  hour: HOURS_A_MONTH,
  day: HOURS_A_MONTH / 24,
  month: 1,
};

/** Where the repository has a cloud's prices. */
export const pricesOf = (cloud: Cloud): string => join(__dirname, cloud, "prices.json");

/** @throws ConfigError with every problem of the file */
export function readPrices(file: string): PriceFile {
  const source = readSource(file, "a file of prices, as costs/CLOUD/prices.json is");
  return parseYaml(source, file, priceFile, "'currency: USD', 'prices: ...'").value;
}
