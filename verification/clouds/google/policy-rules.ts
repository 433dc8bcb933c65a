/**
 * One rule of a firewall policy as it is written: whom it speaks of, which machines it is for, and what it does.
 *
 * Google Cloud NGFW, "Firewall policy rule components"
 * (https://cloud.google.com/firewall/docs/firewall-policies-rule-details): sources of one rule add up; a network scope
 * narrows them; an ingress rule's destinations and an egress rule's sources are addresses of the machine itself.
 */
import type { Direction, Peer, Resource, Rule, Value } from "../../model";
import { at, bool, isObject, isOpaque, number, text, type ObjectValue } from "../../values";
import { isAbsent } from "../terraform-input";
import type { GoogleInput } from "./input";
import type { Networks } from "./network";
import {
  EVERY_V4,
  UNKNOWN_PRIORITY,
  unknownPeer,
  type NamedTrait,
  type RuleParts,
  type Targets,
  type WrittenRule,
} from "./rules";
import { WrittenServices } from "./services";

/** What a rule does with a packet that it matches, one after the other; `perhaps`: why it may not. */
type Deed = { readonly does: Rule["action"]; readonly perhaps?: string };

const RULE_ACTIONS: ReadonlyMap<string, readonly Deed[]> = new Map(
  Object.entries({
    allow: [{ does: "allow" }],
    deny: [{ does: "deny" }],
    goto_next: [{ does: "next" }],
    // Nothing that it inspects goes on to later rules.
    apply_security_profile_group: [
      { does: "allow", perhaps: "whether its security profiles let a packet pass is not in the input" },
      { does: "deny" },
    ],
  }),
);
const ANY_ACTION: readonly Deed[] = [{ does: "allow" }, { does: "deny" }];

/** What a rule without a far side speaks of: every IPv4 address; whether IPv6 too is not documented. */
const UNNAMED_FAR_SIDE: readonly Peer[] = [
  { kind: "addresses", addresses: EVERY_V4 },
  unknownPeer("it names no far side"),
];

/** Fields that choose far ends by what the input does not hold. */
const LISTED_ELSEWHERE = ["fqdns", "region_codes", "threat_intelligences"];

