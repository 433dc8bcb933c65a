/**
 * Resources of a cloud that Kubernetes objects ask for, as the Terraform resource that is the same, so that the cloud's
 * own files judge them. The address and the places stay the object's. Kinds that are not here stay as they are, and are
 * not judged.
 *
 * - AWS Controllers for Kubernetes have the names of EC2's API
 *   (aws-controllers-k8s/ec2-controller, CRD securitygroups.ec2.services.k8s.aws).
 * - Config Connector's kinds of Compute Engine are made from Terraform's schema (CRDs labelled tf2crd): names in camel
 *   case, and in the place of another's name a reference `networkRef`
 *   (https://cloud.google.com/config-connector/docs/reference/overview).
 * - So are those of Crossplane's upjet providers, below `spec.forProvider`, with `vpcIdRef` and `vpcIdSelector`
 *   (https://docs.crossplane.io/latest/managed-resources/managed-resources/).
 */
import { referenceTo, type Reference, type Resource, type Value } from "../../model";
import type { Path } from "../../readers/json-locations";
import { at, blocks, field, isList, isObject, isOpaque, unknown, type ObjectValue, knownText } from "../../values";
import { apiGroup } from "./objects";

/** Kinds of groups of one family, and the type of Terraform that each is. */
interface Family {
  readonly groups: readonly string[];
  readonly types: Readonly<Record<string, string>>;
  /** Fields of Terraform, and where they stand in the object; undefined for an object that can't be told. */
  readonly values: (object: Resource, named: AddressOf) => ObjectValue | undefined;
  /** Path in the object of a path in those fields. */
  readonly path: (path: Path) => Path;
}

/** The object of this family that a field of `from` names: its address. */
type AddressOf = (noun: string, reference: Value, from: Resource) => string;

const upjet = (cloud: string, service: string, types: Readonly<Record<string, string>>): Family => ({
  groups: [`${service}.${cloud}.upbound.io`, `${service}.${cloud}.m.upbound.io`],
  types,
  values: managed,
  path: (path) => ["spec", "forProvider", ...camel(path)],
});

const FAMILIES: readonly Family[] = [
  {
    groups: ["ec2.services.k8s.aws"],
    types: { SecurityGroup: "aws_security_group" },
    values: securityGroup,
    path: ([first, ...rest]) =>
      first === "ingress" || first === "egress" ? ["spec", `${first}Rules`, ...rest] : ["spec"],
  },
  {
    groups: ["compute.cnrm.cloud.google.com"],
    types: {
      ComputeFirewall: "google_compute_firewall",
      ComputeNetwork: "google_compute_network",
      ComputeSubnetwork: "google_compute_subnetwork",
    },
    values: (object, named) => ({
      name: at(object.values, "metadata", "name") ?? null,
      ...fieldsOf(object, ["spec"], named),
    }),
    path: (path) => ["spec", ...camel(path)],
  },
  upjet("aws", "ec2", {
    SecurityGroup: "aws_security_group",
    SecurityGroupEgressRule: "aws_vpc_security_group_egress_rule",
    SecurityGroupIngressRule: "aws_vpc_security_group_ingress_rule",
    SecurityGroupRule: "aws_security_group_rule",
    Subnet: "aws_subnet",
    VPC: "aws_vpc",
  }),
  upjet("gcp", "compute", {
    Firewall: "google_compute_firewall",
    Network: "google_compute_network",
    Subnetwork: "google_compute_subnetwork",
  }),
];

/** `resources` with each object of these families as the Terraform resource that it asks for. */
export function cloudObjects(resources: Resource[]): Resource[] {
  const members = new Map(FAMILIES.map((family) => [family, resources.filter((one) => typeIn(family, one))] as const));
  if ([...members.values()].every(({ length }) => length === 0)) return resources;
  return resources.map((resource) => {
    const family = FAMILIES.find((one) => typeIn(one, resource));
    const values = family?.values(resource, namedAmong(members.get(family) ?? []));
    if (!family || !values) return resource;
    const locate: Resource["locate"] = (path) => resource.locate(path.length === 0 ? [] : family.path(path));
    return { ...resource, type: typeIn(family, resource) ?? resource.type, values, locate };
  });
}

function typeIn({ groups, types }: Family, resource: Resource): string | undefined {
  const kind = kindOf(resource);
  if (kind === undefined || !Object.hasOwn(types, kind)) return undefined;
  return groups.includes(apiGroup(resource) ?? "") ? types[kind] : undefined;
}

const kindOf = ({ type }: Resource): string | undefined => /^kubernetes:(.+)$/.exec(type)?.[1];

