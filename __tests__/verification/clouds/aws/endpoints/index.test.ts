import { reach } from "../../../../../verification/evaluate";
import type { Endpoint, PartialSystem } from "../../../../../verification/model";
import { AddressSet } from "../../../../../packets/address-set";
import { awsPart } from "../../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const ANYWHERE = { addresses: AddressSet.all, groups: new Set<string>() };

/** A VPC with two subnets, three groups and a cluster's role-free surroundings. */
const NETWORK: Types = {
  aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
  aws_subnet: {
    a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.1.0/24", map_public_ip_on_launch: true },
    b: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.2.0/24", map_public_ip_on_launch: true },
  },
  aws_internet_gateway: { i: { vpc_id: "${aws_vpc.main.id}" } },
  aws_security_group: {
    web: {
      vpc_id: "${aws_vpc.main.id}",
      ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] }],
    },
    db: { vpc_id: "${aws_vpc.main.id}" },
  },
};
const WEB = ["${aws_security_group.web.id}"];
const DB = ["${aws_security_group.db.id}"];
const SUBNETS = ["${aws_subnet.a.id}", "${aws_subnet.b.id}"];
const CLUSTER = { aws_eks_cluster: { k: { name: "k", vpc_config: { subnet_ids: SUBNETS, security_group_ids: DB } } } };
const CLUSTER_GROUP = "aws_eks_cluster.k#cluster-security-group";

const part = (types: Types, data: TerraformJson["data"] = {}): PartialSystem =>
  awsPart(resourcesOf({ resource: { ...NETWORK, ...types }, data }));
const endpoints = (judged: PartialSystem, id: string) => judged.endpoints.filter((endpoint) => endpoint.id === id);

function only(judged: PartialSystem, id: string): Endpoint {
  const found = endpoints(judged, id);
  expect(found).toHaveLength(1);
  return found[0] as Endpoint;
}

/** Groups, addresses, kind and why the filters are unknown. */
const face = ({ kind, groups, addresses, filters }: Endpoint) => ({
  kind,
  groups: [...groups],
  addresses: addresses.toString(),
  unknown: filters.some(({ unknown }) => unknown !== undefined),
});

