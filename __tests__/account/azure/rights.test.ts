import { FOLLOWED } from "../../../account/azure/followed";
import { GRAPH, PERMISSIONS, readOnlyRole } from "../../../account/azure/rights";

/** Whether an action of a role, in which `*` stands for anything, allows this one. */
const allows = (action: string, right: string) => new RegExp(`^${action.replaceAll("*", ".*")}$`, "i").test(right);

test("the role allows each call, and nothing that changes anything or reads what is secret", () => {
  const { Actions, DataActions } = readOnlyRole();
  const asked = [GRAPH, PERMISSIONS, ...FOLLOWED.map(({ right }) => right)];
  expect(asked.filter((right) => !Actions.some((action) => allows(action, right)))).toEqual([]);
  for (const secret of ["Microsoft.Storage/storageAccounts/listKeys/action", "Microsoft.KeyVault/vaults/write"])
    expect(Actions.some((action) => allows(action, secret))).toBe(false);
  expect(DataActions).toEqual([]);
});

test("each right is that of the path that is asked", () => {
  for (const { right, path } of FOLLOWED) {
    const parts = path.split("/").filter((part) => part !== "default");
    expect(right.toLowerCase()).toContain(`/${parts.join("/")}/read`.toLowerCase());
  }
});
