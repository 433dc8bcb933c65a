import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePolicyFile } from "../../config/policy-file";
import { policyOf } from "../../verification/policy";
import { verify, verifyPaths, type Report, type VerifyOptions } from "../../verification/verify";
import { manifests } from "../support/manifests";
import { resourcesOf, type TerraformJson } from "../support/resources";
import { copyOf, judge, synthesize, type Tree } from "../support/tree";
import { EXISTING_NETWORK } from "../support/deployments";

test.each<[string, Record<string, unknown>]>([
  ["the smallest deployment", {}],
  ["a NAT gateway a zone", { network: { nat: "per-zone", zones: ["us-east-2a", "us-east-2b"] } }],
  ["central egress", { network: { transitGatewayId: "tgw-0a1b" } }],
  [
    "roles as an account demands them",
    {
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      rolePath: "/union/",
      roleNamePrefix: "app-",
    },
  ],
  [
    "Bottlerocket, an image of one's own and a script",
    {
      deletionProtection: true,
      network: { flowLogArchive: "arn:aws:s3:::acme-flow-logs/union/" },
      nodePools: {
        services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6, image: "bottlerocket" },
        worker: { role: "worker", instanceTypes: ["m6i.4xlarge"], imageId: "ami-0a1b", userData: "#!/bin/sh\n" },
      },
    },
  ],
  [
    "more control-plane blocks than AWS's usual quota takes",
    {
      egress: { controlPlaneCidrs: Array.from({ length: 40 }, (_, index) => `52.0.${index}.0/24`) },
      network: { rulesPerSecurityGroup: 100 },
    },
  ],
  [
    "clients of other private networks",
    {
      cluster: { accessFromCidrs: ["10.9.0.0/16", "192.168.7.0/24"] },
      network: {
        routes: [
          { cidr: "10.9.0.0/16", via: "tgw-0a1b" },
          { cidr: "192.168.0.0/16", via: "vgw-0a1b" },
        ],
      },
    },
  ],
  [
    "all of a company's networks by one block, of which its own is a part",
    {
      cluster: { accessFromCidrs: ["10.9.0.0/16"] },
      network: { routes: [{ cidr: "10.0.0.0/8", via: "tgw-0a1b" }] },
    },
  ],
  ["an existing network", { network: { existing: EXISTING_NETWORK } }],
  ["groups that may reach the API", { cluster: { accessFromSecurityGroups: ["sg-0a1b2c"] } }],
  ["tunnel regions", { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } }],
  ["a list of blocks", { egress: { mode: "list", cidrs: ["198.41.128.0/17", "104.16.0.0/13"] } }],
  ["control-plane blocks", { egress: { controlPlaneCidrs: ["3.137.115.239/32", "2600:1f16::/48"] } }],
  ["http2", { tunnel: { protocol: "http2" } }],
  ["quic at the federal edge", { tunnel: { protocol: "quic", region: "fed" } }],
  ["task namespaces", { taskNamespaces: ["flytesnacks-development", "flytesnacks-production"] }],
  ["low privilege", { rbac: "low-privilege" }],
  ["apps and serving", { workloads: "chart", appsAndServing: true, components: { metrics: true } }],
  ["Union's chart", { workloads: "chart" }],
  [
    "existing buckets, key and mirror",
    {
      objectStore: { existing: { metadata: "acme-metadata", fastRegistration: "acme-fast" } },
      encryption: { keyArn: "arn:aws:kms:us-east-2:123456789012:key/a" },
      images: { mirror: "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror" },
    },
  ],
  [
    "further registries and repositories of images",
    {
      components: { imageBuilder: true },
      images: {
        upstreams: ["docker", "quay"],
        credentials: {
          docker: {
            secretArn: "arn:aws:secretsmanager:us-east-2:123456789012:secret:ecr-pullthroughcache/docker-AbCdEf",
          },
        },
        repositories: ["arn:aws:ecr:us-east-2:210987654321:repository/fraud/*"],
      },
    },
  ],
  [
    "spot and GPU pools",
    {
      nodePools: {
        services: { role: "services", instanceTypes: ["m7g.2xlarge"], min: 3, max: 6 },
        gpu: { role: "worker", instanceTypes: ["g6.xlarge"], gpu: true, spot: true },
      },
    },
  ],
])("%s: every invariant holds", async (_, fields) => {
  const { findings, judged } = await judge(synthesize(fields));
  expect(findings).toEqual([]);
  expect(judged.rules).toBeGreaterThan(20);
});

