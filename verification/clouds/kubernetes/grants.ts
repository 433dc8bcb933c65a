/** What Kubernetes' roles grant, and to whom. */
import type { Resource, Value } from "../../model";
import { at, blocks, isObject, texts } from "../../values";
import { textOf } from "../../diff/spelled";
import type { Draft, Kind } from "../grants";
import { isAbsent, type TerraformInput } from "../terraform-input";

export const grants: readonly Kind[] = [
  { types: /^kubernetes:(Cluster)?Role$/, read: roleGrants },
  { types: /^kubernetes:(Cluster)?RoleBinding$/, read: bindingGrants },
];

function roleGrants(role: Resource, input: TerraformInput): Draft[] {
  const parts = (value: Value | undefined) => texts(value).map((part) => textOf(part, role, input));
  return blocks(role.values["rules"]).flatMap((rule) => {
    const names = parts(at(rule, "resourceNames"));
    const groups = parts(at(rule, "apiGroups"));
    const kinds = [
      ...parts(at(rule, "resources")).flatMap((kind) =>
        groups.map((group) => (group === "" ? kind : `${kind}.${group}`)),
      ),
      ...parts(at(rule, "nonResourceURLs")),
    ];
    const things = kinds.flatMap((kind) => (names.length > 0 ? names.map((name) => `${kind} ${name}`) : [`${kind} *`]));
    const holder = `whoever is bound to ${kubernetesName(role, input)}`;
    return parts(at(rule, "verbs")).flatMap((verb) => things.map((on) => ({ holder, action: verb, on })));
  });
}

/** `ClusterRole/NAME`, `Role/NAMESPACE/NAME` */
function kubernetesName(object: Resource, input: TerraformInput): string {
  const parts = ["namespace", "name"].map((part) => textOf(at(object.values, "metadata", part), object, input));
  return [object.type.replace("kubernetes:", ""), ...parts.filter(Boolean)].join("/");
}

function bindingGrants(binding: Resource, input: TerraformInput): Draft[] {
  const part = (value: Value | undefined) => (isAbsent(value) ? "" : textOf(value, binding, input));
  const role = at(binding.values, "roleRef");
  const namespace = part(at(binding.values, "metadata", "namespace"));
  const within = binding.type === "kubernetes:RoleBinding" ? `namespace ${namespace}` : "the whole cluster";
  return blocks(binding.values["subjects"]).flatMap((subject) => {
    if (!isObject(subject)) return [];
    const names = [part(subject["namespace"]), part(subject["name"])].filter(Boolean);
    const holder = [part(subject["kind"]).toLowerCase(), ...names].join("/");
    return [{ holder, action: `${part(at(role, "kind"))}/${part(at(role, "name"))}`, on: within }];
  });
}
