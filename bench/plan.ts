/** A plan to judge, as `terraform show -json` prints it: services with their security groups, of any number of rules. */
import { closeSync, openSync, writeSync } from "node:fs";

/** Rules of a service: most stand inline in its group, the others are resources of their own. */
const RULES_OF_A_SERVICE = 50;
const INLINE = 40;
const PREFIX_LISTS = 10;
const SUBNETS = 3;

type Json = Readonly<Record<string, unknown>>;

/** What the plan says of one resource, in its three places. */
interface Planned {
  readonly module: string;
  readonly resource: Json;
  readonly change: Json;
}

/**
 * Writes the plan that makes a network and services in it with `rules` rules altogether. All that the invariants ask
 * of it holds, unless `open`: then its last rule inwards lets the internet in to port 22.
 */
export function writePlan(file: string, rules: number, { open = false } = {}): void {
  const out = new Output(file);
  const services = Math.ceil(rules / RULES_OF_A_SERVICE);
  const rulesOf = (service: number) => Math.min(RULES_OF_A_SERVICE, rules - service * RULES_OF_A_SERVICE);
  const serviceResources = (service: number) => [
    ...serviceOf(service, rulesOf(service), open && service === services - 1),
  ];

  out.write('{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":');
  out.list(network().map(({ resource }) => resource));
  out.write(',"child_modules":[');
  for (let service = 0; service < services; service++) {
    if (service > 0) out.write(",");
    out.write(`{"address":${JSON.stringify(moduleOf(service))},"resources":`);
    out.list(serviceResources(service).map(({ resource }) => resource));
    out.write("}");
  }
  out.write(']}},"resource_changes":[');
  out.items(network().map(changeOf));
  for (let service = 0; service < services; service++) {
    out.write(",");
    out.items(serviceResources(service).map(changeOf));
  }
  out.write(`],"configuration":${JSON.stringify(configuration())},"complete":true,"errored":false}\n`);
  out.close();
}

const moduleOf = (service: number) => `module.service["${service}"]`;

// ---------------------------------------------------------------- resources

function network(): Planned[] {
  const cidr = "10.0.0.0/8";
  return [
    planned("", "aws_vpc.main", { cidr_block: cidr, enable_dns_support: true }, IDS),
    planned("", "aws_internet_gateway.main", {}, { ...IDS, vpc_id: true }),
    planned("", "aws_flow_log.main", FLOW_LOG, { ...IDS, vpc_id: true }),
    ...each(SUBNETS, (i) =>
      planned(
        "",
        `aws_subnet.private[${i}]`,
        { cidr_block: `10.${i}.0.0/16`, map_public_ip_on_launch: false },
        { ...IDS, vpc_id: true },
      ),
    ),
    ...each(PREFIX_LISTS, (i) =>
      planned(
        "",
        `aws_ec2_managed_prefix_list.offices[${i}]`,
        {
          name: `offices-${i}`,
          address_family: "IPv4",
          max_entries: 10,
          entry: each(10, (j) => ({ cidr: `10.200.${i * 10 + j}.0/24`, description: `office ${j}` })),
        },
        { ...IDS, owner_id: true, version: true },
      ),
    ),
  ];
}

const IDS = { arn: true, id: true };
const FLOW_LOG = {
  traffic_type: "ALL",
  log_destination: "arn:aws:s3:::flow-logs",
  log_destination_type: "s3",
  max_aggregation_interval: 60,
};

