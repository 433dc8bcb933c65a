/**
 * Which service accounts of a deployment are which managed identity, and which roles each has, for
 * `no-static-credentials`.
 *
 * Microsoft, "Workload identity federation" (https://learn.microsoft.com/entra/workload-id/workload-identity-federation)
 * and "Use Microsoft Entra Workload ID with AKS" (https://learn.microsoft.com/azure/aks/workload-identity-overview): a
 * federated credential names issuer, subject and audience exactly; a service account names its identity by an
 * annotation, and pods get a token for it only if a label asks for one. "Understand scope for Azure RBAC"
 * (https://learn.microsoft.com/azure/role-based-access-control/scope-overview): a role counts for all below its scope.
 */
import { fluentBitIdentity, platformIdentity, taskIdentity } from "../../../config/azure/names";
import type { AzureDeployment } from "../../../config/deployment";
import {
  FLUENT_BIT_SERVICE_ACCOUNT,
  FLUENT_BIT_NAMESPACE,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  taskServiceAccounts,
  serviceAccountUser,
} from "../../../config/names";
import { problemAt, type Problem } from "../../problem";
import { inputOf } from "../lookup";
import { objectsOf } from "../kubernetes/objects";
import { isReference, isUnknown, type Resource, type System, type Value } from "../../model";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { podsOf } from "../kubernetes/workloads";
import { isStandIn } from "../../promises/stand-ins";
import { at, blocks, field, isOpaque, text, texts, whyOpaque } from "../../values";
import { shown } from "../../../config/texts";

const CONTAINER = "azurerm_storage_container";
const ACCOUNT = "azurerm_storage_account";
const VAULT = "azurerm_key_vault";
const REGISTRY = "azurerm_container_registry";
const KEY = "azurerm_key_vault_key";
/** A key's id, by its vault's, which Azure chooses. */
const KEY_OF_VAULT = /^\$\{\}\/keys\/[^/$]+$/;
const WORKSPACE = "azurerm_log_analytics_workspace";

/** The types of Azure's ids, as Terraform calls them. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["microsoft.storage/storageaccounts/blobservices/containers", CONTAINER],
  ["microsoft.storage/storageaccounts", ACCOUNT],
  ["microsoft.keyvault/vaults", VAULT],
  ["microsoft.keyvault/vaults/keys", KEY],
  ["microsoft.containerregistry/registries", REGISTRY],
  ["microsoft.operationalinsights/workspaces", WORKSPACE],
]);

interface Identity {
  readonly name: (deployment: AzureDeployment) => string;
  readonly accounts: (deployment: AzureDeployment) => readonly { readonly namespace: string; readonly name: string }[];
  /** Its roles, and the type of what each is on. */
  readonly roles: Readonly<Record<string, string>>;
  /** Further ones, where the deployment builds images. */
  readonly imageBuilds?: Readonly<Record<string, string>>;
  /** Its role in the database of the pods' logs. */
  readonly databaseRole?: string;
}

const IDENTITIES: readonly Identity[] = [
  {
    name: platformIdentity,
    accounts: () => [{ namespace: PLATFORM_NAMESPACE, name: PLATFORM_SERVICE_ACCOUNT }],
    roles: {
      "Storage Blob Data Contributor": CONTAINER,
      "Storage Blob Delegator": ACCOUNT,
      "Key Vault Secrets Officer": VAULT,
      AcrPush: REGISTRY,
      "Log Analytics Reader": WORKSPACE,
    },
  },
  {
    name: taskIdentity,
    accounts: taskServiceAccounts,
    roles: { "Storage Blob Data Contributor": CONTAINER },
    imageBuilds: { AcrPush: REGISTRY, AcrPull: REGISTRY },
  },
  {
    name: fluentBitIdentity,
    accounts: () => [{ namespace: FLUENT_BIT_NAMESPACE, name: FLUENT_BIT_SERVICE_ACCOUNT }],
    roles: {},
    databaseRole: "Ingestor",
  },
];

const IDENTITY = "azurerm_user_assigned_identity";
const CREDENTIAL = "azurerm_federated_identity_credential";
const AUDIENCE = "api://AzureADTokenExchange";

/** Departures of identities, their roles, and the service accounts that are to bear them. */
export function* judgeAzureIdentity(system: System, deployment: AzureDeployment): Generator<Problem> {
  const judge = new Judge(system, deployment);
  yield* judge.credentials();
  yield* judge.roles();
  yield* judge.databaseRoles();
  yield* judge.accounts();
  yield* judge.pods();
}

class Judge {
  private readonly input: TerraformInput;

  constructor(
    private readonly system: System,
    private readonly deployment: AzureDeployment,
  ) {
    this.input = inputOf(system);
  }