describe("groups, subnets and addresses of resources", () => {
  const both = "10.0.1.0/24, 10.0.2.0/24";
  const web = "aws_security_group.web";
  const db = "aws_security_group.db";
  const subnetGroup = (type: string) => ({ [type]: { g: { name: "g", subnet_ids: SUBNETS } } });
  const vpcConfig = { vpc_config: { subnet_ids: SUBNETS, security_group_ids: WEB } };
  test.each<[string, Types, Endpoint["kind"], string[], string]>([
    [
      "aws_instance",
      { aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: [...WEB, ...DB] } } },
      "instance",
      [web, db],
      "10.0.1.0/24",
    ],
    [
      "aws_instance",
      { aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: WEB, private_ip: "10.0.1.9" } } },
      "instance",
      [web],
      "10.0.1.9/32",
    ],
    [
      "aws_network_interface",
      { aws_network_interface: { x: { subnet_id: SUBNETS[1], security_groups: DB } } },
      "interface",
      [db],
      "10.0.2.0/24",
    ],
    [
      "aws_instance",
      {
        aws_network_interface: { n: { subnet_id: SUBNETS[1], security_groups: DB, private_ips: ["10.0.2.8"] } },
        aws_instance: {
          x: { network_interface: [{ device_index: 0, network_interface_id: "${aws_network_interface.n.id}" }] },
        },
      },
      "instance",
      [db],
      "10.0.2.8/32",
    ],
    [
      "aws_instance",
      {
        aws_launch_template: { t: { vpc_security_group_ids: DB } },
        aws_instance: { x: { subnet_id: SUBNETS[0], launch_template: { id: "${aws_launch_template.t.id}" } } },
      },
      "instance",
      [db],
      "10.0.1.0/24",
    ],
    [
      "aws_instance",
      {
        aws_launch_template: { t: { vpc_security_group_ids: DB } },
        aws_instance: {
          x: {
            subnet_id: SUBNETS[0],
            vpc_security_group_ids: WEB,
            launch_template: { id: "${aws_launch_template.t.id}" },
          },
        },
      },
      "instance",
      [web],
      "10.0.1.0/24",
    ],
    [
      "aws_autoscaling_group",
      {
        aws_launch_template: { t: { network_interfaces: [{ security_groups: WEB }, { security_groups: DB }] } },
        aws_autoscaling_group: {
          x: { vpc_zone_identifier: SUBNETS, launch_template: [{ id: "${aws_launch_template.t.id}" }] },
        },
      },
      "instance",
      [web, db],
      both,
    ],
    [
      "aws_autoscaling_group",
      {
        aws_launch_template: { t: { name: "by-name", vpc_security_group_ids: WEB } },
        aws_autoscaling_group: {
          x: {
            vpc_zone_identifier: SUBNETS,
            mixed_instances_policy: {
              launch_template: { launch_template_specification: { launch_template_name: "by-name" } },
            },
          },
        },
      },
      "instance",
      [web],
      both,
    ],
    [
      "aws_autoscaling_group",
      {
        aws_launch_configuration: { c: { security_groups: WEB } },
        aws_autoscaling_group: {
          x: { vpc_zone_identifier: SUBNETS, launch_configuration: "${aws_launch_configuration.c.name}" },
        },
      },
      "instance",
      [web],
      both,
    ],
    [
      "aws_launch_template",
      { aws_launch_template: { x: { vpc_security_group_ids: WEB } } },
      "instance",
      [web],
      "0.0.0.0/0, ::/0",
    ],
    [
      "aws_vpc_endpoint",
      {
        aws_vpc_endpoint: {
          x: {
            vpc_endpoint_type: "Interface",
            vpc_id: "${aws_vpc.main.id}",
            service_name: "com.amazonaws.us-east-2.ecr.api",
            subnet_ids: SUBNETS,
            security_group_ids: WEB,
          },
        },
      },
      "cloud-service",
      [web],
      both,
    ],
    ["aws_lb", { aws_lb: { x: { subnets: SUBNETS, security_groups: WEB } } }, "load-balancer", [web], both],
    [
      "aws_lb",
      {
        aws_lb: {
          x: {
            load_balancer_type: "network",
            subnet_mapping: SUBNETS.map((subnet_id) => ({ subnet_id })),
            security_groups: WEB,
          },
        },
      },
      "load-balancer",
      [web],
      both,
    ],
    ["aws_elb", { aws_elb: { x: { subnets: SUBNETS, security_groups: WEB } } }, "load-balancer", [web], both],
    [
      "aws_db_instance",
      {
        ...subnetGroup("aws_db_subnet_group"),
        aws_db_instance: { x: { db_subnet_group_name: "${aws_db_subnet_group.g.name}", vpc_security_group_ids: DB } },
      },
      "service",
      [db],
      both,
    ],
    [
      "aws_rds_cluster",
      {
        ...subnetGroup("aws_db_subnet_group"),
        aws_rds_cluster: { x: { db_subnet_group_name: "g", vpc_security_group_ids: DB } },
      },
      "service",
      [db],
      both,
    ],
    [
      "aws_elasticache_replication_group",
      {
        ...subnetGroup("aws_elasticache_subnet_group"),
        aws_elasticache_replication_group: { x: { subnet_group_name: "g", security_group_ids: DB } },
      },
      "service",
      [db],
      both,
    ],
    [
      "aws_redshift_cluster",
      {
        ...subnetGroup("aws_redshift_subnet_group"),
        aws_redshift_cluster: { x: { cluster_subnet_group_name: "g", vpc_security_group_ids: DB } },
      },
      "service",
      [db],
      both,
    ],
    ["aws_lambda_capacity_provider", { aws_lambda_capacity_provider: { x: vpcConfig } }, "service", [web], both],
    [
      "aws_ecs_service",
      { aws_ecs_service: { x: { network_configuration: { subnets: SUBNETS, security_groups: WEB } } } },
      "service",
      [web],
      both,
    ],
    [
      "aws_efs_mount_target",
      { aws_efs_mount_target: { x: { subnet_id: SUBNETS[0], security_groups: DB } } },
      "service",
      [db],
      "10.0.1.0/24",
    ],
    [
      "aws_opensearch_domain",
      { aws_opensearch_domain: { x: { vpc_options: { subnet_ids: SUBNETS, security_group_ids: WEB } } } },
      "service",
      [web],
      both,
    ],
    [
      "aws_msk_cluster",
      { aws_msk_cluster: { x: { broker_node_group_info: { client_subnets: SUBNETS, security_groups: WEB } } } },
      "service",
      [web],
      both,
    ],
    [
      "aws_mwaa_environment",
      { aws_mwaa_environment: { x: { network_configuration: { subnet_ids: SUBNETS, security_group_ids: WEB } } } },
      "service",
      [web],
      both,
    ],
    [
      "aws_fsx_lustre_file_system",
      { aws_fsx_lustre_file_system: { x: { subnet_ids: SUBNETS, security_group_ids: WEB } } },
      "service",
      [web],
      both,
    ],
    [
      "aws_route53_resolver_endpoint",
      {
        aws_route53_resolver_endpoint: {
          x: { security_group_ids: WEB, ip_address: SUBNETS.map((subnet_id) => ({ subnet_id })) },
        },
      },
      "service",
      [web],
      both,
    ],
    [
      "aws_sagemaker_notebook_instance",
      { aws_sagemaker_notebook_instance: { x: { subnet_id: SUBNETS[0], security_groups: WEB } } },
      "service",
      [web],
      "10.0.1.0/24",
    ],
  ])("%s", (type, types, kind, groups, addresses) => {
    const judged = only(part(types), `${type}.x`);
    expect(face(judged)).toEqual({ kind, groups, addresses, unknown: false });
    expect(judged.filters.map(({ direction }) => direction)).toEqual(["inbound", "outbound"]);
    expect(judged.filters[0]?.levels[0]).toHaveLength(groups.includes(web) ? 1 : 0);
  });

  test.each<[string, Types]>([
    ["a function outside the VPC", { aws_lambda_function: { x: {} } }],
    ["a service in bridge mode", { aws_ecs_service: { x: {} } }],
    ["a notebook outside the VPC", { aws_sagemaker_notebook_instance: { x: {} } }],
  ])("%s has no address in it", (_, types) => {
    expect(part(types).endpoints.map(({ kind }) => kind)).toEqual(["group", "group"]);
  });

  test("names of a launch template and of what uses it are one endpoint", () => {
    const judged = part({
      aws_launch_template: { t: { vpc_security_group_ids: WEB } },
      aws_autoscaling_group: {
        x: { vpc_zone_identifier: SUBNETS, launch_template: { id: "${aws_launch_template.t.id}" } },
      },
    });
    expect(endpoints(judged, "aws_launch_template.t")).toEqual([]);
  });

  test("IPv6 addresses count where the subnet has a block", () => {
    const aws_subnet = {
      a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.1.0/24", ipv6_cidr_block: "2001:db8::/64" },
    };
    const judged = part({
      aws_subnet,
      aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: WEB, private_ip: "10.0.1.9" } },
    });
    expect(only(judged, "aws_instance.x").addresses.toString()).toBe("10.0.1.9/32, 2001:db8::/64");
  });

  test.each<[string, Types, string]>([
    [
      "a subnet outside the input",
      { aws_instance: { x: { subnet_id: "subnet-1", vpc_security_group_ids: WEB } } },
      "0.0.0.0/0, ::/0",
    ],
    [
      "a subnet whose block is not known",
      {
        aws_subnet: { a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "${var.a}${var.b}" } },
        aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: WEB } },
      },
      "10.0.0.0/16",
    ],
    [
      "a subnet of a VPC outside the input",
      {
        aws_subnet: { a: { vpc_id: "vpc-1", cidr_block: "10.9.0.0/24" } },
        aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: WEB } },
      },
      "10.9.0.0/24",
    ],
  ])("%s", (_, types, addresses) => {
    expect(only(part(types), "aws_instance.x").addresses.toString()).toBe(addresses);
  });

  test("ids of a state lead to the resources that have them", () => {
    const judged = awsPart(
      resourcesOf({
        resource: {
          aws_vpc: { main: { id: "vpc-0a", cidr_block: "10.0.0.0/16" } },
          aws_subnet: { a: { id: "subnet-0a", vpc_id: "vpc-0a", cidr_block: "10.0.1.0/24" } },
          aws_security_group: { web: { id: "sg-0a", vpc_id: "vpc-0a" } },
          aws_instance: { x: { id: "i-0a", subnet_id: "subnet-0a", vpc_security_group_ids: ["sg-0a"] } },
        },
      }),
    );
    expect(face(only(judged, "aws_instance.x"))).toEqual({
      kind: "instance",
      groups: ["aws_security_group.web"],
      addresses: "10.0.1.0/24",
      unknown: false,
    });
    expect(only(judged, "aws_instance.x").network).toBe("aws_vpc.main");
  });
});

