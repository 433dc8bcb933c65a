import { run } from "../../cli/index";
import { writtenStacks } from "../../cli/written-stacks";
import { CLOUDS } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import { BILLS, unknownTypes, type Cost } from "../../costs/index";
import { pricesOf, readPrices } from "../../costs/prices";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { scratchFolder, writeFiles } from "../support/scratch";

const scratch = scratchFolder();
testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES });

const costOf = async (name: string, ...options: readonly string[]): Promise<Cost & { isPartial: boolean }> => {
  const { exitCode, stdout, stderr } = await run(["cost", name, "--format", "json", ...options]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Cost & { isPartial: boolean };
};

/** A price of one unit of the currency an hour for everything that a deployment has. */
function everythingFor(file: string, { lines }: Cost, region: string): string {
  const price = { amount: 1, per: "hour", region, date: "2026-11-30", source: "a contract" };
  writeFiles({ [file]: { currency: "EUR", prices: Object.fromEntries(lines.map(({ key }) => [key, [price]])) } });
  return file;
}

test("every type of every example's stacks is billed by time, by use, or free", () => {
  for (const { deployment } of loadDeployments([EXAMPLES])) {
    expect(unknownTypes(writtenStacks(deployment), BILLS[deployment.cloud])).toEqual([]);
  }
});

test("a type that no table has is said", () => {
  const [first] = loadDeployments([EXAMPLES]);
  const [resource] = first ? writtenStacks(first.deployment) : [];
  if (!resource) throw new Error("the first example has no resource");
  expect(unknownTypes([{ ...resource, type: "aws_dax_cluster" }], BILLS.aws)).toEqual(["aws_dax_cluster"]);
});

test("a highly available deployment on AWS, counted by hand", async () => {
  const { lines, isPartial } = await costOf("acme-eu-west-1");
  const counts = Object.fromEntries(lines.map(({ key, count }) => [key, count]));
  const always = (count: number) => ({ fewest: count, first: count, most: count });
  expect(counts).toMatchObject({
    cluster: always(1),
    "nat-gateway": always(3),
    "public-address": always(3),
    // Ten services in three zones.
    "interface-endpoint": always(30),
    "instance:m6i.2xlarge": { fewest: 3, first: 3, most: 6 },
    "spot:m6i.4xlarge": { fewest: 0, first: 0, most: 20 },
    // Three nodes of 100 GiB; at most 6, 10 and 20 of 100, and 4 of 200.
    "disk:gp3": { fewest: 300, first: 300, most: 4400 },
  });
  expect(isPartial).toBe(true);
});

test("prices of one's own make the sum whole", async () => {
  const counted = await costOf("acme-eu-west-1");
  const file = everythingFor(scratch("own.json"), counted, "eu-west-1");
  const { lines, perMonth, gaps, isPartial, currency } = await costOf("acme-eu-west-1", "--prices", file);
  const units = lines.reduce((sum, { count }) => sum + (count?.fewest ?? Number.NaN), 0);
  expect(perMonth.fewest).toBeCloseTo(units * 730);
  expect([gaps, isPartial, currency]).toEqual([[], false, "EUR"]);
});

test("what has no price, no count or another region's price is named", async () => {
  const counted = await costOf("acme-azure-eu-west-2");
  const file = everythingFor(scratch("elsewhere.json"), { ...counted, lines: counted.lines.slice(1) }, "eastus");
  const { gaps } = await costOf("acme-azure-eu-west-2", "--prices", file);
  expect(gaps.map((gap) => gap.split(":")[0])).toEqual([
    "without a price",
    "how many there are can't be told",
    "priced by another region than uksouth",
  ]);
  const { stdout } = await run(["cost", "acme-azure-eu-west-2", "--prices", file]);
  expect(stdout).toMatch(/sum: .* EUR a month, which is partial or not of this region/);
});

test("each region's own price counts, else that of every region, else the first one's, which is named", async () => {
  const price = (amount: number, region: string) => ({ amount, per: "hour", region, date: "2026-11-30", source: "x" });
  const file = scratch("regions.json");
  const prices = {
    "nat-gateway": [price(1, "us-east-2"), price(2, "every region"), price(3, "eu-west-1")],
    cluster: [price(1, "us-east-2"), price(2, "every region")],
    key: [price(1, "us-east-2"), price(2, "eu-west-2")],
  };
  writeFiles({ [file]: { currency: "EUR", prices } });
  const { lines, gaps } = await costOf("acme-eu-west-1", "--prices", file);
  const amounts = Object.fromEntries(lines.flatMap(({ key, price: found }) => (found ? [[key, found.amount]] : [])));
  expect(amounts).toEqual({ "nat-gateway": 3, cluster: 2, key: 1 });
  expect(gaps).toContain("priced by another region than eu-west-1: key (us-east-2)");
});

test("machines that are made for accelerators are priced with them", async () => {
  const { lines } = await costOf("acme-gcp-eu-central-1");
  const keys = lines.map(({ key }) => key);
  expect(keys).toContain("machine:g2-standard-8");
  expect(keys.filter((key) => key.startsWith("accelerator:"))).toEqual([]);
});

test.each(CLOUDS)("nodes of %s's examples have prices", async (cloud) => {
  for (const { deployment } of loadDeployments([EXAMPLES]).filter((one) => one.deployment.cloud === cloud)) {
    const { lines } = await costOf(deployment.name);
    const nodes = lines.filter(({ key }) => /^(machine|instance):/.test(key));
    expect(nodes.filter(({ price }) => !price).map(({ key }) => key)).toEqual([]);
    expect(nodes.length).toBeGreaterThan(0);
  }
});

test.each(CLOUDS)("the prices of %s are dated, and each has its source", (cloud) => {
  const { prices } = readPrices(pricesOf(cloud));
  for (const { source, date } of Object.values(prices).flat()) {
    expect(source).toMatch(/^https:\/\//);
    expect(date <= new Date().toISOString().slice(0, 10)).toBe(true);
  }
});

test.each([
  ["no file", undefined, /prices\.json: does not exist \(allowed: a file of prices/],
  [
    "a price without a source",
    { currency: "USD", prices: { key: [{ amount: 1, per: "month", region: "x", date: "2026-11-30" }] } },
    /prices\.json:\d+: prices\.key\[0\]\.source: is required/,
  ],
  [
    "a price of an unknown time",
    { currency: "USD", prices: { key: [{ amount: 1, per: "week", region: "x", date: "2026-11-30", source: "y" }] } },
    /prices\.key\[0\]\.per: .*week.*allowed: hour, day, month/,
  ],
])("prices that can't be used: %s", async (_, content, message) => {
  const folder = scratch("bad");
  if (content) writeFiles({ [`${folder}/prices.json`]: content });
  const { exitCode, stderr } = await run(["cost", "acme-us-east-2", "--prices", `${folder}/prices.json`]);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});
