/**
 * Services that AWS runs and that answer at public addresses: as endpoints of their own, beside those that carry security
 * groups ({@link Endpoints}).
 *
 * Left out, since nobody reaches more by them: what AWS's shared APIs answer for every customer, where identity alone
 * decides ({@link SharedApis} has what they let anybody do).
 *
 * Amazon Lightsail, "Instance firewalls"
 * (https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-firewall-and-port-mappings-in-amazon-lightsail.html):
 * a new instance lets SSH or RDP and HTTP in from everywhere; a list of ports takes the place of these. AWS Global
 * Accelerator Developer Guide, "Listeners" (https://docs.aws.amazon.com/global-accelerator/latest/dg/about-listeners.html).
 * Amazon GameLift Servers API Reference, "IpPermission"
 * (https://docs.aws.amazon.com/gamelift/latest/apireference/API_IpPermission.html). AWS Elemental MediaLive User Guide,
 * "Input security groups" (https://docs.aws.amazon.com/medialive/latest/ug/working-with-input-security-groups.html).
 * Amazon Managed Grafana User Guide, "Configure network access"
 * (https://docs.aws.amazon.com/grafana/latest/userguide/AMG-configure-nac.html): without, every address may come.
 * Amazon OpenSearch Serverless, "Network access"
 * (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-network.html): public only by a policy.
 */
