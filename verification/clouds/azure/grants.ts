/** What resources of Azure grant. */
import { at, blocks } from "../../values";
import { textOf } from "../../diff/spelled";
import { corsGrants, elements, guarded, isFalse, nameOf, type Guard, type Kind } from "../grants";
import { isAbsent } from "../terraform-input";

const GUARDS: readonly Guard[] = [
  {
    types: /^azurerm_storage_account$/,
    path: ["allow_nested_items_to_be_public"],
    isClosed: isFalse,
    action: "possible access (allow_nested_items_to_be_public is on)",
  },
  {
    types: /^azurerm_storage_account$/,
    path: ["shared_access_key_enabled"],
    isClosed: isFalse,
    action: "access by account keys (shared_access_key_enabled is on)",
  },
  {
    types: /^azurerm_(storage_account|key_vault|container_registry)$/,
    path: ["public_network_access_enabled"],
    isClosed: isFalse,
    action: "connections from public addresses (public_network_access_enabled is on)",
  },
  {
    types: /^azurerm_storage_container$/,
    path: ["container_access_type"],
    isClosed: (text) => text === undefined || text === "private",
    action: "reading (container_access_type is not private)",
  },
];

export const grants: readonly Kind[] = [
  ...guarded(GUARDS),
  {
    types: /^azurerm_storage_account$/,
    read: corsGrants(["blob_properties", "cors_rule"], "allowed_origins", "allowed_methods"),
  },
  {
    types: /^azurerm_role_assignment$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const { role_definition_name: name, condition } = resource.values;
      return [
        {
          holder: part("principal_id"),
          action: isAbsent(name) ? part("role_definition_id") : textOf(name, resource, input),
          on: part("scope"),
          conditions: isAbsent(condition) ? [] : [textOf(condition, resource, input)],
        },
      ];
    },
  },
  {
    types: /^azurerm_role_definition$/,
    read: (resource, input) =>
      blocks(resource.values["permissions"]).flatMap((block) =>
        ["actions", "data_actions", "not_actions", "not_data_actions"].flatMap((argument) =>
          elements(at(block, argument), resource, input).map((action) => ({
            holder: `whoever has ${input.id(resource)}`,
            action,
            on: nameOf(resource.values["scope"], resource, input),
            ...(argument.startsWith("not_") && { isDenial: true, subject: resource.address }),
          })),
        ),
      ),
  },
  {
    types: /^azurerm_federated_identity_credential$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const holder = `${part("subject")} of ${part("issuer")}`;
      return [{ holder, action: "the identity", on: nameOf(resource.values["parent_id"], resource, input) }];
    },
  },
  {
    types: /^azurerm_key_vault_access_policy$/,
    read: (resource, input) =>
      ["certificate", "key", "secret", "storage"].flatMap((what) =>
        elements(resource.values[`${what}_permissions`], resource, input).map((permission) => ({
          holder: nameOf(resource.values["object_id"], resource, input),
          action: `${permission} each ${what}`,
          on: nameOf(resource.values["key_vault_id"], resource, input),
        })),
      ),
  },
  {
    types: /^azurerm_kusto_(cluster|database)_principal_assignment$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const on = resource.values["database_name"] ?? resource.values["cluster_name"];
      return [{ holder: part("principal_id"), action: part("role"), on: nameOf(on, resource, input) }];
    },
  },
];
