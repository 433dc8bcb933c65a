/** The rights that reading a subscription of Azure needs, each an action of a role. None of them changes anything. */

/** Resource Graph tells a resource to whoever may read it, so that only who may read all is told of all. */
export const GRAPH = "*/read";

/** What the caller may do: asked so that nothing is left out without a word. */
export const PERMISSIONS = "Microsoft.Authorization/permissions/read";

/** They as a role of Azure's, for `az role definition create`; the role Reader, which Azure has, allows the same. */
export const readOnlyRole = () => ({
  Name: "Dataplane collect",
  IsCustom: true,
  Description: "Reads what dataplane collect asks for, and changes nothing.",
  Actions: [GRAPH],
  NotActions: [],
  DataActions: [],
  NotDataActions: [],
  AssignableScopes: ["/subscriptions/SUBSCRIPTION"],
});