test("a function takes no connection, whatever its groups allow, and opens them as these say", () => {
  const placed = { vpc_config: { subnet_ids: SUBNETS, security_group_ids: WEB } };
  const inbound = (types: Types, id: string) => {
    const { filters } = only(part(types), id);
    return reach({ ...only(part(types), id), filters, routes: undefined }, "inbound", ANYWHERE).possible.toString();
  };
  expect(inbound({ aws_lambda_function: { x: placed } }, "aws_lambda_function.x")).toBe("nothing");
  expect(inbound({ aws_lambda_capacity_provider: { x: placed } }, "aws_lambda_capacity_provider.x")).toContain(
    "tcp 443",
  );
  const judged = only(part({ aws_lambda_function: { x: placed } }), "aws_lambda_function.x");
  expect(face(judged)).toMatchObject({ groups: ["aws_security_group.web"], unknown: false });
  expect(judged.filters.filter(({ direction }) => direction === "outbound")).toHaveLength(1);
});

describe("what names no group", () => {
  const instance = { aws_instance: { x: { subnet_id: SUBNETS[0] } } };

  test("is in its VPC's default group, which reaches everywhere", () => {
    const judged = only(part(instance), "aws_instance.x");
    expect(face(judged).groups).toEqual(["aws_vpc.main#default-security-group"]);
    expect(reach(judged, "outbound", ANYWHERE).allowed.toString()).toBe("any with any");
    expect(reach(judged, "inbound", ANYWHERE).possible.toString()).toBe("nothing");
    expect(reach(judged, "inbound", judged).allowed.toString()).toBe("any with 10.0.1.0/24");
  });

  test("is in the default group as Terraform took it over", () => {
    const judged = part({
      ...instance,
      aws_default_security_group: { d: { vpc_id: "${aws_vpc.main.id}", ingress: [], egress: [] } },
    });
    expect(face(only(judged, "aws_instance.x")).groups).toEqual(["aws_default_security_group.d"]);
    expect(reach(only(judged, "aws_instance.x"), "outbound", ANYWHERE).possible.toString()).toBe("nothing");
  });

  test("is unknown in a VPC outside the input", () => {
    expect(face(only(part({ aws_instance: { x: { subnet_id: "subnet-1" } } }), "aws_instance.x")).unknown).toBe(true);
  });

  test("lets everything pass if it is a network load balancer", () => {
    const judged = only(part({ aws_lb: { x: { load_balancer_type: "network", subnets: SUBNETS } } }), "aws_lb.x");
    expect(judged.filters).toEqual([]);
  });
});

test("one subnet of many is kept", () => {
  const judged = part({
    aws_launch_template: { t: { vpc_security_group_ids: WEB, network_interfaces: [{ subnet_id: SUBNETS[1] }] } },
    aws_autoscaling_group: {
      x: { vpc_zone_identifier: [SUBNETS[0]], launch_template: { id: "${aws_launch_template.t.id}" } },
    },
    aws_instance: { y: { launch_template: { id: "${aws_launch_template.t.id}" } } },
  });
  expect(only(judged, "aws_autoscaling_group.x").addresses.toString()).toBe("10.0.1.0/24");
  expect(only(judged, "aws_instance.y").addresses.toString()).toBe("10.0.2.0/24");
});