/** The object whose kind is what the field's name ends in; where the input has none, an address that leads nowhere. */
function namedAmong(members: readonly Resource[]): AddressOf {
  return (noun, reference, from) => {
    const name = knownText(at(reference, "name")) ?? "?";
    const namespace = knownText(at(reference, "namespace") ?? field(from, "metadata", "namespace")) ?? "default";
    const target = members.find(
      (one) =>
        knownText(field(one, "metadata", "name")) === name &&
        (knownText(field(one, "metadata", "namespace")) ?? "default") === namespace &&
        noun.toLowerCase().endsWith((kindOf(one) ?? "").replace(/^Compute/, "").toLowerCase()),
    );
    return target?.address ?? `${noun}/${namespace}/${name}`;
  };
}

// ---------------------------------------------------------------- kinds made from Terraform's schema

/** What Crossplane keeps of a resource; one that it only looks at, or fills in as it makes it, can't be told. */
function managed(object: Resource, named: AddressOf): ObjectValue | undefined {
  const policies = field(object, "spec", "managementPolicies");
  const manages = policies === undefined || (isList(policies) && policies.length === 1 && policies[0] === "*");
  if (!manages || field(object, "spec", "initProvider") !== undefined) return undefined;
  return fieldsOf(object, ["spec", "forProvider"], named);
}

function fieldsOf(object: Resource, path: Path, named: AddressOf): ObjectValue | undefined {
  const fields = field(object, ...path);
  return isObject(fields) ? (converted(fields, object, named) as ObjectValue) : undefined;
}

/** A value by Terraform's names, with what names other objects as references to them. */
function converted(value: Value, from: Resource, named: AddressOf): Value {
  if (isList(value)) return value.map((element) => nameless(element, from, named) ?? converted(element, from, named));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([key, inner]): [string, Value] => {
    const [, base = "", suffix] = /^(.+?)(Refs?|Selector)$/.exec(key) ?? [];
    if (suffix === "Selector" && !(base in value)) return [snake(base), unknown(`${base} is chosen by labels`)];
    if (suffix === "Ref" && isObject(inner)) return [snake(base), referred(base, inner, from, named)];
    if (suffix === "Refs" && isList(inner))
      return [snake(`${base}s`), inner.map((one) => referred(base, one, from, named))];
    return [key === "resourceID" ? "name" : snake(key), converted(inner, from, named)];
  });
  return Object.fromEntries(fields);
}

/** An element of a list that only names another object: `{external: EMAIL}`, `{name: a}`. */
function nameless(value: Value, from: Resource, named: AddressOf): Value | undefined {
  if (!isObject(value) || Object.keys(value).length === 0) return undefined;
  const only = Object.keys(value).every((key) => ["external", "name", "namespace", "kind"].includes(key));
  return only ? referred("", value, from, named) : undefined;
}

function referred(base: string, reference: Value, from: Resource, named: AddressOf): Value {
  const external = at(reference, "external");
  if (external !== undefined) return external;
  if (isOpaque(reference)) return reference;
  const noun = base.replace(/(Id|Ids|Name)$/, "");
  return referenceTo(named(noun, reference, from), base.endsWith("Name") ? "name" : "id") satisfies Reference;
}

const snake = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
const camel = (path: Path): Path =>
  path.map((step) =>
    typeof step === "string" ? step.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : step,
  );

// ---------------------------------------------------------------- AWS Controllers for Kubernetes

function securityGroup(object: Resource, named: AddressOf): ObjectValue | undefined {
  const spec = field(object, "spec");
  if (!isObject(spec)) return undefined;
  const rules = (name: string) => blocks(spec[name]).map((rule) => groupRule(rule, object, named));
  const vpc = at(spec, "vpcRef", "from");
  return {
    name: spec["name"] ?? null,
    vpc_id: vpc === undefined ? (spec["vpcID"] ?? null) : referenceTo(named("VPC", vpc, object)),
    ingress: rules("ingressRules"),
    egress:
      spec["egressRules"] === undefined
        ? unknown("AWS writes a rule that lets everything out, and the object does not say what becomes of it")
        : rules("egressRules"),
  };
}

function groupRule(rule: Value, from: Resource, named: AddressOf): Value {
  if (!isObject(rule)) return rule;
  const protocol = rule["ipProtocol"] ?? null;
  const port = (name: string) => rule[name] ?? (protocol === "-1" ? 0 : unknown(`the rule has no ${name}`));
  const each = (list: string, name: string) =>
    blocks(rule[list]).map((one) => at(one, name) ?? unknown(`${list} has an element without ${name}`));
  const groups = blocks(rule["userIDGroupPairs"]).map((pair) => {
    const reference = at(pair, "groupRef", "from");
    if (reference !== undefined) return referenceTo(named("SecurityGroup", reference, from));
    return at(pair, "groupID") ?? unknown("a group is named by something else than its id");
  });
  return {
    protocol,
    from_port: port("fromPort"),
    to_port: port("toPort"),
    cidr_blocks: each("ipRanges", "cidrIP"),
    ipv6_cidr_blocks: each("ipv6Ranges", "cidrIPv6"),
    prefix_list_ids: each("prefixListIDs", "prefixListID"),
    security_groups: groups,
  };
}
