import type { PartialSystem } from "../../../../verification/model";
import { reach } from "../../../../verification/evaluate";
import { AddressSet } from "../../../../packets/address-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const INTERNET = { addresses: AddressSet.ofCidrs(["8.0.0.0/8"]), groups: new Set<string>() };
const UNKNOWN = "${var.a}${var.b}";

const part = (types: Types): PartialSystem => awsPart(resourcesOf({ resource: types }));

/** What certainly comes in from a block of the internet; `unknown` where it can't be told, `closed` where nothing can. */
function fromInternet(types: Types, id: string): string {
  const verdicts = part(types)
    .endpoints.filter((endpoint) => endpoint.id === id)
    .map((endpoint) => reach(endpoint, "inbound", INTERNET));
  const allowed = verdicts.find((verdict) => !verdict.allowed.isEmpty)?.allowed;
  if (allowed) return allowed.toString().replace(" with 8.0.0.0/8", "");
  return verdicts.some(({ possible }) => !possible.isEmpty) ? "unknown" : "closed";
}

const policyOf = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const ALLOW = { Effect: "Allow", Principal: "*", Action: "es:*", Resource: "*" };
const from = (...blocks: string[]) => ({ IpAddress: { "aws:SourceIp": blocks } });
const INSIDE = policyOf({ ...ALLOW, Condition: from("10.0.0.0/8") });
const vpc_options = { subnet_ids: ["subnet-1"], security_group_ids: ["sg-1"] };

describe("a policy by itself of what is elsewhere", () => {
  const NAMED = policyOf({ ...ALLOW, Principal: { AWS: "arn:aws:iam::111122223333:root" } });
  describe.each<[type: string, of: string, policy: string, open: string]>([
    ["aws_opensearch_domain_policy", "domain_name", "access_policies", "unknown"],
    ["aws_elasticsearch_domain_policy", "domain_name", "access_policies", "unknown"],
    ["aws_api_gateway_rest_api_policy", "rest_api_id", "policy", "unknown"],
    ["aws_cloudsearch_domain_service_access_policy", "domain_name", "access_policy", "tcp 80, 443"],
  ])("%s", (type, of, policy, open) => {
    test.each([
      [policyOf(ALLOW), open],
      [NAMED, "closed"],
      [INSIDE, "closed"],
      [UNKNOWN, "unknown"],
    ])("%s: %s", (written, expected) => {
      for (const name of ["other", "${var.n}", "${data.aws_x.d.id}"])
        expect(fromInternet({ [type]: { p: { [of]: name, [policy]: written } } }, `${type}.p`)).toBe(expected);
    });
  });

  test("is judged with a domain of the input", () => {
    const types = {
      aws_opensearch_domain: { x: { domain_name: "d", vpc_options: [vpc_options] } },
      aws_opensearch_domain_policy: { p: { domain_name: "d", access_policies: policyOf(ALLOW) } },
    };
    expect(fromInternet(types, "aws_opensearch_domain_policy.p")).toBe("closed");
  });
});