  /** Whom each identity trusts: exactly its own service accounts, by the cluster's issuer. */
  *credentials(): Generator<Problem> {
    const federated = new Map<string, Set<string>>();
    for (const credential of this.input.managed(CREDENTIAL)) {
      const field = (name: string) => text(this.input.follow(credential.values[name], credential));
      const name = this.identityOf(credential.values["parent_id"], credential);
      const own = typeof name === "string" ? this.own(name) : undefined;
      const subject = field("subject");
      if (name === undefined) {
        yield problemAt(credential, ["parent_id"], "unknown", "whose credential it is can't be told");
      } else if (isOpaque(subject)) {
        yield problemAt(credential, ["subject"], "unknown", `its subject can't be told: ${whyOpaque(subject)}`);
      } else if (!own || subject === undefined || !this.subjects(own).includes(subject)) {
        yield problemAt(
          credential,
          ["subject"],
          "violated",
          `lets ${subject ?? "everybody"} be ${name}, which it is not`,
        );
      } else federated.set(name, (federated.get(name) ?? new Set()).add(subject));
      const audience = texts(this.input.follow(credential.values["audience"], credential));
      if (audience.length !== 1 || audience[0] !== AUDIENCE)
        yield problemAt(credential, ["audience"], "violated", `its audience is not ${AUDIENCE}`);
      if (!this.isOwnIssuer(credential.values["issuer"], credential))
        yield problemAt(credential, ["issuer"], "violated", "its issuer is not the data plane's own cluster");
    }
    for (const resource of this.input.managed(IDENTITY)) {
      const name = text(resource.values["name"]);
      const own = typeof name === "string" ? this.own(name) : undefined;
      const missing = own ? this.subjects(own).filter((subject) => !federated.get(shown(name))?.has(subject)) : [];
      if (missing.length > 0)
        yield problemAt(resource, [], "violated", `is not federated to ${missing.join(", ")}, whose identity it is`);
    }
  }

  /** No role is on a resource group or above; each of an own identity is one of its few, on what it is for. */
  *roles(): Generator<Problem> {
    for (const assignment of this.input.managed("azurerm_role_assignment")) {
      const role = text(this.input.follow(assignment.values["role_definition_name"], assignment));
      const scope = this.scopeOf(assignment.values["scope"], assignment);
      if (scope === undefined) yield problemAt(assignment, ["scope"], "unknown", "what its role is on can't be told");
      else if (WIDE.test(scope)) {
        yield problemAt(
          assignment,
          ["scope"],
          "violated",
          "its role is on a resource group or above, not one resource",
        );
      }
      if (role === undefined || isOpaque(role)) {
        yield problemAt(assignment, ["role_definition_name"], "unknown", "which role it gives can't be told");
        continue;
      }
      const name = this.identityOf(assignment.values["principal_id"], assignment);
      const own = name === undefined ? undefined : this.own(name);
      const roles = { ...own?.roles, ...(this.deployment.components.imageBuilder && own?.imageBuilds) };
      if (own && (!Object.hasOwn(roles, role) || (scope !== undefined && roles[role] !== scope))) {
        yield problemAt(
          assignment,
          [],
          "violated",
          `gives ${name ?? "it"} the role ${role} on ${scope ?? "nothing that is known"}, which it does not need`,
        );
      } else if (STRONG.test(role)) {
        yield problemAt(assignment, ["role_definition_name"], "violated", `the role ${role} allows nearly everything`);
      }
    }
  }

  /** Roles in the database of logs are its own kind. */
  *databaseRoles(): Generator<Problem> {
    for (const assignment of this.input.managed("azurerm_kusto_database_principal_assignment")) {
      const role = text(this.input.follow(assignment.values["role"], assignment));
      const name = this.identityOf(assignment.values["principal_id"], assignment);
      const own = name === undefined ? undefined : this.own(name);
      if (isOpaque(role))
        yield problemAt(assignment, ["role"], "unknown", `its role can't be told: ${whyOpaque(role)}`);
      else if (role === undefined || role !== own?.databaseRole) {
        yield problemAt(
          assignment,
          ["role"],
          "violated",
          `gives ${name ?? "somebody"} the role ${role ?? "of none"} in the logs`,
        );
      }
    }
    for (const assignment of this.input.managed("azurerm_kusto_cluster_principal_assignment"))
      yield problemAt(assignment, [], "violated", "gives a role in every database of the log cluster");
  }

  /** Each service account names exactly its own identity. */
  *accounts(): Generator<Problem> {
    const objects = objectsOf(this.system);
    for (const account of objects.ofKind("ServiceAccount", "")) {
      const own = this.ownOf(objects.namespaceOf(account), objects.nameOf(account));
      const path = ["metadata", "annotations", "azure.workload.identity/client-id"];
      const written = at(account.values, ...path);
      if (isAbsent(written)) {
        if (own) yield problemAt(account, path, "violated", "has no identity of its own");
        continue;
      }
      const name = this.identityOf(written, account);
      if (own && name === own.name(this.deployment)) continue;
      if (name === undefined && isOpaque(written) && !isReference(written)) {
        yield problemAt(account, path, "unknown", `its identity can't be told: ${whyOpaque(written)}`);
      } else if (name === undefined && own && !account.terraform && !this.knowsIds()) {
        // As in a render of Union's chart: a stack does not hold what Azure chooses.
        const message = `whether ${shown(written)} is its identity can't be told: client ids are not in the input`;
        yield problemAt(account, path, "unknown", message);
      } else {
        const whose = name ?? "an identity that the input does not hold";
        yield problemAt(account, path, "violated", `has the identity ${whose}, which is not its own`);
      }
    }
  }

