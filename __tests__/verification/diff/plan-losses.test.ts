import { lossesOfPlan } from "../../../verification/diff/plan-losses";
import { preciousOf } from "../../../verification/diff/precious";

const TODAY = "2026-11-29";
const entry = (expires: string) => ({ change: "objectStore.existing", reason: "The data were copied.", expires });
const changed = (type: string, actions: string[], more: object = {}) => ({
  ...{ address: `${type}.a`, type, mode: "managed" },
  change: { actions, before: {}, ...more },
});
const planOf = (...changes: object[]) => ({ format_version: "1.2", resource_changes: changes });

test.each([
  { actions: ["delete"], change: "removed" },
  { actions: ["delete", "create"], change: "replaced" },
  { actions: ["create", "delete"], change: "replaced" },
])("$actions of a bucket loses what is in it", ({ actions, change }) => {
  const { losses, isAllowed } = lossesOfPlan(planOf(changed("aws_s3_bucket", actions)), { allow: [] }, TODAY);
  expect(losses).toEqual([
    {
      ...{ address: "aws_s3_bucket.a", type: "aws_s3_bucket", change, what: "bucket", lost: "the objects in it" },
      text: `aws_s3_bucket.a is ${change}: the objects in it`,
    },
  ]);
  expect(isAllowed).toBe(false);
});

test.each([["create"], ["update"], ["no-op"], ["forget"], ["read"]])("%s loses nothing", (action) => {
  const plan = planOf(changed("aws_s3_bucket", [action]), changed("aws_iam_role", ["delete"]));
  expect(lossesOfPlan(plan, { allow: [] }, TODAY)).toMatchObject({ losses: [], isAllowed: true });
});

test("an entry of `allow` counts up to its last day", () => {
  const plan = planOf(changed("azurerm_kusto_cluster", ["delete", "create"]));
  const [inForce, past] = [entry(TODAY), entry("2026-11-28")];
  expect(lossesOfPlan(plan, { allow: [inForce] }, TODAY)).toMatchObject({ isAllowed: true, allowed: [inForce] });
  expect(lossesOfPlan(plan, { allow: [past] }, TODAY)).toMatchObject({ isAllowed: false, expired: [past] });
});

test("a Google address inside of a network is on nobody's list", () => {
  const [inside, outside] = ["INTERNAL", "EXTERNAL"].map((address_type) =>
    planOf(changed("google_compute_address", ["delete"], { before: { address_type } })),
  );
  expect(lossesOfPlan(inside, { allow: [] }, TODAY).losses).toEqual([]);
  expect(lossesOfPlan(outside, { allow: [] }, TODAY).losses).toMatchObject([{ what: "public address" }]);
});

test("what is no plan is not fine", () => {
  expect(() => lossesOfPlan({ values: {} }, { allow: [] })).toThrow(/no plan/);
});

test.each([
  "azurerm_kusto_cluster",
  "azurerm_kusto_database",
  "google_secret_manager_secret",
  "aws_secretsmanager_secret",
  "google_logging_project_bucket_config",
  "aws_eip",
  "google_compute_address",
  "azurerm_public_ip",
  "kubernetes_namespace",
])("%s is precious", (type) => {
  expect(preciousOf(type)).toBeDefined();
  expect(preciousOf(`${type}_policy`)).toBeUndefined();
});