/** A security group with `count` rules, an instance in it, and what else a module of one service makes. */
function* serviceOf(service: number, count: number, open: boolean): Generator<Planned> {
  const module = moduleOf(service);
  const inline = Math.min(INLINE, count);
  const inbound = Math.ceil(inline * 0.75);
  const ingress = each(inbound, (i) => inlineRule(service, i, open && count === inline && i === inbound - 1));
  const egress = each(inline - ingress.length, (i) => inlineRule(service, i, false));
  const noMarks = (rules: readonly Json[]) =>
    rules.map(({ cidr_blocks: cidrs }) => ({
      cidr_blocks: (cidrs as readonly string[]).map(() => false),
      ipv6_cidr_blocks: [],
      prefix_list_ids: [],
      security_groups: [],
    }));
  const marks = { ingress: noMarks(ingress), egress: noMarks(egress) };
  yield planned(
    module,
    "aws_security_group.this",
    {
      description: "Managed by Terraform",
      egress,
      ingress,
      name: `service-${service}`,
      revoke_rules_on_delete: false,
      tags: { service: `service-${service}` },
      tags_all: { service: `service-${service}` },
      timeouts: null,
    },
    { ...IDS, ...marks, name_prefix: true, owner_id: true, vpc_id: true },
    marks,
  );
  yield planned(
    module,
    "aws_instance.this",
    {
      ami: "ami-0abcdef1234567890",
      associate_public_ip_address: true,
      instance_type: "m7i.large",
      metadata_options: [{ http_endpoint: "enabled", http_tokens: "required", http_put_response_hop_limit: 1 }],
      root_block_device: [{ encrypted: true, volume_size: 100, volume_type: "gp3" }],
      tags: { Name: `service-${service}` },
    },
    { ...IDS, private_ip: true, subnet_id: true, vpc_security_group_ids: true },
  );
  for (let i = inline; i < count; i++) yield ruleApart(module, service, i, open && i === count - 1);
}

/** Sources and ports differ from rule to rule, as they do where each is asked for by someone else. */
const blockOf = (service: number, i: number) => `10.${100 + (service % 100)}.${(i * 7 + service) % 256}.0/24`;
const portOf = (service: number, i: number) => 1024 + ((service * 31 + i * 17) % 30_000);

function inlineRule(service: number, i: number, open: boolean): Json {
  const [from, to] = open ? [22, 22] : [portOf(service, i), portOf(service, i) + (i % 5)];
  return {
    cidr_blocks: [open ? "0.0.0.0/0" : blockOf(service, i)],
    description: `client ${i} of service ${service}`,
    from_port: from,
    ipv6_cidr_blocks: [],
    prefix_list_ids: [],
    protocol: i % 7 === 0 ? "udp" : "tcp",
    security_groups: [],
    self: i % 20 === 0,
    to_port: to,
  };
}

/** In turns: a block, another service's group, a prefix list, and out to a block. */
function ruleApart(module: string, service: number, i: number, open: boolean): Planned {
  const kind = open ? "blocks" : ((["blocks", "peers", "offices", "out"] as const)[i % 4] ?? "out");
  const type = kind === "out" ? "aws_vpc_security_group_egress_rule" : "aws_vpc_security_group_ingress_rule";
  const port = open ? 22 : portOf(service, i);
  return planned(
    module,
    `${type}.${kind}["${i}"]`,
    {
      cidr_ipv4: open ? "0.0.0.0/0" : kind === "blocks" || kind === "out" ? blockOf(service, i) : null,
      cidr_ipv6: null,
      description: null,
      from_port: port,
      ip_protocol: "tcp",
      ...(kind !== "offices" && { prefix_list_id: null }),
      ...(kind !== "peers" && { referenced_security_group_id: null }),
      tags: null,
      tags_all: {},
      to_port: port,
    },
    {
      ...IDS,
      security_group_id: true,
      security_group_rule_id: true,
      tags_all: {},
      ...(kind === "offices" && { prefix_list_id: true }),
      ...(kind === "peers" && { referenced_security_group_id: true }),
    },
    { tags_all: {} },
  );
}

// ---------------------------------------------------------------- configuration

