/** Passwords of applications, registries and clusters. */
import { judgeCredentials } from "../../credentials";
import type { Check } from "../../cloud";
import { ON, judgeSettings, optional, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import { judgeAzureIdentity } from "../identity";

/** Types that are a credential, and what they are. */
const CREDENTIALS = {
  azuread_application_password: "an application's password",
  azuread_service_principal_password: "a service principal's password",
  azurerm_container_registry_token_password: "a registry's password",
  azurerm_storage_account_local_user: "a storage account's user",
};

const OFF = ["false"];

const SETTINGS: readonly Setting[] = [
  optional("azurerm_container_registry", "admin_enabled", OFF, "the registry has an admin account with passwords"),
  optional("azurerm_container_registry", "anonymous_pull_enabled", OFF, "whoever reaches the registry has its images"),
  optional("azurerm_kubernetes_cluster", "service_principal.client_secret", /^$/, "the cluster has a password"),
];

/** What else holds in a deployment of this package. */
const OWN_SETTINGS: readonly Setting[] = [
  required("azurerm_storage_account", "shared_access_key_enabled", OFF, "whoever has the account's key has its data"),
  required("azurerm_storage_account", "allow_nested_items_to_be_public", OFF, "a container may be opened to everybody"),
  required("azurerm_kubernetes_cluster", "local_account_disabled", ON, "the cluster has an account with a certificate"),
  required("azurerm_kubernetes_cluster", "workload_identity_enabled", ON, "pods have no identities of their own"),
  required("azurerm_log_analytics_workspace", "local_authentication_enabled", OFF, "the workspace has keys"),
  required("azurerm_key_vault", "rbac_authorization_enabled", ON, "who may do what is not said by roles"),
];

export const check: Check = function* ({ system, deployment }) {
  yield* judgeCredentials(CREDENTIALS, inputOf(system));
  yield* judgeSettings(SETTINGS, system);
  if (!deployment) return;
  yield* judgeSettings(OWN_SETTINGS, system);
  if (deployment.cloud === "azure") yield* judgeAzureIdentity(system, deployment);
};
