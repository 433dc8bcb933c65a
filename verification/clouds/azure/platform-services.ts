/**
 * Azure's own services at public addresses: storage accounts, key vaults, registries, databases, caches.
 *
 * They are the cloud's endpoints and in no virtual network. Each has rules of its own for who may open a connection
 * from a public address, and refuses all of them where public network access is disabled; its private endpoints are
 * endpoints of their own. Who may then do what is a matter of identity, which is not judged here, the exception for
 * trusted services of Azure included.
 *
 * Microsoft, "Azure Storage firewall rules" (https://learn.microsoft.com/azure/storage/common/storage-network-security),
 * "Configure Azure Key Vault networking settings"
 * (https://learn.microsoft.com/azure/key-vault/general/network-security), "Configure public IP network rules"
 * (https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks), "Azure SQL Database
 * and Azure Synapse IP firewall rules" (https://learn.microsoft.com/azure/azure-sql/database/firewall-configure): the
 * rule 0.0.0.0 to 0.0.0.0 admits everything in Azure, of any customer. "Firewall rules in Azure Database for PostgreSQL"
 * (https://learn.microsoft.com/azure/postgresql/security/security-firewall-rules) and "Azure Cache for Redis network
 * isolation" (https://learn.microsoft.com/azure/azure-cache-for-redis/cache-network-isolation): a cache without a rule
 * admits everybody.
 */
import type { Endpoint, Filter, Peer, Resource, Rule, Value } from "../../model";
import { isReference } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { blocks, bool, isObject, isOpaque, text } from "../../values";
import { isAbsent, type AzureInput, type Target } from "./input";
import { isBlock, type AzureNetworks } from "./network";
import { serviceNames } from "./service-tags";

/** A block that says who may come in, and what without it holds. */
interface Acl {
  readonly block: string;
  readonly addresses: string;
  readonly subnets: string;
}

/** Rules that are resources of their own: ranges from `start_ip_address` to `end_ip_address`, and subnets. */
interface Apart {
  readonly ranges?: string;
  readonly subnets?: string;
  /** Field that names the service, by its id or by its name. */
  readonly owner: { readonly id: string } | { readonly name: string };
  /** Whether everybody may come in where there is no rule. */
  readonly openWithout: boolean;
}

interface ServiceShape {
  readonly tag: string;
  readonly ports: readonly number[];
  readonly acl?: Acl;
  /** A resource type that holds the fields of the ACL by itself, and names the service by this field. */
  readonly aclApart?: { readonly type: string; readonly owner: string };
  readonly apart?: Apart;
  /** The field that puts the service into a subnet instead. */
  readonly subnet?: string;
}

const SHAPES: Readonly<Record<string, ServiceShape>> = {
  azurerm_storage_account: {
    tag: "Storage",
    ports: [443, 80, 445],
    acl: { block: "network_rules", addresses: "ip_rules", subnets: "virtual_network_subnet_ids" },
    aclApart: { type: "azurerm_storage_account_network_rules", owner: "storage_account_id" },
  },
  azurerm_key_vault: {
    tag: "AzureKeyVault",
    ports: [443],
    acl: { block: "network_acls", addresses: "ip_rules", subnets: "virtual_network_subnet_ids" },
  },
  azurerm_container_registry: {
    tag: "AzureContainerRegistry",
    ports: [443],
    acl: { block: "network_rule_set", addresses: "ip_rule.ip_range", subnets: "virtual_network.subnet_id" },
  },
  azurerm_mssql_server: {
    tag: "Sql",
    ports: [1433],
    apart: {
      ranges: "azurerm_mssql_firewall_rule",
      subnets: "azurerm_mssql_virtual_network_rule",
      owner: { id: "server_id" },
      openWithout: false,
    },
  },
  azurerm_postgresql_flexible_server: {
    tag: "AzureCloud",
    ports: [5432, 6432],
    apart: {
      ranges: "azurerm_postgresql_flexible_server_firewall_rule",
      owner: { id: "server_id" },
      openWithout: false,
    },
    subnet: "delegated_subnet_id",
  },
  azurerm_mysql_flexible_server: {
    tag: "AzureCloud",
    ports: [3306],
    apart: {
      ranges: "azurerm_mysql_flexible_server_firewall_rule",
      owner: { name: "server_name" },
      openWithout: false,
    },
    subnet: "delegated_subnet_id",
  },
  azurerm_redis_cache: {
    tag: "AzureCloud",
    ports: [6379, 6380],
    apart: { ranges: "azurerm_redis_firewall_rule", owner: { name: "redis_cache_name" }, openWithout: true },
    subnet: "subnet_id",
  },
};