/** Reads the rules of firewall policies. */
export class PolicyRules {
  private readonly services = new WrittenServices();

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
  ) {}

  /** What one rule says, by direction and by what it may do. @param path where its fields are, from the resource on */
  of(resource: Resource, path: readonly (string | number)[], values: ObjectValue): WrittenRule[] {
    const at = (field: string) => this.input.follow(values[field], resource);
    const disabled = bool(at("disabled")) ?? false;
    if (disabled === true) return [];
    const written: WrittenRule[] = [];
    const direction = text(at("direction"));
    const directions: Direction[] =
      direction === "INGRESS" ? ["inbound"] : direction === "EGRESS" ? ["outbound"] : ["inbound", "outbound"];
    const priority = number(at("priority"));
    const action = text(at("action"));
    const known = typeof action === "string" ? RULE_ACTIONS.get(action.toLowerCase()) : undefined;
    const match = this.blockOf(values["match"], resource);
    const { services, unknown } = this.services.of(this.layer4(match, resource), "ip_protocol");
    const reasons = [
      isOpaque(disabled) ? "whether it is disabled is not known" : undefined,
      directions.length > 1 ? "its direction is not known" : undefined,
      typeof priority === "number" ? undefined : "its priority is not known",
      known ? undefined : "what it does is not known",
      isObject(match) ? undefined : "what it matches is not known",
      unknown,
    ].filter((reason) => reason !== undefined);
    for (const each of directions) {
      const { peers, targets } = this.ends(values, isObject(match) ? match : {}, resource, each);
      for (const [i, { does, perhaps }] of (known ?? ANY_ACTION).entries()) {
        const doubts = perhaps === undefined ? reasons : [perhaps, ...reasons];
        const rule: Rule = {
          resource: resource.address,
          location: path.length === 0 ? resource.location : resource.locate(path),
          action: does,
          services,
          peers,
          ...(doubts.length > 0 && { unknown: doubts.join("; ") }),
        };
        // A half keeps the order of what one rule may do.
        const order = typeof priority === "number" ? priority + i / 2 : UNKNOWN_PRIORITY;
        written.push({ direction: each, priority: order, rule, targets });
      }
    }
    return written;
  }

  private ends(
    values: ObjectValue,
    match: ObjectValue,
    resource: Resource,
    direction: Direction,
  ): { peers: readonly Peer[]; targets: Targets } {
    const [far, own] = direction === "inbound" ? ["src", "dest"] : ["dest", "src"];
    const elements = (value: Value | undefined) => this.parts.elements(value, resource);
    const peers = [...this.parts.addressPeers(match[`${far}_ip_ranges`], resource)];
    for (const list of LISTED_ELSEWHERE) {
      const chosen = elements(match[`${far}_${list}`]);
      if (chosen.length > 0) peers.push(unknownPeer(`what ${far}_${list} stands for is not in the input`));
    }
    for (const group of elements(match[`${far}_address_groups`])) peers.push(...this.addressGroup(group, resource));
    for (const tag of this.secureTags(match, `${far}_secure_tag`, resource)) {
      if (tag.key === undefined) peers.push(unknownPeer(tag.reason));
      else peers.push({ kind: "group", id: tag.key });
      // Others than the input's machines may carry a tag that is not the input's own.
      if (tag.key !== undefined && tag.isOutside) peers.push(unknownPeer(`${tag.key} is not in the input`));
    }
    const narrowing = [`${far}_network_scope`, `${far}_network_context`, `${far}_network_type`, `${far}_networks`];
    const isNarrowed = narrowing.some((field) => elements(match[field]).length > 0);
    const limited = this.parts.own(match[`${own}_ip_ranges`], resource);
    const chosen = [
      ...this.secureTags(values, "target_secure_tag", resource),
      ...elements(values["target_service_accounts"]).map((account) => this.parts.serviceAccount(account, resource)),
    ];
    const resources = elements(values["target_resources"]).map((network) => this.networks.network(network, resource));
    const reasons = [
      ...chosen.map(({ reason }) => reason),
      ...resources.map((network) => (network ? undefined : "a network that it targets is not known")),
    ].filter((reason) => reason !== undefined);
    const unclear = isNarrowed ? "which networks its far side is narrowed to is not in the input" : limited.unclear;
    return {
      peers: peers.length > 0 ? peers : UNNAMED_FAR_SIDE,
      targets: {
        own: limited.own,
        unclear,
        ...(chosen.length > 0 && { traits: chosen.flatMap(({ key }) => key ?? []) }),
        ...(resources.length > 0 && { networks: new Set(resources.flatMap((network) => network?.id ?? [])) }),
        unknown: reasons[0],
      },
    };
  }

  /** Blocks `layer4_configs`, or `layer4_config` where the rules are written in the policy. */
  private layer4(match: Value | undefined, resource: Resource): Value[] {
    return ["layer4_configs", "layer4_config"].flatMap((field) => this.parts.elements(at(match, field), resource));
  }

  /** Blocks `src_secure_tags` and the like, or without the s where the rules are written in the policy. */
  private secureTags(values: ObjectValue, field: string, resource: Resource): NamedTrait[] {
    return [`${field}s`, field].flatMap((name) =>
      this.parts.elements(values[name], resource).map((block): NamedTrait => {
        const name = isObject(block) ? block["name"] : block;
        return isAbsent(name) ? { reason: "a tag is not known" } : this.parts.secureTag(name, resource);
      }),
    );
  }

  private addressGroup(value: Value, resource: Resource): readonly Peer[] {
    const target = this.input.named(value, resource, "google_network_security_address_group");
    if (target.kind !== "resource") return [unknownPeer("an address group is not in the input")];
    return this.parts.addressPeers(target.resource.values["items"], target.resource);
  }

  private blockOf(value: Value | undefined, resource: Resource): Value | undefined {
    const [block, ...rest] = this.parts.elements(value, resource);
    return rest.length === 0 ? block : undefined;
  }
}
