/**
 * App Service, Azure Functions and Logic Apps: web, function and logic apps with their slots.
 *
 * Microsoft, "Azure App Service access restrictions"
 * (https://learn.microsoft.com/azure/app-service/overview-access-restrictions): rules in order of their priority, then a
 * default action, for the site and for its deployment site (`scm`) apart; without a rule everybody may come in. What is
 * in an App Service Environment answers at the environment's addresses. The provider writes the default action `Allow`
 * where none is written from version 3.95 on (https://github.com/hashicorp/terraform-provider-azurerm/pull/25131); before
 * that, and for types without the field, whom no rule names is denied once there is one.
 */
import type { Endpoint, Peer, Resource, Rule, Value } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import { at, blocks, bool, field, isOpaque, number, text } from "../../../values";
import { isAbsent, type AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import { tagName } from "../../../../config/azure/service-tags";
import { addressesOf, allow, EVERYBODY, filterNamed, servicesOf, unknownPeer } from "./firewalls";
import { publicService } from "./public-service";

const WITH_DEFAULT = [
  "azurerm_linux_web_app",
  "azurerm_linux_web_app_slot",
  "azurerm_windows_web_app",
  "azurerm_windows_web_app_slot",
  "azurerm_linux_function_app",
  "azurerm_linux_function_app_slot",
  "azurerm_windows_function_app",
  "azurerm_windows_function_app_slot",
  "azurerm_function_app_flex_consumption",
];
const SITES = [
  ...WITH_DEFAULT,
  "azurerm_logic_app_standard",
  "azurerm_app_service",
  "azurerm_app_service_slot",
  "azurerm_function_app",
  "azurerm_function_app_slot",
];

const TAG = "AppService";
const WEB = servicesOf([80, 443]);
const VERSIONS = "the default action is not written: it is Allow from version 3.95 of the provider on, and Deny before";

/** Rules without a priority come last. */
const LAST = 65_000;

export function sites(input: AzureInput, networks: AzureNetworks): Endpoint[] {
  return input.managed(...SITES).flatMap((site) => new Site(site, input, networks).endpoints());
}

class Site {
  constructor(
    private readonly resource: Resource,
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
  ) {}

  /** The site, and its deployment site where other restrictions hold for that. */
  endpoints(): Endpoint[] {
    const environment = this.environment();
    if (environment === "in the input") return [];
    const names = ["public_network_access_enabled", "public_network_access"];
    const written = names.map((name) => this.input.follow(this.resource.values[name], this.resource));
    if (written.some((value) => value === false || value === "false" || value === "Disabled"))
      return [this.endpoint("", [])];
    const reasons = [
      ...(written.some(isOpaque) ? ["whether it has public network access is not known"] : []),
      ...(environment === undefined ? [] : [environment]),
    ];
    const main = this.restrictions("");
    const shares = bool(this.read("scm_use_main_ip_restriction")) ?? false;
    const restrictions = isOpen(main) || shares === true ? [main] : [main, this.restrictions("scm_")];
    return restrictions.map((rules, index) => {
      const ofPart = index > 0 && isOpaque(shares) ? ["which restrictions its deployment site has is not known"] : [];
      const why = [...reasons, ...ofPart].join("; ");
      const doubtful = rules.map((rule) => (why === "" ? rule : { ...rule, unknown: why }));
      return this.endpoint(index === 0 ? "" : "#scm", doubtful);
    });
  }

  private endpoint(part: string, rules: readonly Rule[]): Endpoint {
    return {
      ...publicService(this.input, this.resource, TAG),
      filters: [filterNamed(`${this.input.id(this.resource)}${part}`, { rules })],
    };
  }

  private read(name: string) {
    return this.input.follow(field(this.resource, "site_config", name), this.resource);
  }

  private restrictions(prefix: "" | "scm_"): Rule[] {
    const { resource } = this;
    const name = `${prefix}ip_restriction`;
    const written = blocks(this.read(name));
    const rules = written
      .map((block, index) => ({ rule: this.rule(block, ["site_config", 0, name, index]), ...this.priority(block) }))
      .sort((a, b) => a.priority - b.priority);
    const disordered = rules.some(({ isKnown }) => !isKnown);
    const ordered = rules.map(({ rule }) => (disordered ? { ...rule, unknown: "its priority is not known" } : rule));
    const action = text(this.read(`${name}_default_action`));
    const byVersion = action === undefined && WITH_DEFAULT.includes(resource.type);
    const last = (peer: Peer): Rule => ({
      ...allow(resource, WEB, [peer]),
      location: resource.locate(["site_config"]),
    });
    if (written.length === 0 && action === undefined) return [last(EVERYBODY)];
    if (isOpaque(action)) return [...ordered, last(unknownPeer("its default action is not known"))];
    if (byVersion) return [...ordered, last(unknownPeer(VERSIONS))];
    return action?.toLowerCase() === "allow" ? [...ordered, last(EVERYBODY)] : ordered;
  }

  private rule(block: Value, path: readonly (string | number)[]): Rule {
    const action = text(this.input.follow(at(block, "action"), this.resource)) ?? "Allow";
    const headers = blocks(this.input.follow(at(block, "headers"), this.resource)).length > 0;
    const denies = typeof action === "string" && action.toLowerCase() === "deny";
    const reason = isOpaque(action) ? "its action is not known" : headers && denies ? "it asks for headers" : undefined;
    return {
      ...allow(this.resource, WEB, [this.peer(block)]),
      action: denies ? "deny" : "allow",
      location: this.resource.locate(path),
      ...(reason !== undefined && { unknown: reason }),
    };
  }

  private priority(block: Value): { readonly priority: number; readonly isKnown: boolean } {
    const priority = number(this.input.follow(at(block, "priority"), this.resource)) ?? LAST;
    return isOpaque(priority) || isOpaque(block) ? { priority: LAST, isKnown: false } : { priority, isKnown: true };
  }

  private peer(block: Value): Peer {
    if (isOpaque(block)) return unknownPeer("a restriction is not known");
    const [address, tag] = ["ip_address", "service_tag"].map((name) =>
      text(this.input.follow(at(block, name), this.resource)),
    );
    if (typeof address === "string" && address !== "") {
      const known = address.toLowerCase() === "any" ? AddressSet.all : addressesOf(address);
      return known
        ? { kind: "addresses", addresses: AddressSet.ofBlocks([known]) }
        : unknownPeer(`${address} is no block`);
    }
    if (typeof tag === "string" && tag !== "") return { kind: "addresses", addresses: AddressSet.ofName(tagName(tag)) };
    const subnet = at(block, "virtual_network_subnet_id");
    if (isAbsent(subnet)) return unknownPeer("whom it speaks of is not known");
    const { resource, addresses, id } = this.networks.subnet(subnet, this.resource);
    return resource ? { kind: "addresses", addresses } : unknownPeer(`the addresses of ${id} are not in the input`);
  }

  /** The App Service Environment that it runs in: one of the input, or why it may be in another. */
  private environment(): string | undefined {
    const plan = this.held("service_plan_id", "app_service_plan_id", "app_service_id", "function_app_id");
    const parent = plan && this.heldBy(plan, "service_plan_id", "app_service_plan_id");
    const environment = [parent ?? plan, this.resource].flatMap((one) => {
      const value = one && (one.values["app_service_environment_id"] ?? null);
      return one && !isAbsent(value) ? [this.input.find(value, one, "App Service Environment")] : [];
    })[0];
    if (!environment) return undefined;
    return environment.kind === "resource" && environment.resource.mode === "managed"
      ? "in the input"
      : "the App Service Environment that it runs in is not in the input";
  }

  private held(...fields: readonly string[]): Resource | undefined {
    return this.heldBy(this.resource, ...fields);
  }

  private heldBy(from: Resource, ...fields: readonly string[]): Resource | undefined {
    const value = fields.map((name) => from.values[name]).find((one) => !isAbsent(one));
    const target = isAbsent(value) ? undefined : this.input.find(value, from, "plan");
    return target?.kind === "resource" ? target.resource : undefined;
  }
}

const isOpen = (rules: readonly Rule[]): boolean => rules.length === 1 && rules[0]?.peers[0] === EVERYBODY;
