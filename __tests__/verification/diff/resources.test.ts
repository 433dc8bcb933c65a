/** What two configurations tell of what Terraform would do to resources, without a plan. */
import { diffOf } from "../../support/diff";
import type { Side } from "../../support/diff";
import type { Json } from "../../support/workloads";

/** What is said of each resource: its change, and the arguments by which it changes. */
async function told(base: Side, head: Side): Promise<Record<string, string>> {
  const { deployments } = await diffOf(base, head);
  return Object.fromEntries(
    deployments.flatMap(({ resources }) =>
      resources.map(({ resource, change, arguments: by }) => [resource, [change, ...by].join(" ")]),
    ),
  );
}

const of = (resource: Json, others: Json = {}): Side => ({ files: { "main.tf.json": { resource, ...others } } });

test.each([
  { ignored: [], told: { "google_kms_key_ring.a": "replaced name" } },
  { ignored: ["name"], told: {} },
  { ignored: "all", told: {} },
])("a key ring of another name, where Terraform passes over $ignored", async (row) => {
  const ring = (name: string) =>
    of({ google_kms_key_ring: { a: { name, lifecycle: { ignore_changes: row.ignored } } } });
  expect(await told(ring("union-acme"), ring("union-acme-0a1b2c3d"))).toEqual(row.told);
});

test("of what is passed over within a block, the rest of it counts", async () => {
  const group = (desired: number, max: number) =>
    of({
      aws_eks_node_group: {
        a: {
          scaling_config: { desired_size: desired, max_size: max, min_size: 1 },
          lifecycle: { ignore_changes: ["scaling_config[0].desired_size"] },
        },
      },
    });
  expect(await told(group(1, 4), group(2, 4))).toEqual({});
  expect(await told(group(1, 4), group(2, 5))).toEqual({ "aws_eks_node_group.a": "changed scaling_config" });
});

test("an argument that the provider fills in is left out: nothing is made anew; another value makes it anew", async () => {
  const group = (fields: Json) => of({ aws_eks_node_group: { a: { node_group_name: "a", ...fields } } });
  expect(await told(group({ ami_type: "AL2023_x86_64_STANDARD" }), group({}))).toEqual({});
  expect(await told(group({ ami_type: "AL2023_x86_64_STANDARD" }), group({ ami_type: "BOTTLEROCKET_x86_64" }))).toEqual(
    {
      "aws_eks_node_group.a": "replaced ami_type",
    },
  );
  expect(await told(group({ node_role_arn: "arn:aws:iam::1:role/a" }), group({}))).toEqual({
    "aws_eks_node_group.a": "replaced node_role_arn",
  });
});

test("an empty list in place of one that the provider fills in is a change", async () => {
  const network = (fields: Json) => of({ azurerm_virtual_network: { a: { name: "a", ...fields } } });
  expect(await told(network({ dns_servers: ["10.0.0.4"] }), network({}))).toEqual({});
  expect(await told(network({ dns_servers: ["10.0.0.4"] }), network({ dns_servers: [] }))).toEqual({
    "azurerm_virtual_network.a": "changed dns_servers",
  });
});

test("a trigger is another value of an attribute, or a new resource where only the cloud knows it", async () => {
  const registry = (uri: string, description: string, trigger: string) =>
    of({
      google_artifact_registry_repository: { a: { repository_id: "a", format: uri, description } },
      google_artifact_registry_repository_iam_member: {
        a: {
          repository: "a",
          lifecycle: { replace_triggered_by: [`google_artifact_registry_repository.a${trigger}`] },
        },
      },
    });
  const member = "google_artifact_registry_repository_iam_member.a";
  const anew = { [member]: "replaced replace_triggered_by" };
  const changes = async (trigger: string, uri: string, description: string) =>
    told(registry("DOCKER", "x", trigger), registry(uri, description, trigger));
  expect(await changes(".create_time", "NPM", "x")).toMatchObject(anew);
  expect(await changes(".create_time", "DOCKER", "y")).not.toHaveProperty([member]);
  expect(await changes(".repository_id", "NPM", "x")).not.toHaveProperty([member]);
  expect(await changes("", "DOCKER", "y")).toMatchObject(anew);
});

test("what is made of an attribute that only the cloud knows follows, through data sources too", async () => {
  const issuer = "${aws_eks_cluster.a.identity[0].oidc[0].issuer}";
  const stack = (cidr: string) =>
    of(
      {
        aws_eks_cluster: { a: { name: "a", kubernetes_network_config: { service_ipv4_cidr: cidr } } },
        aws_iam_openid_connect_provider: { a: { url: issuer } },
        aws_iam_role: { a: { name: "a", assume_role_policy: "${data.aws_iam_policy_document.a.json}" } },
        aws_iam_role_policy: { a: { name: "a", role: "${aws_iam_role.a.name}", policy: "{}" } },
        aws_ssm_parameter: { a: { name: "${aws_eks_cluster.a.name}" } },
      },
      {
        data: {
          aws_iam_policy_document: {
            a: {
              statement: {
                principals: { identifiers: ["${aws_iam_openid_connect_provider.a.arn}"], type: "Federated" },
              },
            },
          },
        },
      },
    );
  expect(await told(stack("172.20.0.0/16"), stack("172.21.0.0/16"))).toEqual({
    "aws_eks_cluster.a": "replaced kubernetes_network_config.service_ipv4_cidr",
    "aws_iam_openid_connect_provider.a": "replaced url",
    "aws_iam_role.a": "changed assume_role_policy",
  });
});

test("a template that changes has another version, by which nodes are made anew in place", async () => {
  const pools = (script: string, description: string) =>
    of({
      aws_launch_template: { a: { name: "a", user_data: script } },
      aws_eks_node_group: {
        a: {
          launch_template: { id: "${aws_launch_template.a.id}", version: "${aws_launch_template.a.latest_version}" },
        },
        other: { launch_template: { id: "${aws_launch_template.a.id}", version: "1" }, tags: { description } },
      },
    });
  expect(await told(pools("one", "x"), pools("two", "x"))).toEqual({
    "aws_launch_template.a": "changed user_data",
    "aws_eks_node_group.a": "changed launch_template",
  });
  expect(await told(pools("one", "x"), pools("one", "y"))).toEqual({ "aws_eks_node_group.other": "changed tags" });
});
