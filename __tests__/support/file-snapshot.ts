import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Expects a text to be that of a file, which `jest -u` writes: one file that a person reads for each snapshot. */
export function expectFile(path: string, text: string): void {
  // Jest keeps what its flags say here, and tells matchers no other way.
  const { snapshotState } = expect.getState() as unknown as { snapshotState: { _updateSnapshot: string } };
  if (snapshotState._updateSnapshot === "all") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (!existsSync(path)) throw new Error(`${path} is not there: jest -u writes it`);
  expect(text).toBe(readFileSync(path, "utf8"));
}
