import { join } from "node:path";

import { InputError } from "../../../verification/input-error";
import type { Resource } from "../../../verification/model";
import { DEPLOYMENT, readCdktfOutput, readTerraformJson } from "../../../verification/readers/cdktf-output";
import { JsonText } from "../../../verification/readers/json-locations";

const FOLDER = join(__dirname, "../../fixtures/synthesized");
const reference = (address: string, attribute: string) => ({ kind: "reference", address, attribute });

const parse = (json: object) => readTerraformJson(new JsonText("cdk.tf.json", JSON.stringify(json, null, 1)));

test("the deployment that a stack carries is a resource of its own", () => {
  const [found] = parse({ "//": { deployment: { name: "acme" } }, resource: {} });
  expect(found).toMatchObject({ type: DEPLOYMENT, unit: "cdk.tf.json", values: { deployment: { name: "acme" } } });
  expect(found?.locate(["deployment", "name"])).toMatchObject({ file: "cdk.tf.json", line: 4 });
  expect(parse({ "//": { deployment: "acme", metadata: {} }, resource: {} })).toEqual([]);
});

test("a dynamic block over a list of the cloud has its elements by reference, and nothing else", () => {
  const to = {
    for_each: "${data.aws_prefix_list.s3.cidr_blocks}",
    content: { ip_block: { cidr: "${to.value}" }, port: 443 },
  };
  const [policy] = parse({
    data: { aws_prefix_list: { s3: { name: "com.amazonaws.us-east-2.s3" } } },
    resource: { kubernetes_network_policy_v1: { a: { dynamic: { to } } } },
  });
  expect(policy?.values["to"]).toEqual([
    {
      ip_block: { cidr: reference("data.aws_prefix_list.s3", "cidr_blocks[*]") },
      port: expect.objectContaining({ kind: "unknown" }),
    },
  ]);
});

describe("a cdktf.out folder", () => {
  let resources: Resource[];
  beforeAll(async () => {
    resources = await readCdktfOutput(FOLDER);
  });
  const find = (unit: string, address: string) =>
    resources.find((resource) => resource.unit === unit && resource.address === address);

  test("is every stack's resources, each stack a unit, without what the framework notes", () => {
    expect(resources.map(({ unit, address }) => `${unit} ${address}`).sort()).toEqual([
      "cluster aws_instance.web",
      "cluster aws_security_group.shared",
      "cluster data.terraform_remote_state.elsewhere",
      "cluster data.terraform_remote_state.network",
      "network aws_security_group.nodes",
      "network aws_security_group.shared",
      "network aws_vpc.main",
    ]);
    expect(find("network", "aws_security_group.nodes")?.values).toEqual({ vpc_id: reference("aws_vpc.main", "id") });
  });

  test("leads from a stack to the resources of another", () => {
    expect(find("cluster", "aws_security_group.shared")?.values["vpc_id"]).toEqual(reference("aws_vpc.main", "id"));
    const groups = find("cluster", "aws_instance.web")?.values["vpc_security_group_ids"];
    expect(groups).toEqual([
      reference("aws_security_group.nodes", "id"),
      // The asking stack has a group of that address too, and an address means the own one.
      expect.objectContaining({ kind: "unknown", mentions: ["aws_security_group.shared"] }),
    ]);
  });

  test("keeps references to states that it does not hold", () => {
    const subnet = find("cluster", "aws_instance.web")?.values["subnet_id"];
    expect(subnet).toEqual(reference("data.terraform_remote_state.elsewhere", "outputs.subnet_id"));
  });

  test("knows the lines", () => {
    const file = join(FOLDER, "stacks/network/cdk.tf.json");
    expect(find("network", "aws_security_group.nodes")?.location).toEqual({ file, line: 10 });
    expect(find("network", "aws_security_group.nodes")?.locate(["vpc_id"])).toEqual({ file, line: 12 });
  });
});

test("a single file is a unit", () => {
  const json = { resource: { aws_vpc: { main: { cidr_block: "10.0.0.0/16" } } } };
  const [vpc, ...more] = readTerraformJson(new JsonText("main.tf.json", JSON.stringify(json)));
  expect(more).toEqual([]);
  expect(vpc).toMatchObject({ address: "aws_vpc.main", unit: "main.tf.json", values: { cidr_block: "10.0.0.0/16" } });
});

test("a folder without a manifest is refused", async () => {
  await expect(readCdktfOutput(join(FOLDER, "stacks"))).rejects.toThrow(InputError);
  await expect(readCdktfOutput(join(FOLDER, "stacks"))).rejects.toThrow("stacks/manifest.json: does not exist");
});