describe("groups that can't be told", () => {
  test.each<[string, object, TerraformJson["data"]]>([
    ["a literal that is not in the input", { vpc_security_group_ids: [...WEB, "sg-123"] }, {}],
    [
      "a data source",
      { vpc_security_group_ids: ["${data.aws_security_group.d.id}"] },
      { aws_security_group: { d: { name: "d" } } },
    ],
    ["an unknown list", { vpc_security_group_ids: "${var.a}${var.b}" }, {}],
    ["an attribute that is no group", { vpc_security_group_ids: ["${aws_vpc.main.arn}"] }, {}],
    ["an interface outside the input", { network_interface: [{ network_interface_id: "eni-1" }] }, {}],
    ["a launch template outside the input", { launch_template: { id: "lt-1" } }, {}],
  ])("%s", (_, values, data) => {
    const judged = only(part({ aws_instance: { x: { subnet_id: SUBNETS[0], ...values } } }, data), "aws_instance.x");
    for (const direction of ["inbound", "outbound"] as const) {
      expect(reach(judged, direction, ANYWHERE).allowed.isEmpty).toBe(true);
      expect(reach(judged, direction, ANYWHERE).possible.toString()).toBe("any with any");
    }
  });

  test("the list of another resource is followed", () => {
    const judged = part({
      aws_lb: { l: { subnets: SUBNETS, security_groups: WEB } },
      aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: "${aws_lb.l.security_groups}" } },
    });
    expect(face(only(judged, "aws_instance.x"))).toMatchObject({ groups: ["aws_security_group.web"], unknown: false });
  });
});

describe("groups attached apart", () => {
  test.each<[string, Types, string, string[]]>([
    [
      "to an interface",
      {
        aws_network_interface: { x: { subnet_id: SUBNETS[0], security_groups: DB } },
        aws_network_interface_sg_attachment: {
          s: { security_group_id: WEB[0], network_interface_id: "${aws_network_interface.x.id}" },
        },
      },
      "aws_network_interface.x",
      ["aws_security_group.db", "aws_security_group.web"],
    ],
    [
      "to an instance's first interface",
      {
        aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: DB } },
        aws_network_interface_sg_attachment: {
          s: { security_group_id: WEB[0], network_interface_id: "${aws_instance.x.primary_network_interface_id}" },
        },
      },
      "aws_instance.x",
      ["aws_security_group.db", "aws_security_group.web"],
    ],
    [
      "to an endpoint, in place of the default group",
      {
        aws_vpc_endpoint: {
          x: {
            vpc_endpoint_type: "Interface",
            vpc_id: "${aws_vpc.main.id}",
            service_name: "com.amazonaws.us-east-2.sts",
            subnet_ids: SUBNETS,
          },
        },
        aws_vpc_endpoint_security_group_association: {
          s: {
            security_group_id: WEB[0],
            vpc_endpoint_id: "${aws_vpc_endpoint.x.id}",
            replace_default_association: true,
          },
        },
      },
      "aws_vpc_endpoint.x",
      ["aws_security_group.web"],
    ],
  ])("%s", (_, types, id, groups) => {
    expect(face(only(part(types), id))).toMatchObject({ groups, unknown: false });
  });

  test("to something that can't be told is named", () => {
    const judged = part({
      aws_network_interface_sg_attachment: {
        s: { security_group_id: WEB[0], network_interface_id: "${var.a}${var.b}" },
      },
    });
    expect(judged.unjudged).toMatchObject([{ resource: "aws_network_interface_sg_attachment.s" }]);
  });

  test.each<[type: string, argument: string, group: string, left: boolean]>([
    ["aws_network_interface_sg_attachment", "network_interface_id", "${var.group}", true],
    ["aws_network_interface_sg_attachment", "network_interface_id", "sg-1", true],
    ["aws_network_interface_sg_attachment", "network_interface_id", WEB[0] ?? "", false],
    ["aws_vpc_endpoint_security_group_association", "vpc_endpoint_id", "${var.group}", true],
    ["aws_vpc_endpoint_security_group_association", "vpc_endpoint_id", WEB[0] ?? "", false],
  ])("to something elsewhere are named where the group is elsewhere too: %s, %s, %s", (type, argument, group, left) => {
    const judged = part({ [type]: { s: { security_group_id: group, [argument]: "id-of-another" } } });
    expect(judged.unjudged.some(({ resource }) => resource === `${type}.s`)).toBe(left);
  });
});

