/**
 * Prefix lists: a customer's own, resolved to their blocks, and AWS's own, as named sets (`aws:s3`).
 *
 * Amazon VPC User Guide, "Consolidate and manage network CIDR blocks with managed prefix lists"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html) and "Available AWS-managed prefix lists"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html): a rule that names a
 * list means every entry of it. AWS's lists are named `com.amazonaws.REGION.SERVICE`; their blocks change, and the
 * input does not hold them.
 */
import type { Peer, Resource, Value } from "../../model";
import { isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { isObject, isOpaque, text, blocks } from "../../values";
import { append, type TerraformInput } from "../terraform-input";
import { blockPeers } from "./network";

export interface PrefixList {
  /** Blocks of its entries. */
  readonly cidrs: readonly string[];
  /** Set for AWS's own lists, e.g. `aws:s3`. */
  readonly name?: string;
  /** Whom a rule that names the list speaks of; an unknown peer for each entry that can't be read. */
  readonly peers: readonly Peer[];
}

/** `com.amazonaws.us-east-2.s3`: the region, not the service, may be a part that is not known. */
const SERVICE_NAME = /^(?:cn\.)?com\.amazonaws\.(?:vpce\.)?(?:\$\{\}|[a-z0-9-]+)\.([a-z0-9.-]+)$/;
const SAGEMAKER_NAME = /^aws\.sagemaker\.(?:\$\{\}|[a-z0-9-]+)\.([a-z0-9.-]+)$/;

/** The named set of an AWS service name: `aws:ecr.api` of `com.amazonaws.us-east-2.ecr.api`. */
export function namedService(serviceName: string): string | undefined {
  const sagemaker = SAGEMAKER_NAME.exec(serviceName)?.[1];
  if (sagemaker) return `aws:sagemaker.${sagemaker}`;
  const suffix = SERVICE_NAME.exec(serviceName)?.[1];
  if (!suffix) return undefined;
  return `aws:${suffix === "cloudfront.origin-facing" ? "cloudfront" : suffix}`;
}

/** The named set of a `service_name` value, which may come from a data source. */
export function serviceOf(input: TerraformInput, value: Value | undefined, from: Resource): string | undefined {
  const name = input.partialText(value, from);
  if (name !== undefined) return namedService(name);
  const target = input.find(value, from, "service");
  const service = target.kind === "resource" ? target.resource.values["service"] : undefined;
  return typeof service === "string" ? `aws:${service}` : undefined;
}

export class PrefixLists {
  private readonly lists = new Map<Resource, PrefixList>();
  private readonly entries = new Map<string, { cidr: Value | undefined; from: Resource }[]>();
  /** Entries whose list can't be told may belong to any. */
  private readonly stray: string[] = [];

  constructor(private readonly input: TerraformInput) {
    for (const entry of input.managed("aws_ec2_managed_prefix_list_entry")) {
      const list = input.find(entry.values["prefix_list_id"], entry, "prefix list");
      if (list.kind === "resource") {
        append(this.entries, input.id(list.resource), { cidr: entry.values["cidr"], from: entry });
      } else if (isUnknown(list)) this.stray.push(`${entry.address} may belong to any prefix list`);
    }
  }

  /** The prefix list that `value` names. */
  find(value: Value, from: Resource): PrefixList {
    const target = this.input.find(value, from, "prefix list");
    if (isUnknown(target)) return nothing(target.reason);
    if (target.kind === "outside") return nothing(`prefix list ${target.name} is not in the input`);
    let list = this.lists.get(target.resource);
    if (!list) this.lists.set(target.resource, (list = this.read(target.resource)));
    return list;
  }

  private read(resource: Resource): PrefixList {
    if (resource.type === "aws_vpc_endpoint") {
      return named(serviceOf(this.input, resource.values["service_name"], resource), resource);
    }
    if (resource.type === "aws_prefix_list") return named(this.nameOf(resource), resource);
    if (resource.type !== "aws_ec2_managed_prefix_list") return nothing(`${resource.address} is no prefix list`);
    if (resource.mode === "managed") return this.readOwn(resource);
    const name = this.nameOf(resource);
    if (name) return named(name, resource);
    const known = resource.values["entries"] !== undefined;
    return known ? this.readOwn(resource) : nothing(`the entries of ${resource.address} are not in the input`);
  }

  /** Whether the data source asks by name or by a filter of names. */
  private nameOf(resource: Resource): string | undefined {
    const filters = blocks(resource.values["filter"]).filter(isObject);
    const byFilter = filters.find(({ name }) => name === "prefix-list-name")?.["values"];
    const candidates = [resource.values["name"], ...blocks(byFilter).slice(0, 1)];
    const names = candidates.map((candidate) => this.input.partialText(candidate, resource));
    return names.map((name) => (name === undefined ? undefined : namedService(name))).find(Boolean);
  }

  private readOwn(resource: Resource): PrefixList {
    const written = [...blocks(resource.values["entry"]), ...blocks(resource.values["entries"])];
    const apart = this.entries.get(this.input.id(resource)) ?? [];
    const values = [
      ...written.map((entry) => ({ cidr: isObject(entry) ? entry["cidr"] : entry, from: resource })),
      ...apart,
    ];
    const cidrs: string[] = [];
    const unknown = [...this.stray];
    for (const { cidr, from } of values) {
      const block = text(this.input.follow(cidr, from));
      if (block === undefined || isOpaque(block)) unknown.push(`an entry of ${resource.address} is not known`);
      else cidrs.push(block);
    }
    return { cidrs, peers: [...blockPeers(cidrs), ...unknown.map((reason) => ({ kind: "unknown" as const, reason }))] };
  }
}

function named(name: string | undefined, { address }: Resource): PrefixList {
  if (!name) return nothing(`which prefix list ${address} stands for is not known`);
  return { cidrs: [], name, peers: [{ kind: "addresses", addresses: AddressSet.ofName(name) }] };
}

function nothing(reason: string): PrefixList {
  return { cidrs: [], peers: [{ kind: "unknown", reason }] };
}
