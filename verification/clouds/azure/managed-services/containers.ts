/**
 * Containers that Azure runs without a cluster: Container Apps and Container Instances.
 *
 * Microsoft, "Ingress in Azure Container Apps" (https://learn.microsoft.com/azure/container-apps/ingress-overview): an
 * app with external ingress answers at the address of its environment, which is public unless the environment has an
 * internal load balancer or no public network access. "Container groups in Azure Container Instances"
 * (https://learn.microsoft.com/azure/container-instances/container-instances-container-groups): a group answers at a
 * public address at the ports that it exposes unless it is private.
 */
import type { Endpoint, Peer, Resource, Rule, Value } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import { ServiceSet } from "../../../../packets/service-set";
import { at, blocks, bool, field, isOpaque, number, text, whyOpaque } from "../../../values";
import { isAbsent, type AzureInput } from "../input";
import { portServices } from "../listening";
import { addressesOf, allow, EVERYBODY, filterNamed, servicesOf, unknownPeer } from "./firewalls";
import { publicService } from "./public-service";

/** Container apps whose environment is in no subnet of the input's, and container groups in none. */
export function containers(input: AzureInput): Endpoint[] {
  return [
    ...input.managed("azurerm_container_app").flatMap((app) => {
      const environment = environmentOf(app, input);
      const isInSubnet = environment && !isAbsent(environment.values["infrastructure_subnet_id"]);
      return isInSubnet ? [] : appEndpoint(app, environment, input);
    }),
    ...input.managed("azurerm_container_group").flatMap((group) => groupEndpoint(group, input)),
  ];
}

/** The environment of an app, where the input holds it. */
export function environmentOf(app: Resource, input: AzureInput): Resource | undefined {
  const target = input.find(app.values["container_app_environment_id"], app, "environment");
  return target.kind === "resource" && target.resource.mode === "managed" ? target.resource : undefined;
}

/** How far an environment's apps are seen: `false` inside its network only; a reason where that is not known. */
export function isPublicEnvironment(environment: Resource | undefined, input: AzureInput): boolean | string {
  if (!environment) return true;
  const inside = bool(input.follow(environment.values["internal_load_balancer_enabled"], environment)) ?? false;
  const access = text(input.follow(environment.values["public_network_access"], environment));
  if (inside === true || access === "Disabled") return false;
  return isOpaque(inside) || isOpaque(access) ? "whether its environment has a public address is not known" : true;
}

function appEndpoint(app: Resource, environment: Resource | undefined, input: AzureInput): Endpoint[] {
  const isPublic = isPublicEnvironment(environment, input);
  if (isPublic === false) return [];
  const rules = ingressRules(app, input).map((rule) => (isPublic === true ? rule : { ...rule, unknown: isPublic }));
  if (rules.length === 0) return [];
  return [
    {
      ...publicService(input, app),
      ...(!environment && { elsewhere: true }),
      filters: [filterNamed(input.id(app), { rules })],
    },
  ];
}

/** What an app's ingress lets in from outside of its environment; none where it has no external ingress. */
export function ingressRules(app: Resource, input: AzureInput): Rule[] {
  const [ingress] = blocks(input.follow(app.values["ingress"], app));
  if (isAbsent(ingress)) return [];
  const read = (name: string) => input.follow(at(ingress, name), app);
  const isExternal = bool(read("external_enabled")) ?? false;
  if (isExternal === false) return [];
  const services = text(read("transport")) === "tcp" ? portOf(read("exposed_port") ?? read("target_port")) : WEB;
  const location = app.locate(["ingress", 0, "external_enabled"]);
  const doubt = isOpaque(isExternal) ? { unknown: "whether its ingress is external is not known" } : {};
  const rule = (action: Rule["action"], peer: Peer): Rule => ({
    ...allow(app, services, [peer]),
    location,
    action,
    ...doubt,
  });
  const written = blocks(read("ip_security_restriction"));
  const actionOf = (block: Value) => text(input.follow(at(block, "action"), app));
  const unread = written.map(actionOf).find(isOpaque);
  if (unread) return [rule("allow", unknownPeer(`what its restrictions do is not known: ${whyOpaque(unread)}`))];
  const restrictions = written.map((block): Rule => {
    const action = actionOf(block);
    const range = text(input.follow(at(block, "ip_address_range"), app));
    const known = typeof range === "string" ? addressesOf(range) : undefined;
    const peer: Peer = known
      ? { kind: "addresses", addresses: AddressSet.ofBlocks([known]) }
      : unknownPeer("a range that it names is not known");
    return rule(typeof action === "string" && action.toLowerCase() === "deny" ? "deny" : "allow", peer);
  });
  // All of them allow, and others are denied, or all of them deny.
  return restrictions.some(({ action }) => action === "allow")
    ? restrictions
    : [...restrictions, rule("allow", EVERYBODY)];
}

const WEB = servicesOf([80, 443]);

function portOf(value: Value | undefined): ServiceSet {
  const port = number(value);
  return typeof port === "number" ? servicesOf([port]) : ServiceSet.of(6);
}

function groupEndpoint(group: Resource, input: AzureInput): Endpoint[] {
  const type = text(input.follow(group.values["ip_address_type"], group)) ?? "Public";
  if (typeof type === "string" && type.toLowerCase() !== "public") return [];
  const rules = exposedRules(group, input).map((rule) =>
    isOpaque(type) ? { ...rule, unknown: "whether its address is public is not known" } : rule,
  );
  return rules.length === 0
    ? []
    : [{ ...publicService(input, group), filters: [filterNamed(input.id(group), { rules })] }];
}

/** The ports that a group exposes: those that it says, or else those of its containers. */
export function exposedRules(group: Resource, input: AzureInput): Rule[] {
  const own = blocks(input.follow(group.values["exposed_port"], group));
  const containers = blocks(input.follow(group.values["container"], group));
  const ofContainers = containers.flatMap((one) =>
    isOpaque(one) ? [one] : blocks(input.follow(at(one, "ports"), group)).filter((port) => !isAbsent(port)),
  );
  return (own.length > 0 ? own : ofContainers).map((block) => {
    const protocol = text(input.follow(at(block, "protocol"), group)) ?? "TCP";
    const port = number(input.follow(at(block, "port"), group));
    return { ...allow(group, ServiceSet.empty, [EVERYBODY]), ...portServices(protocol, port) };
  });
}

/** The subnets of a private group: its own, or those of its network profile. */
export function subnetsOfGroup(group: Resource, input: AzureInput): { readonly from: Resource; readonly path: string } {
  const profile = field(group, "network_profile_id");
  const target = isAbsent(profile) ? undefined : input.find(profile, group, "network profile");
  if (target?.kind === "resource" && target.resource.type === "azurerm_network_profile") {
    return { from: target.resource, path: "container_network_interface.ip_configuration.subnet_id" };
  }
  return { from: group, path: "subnet_ids" };
}
