import { ACCOUNTS, OPEN_PORT, writeAccount } from "../../bench/accounts";
import { loadResources } from "../../verification/load";
import { verify } from "../../verification/verify";
import { scratchFolder } from "../support/scratch";

const scratch = scratchFolder();

test.each(Object.keys(ACCOUNTS))("an account of %s has as many records as asked, and one open port", async (cloud) => {
  const folder = scratch(cloud);
  await writeAccount(folder, cloud, 2_000);
  const [apart, together] = [await loadResources([folder]), await loadResources([folder], { alike: [] })];
  expect(apart.length).toBeGreaterThan(1_000);
  expect(together.length).toBeLessThan(200);
  for (const resources of [apart, together]) {
    const { findings } = verify(resources, { only: ["no-inbound"] });
    expect(findings.map(({ status, counterexample }) => [status, counterexample?.port])).toEqual([
      ["violated", OPEN_PORT],
    ]);
  }
});
