import { existsSync } from "node:fs";
import { join } from "node:path";
import { CLOUDS } from "../config/deployment";
import { CONCEPTS, parity } from "../scripts/parity";

const found = parity();

describe.each(CONCEPTS)("%s", (concept) => {
  test.each(CLOUDS)("stands on %s, in a file of its name, by resources of its own", (cloud) => {
    expect(found[concept][cloud]).not.toEqual([]);
    expect(existsSync(join(__dirname, `../constructs/${cloud}/${concept}.ts`))).toBe(true);
    expect(existsSync(join(__dirname, `constructs/${cloud}/${concept}.test.ts`))).toBe(true);
  });
});
