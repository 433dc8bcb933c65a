/** What Azure encrypts by itself, and the keys that it is told to take. */
import { isCloudManaged } from "../../../../config/encryption";
import { problemAt, type Problem } from "../../../problem";
import type { Resource } from "../../../model";
import {
  CUSTOMERS,
  NO_KEY,
  UNENCRYPTED,
  judgeKey,
  judgeKeys,
  keyPaths,
  withoutKeys,
  type Keys,
} from "../../encryption";
import type { Check } from "../../cloud";
import { ON, judgeSetting, judgeSettings, optional, required, type Setting } from "../../setting";
import { attachmentsOf, inputOf } from "../../lookup";
import { isAbsent, type TerraformInput } from "../../terraform-input";
import { keyDeployment } from "../template";

const ENCRYPTED: readonly Setting[] = [
  optional("azurerm_managed_disk", "encryption_settings.enabled", ON, UNENCRYPTED),
  optional("azurerm_mssql_database", "transparent_data_encryption_enabled", ON, UNENCRYPTED),
  optional("azurerm_data_lake_store", "encryption_state", ["Enabled"], UNENCRYPTED),
];

/** What each type must say in a deployment of this package: where it names its key. */
const KEYS = keyPaths(
  ["azurerm_managed_disk azurerm_kubernetes_cluster", "disk_encryption_set_id"],
  ["azurerm_disk_encryption_set", "key_vault_key_id"],
  ["azurerm_kubernetes_cluster", "key_management_service.key_vault_key_id"],
);

/** Azure lets neither a registry that is not made yet nor Data Explorer through a vault's firewall: by option only. */
const REGISTRY_KEY = required("azurerm_container_registry", "encryption.key_vault_key_id", CUSTOMERS, NO_KEY);

const ON_HOST = "caches and temporary disks of nodes are not encrypted";

/** What takes no key: encryption of another kind, and what the hosts of machines keep. */
const KINDS: readonly Setting[] = [
  required("azurerm_kubernetes_cluster", "default_node_pool.host_encryption_enabled", ON, ON_HOST),
  required("azurerm_kubernetes_cluster_node_pool", "host_encryption_enabled", ON, ON_HOST),
  required("azurerm_kusto_cluster", "disk_encryption_enabled", ON, UNENCRYPTED),
];

const KEY: Keys = { types: /^azurerm_(key_vault_key|disk_encryption_set)$/, madeBy: keyDeployment };

export const check: Check = function* ({ system, deployment }) {
  const input = inputOf(system);
  yield* judgeSettings(ENCRYPTED, system);
  if (!deployment) return;
  yield* judgeSettings(KINDS, system);
  if (isCloudManaged(deployment)) yield* judgeSettings(withoutKeys(KEYS), system);
  else yield* judgeCustomersKeys(input);
  if (deployment.cloud !== "azure") return;
  if (deployment.registry.encryption) yield* judgeKeys([REGISTRY_KEY], input, KEY);
  for (const cluster of deployment.logCluster?.encryption ? input.managed("azurerm_kusto_cluster") : [])
    yield* judgeKeyApart(cluster, "azurerm_kusto_cluster_customer_managed_key", "cluster_id", input);
};

function* judgeCustomersKeys(input: TerraformInput): Generator<Problem> {
  yield* judgeKeys(KEYS, input, KEY);
  for (const account of input.managed("azurerm_storage_account")) {
    if (isAbsent(account.values["customer_managed_key"])) {
      yield* judgeKeyApart(account, "azurerm_storage_account_customer_managed_key", "storage_account_id", input);
    } else
      yield* judgeKey(required("", "customer_managed_key.key_vault_key_id", CUSTOMERS, NO_KEY), account, input, KEY);
  }
}

/** What names its key by a resource of its own: without one, Azure encrypts with a key that it manages. */
function* judgeKeyApart(service: Resource, type: string, argument: string, input: TerraformInput): Generator<Problem> {
  const { found, unclear } = attachmentsOf(service, input.managed(type), argument, input);
  const [encryption] = found;
  const [other] = unclear;
  if (encryption) yield* judgeSetting(required("", "key_name", CUSTOMERS, NO_KEY), encryption, input);
  else if (other) yield problemAt(service, [], "unknown", `whether ${other.address} is its encryption can't be told`);
  else yield problemAt(service, [], "violated", `has no key of its own: ${NO_KEY}`);
}