describe("EKS", () => {
  const nodes = (values: object, more: Types = {}) =>
    part({
      ...CLUSTER,
      ...more,
      aws_eks_node_group: { n: { cluster_name: "${aws_eks_cluster.k.name}", subnet_ids: SUBNETS, ...values } },
    });
  const template = (values: object) =>
    nodes(
      { launch_template: { id: "${aws_launch_template.t.id}", version: "1" } },
      { aws_launch_template: { t: values } },
    );

  test("the API's addresses carry the named groups and the cluster's own", () => {
    expect(part(CLUSTER).unjudged).toEqual([]);
    expect(face(only(part(CLUSTER), "aws_eks_cluster.k"))).toEqual({
      kind: "cluster-api",
      groups: [CLUSTER_GROUP, "aws_security_group.db"],
      addresses: "10.0.1.0/24, 10.0.2.0/24",
      unknown: false,
    });
  });

  test.each<[string, PartialSystem]>([
    ["no launch template", nodes({})],
    ["a launch template that names no group", template({ image_id: "ami-1" })],
    ["a launch template with interfaces that name none", template({ network_interfaces: [{ device_index: 0 }] })],
  ])("nodes with %s are in the cluster's own group, and reach everywhere", (_, judged) => {
    const node = only(judged, "aws_eks_node_group.n");
    expect(face(node)).toMatchObject({ kind: "node", groups: [CLUSTER_GROUP], unknown: false });
    expect(reach(node, "outbound", ANYWHERE).allowed.toString()).toBe("any with any");
    expect(reach(node, "inbound", only(judged, "aws_eks_cluster.k")).allowed.isEmpty).toBe(false);
  });

  test.each<[string, object]>([
    ["itself", { vpc_security_group_ids: DB }],
    ["on its interfaces", { network_interfaces: [{ security_groups: DB }] }],
  ])("a launch template that names groups %s keeps the cluster's own off", (_, values) => {
    const judged = template(values);
    const node = only(judged, "aws_eks_node_group.n");
    expect(face(node)).toMatchObject({ groups: ["aws_security_group.db"], unknown: false });
    expect(reach(node, "outbound", ANYWHERE).possible.isEmpty).toBe(true);
    expect(endpoints(judged, "aws_launch_template.t")).toEqual([]);
  });

  test.each<[string, PartialSystem]>([
    ["launch template", nodes({ launch_template: { id: "lt-1" } })],
    ["launch template's groups", template({ vpc_security_group_ids: "${var.a}${var.b}" })],
    ["cluster", nodes({ cluster_name: "elsewhere" })],
  ])("nodes whose %s can't be told are unknown", (_, judged) => {
    expect(face(only(judged, "aws_eks_node_group.n")).unknown).toBe(true);
  });

  test.each<[string, object, string]>([
    ["opens port 22 to everywhere", {}, "tcp 22 with any"],
    ["opens port 22 to a named group alone", { source_security_group_ids: WEB }, "nothing"],
  ])("SSH access to nodes %s", (_, remote_access, text) => {
    const node = only(nodes({ remote_access: { ec2_ssh_key: "k", ...remote_access } }), "aws_eks_node_group.n");
    expect(reach(node, "inbound", ANYWHERE).allowed.toString()).toBe(text);
  });

  test("rules may name the cluster's own group, and add to it", () => {
    const own = "${aws_eks_cluster.k.vpc_config[0].cluster_security_group_id}";
    const rule = { ip_protocol: "tcp", from_port: 443, to_port: 443 };
    const judged = part({
      ...CLUSTER,
      aws_vpc_security_group_ingress_rule: {
        from: { security_group_id: DB[0], referenced_security_group_id: own, ...rule },
        to: { security_group_id: own, cidr_ipv4: "192.168.9.0/24", ...rule },
      },
    });
    const api = only(judged, "aws_eks_cluster.k");
    expect(api.filters[0]?.levels[0]?.map(({ peers }) => peers)).toContainEqual([{ kind: "group", id: CLUSTER_GROUP }]);
    expect(reach(api, "inbound", ANYWHERE).allowed.toString()).toBe("tcp 443 with 192.168.9.0/24");
  });

  test("the cluster's own group by its id, as in a state", () => {
    const vpc_config = [{ subnet_ids: SUBNETS, cluster_security_group_id: "sg-0c" }];
    const judged = part({
      aws_eks_cluster: { k: { vpc_config } },
      aws_instance: { x: { subnet_id: SUBNETS[0], vpc_security_group_ids: ["sg-0c"] } },
    });
    expect(face(only(judged, "aws_instance.x"))).toMatchObject({ groups: [CLUSTER_GROUP], unknown: false });
  });

  test("pods on Fargate are in the cluster's own group", () => {
    const judged = part({ ...CLUSTER, aws_eks_fargate_profile: { f: { cluster_name: "k", subnet_ids: SUBNETS } } });
    expect(face(only(judged, "aws_eks_fargate_profile.f"))).toMatchObject({ kind: "node", groups: [CLUSTER_GROUP] });
  });

  test("labels of a node group are kept", () => {
    expect(only(nodes({ labels: { "union.ai/node-role": "worker" } }), "aws_eks_node_group.n").labels).toEqual({
      "union.ai/node-role": "worker",
    });
  });

  test("Auto Mode is named: its nodes are not in the input", () => {
    const judged = part({
      aws_eks_cluster: { k: { vpc_config: { subnet_ids: SUBNETS }, compute_config: { enabled: true } } },
    });
    expect(judged.unjudged).toMatchObject([{ resource: "aws_eks_cluster.k" }]);
  });
});

