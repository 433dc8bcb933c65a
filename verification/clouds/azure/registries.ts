/**
 * Azure Container Registry: https://learn.microsoft.com/azure/container-registry/artifact-cache-overview
 *
 * A registry is a resource, its repositories are none: each is there once something is pushed to it, or pulled by a rule
 * of the cache. Nodes pull as the kubelets' identity, whom a role on the registry, or on what it is in, must let pull.
 */
import { AddressSet } from "../../../packets/address-set";
import { isReference, isUnknown, type Resource, type Value } from "../../model";
import { oncePer } from "../../once-per";
import { at, blocks, field, text, knownText } from "../../values";
import type { NodePool } from "../node-pool";
import type { ImageReference, PullObstacle, Registries, RegistryContext } from "../registry";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { registryHost } from "../../../config/azure/names";
import { and, flag, or, type Ternary } from "../../ternary";

/** The label behind the name is one that Azure gives for a registry's scope. */
const HOST = /^([a-z0-9]+)(?:-[a-z0-9]+)?\.azurecr\.io$/;
const REGISTRY = "azurerm_container_registry";
const CLUSTER = "azurerm_kubernetes_cluster";

/** https://learn.microsoft.com/azure/container-registry/container-registry-roles */
const PULLERS = new Set(["AcrPull", "AcrPush", "Reader", "Contributor", "Owner"]);
const ACR_PULL = /\/7f951dda-4ed3-4680-a7ca-43fe172d538d$/;

/** Of Docker Hub, Azure caches nothing without a login. */
const DOCKER_HUB = /^(registry-1\.|index\.)?docker\.io\//;

/** Microsoft's own images, which any network may be let reach by a service tag. */
const MICROSOFT = "mcr.microsoft.com";
const MICROSOFT_TAG = AddressSet.ofName("azure:MicrosoftContainerRegistry");
const REGISTRY_TAG = AddressSet.ofName("azure:AzureContainerRegistry");

/** The cache rule, and the folder, by which AKS finds its own images: aks/network-isolated asks for exactly these. */
const BOOTSTRAP = { name: "aks-managed-mcr", source: `${MICROSOFT}/*`, folder: "aks-managed-repository/" };

/** An image of AKS's own for each cluster whose nodes bootstrap from a registry of the input. */
export function bootstrapImages(input: TerraformInput): readonly { readonly image: string; readonly of: Resource }[] {
  return input.managed(CLUSTER).flatMap((of) => {
    const registry = input.find(field(of, "bootstrap_profile", "container_registry_id"), of, "registry");
    if (registry.kind !== "resource" || registry.resource.type !== REGISTRY) return [];
    const name = knownText(input.follow(field(registry.resource, "name"), registry.resource));
    return name === undefined
      ? []
      : [{ image: `${registryHost(name.toLowerCase())}/${BOOTSTRAP.folder}kube-proxy`, of }];
  });
}

/** A registry, by its name and, where the input holds it, its resource. */
interface Place {
  readonly name: string;
  readonly resource: Resource | undefined;
}

