/** What is told of one kind of service that answers at public addresses. */

/** A default action with exceptions: of a block, or of a resource apart that names the service. */
export interface AccessList {
  readonly kind: "list";
  /** Without one the fields are the service's own. */
  readonly block?: string;
  readonly addresses?: string;
  readonly subnets?: string;
  /**
   * The default action of a list that names none; `when-empty`: a list that names somebody denies everybody else, and
   * one that names nobody admits all.
   */
  readonly byDefault: "allow" | "deny" | "when-empty";
  /** A field that makes a list that names nobody deny. */
  readonly closedBy?: string;
  /** A resource type that holds the fields of the list by itself, and names the service by this field. */
  readonly apart?: { readonly type: string; readonly owner: string };
  /** The address that stands for everything in Azure, of any customer. */
  readonly azure?: string;
}

/** Rules that are resources of their own: a range of addresses each, or a subnet. */
export interface FirewallRules {
  readonly kind: "rules";
  readonly ranges: string;
  readonly subnets?: string;
  /** Field that names the service, by its id or by its name. */
  readonly owner: { readonly id: string } | { readonly name: string };
  /** Whether everybody may come in where there is no rule. */
  readonly openWithout?: boolean;
}

/** Rules in order, each of which accepts or rejects a block. */
export interface OrderedRules {
  readonly kind: "ordered";
  readonly block: string;
}

/** Rules that tell kinds of requests apart, and no addresses. */
export interface RequestList {
  readonly kind: "requests";
  readonly apart: { readonly type: string; readonly owner: string };
}

export type Access = AccessList | FirewallRules | OrderedRules | RequestList;

export interface Service {
  readonly types: readonly string[];
  /** The service tag of its public addresses; without one they are any of Azure's. */
  readonly tag?: string;
  /** TCP. */
  readonly ports: readonly number[];
  /** Ports that only a field opens. */
  readonly optional?: { readonly ports: readonly number[]; readonly by: readonly string[] };
  /**
   * Fields of which each closes it to public addresses where it is false or `Disabled`. Default:
   * `public_network_access_enabled` and `public_network_access`.
   */
  readonly switches?: readonly string[];
  /** Fields of which each closes it where it is true. Default: none. */
  readonly closedBy?: readonly string[];
  /** Whether, with no switch written, a private endpoint that leads to it closes it. */
  readonly closedByLink?: boolean;
  /** Who may come in. Default: everybody. */
  readonly access?: Access;
  /** The path of the field that puts it into a subnet instead. */
  readonly subnet?: string;
  /** Zones of its private names, by what its private endpoints call it; `*` stands for the region. */
  readonly links?: Readonly<Record<string, readonly string[]>>;
}

export const rules = (ranges: string, owner: FirewallRules["owner"], subnets?: string): FirewallRules => ({
  kind: "rules",
  ranges,
  owner,
  ...(subnets !== undefined && { subnets }),
});

export const list = (byDefault: AccessList["byDefault"], more: Omit<AccessList, "kind" | "byDefault">): AccessList => ({
  kind: "list",
  byDefault,
  ...more,
});