describe("VPC endpoints", () => {
  const endpoint = (values: object, data = {}) =>
    only(
      part(
        {
          aws_vpc_endpoint: {
            e: { vpc_id: "${aws_vpc.main.id}", security_group_ids: WEB, subnet_ids: SUBNETS, ...values },
          },
        },
        data,
      ),
      "aws_vpc_endpoint.e",
    );

  test.each<[string, string | undefined]>([
    ["com.amazonaws.us-east-2.ecr.api", "aws:ecr.api"],
    ["com.amazonaws.eu-west-1.eks-auth", "aws:eks-auth"],
    ["cn.com.amazonaws.cn-north-1.sts", "aws:sts"],
    ["aws.sagemaker.us-east-2.notebook", "aws:sagemaker.notebook"],
    ["com.amazonaws.vpce.us-east-2.vpce-svc-0a1b", "aws:vpce-svc-0a1b"],
    ["com.amazonaws.${data.aws_region.current.name}.kms", "aws:kms"],
    ["${data.aws_vpc_endpoint_service.s.service_name}", "aws:logs"],
    ["com.amazonaws.us-east-2.${var.service}", undefined],
  ])("%s serves %s", (service_name, service) => {
    const data = { aws_vpc_endpoint_service: { s: { service: "logs" } } };
    expect(endpoint({ vpc_endpoint_type: "Interface", service_name }, data).serves).toEqual(service && [service]);
  });

  test("a gateway endpoint stands for the service itself, and whom a route table of others leads there reaches it", () => {
    const gateway = endpoint({ service_name: "com.amazonaws.us-east-2.s3", route_table_ids: ["rtb-0123"] });
    expect(gateway).toMatchObject({ kind: "cloud-service", serves: ["aws:s3"], filters: [] });
    expect(gateway.addresses.toString()).toBe("aws:s3");
    expect(reach(gateway, "inbound", ANYWHERE).possible.toString()).toBe("any with 10.0.0.0/16");
    expect(reach(gateway, "outbound", ANYWHERE).possible.isEmpty).toBe(true);
  });

  test("a gateway endpoint that no route table leads to is reached by nobody", () => {
    const gateway = endpoint({ service_name: "com.amazonaws.us-east-2.s3" });
    expect(reach(gateway, "inbound", ANYWHERE).possible.isEmpty).toBe(true);
  });

  test("a firewall's endpoint is not judged", () => {
    const judged = part({
      aws_vpc_endpoint: {
        e: { vpc_id: "${aws_vpc.main.id}", vpc_endpoint_type: "GatewayLoadBalancer", service_name: "x" },
      },
    });
    expect(judged.unjudged).toMatchObject([{ resource: "aws_vpc_endpoint.e" }]);
  });
});

describe("PrivateLink services", () => {
  const exposed = (values: object) =>
    part({
      aws_lb: { x: { load_balancer_type: "network", internal: true, subnets: SUBNETS, ...values } },
      aws_vpc_endpoint_service: { s: { network_load_balancer_arns: ["${aws_lb.x.arn}"] } },
    });

  const CONSUMERS = { addresses: AddressSet.ofName("aws:privatelink"), groups: new Set<string>() };

  test.each<[string, object, string]>([
    ["filtered by default", { security_groups: WEB }, "tcp 443 with aws:privatelink"],
    [
      "filtered when asked",
      { security_groups: WEB, enforce_security_group_inbound_rules_on_private_link_traffic: "on" },
      "tcp 443 with aws:privatelink",
    ],
    [
      "open when left open",
      { security_groups: WEB, enforce_security_group_inbound_rules_on_private_link_traffic: "off" },
      "any with aws:privatelink",
    ],
  ])("what comes in is %s", (_, values, open) => {
    const { allowed, possible } = reach(only(exposed(values), "aws_lb.x"), "inbound", CONSUMERS);
    expect([allowed.toString(), possible.toString()]).toEqual([open, open]);
  });

  test("one whose load balancer is not in the input is named", () => {
    const judged = part({
      aws_vpc_endpoint_service: { s: { network_load_balancer_arns: ["arn:aws:elasticloadbalancing:x"] } },
    });
    expect(judged.unjudged).toMatchObject([{ resource: "aws_vpc_endpoint_service.s" }]);
  });
});