test("a report says what is assumed of others, and passes all the same", async () => {
  const { verdict, assumptions } = await judge(synthesize({ network: { transitGatewayId: "tgw-1" } }));
  expect(verdict).toBe("pass");
  expect(assumptions?.map(({ deployment, id }) => `${deployment} ${id}`)).toEqual(
    expect.arrayContaining(["acme-prod cloudflare-list", "acme-prod way-out", "acme-prod no-proxy"]),
  );
});

// ---------------------------------------------------------------- others' code

const GROUP = { vpc_id: "${aws_vpc.main.id}" };
const NETWORK = {
  aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
  aws_subnet: { main: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/24" } },
};
const ingress = (values: object) => ({
  aws_security_group: { a: { ...GROUP, ingress: [{ protocol: "tcp", from_port: 22, to_port: 22, ...values }] } },
});
const foreign = (resource: object, options: VerifyOptions = {}) =>
  verify(resourcesOf({ resource } as TerraformJson), options);
const said = ({ findings }: Report) =>
  findings.map(({ invariant, status, resource }) => [invariant, status, resource].join(" "));

test("nothing is assumed of a foreign system", () => {
  expect(foreign(NETWORK)).not.toHaveProperty("assumptions");
});

describe("no-inbound of a foreign system", () => {
  test.each<[string, object, string[]]>([
    [
      "a group that admits the internet",
      ingress({ cidr_blocks: ["0.0.0.0/0"] }),
      ["no-inbound violated aws_security_group.a"],
    ],
    [
      "a group that admits one public address",
      ingress({ cidr_blocks: ["81.2.70.7/32"] }),
      ["no-inbound violated aws_security_group.a"],
    ],
    [
      "a group that admits private addresses",
      ingress({ cidr_blocks: ["10.0.0.0/8", "192.168.0.0/16"], ipv6_cidr_blocks: ["fd00::/8"] }),
      [],
    ],
    ["a group that admits its own members", ingress({ self: true }), []],
    [
      "a group whose source is a variable",
      ingress({ cidr_blocks: ["${var.a}-${var.b}"] }),
      ["no-inbound unknown aws_security_group.a"],
    ],
    [
      "an unknown source beside the internet is both",
      ingress({ cidr_blocks: ["0.0.0.0/0", "${var.a}-${var.b}"], from_port: 0, to_port: 65535 }),
      ["no-inbound violated aws_security_group.a"],
    ],
    [
      "a rule of a group that is not in the input",
      {
        aws_security_group_rule: {
          a: { type: "ingress", security_group_id: "sg-0a1b", protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
        },
      },
      ["no-inbound violated aws_security_group_rule.a", "no-inbound unknown sg-0a1b"],
    ],
    ["a module that is not in the input", { "terraform:module": { a: {} } }, ["no-inbound unknown terraform:module.a"]],
  ])("%s", (_, resource, expected) =>
    expect(said(foreign({ ...NETWORK, ...resource }, { only: ["no-inbound"] }))).toEqual(expected),
  );

  test.each([
    [
      "an internet gateway",
      { gateway_id: "${aws_internet_gateway.main.id}" },
      ["no-inbound violated aws_security_group.a"],
    ],
    ["a NAT gateway", { nat_gateway_id: "nat-0a1b" }, []],
  ])("an open instance behind %s", (_, target, expected) => {
    const report = foreign({
      ...NETWORK,
      ...ingress({ cidr_blocks: ["0.0.0.0/0"] }),
      aws_internet_gateway: { main: GROUP },
      aws_route_table: { main: { ...GROUP, route: [{ cidr_block: "0.0.0.0/0", ...target }] } },
      aws_route_table_association: {
        main: { subnet_id: "${aws_subnet.main.id}", route_table_id: "${aws_route_table.main.id}" },
      },
      aws_instance: {
        web: {
          subnet_id: "${aws_subnet.main.id}",
          vpc_security_group_ids: ["${aws_security_group.a.id}"],
          associate_public_ip_address: true,
          metadata_options: { http_tokens: "required" },
          root_block_device: { encrypted: true },
        },
      },
    });
    expect(
      said({ ...report, findings: report.findings.filter(({ invariant }) => invariant === "no-inbound") }),
    ).toEqual(expected);
  });

  test("says in plain words which packet reaches what, by which rule", () => {
    const [finding] = foreign(
      { ...NETWORK, ...ingress({ cidr_blocks: ["81.2.70.7/32"] }) },
      { only: ["no-inbound"] },
    ).findings;
    expect(finding).toEqual({
      invariant: "no-inbound",
      status: "violated",
      resource: "aws_security_group.a",
      location: { file: "test.tf.json", line: expect.any(Number) },
      message: "TCP 22 from 81.2.70.7 can reach aws_security_group.a",
      counterexample: {
        direction: "inbound",
        protocol: "tcp",
        source: "81.2.70.7",
        destination: "aws_security_group.a",
        port: 22,
      },
      extent: expect.stringMatching(/^[\da-f]{16}$/),
      remedy: expect.stringMatching(/\.$/),
    });
  });

  test("what a policy lets in is no finding until its end, and is listed", () => {
    const policy = policyOf(
      parsePolicyFile(
        "inbound: [{from: 81.2.70.0/24, ports: 22, reason: the bank's bastion, expires: '2030-01-31'}]",
        "p",
      ),
    );
    const open = { ...NETWORK, ...ingress({ cidr_blocks: ["81.2.70.7/32"] }) };
    const now = foreign(open, { policy, only: ["no-inbound"], today: "2030-01-31" });
    expect([now.verdict, now.exceptions]).toMatchObject([
      "pass",
      [{ resource: "tcp 22 from 81.2.70.0/24", state: "used" }],
    ]);
    const later = foreign(open, { policy, only: ["no-inbound"], today: "2030-02-01" });
    expect([later.findings.length, later.exceptions[0]?.state]).toEqual([2, "expired"]);
  });
});

test("an exception to one invariant hides nothing of another's", () => {
  const policy = policyOf(
    parsePolicyFile(
      `outbound: []
exceptions: [{id: no-inbound, resource: aws_vpc_route_server.a, reason: kept by the network's own team, expires: '2030-01-31'}]`,
      "p",
    ),
  );
  const unread = { ...NETWORK, aws_vpc_route_server: { a: { amazon_side_asn: 65000 } } };
  const asked = { policy, today: "2030-01-31" };
  expect(said(foreign(unread, { ...asked, only: ["no-inbound"] }))).toEqual([]);
  expect(said(foreign(unread, { ...asked, only: ["no-inbound", "egress-allowlist"] }))).toEqual([
    "egress-allowlist unknown aws_vpc_route_server.a",
  ]);
});

describe("Kubernetes manifests", () => {
  const pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: a}]}}";
  const closed =
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}";
  const service = (spec: string, metadata = "name: a") =>
    `{apiVersion: v1, kind: Service, metadata: {${metadata}}, spec: {${spec}, ports: [{port: 443}]}}`;
  const workload = (port: string, spec = "") =>
    `{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {${spec}containers: [{name: a, image: a, ports: [${port}]}]}}`;
  const networkOnly = ["no-inbound", "cluster-ip-only", "default-deny"];

  test.each<[string, string[], string[]]>([
    ["a pod that policies close", [pod, closed], []],
    ["a pod without a policy", [pod], ["default-deny violated a"]],
    ["a service inside", [service("type: ClusterIP")], []],
    ["a node port", [service("type: NodePort")], ["no-inbound violated a", "cluster-ip-only violated a"]],
    ["a load balancer", [service("type: LoadBalancer")], ["no-inbound violated a", "cluster-ip-only violated a"]],
    [
      "a load balancer for some",
      [service("type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], allocateLoadBalancerNodePorts: false")],
      ["cluster-ip-only violated a"],
    ],
    [
      "a load balancer for some who can't be told",
      [service("type: LoadBalancer, loadBalancerSourceRanges: [corporate], allocateLoadBalancerNodePorts: false")],
      ["no-inbound unknown a", "cluster-ip-only violated a"],
    ],
    [
      "the node ports of an internal load balancer",
      [service("type: LoadBalancer", "name: a, annotations: {networking.gke.io/load-balancer-type: Internal}")],
      ["no-inbound unknown a", "cluster-ip-only violated a"],
    ],
    [
      "a host port",
      [workload("{containerPort: 80, hostPort: 80}"), closed],
      ["no-inbound violated a", "cluster-ip-only violated a"],
    ],
    [
      "a host port of one address",
      [workload("{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}"), closed],
      ["no-inbound unknown a", "cluster-ip-only violated a"],
    ],
    [
      "the host network",
      [workload("{containerPort: 80}", "hostNetwork: true, ")],
      ["no-inbound unknown a", "default-deny violated a"],
    ],
    [
      "a host port on the host network",
      [workload("{containerPort: 80, hostPort: 80}", "hostNetwork: true, ")],
      ["no-inbound violated a", "cluster-ip-only violated a", "default-deny violated a"],
    ],
    [
      "the gateway of Apps & Serving",
      [
        service(
          "type: LoadBalancer, selector: {app: 3scale-kourier-gateway}",
          "name: kourier, namespace: kourier-system",
        ),
      ],
      [],
    ],
    [
      "one that poses as it",
      [service("type: LoadBalancer, selector: {app: 3scale-kourier-gateway}", "name: kourier, namespace: union")],
      ["no-inbound violated kourier", "cluster-ip-only violated kourier"],
    ],
    [
      "an ingress",
      [
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations: {kubernetes.io/ingress.class: gce}}, spec: {tls: [{hosts: [a]}]}}",
      ],
      ["no-inbound violated a"],
    ],
  ])("%s", (_, documents, expected) => {
    const names = said(verify(manifests(documents.join("\n---\n")), { only: networkOnly }));
    expect(names.map((text) => text.replace(/ \S*\//, " "))).toEqual(expected);
  });
});

describe("egress and required paths by a policy", () => {
  const policy = (text: string) => policyOf(parsePolicyFile(text, "policy.yaml"));
  const egress = (...blocks: object[]) => ({
    ...NETWORK,
    aws_security_group: {
      a: { ...GROUP, egress: blocks.map((block) => ({ protocol: "tcp", from_port: 443, to_port: 443, ...block })) },
    },
  });
  const asked = ["egress-allowlist", "required-paths"];

  test.each<[string, string, object, string[]]>([
    ["nothing is judged without a word", "inside: [10.0.0.0/8]", egress({ cidr_blocks: ["0.0.0.0/0"] }), []],
    ["what is allowed", "outbound: [{to: cloudflare, ports: 443}]", egress({ cidr_blocks: ["104.16.0.0/13"] }), []],
    [
      "one bit more",
      "outbound: [{to: cloudflare, ports: 443}]",
      egress({ cidr_blocks: ["104.16.0.0/12"] }),
      ["egress-allowlist violated aws_security_group.a"],
    ],
    [
      "another port",
      "outbound: [{to: cloudflare, ports: 7844}]",
      egress({ cidr_blocks: ["104.16.0.0/13"] }),
      ["egress-allowlist violated aws_security_group.a"],
    ],
    ["nothing may leave", "outbound: []", egress({ cidr_blocks: ["10.1.0.0/16"] }), []],
    [
      "a path that is open",
      "required: [{from: aws_security_group.a, to: cloudflare-tunnel, ports: 443}]",
      egress({ cidr_blocks: ["198.41.128.0/17"] }),
      [],
    ],
    [
      "half of it",
      "required: [{from: aws_security_group.a, to: cloudflare-tunnel, ports: 443}]",
      egress({ cidr_blocks: ["198.41.192.0/24"] }),
      ["required-paths violated aws_security_group.a"],
    ],
    [
      "a block that is not known",
      "required: [{from: aws_security_group.a, to: 81.2.69.0/24, ports: 443}]",
      egress({ cidr_blocks: ["${var.a}-${var.b}"] }),
      ["required-paths unknown aws_security_group.a"],
    ],
    [
      "nobody to start from",
      "required: [{from: aws_instance.none, to: internet, ports: 443}]",
      egress(),
      ["required-paths unknown aws_instance.none"],
    ],
  ])("%s", (_, text, resource, expected) =>
    expect(said(foreign(resource, { policy: policy(text), only: asked }))).toEqual(expected),
  );

  test("a policy that is given is asked of a deployment too, beside its own", async () => {
    const options = { policy: policy("outbound: [{to: cloudflare-tunnel, protocol: any, ports: 7844}]"), only: asked };
    const { findings } = await judge(synthesize(), options);
    expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual(["egress-allowlist"]);
  });
});

describe("this package's own output", () => {
  test("each deployment is judged by itself", async () => {
    const [one, other] = [synthesize({ name: "one" }), synthesize({ name: "other" })];
    const tree = copyOf(one);
    Object.assign(tree.manifest.stacks, other.manifest.stacks);
    const both = { ...tree, files: { ...tree.files, ...other.files } };
    expect((await judge(both)).verdict).toBe("pass");
  });

  test.each<[string, (tree: Tree) => void, RegExp]>([
    ["a field that does not exist", ({ workloads }) => (workloads["//"].deployment.more = 1), /Unrecognized key/],
    [
      "a value that is not allowed",
      ({ infrastructure }) => (infrastructure["//"].deployment.egress.mode = "any"),
      /egress\.mode/,
    ],
    [
      "blocks outside of Cloudflare",
      ({ infrastructure }) => (infrastructure["//"].deployment.egress = { mode: "list", cidrs: ["0.0.0.0/0"] }),
      /does not lie inside Cloudflare's published blocks/,
    ],
    [
      "stacks that disagree",
      ({ workloads }) => (workloads["//"].deployment.tenant = "other"),
      /differs from 'acme-prod'/,
    ],
  ])("a deployment that can't be taken at its word: %s", async (_, change, reason) => {
    const tree = copyOf(synthesize());
    change(tree);
    const { findings } = await judge(tree);
    expect(findings[0]).toMatchObject({
      status: "unknown",
      resource: "deployment",
      message: expect.stringMatching(reason),
    });
  });

  test("a stack that is not there is unknown, not fine", async () => {
    const tree = copyOf(synthesize());
    delete tree.manifest.stacks["acme-prod-workloads"];
    const { findings } = await judge(tree, { only: ["required-paths"] });
    expect(findings.map(({ resource, status }) => [resource, status])).toContainEqual([
      "deployment/union/union-operator",
      "unknown",
    ]);
  });
});

test("an invariant that does not exist is an error that names all", () => {
  expect(() => verify([], { only: ["no-inbund"] })).toThrow(
    /^--only: 'no-inbund' is no invariant \(allowed: no-inbound, egress-allowlist, /,
  );
});

test("input in which nothing is judged is an error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ resource: { random_id: { a: { byte_length: 4 } } } }));
    await expect(verifyPaths([folder])).rejects.toThrow(/holds nothing that is judged/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
