/** What resources of Google Cloud grant. */
import { isReference, type Resource } from "../../model";
import { at, blocks } from "../../values";
import { textOf } from "../../diff/spelled";
import { jsonValue } from "../json-text";
import { corsGrants, elements, everybody, guarded, nameOf, type Draft, type Guard, type Kind } from "../grants";
import { isAbsent, type TerraformInput } from "../terraform-input";

const GUARDS: readonly Guard[] = [
  {
    types: /^google_storage_bucket$/,
    path: ["public_access_prevention"],
    isClosed: (text) => text === "enforced",
    action: "possible access (public_access_prevention is off)",
  },
];

export const grants: readonly Kind[] = [
  ...guarded(GUARDS),
  { types: /^google_storage_bucket$/, read: corsGrants(["cors"], "origin", "method") },
  { types: /^google_\w+_iam_(member|binding)$/, read: googleGrants },
  { types: /^google_\w+_iam_policy$/, read: googlePolicyGrants },
  {
    types: /^google_\w+_iam_custom_role$/,
    read: (role, input) =>
      elements(role.values["permissions"], role, input).map((permission) => ({
        holder: `whoever has ${input.id(role)}`,
        action: permission,
        on: nameOf(role.values["project"] ?? role.values["org_id"], role, input) || "its project",
      })),
  },
  {
    types: /^google_storage_(bucket|default_object)_access_control$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      return [{ holder: everybody(part("entity")), action: part("role"), on: part("bucket") }];
    },
  },
];

/** Arguments of Google's grants that do not say what they are on. */
const NOT_A_TARGET = new Set(["role", "member", "members", "condition", "id", "etag", "policy_data"]);

function googleGrants(resource: Resource, input: TerraformInput): Draft[] {
  const { role, member, members, condition } = resource.values;
  const targets = Object.entries(resource.values).filter(([key, value]) => !NOT_A_TARGET.has(key) && !isAbsent(value));
  const names = targets.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => nameOf(value, resource, input));
  const conditions = blocks(condition).map((block) => textOf(at(block, "expression"), resource, input));
  const holders = members === undefined ? [nameOf(member, resource, input)] : elements(members, resource, input);
  return holders.map((holder) => ({
    holder: everybody(holder),
    action: nameOf(role, resource, input),
    on: [...new Set(names)].join(" in "),
    conditions,
  }));
}

/** A whole policy: of the data source `google_iam_policy`, or as JSON. */
function googlePolicyGrants(resource: Resource, input: TerraformInput): Draft[] {
  const value = resource.values["policy_data"];
  const target = isReference(value) ? input.find({ ...value, attribute: "" }, resource, "policy") : undefined;
  const source = target?.kind === "resource" ? target.resource : resource;
  const bindings = target ? source.values["binding"] : at(jsonValue(textOf(value, resource, input)), "bindings");
  if (bindings === undefined) {
    const version = textOf(value, resource, input);
    return [
      { holder: "somebody", action: "rights", on: input.id(resource), version, unknown: "its policy is not known" },
    ];
  }
  const others = Object.fromEntries(Object.entries(resource.values).filter(([name]) => name !== "policy_data"));
  return blocks(bindings).flatMap((binding) => {
    const [role, members, condition] = ["role", "members", "condition"].map((name) => at(binding, name) ?? null);
    return googleGrants(
      { ...source, values: { ...others, ...{ role, members, condition } } as Resource["values"] },
      input,
    );
  });
}
