import { diffOf } from "../../support/diff";
import { synthesize } from "../../support/tree";

const OWN = synthesize();
const BEHIND_GATEWAY = synthesize({ network: { transitGatewayId: "tgw-0123456789abcdef0" } });

const notesOf = async (...sides: Parameters<typeof diffOf>) => (await diffOf(...sides)).deployments[0]?.notes;

test("what a change takes for granted of others is told, and so is what it no longer does", async () => {
  const newly = /^newly assumed, and not proved here: What stands behind tgw-.* To look: /;
  expect(await notesOf(OWN, BEHIND_GATEWAY)).toContainEqual(expect.stringMatching(newly));
  expect(await notesOf(BEHIND_GATEWAY, OWN)).toContainEqual(
    expect.stringMatching(/^no longer assumed: What stands behind tgw-/),
  );
  expect(await notesOf(BEHIND_GATEWAY, BEHIND_GATEWAY)).toEqual([]);
});