describe("services at public addresses", () => {
  test.each<[type: string, values: object, open: string]>([
    ["aws_amplify_branch", {}, "tcp 80, 443"],
    ["aws_api_gateway_rest_api", {}, "tcp 443"],
    ["aws_api_gateway_rest_api", { endpoint_configuration: [{ types: ["PRIVATE"] }] }, "closed"],
    ["aws_api_gateway_rest_api", { endpoint_configuration: [{ types: ["REGIONAL"] }] }, "tcp 443"],
    ["aws_api_gateway_rest_api", { endpoint_configuration: [{ types: [UNKNOWN] }] }, "unknown"],
    ["aws_api_gateway_rest_api", { disable_execute_api_endpoint: true }, "closed"],
    ["aws_api_gateway_rest_api", { policy: INSIDE }, "closed"],
    ["aws_api_gateway_domain_name", { domain_name: "a.example" }, "tcp 443"],
    ["aws_api_gateway_domain_name", { endpoint_configuration: [{ types: ["PRIVATE"] }] }, "closed"],
    ["aws_apigatewayv2_api", { protocol_type: "HTTP" }, "tcp 443"],
    ["aws_apigatewayv2_api", { disable_execute_api_endpoint: true }, "closed"],
    ["aws_apigatewayv2_domain_name", {}, "tcp 443"],
    ["aws_apprunner_service", {}, "tcp 80, 443"],
    ["aws_apprunner_service", ingress(false), "closed"],
    ["aws_apprunner_service", ingress(true), "tcp 80, 443"],
    ["aws_appsync_graphql_api", {}, "tcp 443"],
    ["aws_appsync_graphql_api", { visibility: "PRIVATE" }, "closed"],
    ["aws_bedrockagentcore_agent_runtime", { network_configuration: [{ network_mode: "PUBLIC" }] }, "tcp 443"],
    ["aws_bedrockagentcore_agent_runtime", { network_configuration: [{ network_mode: "VPC" }] }, "closed"],
    ["aws_bedrockagentcore_agent_runtime", { network_configuration: [{ network_mode: UNKNOWN }] }, "unknown"],
    ["aws_cloudfront_distribution", { enabled: true }, "tcp 80, 443"],
    ["aws_cloudfront_distribution", { enabled: false }, "closed"],
    ["aws_cloudsearch_domain", { name: "d" }, "tcp 80, 443"],
    ["aws_dsql_cluster", {}, "tcp 5432"],
    ["aws_elasticsearch_domain", {}, "tcp 80, 443"],
    ["aws_elasticsearch_domain", { vpc_options }, "unknown"],
    ["aws_gamelift_fleet", fleet("0.0.0.0/0"), "udp 7000-7010"],
    ["aws_gamelift_fleet", fleet("10.0.0.0/8"), "closed"],
    ["aws_globalaccelerator_listener", { protocol: "UDP", port_range: [{ from_port: 53, to_port: 53 }] }, "udp 53"],
    ["aws_grafana_workspace", {}, "tcp 443"],
    ["aws_grafana_workspace", { network_access_control: [{ prefix_list_ids: [], vpce_ids: ["vpce-1"] }] }, "closed"],
    ["aws_grafana_workspace", { network_access_control: [{ prefix_list_ids: ["pl-1"] }] }, "unknown"],
    ["aws_codepipeline_webhook", { authentication: "UNAUTHENTICATED" }, "tcp 443"],
    ["aws_codepipeline_webhook", { authentication: "GITHUB_HMAC" }, "unknown"],
    ["aws_codepipeline_webhook", { authentication: "IP" }, "unknown"],
    ["aws_codepipeline_webhook", { authentication: "${var.a}${var.b}" }, "unknown"],
    ["aws_lambda_function_url", { authorization_type: "NONE" }, "tcp 443"],
    ["aws_lambda_function_url", { authorization_type: "AWS_IAM" }, "unknown"],
    ["aws_lightsail_container_service_deployment_version", {}, "closed"],
    ["aws_lightsail_container_service_deployment_version", { public_endpoint: [{ container_port: 80 }] }, "tcp 443"],
    ["aws_lightsail_database", {}, "closed"],
    ["aws_lightsail_database", { publicly_accessible: true }, "tcp 3306, 5432"],
    ["aws_lightsail_distribution", {}, "tcp 80, 443"],
    ["aws_lightsail_distribution", { is_enabled: false }, "closed"],
    ["aws_lightsail_instance", { blueprint_id: "amazon_linux_2023" }, "tcp 22, 80"],
    ["aws_lightsail_instance", { blueprint_id: "windows_server_2022" }, "tcp 80, 3389"],
    ["aws_lightsail_instance_public_ports", ports({ cidrs: ["0.0.0.0/0"] }), "tcp 22"],
    ["aws_lightsail_instance_public_ports", ports({}), "tcp 22"],
    ["aws_lightsail_instance_public_ports", ports({ cidrs: ["10.0.0.0/8"] }), "closed"],
    ["aws_lightsail_instance_public_ports", ports({ cidr_list_aliases: ["lightsail-connect"] }), "unknown"],
    ["aws_lightsail_lb", {}, "tcp 80, 443"],
    ["aws_medialive_input_security_group", { whitelist_rules: [{ cidr: "0.0.0.0/0" }] }, "any"],
    ["aws_medialive_input_security_group", { whitelist_rules: [{ cidr: "10.0.0.0/8" }] }, "closed"],
    ["aws_mwaa_environment", airflow({ webserver_access_mode: "PUBLIC_ONLY" }), "tcp 443"],
    ["aws_mwaa_environment", airflow({ webserver_access_mode: UNKNOWN }), "unknown"],
    ["aws_mwaa_environment", airflow({}), "closed"],
    ["aws_mq_broker", broker("RabbitMQ", true), "tcp 443, 5671, 15671"],
    ["aws_mq_broker", broker("RabbitMQ", false), "closed"],
    ["aws_mq_broker", broker("ActiveMQ", true), "closed"],
    ["aws_neptunegraph_graph", {}, "closed"],
    ["aws_neptunegraph_graph", { public_connectivity: true }, "tcp 443, 8182"],
    ["aws_opensearch_domain", {}, "tcp 80, 443"],
    ["aws_opensearch_domain", { access_policies: policyOf(ALLOW) }, "tcp 80, 443"],
    ["aws_opensearch_domain", { access_policies: INSIDE }, "closed"],
    ["aws_opensearch_domain", { access_policies: UNKNOWN }, "unknown"],
    ["aws_opensearchserverless_security_policy", network(true), "tcp 443"],
    ["aws_opensearchserverless_security_policy", network(false), "closed"],
    ["aws_opensearchserverless_security_policy", network("${var.a}"), "unknown"],
    ["aws_opensearchserverless_security_policy", { type: "network", policy: UNKNOWN }, "unknown"],
    ["aws_opensearchserverless_security_policy", { type: "encryption", policy: UNKNOWN }, "closed"],
    ["aws_osis_pipeline", {}, "tcp 443"],
    ["aws_transfer_server", {}, "tcp 22"],
    ["aws_transfer_server", { endpoint_type: "PUBLIC" }, "tcp 22"],
    ["aws_transfer_server", { endpoint_type: "VPC" }, "closed"],
  ])("%s %j: %s", (type, values, open) => {
    const found = part({ [type]: { x: values } });
    expect(found.unjudged).toEqual([]);
    expect(fromInternet({ ...GROUP, [type]: { x: values } }, `${type}.x`)).toBe(open);
  });

  test.each<[values: object, unjudged: number]>([
    [{}, 1],
    [{ publicly_accessible: "${var.a}" }, 1],
    [{ publicly_accessible: false }, 0],
  ])("a group of shards %j is public unless it says that it is not", (values, unjudged) => {
    expect(part({ aws_rds_shard_group: { x: values } }).unjudged).toHaveLength(unjudged);
  });

  test.each<[what: string, types: Types, open: string]>([
    ["a policy apart", apart("${aws_opensearch_domain.x.domain_name}"), "closed"],
    ["a policy apart, by name", apart("d"), "closed"],
    ["a policy of another domain", apart("other"), "tcp 80, 443"],
  ])("%s narrows a domain", (_, types, open) => {
    expect(fromInternet(types, "aws_opensearch_domain.x")).toBe(open);
  });

  test("ports that are opened for an instance take the place of those that are open by themselves", () => {
    const instance_name = "${aws_lightsail_instance.x.name}";
    const types = {
      aws_lightsail_instance: { x: { name: "i" } },
      aws_lightsail_instance_public_ports: { p: { ...ports({ cidrs: ["10.0.0.0/8"] }), instance_name } },
    };
    expect(fromInternet(types, "aws_lightsail_instance.x")).toBe("closed");
    expect(part(types).endpoints).toHaveLength(1);
  });

  test("ports of an instance that is not in the input are rules of something elsewhere", () => {
    expect(part({ aws_lightsail_instance_public_ports: { p: ports({}) } }).endpoints).toMatchObject([
      { elsewhere: true },
    ]);
  });

  test("an accelerator that is switched off", () => {
    const listener = {
      accelerator_arn: "${aws_globalaccelerator_accelerator.a.id}",
      protocol: "TCP",
      port_range: [{}],
    };
    const types = (enabled: unknown) => ({
      aws_globalaccelerator_accelerator: { a: { enabled } },
      aws_globalaccelerator_listener: { x: listener },
    });
    expect(fromInternet(types(false), "aws_globalaccelerator_listener.x")).toBe("closed");
    expect(fromInternet(types(true), "aws_globalaccelerator_listener.x")).toBe("tcp");
    expect(fromInternet(types(UNKNOWN), "aws_globalaccelerator_listener.x")).toBe("unknown");
  });
});

