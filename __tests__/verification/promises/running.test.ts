/** A deployment as it runs: what its account holds stands in the place of what its stacks write. */
import { loadDeployments } from "../../../config/loader";
import { writtenStacks } from "../../../cli/written-stacks";
import type { Resource, Value } from "../../../verification/model";
import { isReference, referenceTo } from "../../../verification/model";
import { running, unmanaged } from "../../../verification/promises/running";
import { judgeEach } from "../../../verification/verify";
import { EXAMPLES } from "../../support/examples";

const [{ deployment }] = loadDeployments([`${EXAMPLES}/aws-us-east-2.yaml`]) as [ReturnType<typeof loadDeployments>[0]];
const NAME = deployment.name;
const written = writtenStacks(deployment);

const location = { file: "collected", line: 1 };
const resource = (type: string, name: string, values: Readonly<Record<string, Value>>): Resource => ({
  type,
  address: type.startsWith("kubernetes:") ? name : `${type}.${name}`,
  mode: "managed",
  unit: "collected",
  values,
  location,
  locate: () => location,
});

const vpc = resource("aws_vpc", "vpc-1", { id: "vpc-1", cidr_block: "10.0.0.0/16" });
const subnet = resource("aws_subnet", "subnet-1", { id: "subnet-1", vpc_id: referenceTo("aws_vpc.vpc-1") });
const cluster = resource("aws_eks_cluster", NAME, {
  id: NAME,
  name: NAME,
  vpc_config: [{ subnet_ids: [referenceTo("aws_subnet.subnet-1")] }],
});
const rule = resource("aws_vpc_security_group_ingress_rule", "sgr-1", {
  id: "sgr-1",
  security_group_id: referenceTo("aws_security_group.sg-1"),
});
const group = resource("aws_security_group", "sg-1", {
  id: "sg-1",
  name: `${NAME}-nodes`,
  vpc_id: referenceTo("aws_vpc.vpc-1"),
});
const account = [vpc, subnet, cluster, group, rule];

const addressesOf = (resources: readonly Resource[]) => resources.map(({ address }) => address);

test("what is written and found by one name has the address that it is written at, for whoever refers to it too", () => {
  const { account: own } = running(deployment, written, account);
  const named = written.find(({ type, values }) => type === "aws_security_group" && values["name"] === `${NAME}-nodes`);
  expect(addressesOf(own)).toContain(named?.address);
  const found = own.find(({ type }) => type === "aws_vpc_security_group_ingress_rule")?.values["security_group_id"];
  expect(isReference(found) && found.address).toBe(named?.address);
});

test("what a state knows by its id has the address that it has there", () => {
  const known = [resource("aws_subnet", "node_a", { id: "subnet-1" })];
  expect(addressesOf(running(deployment, written, account, known).account)).toContain("aws_subnet.node_a");
});

test("nothing of the infrastructure that is only written is left", () => {
  const { resources } = running(deployment, written, account);
  const left = resources.filter(
    ({ unit, mode, type }) => unit === NAME && mode === "managed" && type.startsWith("aws_"),
  );
  expect(addressesOf(left).length).toBe(account.length);
});

describe("what is of other networks", () => {
  const others = [
    resource("aws_vpc", "vpc-2", { id: "vpc-2" }),
    resource("aws_security_group", "sg-2", { id: "sg-2", vpc_id: referenceTo("aws_vpc.vpc-2") }),
    resource("aws_iam_role", "stranger", { id: "stranger", name: "stranger" }),
    resource("aws_s3_bucket", "theirs", { id: "theirs", bucket: "theirs" }),
  ];

  test("is not the deployment's", () => {
    expect(addressesOf(running(deployment, written, [...account, ...others]).account)).toEqual(
      addressesOf(running(deployment, written, account).account),
    );
  });

  test("but what it uses is, and what connects to it", () => {
    const peering = resource("aws_vpc_peering_connection", "pcx-1", {
      id: "pcx-1",
      vpc_id: referenceTo("aws_vpc.vpc-2"),
      peer_vpc_id: referenceTo("aws_vpc.vpc-1"),
    });
    const door = resource("aws_lambda_function", "door", {
      id: "door",
      role: referenceTo("aws_iam_role.stranger"),
      vpc_config: [{ subnet_ids: [referenceTo("aws_subnet.subnet-1")] }],
    });
    const own = addressesOf(running(deployment, written, [...account, ...others, peering, door]).account);
    expect(own).toEqual(
      expect.arrayContaining(["aws_vpc_peering_connection.pcx-1", "aws_lambda_function.door", "aws_iam_role.stranger"]),
    );
    expect(own).not.toContain("aws_security_group.sg-2");
  });
});

describe("workloads", () => {
  const namespace = resource("kubernetes:Namespace", "Namespace/union", {
    kind: "Namespace",
    metadata: { name: "union" },
  });

  test("are those that are written where no object was collected", () => {
    const found = running(deployment, written, account);
    expect(found.workloadsAsWritten).toBe(true);
    expect(found.resources.some(({ type }) => type === "kubernetes:NetworkPolicy")).toBe(true);
  });

  test("are those that run where they were: a policy that is gone is gone, whatever is written", () => {
    const found = running(deployment, written, [...account, namespace]);
    expect(found.workloadsAsWritten).toBe(false);
    const kinds = new Set(found.resources.map(({ type }) => type));
    expect(kinds.has("kubernetes:NetworkPolicy")).toBe(false);
    // Nobody asks a cluster for these.
    expect(kinds.has("kubernetes:ConfigMap")).toBe(true);
    const { judgements } = judgeEach(found.resources);
    expect(judgements.flatMap(({ findings }) => findings.map(({ invariant }) => invariant))).toContain("default-deny");
  });
});

test("a deployment that does not run in the account is an error", () => {
  expect(() => running(deployment, written, [vpc])).toThrow(`collected: has no cluster of the deployment '${NAME}'`);
});

test("what no state knows is told, but not what comes along with what one knows", () => {
  const known = [
    resource("aws_vpc", "main", { id: "vpc-1", default_security_group_id: "sg-9" }),
    resource("aws_subnet", "a", { id: "subnet-1" }),
    resource("aws_eks_cluster", "c", { id: NAME }),
  ];
  const own = [...account, resource("aws_default_security_group", "sg-9", { id: "sg-9" })];
  expect(addressesOf(unmanaged(own, known))).toEqual([
    "aws_security_group.sg-1",
    "aws_vpc_security_group_ingress_rule.sgr-1",
  ]);
});