  /** Pods of an own service account ask for its token. */
  *pods(): Generator<Problem> {
    for (const { resource, labels, namespace, serviceAccount } of podsOf(objectsOf(this.system))) {
      // What stands in for pods has none of its own: who starts them gives it to them.
      if (isStandIn(resource) || !this.ownOf(namespace, serviceAccount)) continue;
      if (labels.values.get("azure.workload.identity/use") === "true" || asksItself(resource)) continue;
      const path = ["spec", "template", "metadata", "labels"];
      yield problemAt(resource, path, "violated", "its pods do not ask for the token of their identity");
    }
  }

  private own(name: string): Identity | undefined {
    return IDENTITIES.find((identity) => identity.name(this.deployment) === name);
  }

  private ownOf(namespace: string | undefined, name: string | undefined): Identity | undefined {
    return IDENTITIES.find(({ accounts }) =>
      accounts(this.deployment).some((own) => own.namespace === namespace && own.name === name),
    );
  }

  private subjects({ accounts }: Identity): string[] {
    return accounts(this.deployment).map(({ namespace, name }) => serviceAccountUser(namespace, name));
  }

  /** The name of the managed identity that a value names, by reference or by one of its ids. */
  private identityOf(value: Value | undefined, from: Resource): string | undefined {
    const target = this.input.find(isReference(value) ? { ...value, attribute: "" } : value, from, "identity");
    const resource = target.kind === "resource" ? target.resource : this.identified(value);
    if (resource?.type === IDENTITY) {
      const name = text(this.input.follow(resource.values["name"], resource));
      return typeof name === "string" ? name : undefined;
    }
    return typeof value === "string" ? /\/userAssignedIdentities\/([^/]+)$/i.exec(value)?.[1] : undefined;
  }

  /** Whether the input holds what Azure chose: a state does, and what a stack writes does not. */
  private knowsIds(): boolean {
    return this.input.managed(IDENTITY).some(({ values }) => typeof values["client_id"] === "string");
  }

  /** The identity that has this id. */
  private identified(value: Value | undefined): Resource | undefined {
    if (typeof value !== "string") return undefined;
    return this.system.resources.find(
      ({ type, values }) =>
        type === IDENTITY && ["id", "client_id", "principal_id"].some((attribute) => values[attribute] === value),
    );
  }

  private isOwnIssuer(value: Value | undefined, from: Resource): boolean {
    if (isReference(value)) {
      const target = this.input.find({ ...value, attribute: "" }, from, "issuer");
      return (
        target.kind === "resource" &&
        target.resource.type === "azurerm_kubernetes_cluster" &&
        value.attribute === "oidc_issuer_url"
      );
    }
    const clusters = this.input.managed("azurerm_kubernetes_cluster");
    return typeof value === "string" && clusters.some(({ values }) => values["oidc_issuer_url"] === value);
  }

  /** The type of what a role is on, as Terraform calls it, or as Azure's id says; undefined where it can't be told. */
  private scopeOf(value: Value | undefined, from: Resource): string | undefined {
    if (isUnknown(value) && KEY_OF_VAULT.test(value.text ?? "")) {
      const vault = this.input.find(value.parts?.[0], from, "vault");
      return vault.kind === "resource" && vault.resource.type === VAULT ? KEY : undefined;
    }
    const target = this.input.find(value, from, "scope");
    if (target.kind === "resource") return target.resource.type;
    if (typeof value !== "string") return undefined;
    const [, path] = /\/providers\/(?!.*\/providers\/)(.*)$/i.exec(value) ?? [];
    if (path === undefined) return value;
    const [provider = "", ...rest] = path.toLowerCase().split("/");
    const type = [provider, ...rest.filter((_, i) => i % 2 === 0)].join("/");
    return TYPES.get(type) ?? type;
  }
}

/** What is above single resources: types, and ids without a provider. */
const WIDE =
  /^(azurerm_(resource_group|subscription|management_group|client_config)|microsoft\.management\/managementgroups|\/.*)$/;

const STRONG = /^(Owner|Contributor|User Access Administrator|Role Based Access Control Administrator)$/;

/** Whether pods have the token without the label: by a volume of their own, and each container is told whose it is. */
function asksItself(resource: Resource): boolean {
  const spec = field(resource, "spec", "template", "spec");
  const tokens = blocks(at(spec, "volumes"))
    .flatMap((volume) => blocks(at(volume, "projected", "sources")))
    .map((source) => at(source, "serviceAccountToken", "audience"));
  const isTold = (container: Value) =>
    blocks(at(container, "env")).some((one) => at(one, "name") === "AZURE_CLIENT_ID");
  return tokens.includes("api://AzureADTokenExchange") && blocks(at(spec, "containers")).every(isTold);
}