describe("groups that nothing is in", () => {
  test("are judged as whoever may come to be a member", () => {
    const judged = part({});
    expect(judged.endpoints.map(({ id, kind }) => [id, kind])).toEqual([
      ["aws_security_group.web", "group"],
      ["aws_security_group.db", "group"],
    ]);
    expect(face(judged.endpoints[0] as Endpoint)).toEqual({
      kind: "group",
      groups: ["aws_security_group.web"],
      addresses: "10.0.0.0/16",
      unknown: false,
    });
    expect(judged.endpoints[0]?.routes).toBeUndefined();
  });

  test("have the VPC's IPv6 addresses and further blocks too", () => {
    const judged = part({
      aws_vpc: { main: { cidr_block: "10.0.0.0/16", ipv6_cidr_block: "2001:db8::/56" } },
      aws_vpc_ipv4_cidr_block_association: { more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.1.0.0/16" } },
    });
    expect(judged.endpoints[0]?.addresses.toString()).toBe("10.0.0.0/15, 2001:db8::/56");
  });

  test("have any address where their VPC is not known, but no named set", () => {
    const [judged] = awsPart(resourcesOf({ resource: { aws_security_group: { a: {} } } })).endpoints;
    expect(judged?.addresses.equals(AddressSet.all.numeric())).toBe(true);
  });
});

describe("what is not modelled is named", () => {
  test.each<[string, object]>([
    ["terraform:module", {}],
    ["awscc_ec2_security_group", {}],
    ["aws_cloudformation_stack", {}],
    ["aws_lb", { load_balancer_type: "gateway", subnets: SUBNETS }],
    ["aws_lb", { load_balancer_type: "${var.a}${var.b}", subnets: SUBNETS }],
    ["aws_networkfirewall_firewall", {}],
    ["aws_globalaccelerator_endpoint_group", {}],
    ["aws_api_gateway_vpc_link", {}],
    ["aws_vpclattice_service_network_vpc_association", {}],
    ["aws_ec2_client_vpn_endpoint", {}],
    ["aws_verifiedaccess_endpoint", {}],
    ["aws_ec2_instance_connect_endpoint", { subnet_id: SUBNETS[0], security_group_ids: WEB }],
    ["aws_vpc_route_server_endpoint", {}],
    ["aws_workspaces_directory", {}],
    ["aws_vpc_block_public_access_options", { internet_gateway_block_mode: "block-bidirectional" }],
    ["aws_something_new", {}],
    ["aws_eks_capability", {}],
    ["aws_ecs_express_gateway_service", {}],
    ["aws_sagemaker_user_profile", { user_settings: [{ security_groups: WEB }] }],
    ["aws_sagemaker_user_profile", { user_settings: [{ security_groups: "${var.a}${var.b}" }] }],
    ["aws_autoscaling_group", { availability_zones: ["us-east-2a"] }],
    ["aws_ses_receipt_rule", { enabled: true }],
    ["aws_ses_receipt_rule", { enabled: "${var.a}${var.b}" }],
  ])("%s", (type, values) => {
    expect(part({ [type]: { x: values } }).unjudged).toMatchObject([{ resource: `${type}.x` }]);
  });

  test.each<[string, object]>([
    ["aws_networkfirewall_rule_group", {}],
    ["aws_route53_resolver_firewall_rule_group", {}],
    ["aws_lb_target_group", {}],
    ["aws_vpc_block_public_access_options", { internet_gateway_block_mode: "block-ingress" }],
    ["aws_ec2_transit_gateway_vpc_attachment", { vpc_id: "${aws_vpc.main.id}" }],
    ["aws_sagemaker_user_profile", { user_settings: [{ security_groups: [] }] }],
    ["aws_vpc_security_group_rules_exclusive", { security_group_id: WEB[0], ingress_rule_ids: [] }],
    ["aws_s3_bucket", { bucket: "sg-1" }],
    ["aws_ses_receipt_rule", {}],
    ["aws_s3vectors_vector_bucket", {}],
    ["aws_nat_gateway_eip_association", {}],
  ])("%s has no effect of its own", (type, values) => {
    expect(part({ [type]: { x: values } }).unjudged).toEqual([]);
  });
});

describe("a part is judged with the whole that it is of", () => {
  const left = (resources: Readonly<Record<string, Readonly<Record<string, object>>>>) =>
    part(resources).unjudged.map(({ resource }) => resource);

  describe.each<[part: string, argument: string, whole: string, attribute: string, values: object]>([
    ["aws_lb_listener", "load_balancer_arn", "aws_lb", "arn", { internal: true }],
    ["aws_alb_listener_rule", "listener_arn", "aws_lb_listener", "arn", { load_balancer_arn: "${aws_lb.b.arn}" }],
    ["aws_apigatewayv2_integration", "api_id", "aws_apigatewayv2_api", "id", {}],
    ["aws_apigatewayv2_route", "api_id", "aws_apigatewayv2_api", "id", {}],
    ["aws_apigatewayv2_stage", "api_id", "aws_apigatewayv2_api", "id", {}],
    ["aws_api_gateway_integration", "rest_api_id", "aws_api_gateway_rest_api", "id", {}],
    ["aws_api_gateway_stage", "rest_api_id", "aws_api_gateway_rest_api", "id", {}],
    ["aws_apigatewayv2_api_mapping", "domain_name", "aws_apigatewayv2_domain_name", "id", { domain_name: "a.example" }],
    ["aws_appsync_datasource", "api_id", "aws_appsync_graphql_api", "id", {}],
    ["aws_ec2_client_vpn_network_association", "client_vpn_endpoint_id", "aws_ec2_client_vpn_endpoint", "id", {}],
    ["aws_lb_target_group_attachment", "target_group_arn", "aws_lb_target_group", "arn", {}],
    ["aws_alb_target_group_attachment", "target_group_arn", "aws_alb_target_group", "arn", {}],
    ["aws_autoscaling_attachment", "lb_target_group_arn", "aws_lb_target_group", "arn", {}],
    ["aws_autoscaling_attachment", "elb", "aws_elb", "name", { internal: true }],
    ["aws_elb_attachment", "elb", "aws_elb", "id", { internal: true }],
    ["aws_network_interface_attachment", "network_interface_id", "aws_network_interface", "id", {}],
  ])("%s", (type, argument, whole, attribute, values) => {
    const named = (name: string) => ({ [type]: { p: { [argument]: name } } });
    const whatElse = { aws_lb: { b: { internal: true } }, [whole]: { w: values } };
    const isLeft = (name: string) => left({ ...whatElse, ...named(name) }).includes(`${type}.p`);

    test("of one in the input", () => expect(isLeft(`\${${whole}.w.${attribute}}`)).toBe(false));

    test.each([`\${data.${whole}.w.${attribute}}`, "${var.name}", "a-name-of-another"])("of another, %s", (name) => {
      expect(isLeft(name)).toBe(true);
    });
  });

  describe.each<[part: string, values: (name: string) => object, whole: string]>([
    [
      "aws_autoscaling_group",
      (name) => ({ target_group_arns: ["${aws_lb_target_group.own.arn}", name] }),
      "aws_lb_target_group",
    ],
    ["aws_autoscaling_group", (name) => ({ load_balancers: [name] }), "aws_elb"],
    [
      "aws_autoscaling_group",
      (name) => ({ traffic_source: [{ identifier: name, type: "elbv2" }] }),
      "aws_lb_target_group",
    ],
    ["aws_autoscaling_traffic_source_attachment", (name) => ({ traffic_source: [{ identifier: name }] }), "aws_elb"],
    ["aws_ecs_service", (name) => ({ load_balancer: [{ target_group_arn: name }] }), "aws_lb_target_group"],
    ["aws_ecs_service", (name) => ({ load_balancer: [{ elb_name: name }] }), "aws_elb"],
    ["aws_ecs_task_set", (name) => ({ load_balancer: [{ target_group_arn: name }] }), "aws_lb_target_group"],
  ])("%s registered", (type, values, whole) => {
    const launched = { launch_template: [{ id: "${aws_launch_template.t.id}" }], subnets: SUBNETS };
    const isLeft = (name: string) =>
      left({
        aws_launch_template: { t: { vpc_security_group_ids: DB } },
        aws_lb_target_group: { own: {}, w: { arn: "arn:w" } },
        aws_elb: { w: { internal: true, name: "arn:w", subnets: SUBNETS } },
        [type]: { p: { ...launched, ...values(name) } },
      }).includes(`${type}.p`);

    test.each([`\${${whole}.w.id}`, "arn:w"])("at one in the input, %s", (name) => expect(isLeft(name)).toBe(false));
    test.each([`\${data.${whole}.w.arn}`, "${var.name}", "another"])("at another, %s", (name) => {
      expect(isLeft(name)).toBe(true);
    });
  });

  test("that it names by a name", () => {
    const domain_name = "a.example";
    const mapping = { aws_apigatewayv2_api_mapping: { m: { domain_name } } };
    expect(left({ ...mapping, aws_apigatewayv2_domain_name: { d: { domain_name } } })).toEqual([]);
  });

  test.each(["aws_lb_listener.l[count.index].arn", "element(aws_lb_listener.l, 0).arn"])(
    "that it names by an expression, %s",
    (expression) => {
      const name = { kind: "unknown", reason: expression, mentions: ["aws_lb_listener.l"] };
      const whole = {
        aws_lb: { b: { internal: true } },
        aws_lb_listener: { l: { load_balancer_arn: "${aws_lb.b.arn}" } },
      };
      expect(left({ ...whole, aws_lb_listener_rule: { r: { listener_arn: name } } })).toEqual([]);
    },
  );
});

describe.each<[type: string, own: readonly (string | object)[], table: (name: string | object, to: string) => object]>([
  [
    "aws_route_table_association",
    ["${aws_subnet.a.id}", { kind: "unknown", reason: "which one", mentions: ["aws_subnet.a"] }],
    (subnet_id, to) => ({ subnet_id, route_table_id: `\${aws_route_table.${to}.id}` }),
  ],
  [
    "aws_main_route_table_association",
    ["${aws_vpc.main.id}"],
    (vpc_id, to) => ({ vpc_id, route_table_id: `\${aws_route_table.${to}.id}` }),
  ],
  [
    "aws_default_route_table",
    ["${aws_vpc.main.default_route_table_id}"],
    (default_route_table_id, to) => ({
      default_route_table_id,
      route: to === "in" ? [{ cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.i.id}" }] : [],
    }),
  ],
])("%s leads the internet to", (type, own, table) => {
  const vpc_id = "${aws_vpc.main.id}";
  const tables = {
    in: { vpc_id, route: [{ cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.i.id}" }] },
    inside: { vpc_id, route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "nat-1" }] },
  };
  const left = (name: string | object, to = "in") =>
    part({ aws_route_table: tables, [type]: { p: table(name, to) } }).unjudged.map(({ resource }) => resource);

  test.each(own)("what is in the input, %s", (name) => expect(left(name)).toEqual([]));

  test.each(["${data.aws_x.d.id}", "${var.name}", "of-another"])("what is not, %s", (name) => {
    expect(left(name)).toEqual([`${type}.p`]);
    expect(left(name, "inside")).toEqual([]);
  });
});

describe("what a public address is given to", () => {
  const leaves = (type: string, values: object) =>
    part({ aws_instance: { i: {} }, [type]: { a: values } }).unjudged.map(({ resource }) => resource);
  const someOf = { kind: "unknown", reason: "one of them", mentions: ["aws_instance.i"] };

  test.each<[type: string, values: object]>([
    ["aws_eip_association", { instance_id: "${aws_instance.i.id}" }],
    ["aws_eip_association", { instance_id: "${aws_instance.i.id}", network_interface_id: "eni-1" }],
    ["aws_eip_association", { instance_id: someOf }],
    ["aws_eip", { instance: "${aws_instance.i.id}" }],
    ["aws_eip", { domain: "vpc" }],
    // As the state has it of the address of a NAT gateway.
    ["aws_eip", { instance: "", network_interface: "eni-1" }],
  ])("is in the input: %s %j", (type, values) => {
    expect(leaves(type, values)).toEqual([]);
  });

  test.each<[type: string, values: object]>([
    ["aws_eip_association", { instance_id: "i-1" }],
    ["aws_eip_association", { instance_id: "${var.id}" }],
    ["aws_eip_association", { network_interface_id: "eni-1" }],
    ["aws_eip", { instance: "${data.aws_instance.i.id}" }],
    ["aws_eip", { instance: "i-1" }],
    ["aws_eip", { network_interface: "${var.id}" }],
  ])("is elsewhere: %s %j", (type, values) => {
    expect(leaves(type, values)).toEqual([`${type}.a`]);
  });
});