import type { Endpoint, Peer, Resource, Rule, Value } from "../../model";
import { isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { at, blocks, bool, isOpaque, text, whyOpaque } from "../../values";
import { admitting, serviceEndpoint } from "../service-endpoint";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { isPartOf } from "./endpoints/elsewhere";
import { blockPeers } from "./network";
import { policyStatements, type Statement } from "./policy-document";
import type { PrefixLists } from "./prefix-list";
import { PUBLIC_SERVICES, type PublicService, type Switch } from "./public-services";
import { admittedPeers } from "./resource-policy";
import { WrittenServices, type WrittenService } from "./services";

const TCP = 6;
const EVERYWHERE: readonly Peer[] = [{ kind: "addresses", addresses: AddressSet.all }];

const tcp = (ports: readonly number[]): ServiceSet => ServiceSet.unionOf(ports.map((port) => ServiceSet.of(TCP, port)));
const unknownPeer = (reason: string): Peer => ({ kind: "unknown", reason });

/** What a service lets in: whom, to which of its ports. */
interface Admission extends WrittenService {
  readonly from: readonly Peer[];
  /** The resource that says so, where it is not the service's own. */
  readonly by?: Resource;
}

/** A service at public addresses, which lets in what `admissions` say and nothing else. */
export function publicEndpoint(
  id: string,
  resource: Resource,
  admissions: readonly Admission[],
  more: Pick<Endpoint, "elsewhere"> = {},
): Endpoint {
  const rules = admissions.map(({ services, unknown, from, by = resource }): Rule => ({
    resource: by.address,
    location: by.location,
    action: "allow",
    services,
    peers: from,
    ...(unknown !== undefined && { unknown }),
  }));
  return {
    ...serviceEndpoint(id, resource, admitting(`what ${resource.address} admits`, "aws-service", rules)),
    ...more,
  };
}

export class ManagedServices {
  private readonly written = new WrittenServices();

  constructor(
    private readonly input: TerraformInput,
    private readonly prefixLists: PrefixLists,
  ) {}

  all(): Endpoint[] {
    const { input } = this;
    return [
      ...Object.entries(PUBLIC_SERVICES).flatMap(([type, service]) =>
        input.managed(type).flatMap((resource) => this.publicService(resource, service)),
      ),
      ...Object.entries(PUBLIC_SERVICES).flatMap(([type, service]) => this.policiesElsewhere(type, service)),
      ...this.lightsailInstances(),
      ...this.grafanaWorkspaces(),
      ...input
        .managed("aws_globalaccelerator_listener", "aws_globalaccelerator_custom_routing_listener")
        .flatMap((listener) => this.accelerated(listener)),
      ...input
        .managed("aws_gamelift_fleet")
        .map((fleet) => this.byBlocks(fleet, "ec2_inbound_permission", { protocol: "protocol", cidrs: ["ip_range"] })),
      ...input
        .managed("aws_medialive_input_security_group")
        .map((group) => this.byBlocks(group, "whitelist_rules", { cidrs: ["cidr"] })),
      ...input
        .managed("aws_opensearchserverless_security_policy")
        .flatMap((policy) => this.serverlessCollections(policy)),
    ];
  }

  // -------------------------------------------------------------- by the table

  private publicService(resource: Resource, service: PublicService): Endpoint[] {
    const open = (service.openBy ?? []).map((one) => this.asks(resource, one));
    const closed = (service.closedBy ?? []).map((one) => this.asks(resource, one));
    if (open.includes("no") || closed.includes("yes")) return [];
    const isKnown = !open.includes("unknown") && !closed.includes("unknown");
    const stands = service.unless && this.asks(resource, service.unless) !== "no" ? service.unless.reason : undefined;
    const reason = stands ?? (isKnown ? undefined : "whether it has a public address is not known");
    const from = reason === undefined ? this.callers(resource, service.policy) : [unknownPeer(reason)];
    return [publicEndpoint(this.input.id(resource), resource, [{ services: tcp(service.ports), from }])];
  }

  private asks(resource: Resource, { path, values }: Switch): "yes" | "no" | "unknown" {
    const written = this.input.collect(resource, path);
    const known = written.filter((value) => typeof value === "string");
    if (values ? known.some((value) => values.includes(value)) : written.length > 0) return "yes";
    return known.length < written.length ? "unknown" : "no";
  }

  /** Whoever connects, unless policies speak of addresses. */
  private callers(resource: Resource, policy: PublicService["policy"]): readonly Peer[] {
    if (!policy) return EVERYWHERE;
    const statements: Statement[] = [];
    let isWritten = false;
    for (const { from, value } of this.policies(resource, policy)) {
      if (isAbsent(value)) continue;
      isWritten = true;
      const read = policyStatements(value, from, this.input);
      if (isUnknown(read)) return [unknownPeer(`its policy is not known: ${read.reason}`)];
      statements.push(...read);
    }
    return isWritten ? admittedPeers(statements, "anyone") : EVERYWHERE;
  }

  private policies(
    resource: Resource,
    { own, apart }: NonNullable<PublicService["policy"]>,
  ): { readonly from: Resource; readonly value: Value | undefined }[] {
    const written = apart ? this.input.managed(apart.type) : [];
    const others = written.flatMap((from) => {
      const target = this.input.find(from.values[apart?.of ?? ""], from, "service");
      const isOwn =
        target.kind === "resource"
          ? target.resource === resource
          : target.kind === "unknown" || target.name === resource.values[apart?.name ?? ""];
      return isOwn ? [{ from, value: from.values[apart?.policy ?? ""] }] : [];
    });
    return [{ from: resource, value: resource.values[own] }, ...others];
  }

  /** Policies by themselves that let everybody in at a service that is not in the input. */
  private policiesElsewhere(type: string, { ports, closedBy, policy }: PublicService): Endpoint[] {
    const apart = policy?.apart;
    if (!apart) return [];
    const known = this.input.managed(type);
    return this.input.managed(apart.type).flatMap((written) => {
      const name = written.values[apart.of];
      if (known.some((one) => isPartOf(one, name, written, this.input, apart.name))) return [];
      const statements = policyStatements(written.values[apart.policy], written, this.input);
      const admitted = isUnknown(statements)
        ? [unknownPeer(`its policy is not known: ${statements.reason}`)]
        : admittedPeers(statements, "anonymous");
      if (admitted.length === 0) return [];
      const unknown = closedBy && "whether what it is of has a public address is not in the input";
      const admission = { services: tcp(ports), from: admitted, ...(unknown !== undefined && { unknown }) };
      return [publicEndpoint(written.address, written, [admission], { elsewhere: true })];
    });
  }

  // -------------------------------------------------------------- by rules of their own

  /** An instance with the ports that are opened for it, or those that are open by themselves. */
  private lightsailInstances(): Endpoint[] {
    const opened = this.input.managed("aws_lightsail_instance_public_ports").map((ports) => ({
      ports,
      target: this.input.find(ports.values["instance_name"], ports, "instance"),
    }));
    const endpoints = this.input.managed("aws_lightsail_instance").map((instance) => {
      const own = opened.filter(({ target }) =>
        target.kind === "resource"
          ? target.resource === instance
          : target.kind === "outside" && target.name === instance.values["name"],
      );
      const admissions = own.flatMap(({ ports }) => this.admissions(ports, "port_info", LIGHTSAIL));
      const isWindows = /^(windows|sql)/.test(this.input.partialText(instance.values["blueprint_id"], instance) ?? "");
      const byItself = { services: tcp(isWindows ? [80, 3389] : [22, 80]), from: EVERYWHERE };
      return {
        endpoint: publicEndpoint(this.input.id(instance), instance, own.length > 0 ? admissions : [byItself]),
        own,
      };
    });
    const known = new Set(endpoints.flatMap(({ own }) => own.map(({ ports }) => ports)));
    const elsewhere = opened.filter(({ ports }) => !known.has(ports));
    return [
      ...endpoints.map(({ endpoint }) => endpoint),
      ...elsewhere.map(({ ports }) => this.byBlocks(ports, "port_info", LIGHTSAIL, true)),
    ];
  }

  private byBlocks(resource: Resource, block: string, fields: RuleFields, elsewhere?: boolean): Endpoint {
    const admissions = this.admissions(resource, block, fields);
    return publicEndpoint(this.input.id(resource), resource, admissions, elsewhere ? { elsewhere } : {});
  }

  private admissions(resource: Resource, block: string, fields: RuleFields): Admission[] {
    return blocks(this.input.follow(resource.values[block], resource)).map((rule): Admission => {
      if (isOpaque(rule))
        return { services: ServiceSet.all, from: [unknownPeer(`${block} is not known`)], by: resource };
      const value = (name: string | undefined) =>
        name === undefined ? undefined : this.input.follow(at(rule, name), resource);
      const [from, to] = [value("from_port"), value("to_port")];
      const protocol = value(fields.protocol) ?? fields.otherwise ?? "all";
      const services = this.written.of({ protocol, from, to, icmpType: from, icmpCode: to, withoutPorts: "all" });
      return { ...services, from: this.blockPeers(rule, fields, resource), by: resource };
    });
  }

  private blockPeers(rule: Value, { cidrs, alias }: RuleFields, resource: Resource): readonly Peer[] {
    const written = cidrs.flatMap((name) => {
      const held = this.input.follow(at(rule, name), resource);
      return blocks(held).map((cidr) => text(this.input.follow(cidr, resource)));
    });
    const known = written.filter((cidr) => typeof cidr === "string");
    const aliases = alias !== undefined && blocks(at(rule, alias)).length > 0;
    if (written.length === 0 && !aliases) return EVERYWHERE;
    return [
      ...blockPeers(known),
      ...(known.length < written.length ? [unknownPeer("its addresses are not known")] : []),
      ...(aliases ? [unknownPeer("the addresses behind an alias are not in the input")] : []),
    ];
  }

  /** Listeners of an accelerator that is switched on. */
  private accelerated(listener: Resource): Endpoint[] {
    const target = this.input.find(listener.values["accelerator_arn"], listener, "accelerator");
    const accelerator = target.kind === "resource" ? target.resource : undefined;
    const enabled = accelerator && bool(this.input.follow(accelerator.values["enabled"], accelerator));
    if (enabled === false) return [];
    if (isOpaque(enabled)) {
      const from = [unknownPeer(`whether its accelerator is enabled is not known: ${whyOpaque(enabled)}`)];
      return [publicEndpoint(this.input.id(listener), listener, [{ services: ServiceSet.all, from }])];
    }
    const protocol = text(this.input.follow(listener.values["protocol"], listener));
    const otherwise = typeof protocol === "string" ? protocol.toLowerCase() : "all";
    return [this.byBlocks(listener, "port_range", { otherwise, cidrs: [] })];
  }

  private grafanaWorkspaces(): Endpoint[] {
    return this.input.managed("aws_grafana_workspace").map((workspace) => {
      const access = blocks(this.input.follow(workspace.values["network_access_control"], workspace));
      const lists = this.input.collect(workspace, "network_access_control.prefix_list_ids");
      const from = access.length === 0 ? EVERYWHERE : lists.flatMap((id) => this.prefixLists.find(id, workspace).peers);
      return publicEndpoint(this.input.id(workspace), workspace, [{ services: tcp([443]), from }]);
    });
  }

  /** A network policy is a list of rules, each for some collections. */
  private serverlessCollections(policy: Resource): Endpoint[] {
    if (text(this.input.follow(policy.values["type"], policy)) !== "network") return [];
    const written = this.input.partialText(policy.values["policy"], policy);
    const isPrivate = written !== undefined && !/"AllowFromPublic"\s*:\s*("?true"?|"?\$\{\})/i.test(written);
    const isPublic = written !== undefined && /"AllowFromPublic"\s*:\s*(true|"true")/i.test(written);
    if (isPrivate && !/^\s*\$\{\}/.test(written)) return [];
    const from = isPublic ? EVERYWHERE : [unknownPeer("whether its collections are public is not known")];
    return [publicEndpoint(this.input.id(policy), policy, [{ services: tcp([443]), from }])];
  }
}

/** Where a block of a resource writes whom it lets in; ports are `from_port` and `to_port`. */
interface RuleFields {
  readonly protocol?: string;
  /** The protocol where none is written; default: all. */
  readonly otherwise?: string;
  /** Fields of blocks; where none is written, every address may come. */
  readonly cidrs: readonly string[];
  /** A field that names addresses of AWS's own. */
  readonly alias?: string;
}

const LIGHTSAIL: RuleFields = { protocol: "protocol", cidrs: ["cidrs", "ipv6_cidrs"], alias: "cidr_list_aliases" };