export function azureRegistries(input: TerraformInput, context: RegistryContext): Registries {
  const textAt = (resource: Resource, argument: string) => knownText(input.follow(field(resource, argument), resource));
  const registries = input.managed(REGISTRY);
  const assignments = input.managed("azurerm_role_assignment");
  const endpoints = input.managed("azurerm_private_endpoint");

  /** Whether a value names the registry: by reference, or by its id. */
  function isRegistry(value: Value | undefined, from: Resource, { name, resource }: Place): Ternary {
    const target = input.find(value, from, "registry");
    if (isUnknown(target)) return "unknown";
    if (target.kind === "resource") return target.resource === resource;
    return new RegExp(`/registries/${name}$`, "i").test(target.name);
  }

  /** AKS takes its own images by its own rule only. */
  const isBootstrap = (rule: Resource) =>
    textAt(rule, "name") === BOOTSTRAP.name && textAt(rule, "source_repo") === BOOTSTRAP.source;

  function* supply(image: ImageReference, place: Place): Generator<PullObstacle> {
    const isAks = image.path.startsWith(BOOTSTRAP.folder);
    const [rule] = input
      .managed(`${REGISTRY}_cache_rule`)
      .filter((one) => isRegistry(one.values["container_registry_id"], one, place) === true)
      .filter((one) => isTarget(textAt(one, "target_repo") ?? "", image.path))
      .filter((one) => !isAks || isBootstrap(one));
    if (!rule && isAks) {
      yield {
        certain: place.resource !== undefined,
        why: `${place.name} has no cache rule '${BOOTSTRAP.name}' of ${BOOTSTRAP.source} for ${BOOTSTRAP.folder}*`,
        remedy: "Add the rule, by this very name, before the cluster.",
        at: place.resource,
      };
    } else if (!rule) {
      // Whoever pushes makes a repository.
      if (context.isPutThere?.(image) !== false) return;
      yield {
        certain: place.resource !== undefined,
        why: `no cache rule of ${place.name} is for '${image.path}', and nobody copies it there`,
        remedy: "Add a cache rule for the repository (images.upstreams).",
        at: place.resource,
      };
    } else if (DOCKER_HUB.test(textAt(rule, "source_repo") ?? "") && isAbsent(rule.values["credential_set_id"])) {
      const why = "Azure caches nothing of docker.io without a login";
      yield { certain: true, why, remedy: "Give the cache rule a login (images.credentials).", at: rule };
    }
  }

  function* rights(place: Place, pool: NodePool): Generator<PullObstacle> {
    if (place.resource && flag(place.resource.values["anonymous_pull_enabled"], false) === true) return;
    const identity = identityOf(pool, input);
    const answer = identity
      ? or(
          assignments.map((one) =>
            and([pulls(one), isIdentity(one.values["principal_id"], one, identity, input), covers(one, place)]),
          ),
        )
      : "unknown";
    if (answer === true) return;
    const certain = answer === false;
    yield {
      certain,
      why: certain
        ? `the nodes' identity has not the role AcrPull on ${place.name}`
        : `whether the nodes' identity may pull from ${place.name} can't be told`,
      remedy: "Give the kubelets' identity the role 'AcrPull' on the registry (images.repositories).",
      at: place.resource ?? identity?.resource ?? pool.resource,
    };
  }

  function pulls(assignment: Resource): Ternary {
    const condition = isAbsent(assignment.values["condition"]) ? true : "unknown";
    const role = input.follow(assignment.values["role_definition_name"], assignment);
    const id = text(input.follow(assignment.values["role_definition_id"], assignment));
    if (typeof role === "string") return and([PULLERS.has(role), condition]);
    return typeof id === "string" && ACR_PULL.test(id) ? condition : "unknown";
  }

  /** A role on a resource group or a subscription counts for what is in it. */
  function covers(assignment: Resource, place: Place): Ternary {
    const scope = assignment.values["scope"];
    const answer = isRegistry(scope, assignment, place);
    if (answer !== false) return answer;
    const target = input.find(scope, assignment, "scope");
    if (target.kind === "resource") {
      const isGroup = target.resource.type === "azurerm_resource_group";
      if (!isGroup) return /^azurerm_(subscription|management_group)$/.test(target.resource.type) ? "unknown" : false;
      const group = place.resource && input.find(place.resource.values["resource_group_name"], place.resource, "group");
      return group?.kind === "resource" ? group.resource === target.resource : "unknown";
    }
    return target.kind === "outside" && !/\/providers\//i.test(target.name) ? "unknown" : false;
  }

  function* way(place: Place): Generator<PullObstacle> {
    const answers = endpoints.flatMap((endpoint) =>
      blocks(field(endpoint, "private_service_connection")).map((connection) =>
        isRegistry(at(connection, "private_connection_resource_id"), endpoint, place),
      ),
    );
    const answer = or(answers);
    if (answer === true) return;
    const isPublic = place.resource ? flag(place.resource.values["public_network_access_enabled"], true) : "unknown";
    yield {
      certain: answer === false,
      why: `no private endpoint leads to ${place.name}`,
      remedy: "Add a private endpoint of the registry, with its names (images.repositories).",
      at: place.resource,
      ...(isPublic !== false && { unless: REGISTRY_TAG }),
    };
  }

  const places = new Map<string, Place>();
  const placeOf = (name: string): Place => {
    const known = places.get(name);
    if (known) return known;
    const place = { name, resource: registries.find((one) => textAt(one, "name")?.toLowerCase() === name) };
    places.set(name, place);
    return place;
  };
  /** What is in the way of all images of a registry alike. */
  const obstacles = oncePer((place: Place) => oncePer((pool: NodePool) => [...rights(place, pool), ...way(place)]));

  return (image, pool) => {
    if (image.host === MICROSOFT) {
      const why = `no way of the nodes leads to ${MICROSOFT}`;
      return [{ certain: true, why, remedy: "Take the image from the customer's registry.", unless: MICROSOFT_TAG }];
    }
    const [, name] = HOST.exec(image.host) ?? [];
    if (name === undefined) return undefined;
    const place = placeOf(name);
    return [...supply(image, place), ...obstacles(place)(pool)];
  };
}

/** Whether a cache rule's target is the path, or has it in its folder. */
const isTarget = (target: string, path: string) =>
  target.endsWith("*") ? path.startsWith(target.slice(0, -1)) : path === target;

// ---------------------------------------------------------------- who nodes are

interface Identity {
  /** The identity, or the cluster that makes it. */
  readonly resource: Resource;
}

function identityOf({ resource }: NodePool, input: TerraformInput): Identity | undefined {
  const target =
    resource.type === CLUSTER
      ? { kind: "resource" as const, resource }
      : input.find(field(resource, "kubernetes_cluster_id"), resource, "cluster");
  if (target.kind !== "resource") return undefined;
  const cluster = target.resource;
  const given = field(cluster, "kubelet_identity", "user_assigned_identity_id");
  if (given === undefined) return { resource: cluster };
  const identity = input.find(isReference(given) ? { ...given, attribute: "" } : given, cluster, "identity");
  return identity.kind === "resource" ? { resource: identity.resource } : undefined;
}

/** Whether a principal is the identity; one that AKS makes is known by the cluster's attribute alone. */
function isIdentity(
  principal: Value | undefined,
  from: Resource,
  { resource }: Identity,
  input: TerraformInput,
): Ternary {
  if (resource.type === CLUSTER && !(isReference(principal) && principal.attribute.startsWith("kubelet_identity"))) {
    return isReference(principal) ? false : "unknown";
  }
  const named = isReference(principal) ? { ...principal, attribute: "" } : principal;
  const target = input.find(named, from, "principal");
  if (target.kind === "resource") return target.resource === resource;
  if (isUnknown(target)) return "unknown";
  const id = resource.values["principal_id"];
  return typeof id === "string" ? target.name === id : "unknown";
}