const GROUP: Types = { aws_security_group: { s: {} } };

function ingress(is_publicly_accessible: boolean): object {
  return { network_configuration: [{ ingress_configuration: [{ is_publicly_accessible }] }] };
}

function fleet(ip_range: string): object {
  return { ec2_inbound_permission: [{ protocol: "UDP", from_port: 7000, to_port: 7010, ip_range }] };
}

function ports(more: object): object {
  return { instance_name: "i", port_info: [{ protocol: "tcp", from_port: 22, to_port: 22, ...more }] };
}

function airflow(more: object): object {
  const subnet_ids = ["subnet-1"];
  return { network_configuration: [{ subnet_ids, security_group_ids: ["${aws_security_group.s.id}"] }], ...more };
}

function broker(engine_type: string, publicly_accessible: boolean): object {
  return { engine_type, publicly_accessible, security_groups: ["${aws_security_group.s.id}"] };
}

function network(AllowFromPublic: boolean | string): object {
  return { type: "network", policy: JSON.stringify([{ Rules: [], AllowFromPublic }]) };
}

function apart(domain_name: string): Types {
  return {
    aws_opensearch_domain: { x: { domain_name: "d" } },
    aws_opensearch_domain_policy: { p: { domain_name, access_policies: INSIDE } },
  };
}
