import fc from "fast-check";
import { duckdb } from "../../flows/dialects/duckdb";
import { literal } from "../../flows/dialects/dialect";
import { openEngine, type Engine } from "../../flows/engine";
import { parseCidr } from "../../packets/address-set";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.close());

/** DuckDB's keys of texts, in their order. */
async function keysOf(texts: readonly string[]) {
  const values = texts.map((text, i) => `(${i}, ${literal(text)})`).join(", ");
  const rows = await engine.rows(
    `SELECT ${duckdb.addressKey("address")} AS key FROM (VALUES ${values}) AS given (place, address) ORDER BY place`,
  );
  return rows.map(({ key }) => (key === null || key === undefined ? null : String(key).padStart(32, "0")));
}

test("addresses of both families have keys that sort as they do", async () => {
  const addresses = fc.sample(fc.oneof(fc.ipV4(), fc.ipV6()), 500).filter((text) => !/:\d+\.\d/.test(text));
  const expected = addresses.map((text) => {
    const { family, first } = parseCidr(text);
    return (family === 4 ? 0xffff_0000_0000n + first : first).toString(16).padStart(32, "0");
  });
  expect(await keysOf(addresses)).toEqual(expected);
});

test("what is no address has no key", async () => {
  const texts = [
    "",
    "-",
    "10.0.0",
    "10.0.0.256",
    "10.0.0.01",
    "1:2:3",
    "1:2:3:4:5:6:7:8:9",
    "g::1",
    "1::2::3",
    "10.0.0.1/8",
  ];
  expect(await keysOf(texts)).toEqual(texts.map(() => null));
});