function configuration(): Json {
  const references = (...names: string[]) => ({ references: names });
  const ofGroup = references("aws_security_group.this.id", "aws_security_group.this");
  const fields = (...names: string[]) => Object.fromEntries(names.map((name) => [name, references("each.value")]));
  const rule = (type: string, name: string, peer: Json) =>
    configured(type, name, {
      security_group_id: ofGroup,
      ip_protocol: { constant_value: "tcp" },
      ...fields("from_port", "to_port"),
      ...peer,
    });
  const ingress = "aws_vpc_security_group_ingress_rule";
  const ofVpc = references("aws_vpc.main.id", "aws_vpc.main");
  return {
    root_module: {
      resources: [
        configured("aws_vpc", "main", { cidr_block: { constant_value: "10.0.0.0/8" } }),
        configured("aws_internet_gateway", "main", { vpc_id: ofVpc }),
        configured("aws_flow_log", "main", { vpc_id: ofVpc }),
        configured("aws_subnet", "private", { vpc_id: ofVpc, cidr_block: references("count.index") }),
        configured("aws_ec2_managed_prefix_list", "offices", { name: references("count.index") }),
      ],
      module_calls: {
        service: {
          source: "./service",
          expressions: {
            vpc_id: ofVpc,
            subnet_id: references("aws_subnet.private[0].id", "aws_subnet.private[0]", "aws_subnet.private"),
            offices: references(
              "aws_ec2_managed_prefix_list.offices[0].id",
              "aws_ec2_managed_prefix_list.offices[0]",
              "aws_ec2_managed_prefix_list.offices",
            ),
            peer: references('module.service["0"].group', 'module.service["0"]', "module.service"),
          },
          module: {
            outputs: { group: { expression: ofGroup } },
            resources: [
              configured("aws_security_group", "this", { vpc_id: references("var.vpc_id") }),
              configured("aws_instance", "this", {
                associate_public_ip_address: { constant_value: true },
                subnet_id: references("var.subnet_id"),
                vpc_security_group_ids: ofGroup,
              }),
              rule(ingress, "blocks", fields("cidr_ipv4")),
              rule(ingress, "peers", { referenced_security_group_id: references("var.peer") }),
              rule(ingress, "offices", { prefix_list_id: references("var.offices") }),
              rule("aws_vpc_security_group_egress_rule", "out", fields("cidr_ipv4")),
            ],
          },
        },
      },
    },
  };
}

function configured(type: string, name: string, expressions: Json): Json {
  return {
    address: `${type}.${name}`,
    mode: "managed",
    type,
    name,
    provider_config_key: "aws",
    expressions,
    schema_version: 0,
  };
}

// ---------------------------------------------------------------- form

const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** @param own the address within the module; @param unknown marks of what only apply tells; @param marks of lists */
function planned(module: string, own: string, values: Json, unknown: Json, marks: Json = {}): Planned {
  const [, type = "", name = "", index] = /^(\w+)\.(\w+)(?:\[(.+)\])?$/.exec(own) ?? [];
  const identity = {
    address: module === "" ? own : `${module}.${own}`,
    mode: "managed",
    type,
    name,
    ...(index !== undefined && { index: JSON.parse(index) as unknown }),
    provider_name: "registry.terraform.io/hashicorp/aws",
  };
  return {
    module,
    resource: { ...identity, schema_version: 1, values, sensitive_values: marks },
    change: {
      ...identity,
      change: {
        actions: ["create"],
        before: null,
        after: values,
        after_unknown: unknown,
        before_sensitive: false,
        after_sensitive: marks,
      },
    },
  };
}

const changeOf = ({ module, change }: Planned): Json =>
  module === "" ? change : { address: change["address"], module_address: module, ...change };

/** Text written as it comes, since the whole is larger than what a bench should hold. */
class Output {
  private readonly descriptor: number;
  private waiting = "";

  constructor(file: string) {
    this.descriptor = openSync(file, "w");
  }

  write(text: string): void {
    this.waiting += text;
    if (this.waiting.length > 1_000_000) this.flush();
  }

  list(values: readonly Json[]): void {
    this.write("[");
    this.items(values);
    this.write("]");
  }

  items(values: readonly Json[]): void {
    this.write(values.map((value) => JSON.stringify(value)).join(","));
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    writeSync(this.descriptor, this.waiting);
    this.waiting = "";
  }
}
