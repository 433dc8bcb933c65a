/** What a deployment costs, as a table for people and as JSON for programs. */
import type { Cost } from "../costs/index";
import type { Count } from "../costs/part";

export type CostFormat = "text" | "json";

export const COST_RENDERERS: Readonly<Record<CostFormat, (cost: Cost) => string>> = {
  text: textOf,
  json: (cost) => `${JSON.stringify({ ...cost, isPartial: cost.gaps.length > 0 }, null, 2)}\n`,
};

const HEADER = ["Part", "Price's key", "Count", "Price", "A month"];

function textOf({ deployment, cloud, region, currency, lines, perMonth, gaps, byUse }: Cost): string {
  const rows = lines.map(({ what, key, count, price, perMonth: sum }) => [
    what,
    key,
    count ? spanOf(count, (number) => String(number)) : "unknown",
    price ? `${price.amount} a ${price.per}` : "none",
    sum ? spanOf(sum, money) : "",
  ]);
  const widths = HEADER.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const table = [HEADER, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const sources = [...new Set(lines.flatMap(({ price }) => (price ? [`${price.date} ${price.source}`] : [])))].sort();
  const total = `${spanOf(perMonth, money)} ${currency} a month${gaps.length > 0 ? ", which is partial or not of this region" : ""}`;
  return [
    `${deployment} on ${cloud} in ${region}: counts and sums are those at fewest nodes, when they are made, and at most`,
    "",
    ...table,
    "",
    `sum: ${total}`,
    ...gaps.map((gap) => `  ${gap}`),
    "billed by use, and in no sum:",
    ...byUse.map((what) => `  ${what}`),
    ...(sources.length > 0
      ? ["list prices, each with the day on which it was read:", ...sources.map((source) => `  ${source}`)]
      : []),
    "",
  ].join("\n");
}

const money = (amount: number): string => amount.toFixed(2);

/** One number where all three are the same. */
function spanOf({ fewest, first, most }: Count, shown: (number: number) => string): string {
  return fewest === most ? shown(fewest) : [fewest, first, most].map(shown).join(" / ");
}
