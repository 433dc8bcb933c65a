/** Each example's project, as Google's services tell it, is collected and judged as what is written is. */
import { AssetInventory } from "../../support/asset-inventory";
import { testEnvironment } from "../../support/environment";
import { EXAMPLES } from "../../support/examples";
import { googleAnswers } from "../../support/google-assets";
import { roundTrips } from "../../support/round-trip";

testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES, ...AssetInventory.ELSEWHERE });

const { scratch, names, stack, written, audited } = roundTrips("google", (warning) =>
  warning.includes("objects were not collected"),
);

let inventory: AssetInventory;
beforeAll(async () => {
  inventory = await AssetInventory.start();
});
beforeEach(() => Object.assign(process.env, inventory.environment(scratch("."))));
afterAll(() => inventory.stop());

test.each(names)("%s: the same findings, nothing opened, nothing closed, and nothing in no state", async (name) => {
  inventory.tells(googleAnswers(stack(name)));
  const { findings } = await written(name);
  expect(await audited(name)).toEqual({ findings, warnings: [] });
});

test("what somebody closed is told, and what somebody opened", async () => {
  const [name = ""] = names;
  const answers = googleAnswers(stack(name));
  const allowed = answers.resources.find(
    ({ assetType, resource: { data } }) =>
      assetType === "compute.googleapis.com/Firewall" && data.direction === "EGRESS" && /tunnel/.test(data.name),
  );
  allowed.resource.data.destinationRanges = ["203.0.113.0/24"];
  inventory.tells(answers);
  const { warnings } = await audited(name);
  expect(warnings).toEqual([
    expect.stringMatching(/^not as Terraform left it: .* may now open TCP 7844; UDP 7844 to 203\.0\.113\.0\/24$/),
    expect.stringMatching(/^not as Terraform left it: .* may no longer open TCP 7844; UDP 7844 to /),
  ]);
});