/** Types that this file reads. */
export const PLATFORM_TYPES: ReadonlySet<string> = new Set(
  Object.entries(SHAPES).flatMap(([type, { aclApart, apart }]) =>
    [type, aclApart?.type, apart?.ranges, apart?.subnets].filter((name) => name !== undefined),
  ),
);

const EVERYBODY: Peer = { kind: "addresses", addresses: AddressSet.all };

export class PlatformServices {
  /** Number of rules read. */
  rules = 0;

  /** Rules and ACLs that are resources of their own, by the service that they belong to. */
  private readonly apart = new Map<string, Resource[]>();
  /** Those of which the service can't be told: each service of their type may have them. */
  private readonly stray = new Map<string, Resource[]>();

  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
  ) {
    for (const [type, { aclApart, apart }] of Object.entries(SHAPES)) {
      if (aclApart) this.assign(type, aclApart.type, { id: aclApart.owner });
      for (const rules of [apart?.ranges, apart?.subnets])
        if (apart && rules !== undefined) this.assign(type, rules, apart.owner);
    }
  }

  endpoints(): Endpoint[] {
    return Object.entries(SHAPES).flatMap(([type, shape]) =>
      this.input
        .managed(type)
        .filter(({ values }) => shape.subnet === undefined || isAbsent(values[shape.subnet]))
        .map((resource) => this.endpoint(resource, shape)),
    );
  }

  private assign(type: string, rules: string, owner: Apart["owner"]): void {
    for (const rule of this.input.managed(rules)) {
      const target: Target =
        "id" in owner
          ? this.input.find(rule.values[owner.id], rule, "server")
          : this.input.findNamed(owner.name, type, rule);
      if (target.kind === "outside") continue;
      const key = target.kind === "resource" ? this.input.id(target.resource) : type;
      const map = target.kind === "resource" ? this.apart : this.stray;
      map.set(key, [...(map.get(key) ?? []), rule]);
    }
  }

  private endpoint(resource: Resource, shape: ServiceShape): Endpoint {
    const names = serviceNames(shape.tag, this.input.regionOf(resource));
    return {
      id: this.input.id(resource),
      kind: "cloud-service",
      location: resource.location,
      addresses: AddressSet.unionOf(names.map((name) => AddressSet.ofName(name))),
      groups: new Set(),
      filters: [this.filter(resource, shape)],
      serves: names,
    };
  }

  private filter(resource: Resource, shape: ServiceShape): Filter {
    const id = this.input.id(resource);
    const filter = {
      name: id,
      system: "azure-service-firewall",
      direction: "inbound",
      stateful: true,
      otherwise: "deny",
    } as const;
    const isPublic = this.publicAccess(resource);
    if (isPublic === false) return { ...filter, levels: [] };
    const services = ServiceSet.unionOf(shape.ports.map((port) => ServiceSet.of(6, port)));
    const rules = shape.acl
      ? this.aclRules(resource, shape, shape.acl, services)
      : this.apartRules(resource, shape, services);
    const stray = this.stray.get(resource.type) ?? [];
    const unknown = [
      ...(typeof rules === "string" ? [rules] : []),
      ...(isOpaque(isPublic) ? ["whether it has public network access is not known"] : []),
      ...stray.map(({ address }) => `${address} may belong to any service of its type`),
    ];
    const levels = typeof rules === "string" ? [] : [rules];
    this.rules += levels.flat().length;
    return { ...filter, levels, ...(unknown.length > 0 && { unknown: unknown.join("; ") }) };
  }

  private publicAccess(resource: Resource) {
    const { values } = resource;
    const named = text(this.input.follow(values["public_network_access"], resource));
    if (typeof named === "string" && /^(en|dis)abled$/i.test(named)) return named.toLowerCase() === "enabled";
    return bool(this.input.follow(values["public_network_access_enabled"], resource)) ?? true;
  }

  /** Rules of a block that names addresses and subnets beside a default; a text says why they can't be told. */
  private aclRules(resource: Resource, shape: ServiceShape, acl: Acl, services: ServiceSet): Rule[] | string {
    const [apart] = shape.aclApart ? (this.apart.get(this.input.id(resource)) ?? []) : [];
    const written = this.input.follow(resource.values[acl.block], resource);
    const [block] = blocks(written);
    const holder: Resource | undefined = apart ?? (isObject(block) ? { ...resource, values: block } : undefined);
    if (!holder && !isAbsent(block)) return `${acl.block} of ${resource.address} is not known`;
    const path = apart ? [] : [acl.block];
    const action = holder ? (text(this.input.follow(holder.values["default_action"], holder)) ?? "Allow") : "Allow";
    if (isOpaque(action)) return `the default action of ${resource.address} is not known`;
    const from = apart ?? resource;
    const rule = (peers: readonly Peer[]): Rule => ({
      resource: from.address,
      location: holder ? from.locate(path) : from.location,
      action: "allow",
      services,
      peers,
    });
    if (action.toLowerCase() === "allow" || !holder) return [rule([EVERYBODY])];
    const peers = [
      ...this.addressPeers(this.input.collect(holder, acl.addresses)),
      ...this.input.collect(holder, acl.subnets).map((subnet) => this.subnetPeer(subnet, holder)),
    ];
    return peers.length > 0 ? [rule(peers)] : [];
  }

  /** Rules that are resources of their own. */
  private apartRules(resource: Resource, { apart }: ServiceShape, services: ServiceSet): Rule[] {
    const rules = this.apart.get(this.input.id(resource)) ?? [];
    const allow = (from: Resource, peers: readonly Peer[]): Rule => {
      return { resource: from.address, location: from.location, action: "allow", services, peers };
    };
    if (rules.length === 0 && apart?.openWithout) return [allow(resource, [EVERYBODY])];
    return rules.map((rule) =>
      allow(rule, [
        rule.type === apart?.subnets ? this.subnetPeer(rule.values["subnet_id"], rule) : this.rangePeer(rule),
      ]),
    );
  }

  private addressPeers(values: readonly Value[]): Peer[] {
    const known = values.filter((value) => typeof value === "string").filter(isBlock);
    const peers: Peer[] = known.length > 0 ? [{ kind: "addresses", addresses: AddressSet.ofCidrs(known) }] : [];
    return known.length < values.length
      ? [...peers, { kind: "unknown", reason: "an address that it names is not known" }]
      : peers;
  }

  private rangePeer(rule: Resource): Peer {
    const [first, last] = ["start_ip_address", "end_ip_address"].map((name) =>
      text(this.input.follow(rule.values[name], rule)),
    );
    if (typeof first !== "string" || typeof last !== "string")
      return { kind: "unknown", reason: "its addresses are not known" };
    if (first === "0.0.0.0" && last === "0.0.0.0")
      return { kind: "addresses", addresses: AddressSet.ofName("azure:AzureCloud") };
    try {
      // A range that covers the public internet covers the named sets too.
      return { kind: "addresses", addresses: AddressSet.ofCidrs(AddressSet.ofRange(first, last).toCidrs()) };
    } catch (error) {
      if (error instanceof RangeError) return { kind: "unknown", reason: error.message };
      throw error;
    }
  }

  private subnetPeer(value: Value | undefined, from: Resource): Peer {
    const subnet = this.networks.subnet(value, from);
    if (subnet.resource) return { kind: "addresses", addresses: subnet.addresses };
    const name = isReference(value) ? value.address : subnet.id;
    return { kind: "unknown", reason: `the addresses of ${name} are not in the input` };
  }
}
