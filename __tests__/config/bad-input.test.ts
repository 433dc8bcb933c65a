import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, loadDeployments, parseDeployment } from "../../config/loader";

const VALID = `name: acme-prod
organization: acme
tenant: acme
clientId: acme-prod
region: us-east-2
cloud: aws
account: "111122223333"
cloudRegion: us-east-2
`;

/** The valid deployment with one line replaced, or lines added behind it (from line 9 on). */
const withLine = (line: number, text: string) =>
  VALID.split("\n")
    .with(line - 1, text)
    .join("\n");
const withMore = (text: string) => `${VALID}${text}\n`;

function errorOf(source: string): string[] {
  try {
    parseDeployment(source, "d.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return [...error.lines];
    throw error;
  }
  return [];
}

test("ten lines make a valid deployment", () => {
  expect(VALID.trim().split("\n").length).toBeLessThanOrEqual(10);
  expect(parseDeployment(VALID, "d.yaml").deployment).toMatchObject({
    name: "acme-prod",
    egress: { mode: "published" },
    network: { cidr: "10.0.0.0/16", nat: "single" },
    state: { backend: "local" },
    workloads: "stack",
  });
});

const LOGIN = "arn:aws:secretsmanager:us-east-2:111122223333:secret:ecr-pullthroughcache/docker-AbCdEf";

const EXISTING = `network:
  existing:
    vpcId: vpc-0a1b
    nodeSubnets: [{ id: subnet-0a, cidr: 10.0.0.0/20 }, { id: subnet-0b, cidr: 10.0.16.0/20 }]
    clusterSubnets: [{ id: subnet-0c, cidr: 10.0.32.0/24 }, { id: subnet-0d, cidr: 10.0.33.0/24 }]
    nodeRouteTableIds: [rtb-0a]`;

/** Each bad input, and the one line that its reader sees: where, which field, what is wrong, what is allowed. */
const BAD: [what: string, source: string, error: RegExp][] = [
  [
    "a block that may reach the API, twice",
    withMore("cluster: {accessFromCidrs: [10.0.7.0/24, 10.0.7.0/24]}"),
    /^d\.yaml:9: cluster\.accessFromCidrs\[1\]: '10\.0\.7\.0\/24' is listed twice$/,
  ],
  [
    "a group that may reach the API, twice",
    withMore("cluster: {accessFromSecurityGroups: [sg-0a1b, sg-0a1b]}"),
    /^d\.yaml:9: cluster\.accessFromSecurityGroups\[1\]: 'sg-0a1b' is listed twice$/,
  ],
  [
    "a way out of the network to a part of itself",
    withMore("network: {routes: [{cidr: 10.0.9.0/24, via: tgw-0a}]}"),
    /^d\.yaml:9: network\.routes\[0\]\.cidr: '10\.0\.9\.0\/24' lies in 'network\.cidr' 10\.0\.0\.0\/16/,
  ],
  [
    "two ways to one block",
    withMore("network: {routes: [{cidr: 10.9.0.0/16, via: tgw-0a}, {cidr: 10.9.0.0/16, via: pcx-0a}]}"),
    /^d\.yaml:9: network\.routes\[1\]\.cidr: '10\.9\.0\.0\/16' is listed twice$/,
  ],
  [
    "a block that may use the endpoints, twice",
    withMore(`${EXISTING}\n    endpoints: {admitCidrs: [10.0.7.0/24, 10.0.7.0/24]}`),
    /^d\.yaml:15: network\.existing\.endpoints\.admitCidrs\[1\]: '10\.0\.7\.0\/24' is listed twice$/,
  ],
  [
    "one destination of two allowances",
    withMore(
      "allowances:\n" +
        "  - {to: addresses, name: features, reason: Tasks read features, cidrs: [10.0.7.0/24], ports: [5432]}\n" +
        "  - {to: addresses, name: results, reason: Tasks write results, cidrs: [10.0.7.0/24], ports: [5432]}",
    ),
    /^d\.yaml:11: allowances\[1\]\.cidrs\[0\]: TCP 5432 at 10\.0\.7\.0\/24 is open already: AWS takes no rule twice$/,
  ],
  [
    "a destination that is given endpoints",
    withMore(
      `${EXISTING}\n    endpoints: {interface: [{services: [kms], cidrs: [10.7.0.0/24]}]}\n` +
        "allowances: [{to: addresses, name: other, reason: Tasks call others, cidrs: [10.7.0.0/24], ports: [443]}]",
    ),
    /^d\.yaml:16: allowances\[0\]\.cidrs\[0\]: TCP 443 at 10\.7\.0\.0\/24 is open already/,
  ],
  [
    "one service of two allowances",
    withMore(
      "allowances:\n" +
        "  - {to: service, name: orders, reason: Tasks queue orders, service: sqs}\n" +
        "  - {to: service, name: bills, reason: Tasks queue bills, service: sqs}",
    ),
    /^d\.yaml:11: allowances\[1\]\.service: 'sqs' is named by two allowances$/,
  ],
  [
    "a network where Cloudflare is",
    withMore("network:\n  cidr: 104.16.0.0/16"),
    /^d\.yaml:10: network\.cidr: '104\.16\.0\.0\/16' overlaps Cloudflare's published block 104\.16\.0\.0\/13, /,
  ],
  [
    "public addresses of services",
    withMore("network:\n  serviceCidr: 52.0.0.0/16"),
    /^d\.yaml:10: network\.serviceCidr: '52\.0\.0\.0\/16' is no block of services \(allowed: a \/12 to \/24 inside 10\.0\.0\.0\/8, /,
  ],
  [
    "addresses of services that EKS has not",
    withMore("network:\n  serviceCidr: 100.64.0.0/16"),
    /^d\.yaml:10: network\.serviceCidr: '100\.64\.0\.0\/16' is no block of services/,
  ],
  [
    "a version that there is not",
    withMore('kubernetesVersion: "1.99"'),
    /^d\.yaml:9: kubernetesVersion: '1\.99' is not a version known here \(allowed: "1\.28", .*"1\.36"; a new one is added in config\/kubernetes-versions\.json\)$/,
  ],
  ["a tag of AWS's own", withMore("tags: {'aws:foo': x}"), /^d\.yaml:9: tags\.aws:foo: 'aws:foo' is kept for/],
  ["a tag that is set here", withMore("tags: {Name: x}"), /^d\.yaml:9: tags\.Name: 'Name' is kept for/],
  [
    "a tag with a bar",
    withMore("tags: {'bad|tag': x}"),
    /^d\.yaml:9: tags\.bad\|tag: 'bad\|tag' is no tag's name \(allowed: 1 to 128 /,
  ],
  ["a tag without a name", withMore("tags: {'': x}"), /^d\.yaml:9: tags\.: '' is no tag's name/],
  ["a tag's value with a bar", withMore("tags: {a: 'x|y'}"), /^d\.yaml:9: tags\.a: 'x\|y' is no tag's value/],
  [
    "a tag's name that is too long",
    withMore(`tags: {${"a".repeat(129)}: x}`),
    /^d\.yaml:9: tags\.a+: '.*' is no tag's name/,
  ],
  [
    "a tag's value that is too long",
    withMore(`tags: {a: ${"x".repeat(257)}}`),
    /^d\.yaml:9: tags\.a: '.*' is no tag's value/,
  ],
  [
    "two tags that IAM takes for one",
    withMore("tags: {Team: a, team: b}"),
    /^d\.yaml:9: tags\.team: 'team' is 'Team' to the cloud/,
  ],
  [
    "more tags than a resource takes",
    withMore(`tags: {${Array.from({ length: 41 }, (_, i) => `k${i}: v`).join(", ")}}`),
    /^d\.yaml:9: tags: has 41 entries \(allowed: 40 at most\)$/,
  ],
  ...(
    [
      [
        "a pool's role",
        "'union.ai/node-role': worker",
        "union.ai/node-role: 'union.ai/node-role' is set by the pool itself",
      ],
      ["a pool's name", "'union.ai/pool': x", "union.ai/pool: 'union.ai/pool' is set by the pool itself"],
      ["Kubernetes' own", "'kubernetes.io/x': y", "kubernetes.io/x: 'kubernetes.io/x' is one of Kubernetes' own"],
      [
        "a part of Kubernetes' own",
        "'node-role.kubernetes.io/x': y",
        "node-role.kubernetes.io/x: 'node-role.kubernetes.io/x' is one of",
      ],
      ["EKS's own", "'eks.amazonaws.com/x': y", "eks.amazonaws.com/x: 'eks.amazonaws.com/x' is one of EKS's own"],
      ["a space in its name", "'bad label': z", "bad label: 'bad label' is no label's name"],
      ["a domain that is none", "'A_b/x': z", "A_b/x: 'A_b/x' is no label's name"],
      ["two slashes", "a/b/c: z", "a/b/c: 'a/b/c' is no label's name"],
      ["a space in its value", "a: b c", "a: 'b c' is no label's value"],
      ["a value that is too long", `a: ${"b".repeat(64)}`, "a: 'b+' is no label's value"],
    ] as const
  ).map(([what, label, error]): [string, string, RegExp] => [
    `a label of nodes: ${what}`,
    withMore(`nodePools:
  services: { role: services, instanceTypes: [m6i.large], min: 3 }
  worker: { role: worker, instanceTypes: [m6i.large], labels: { ${label} } }`),
    new RegExp(`^d\\.yaml:11: nodePools\\.worker\\.labels\\.${error}`),
  ]),
  ...(
    [
      [
        "a type that is none",
        "instanceTypes: [banana]",
        "instanceTypes\\[0\\]: 'banana' is no type of machine \\(allowed: such as m6i.2xlarge\\)$",
      ],
      ["a type twice", "instanceTypes: [m6i.large, m6i.large]", "instanceTypes\\[1\\]: 'm6i.large' is listed twice"],
      [
        "GPUs of machines that have none",
        "instanceTypes: [m6i.large], gpu: true",
        "gpu: goes with machines that have NVIDIA's GPUs, and m6i.large has none",
      ],
      [
        "GPUs of others",
        "instanceTypes: [g4ad.xlarge], gpu: true",
        "gpu: goes with machines that have NVIDIA's GPUs, and g4ad.xlarge has none",
      ],
      [
        "machines with GPUs that nobody says",
        "instanceTypes: [g5.xlarge]",
        "gpu: is required with g5.xlarge, whose GPUs no task gets otherwise",
      ],
    ] as const
  ).map(([what, fields, error]): [string, string, RegExp] => [
    `a pool: ${what}`,
    withMore(`nodePools:
  services: { role: services, instanceTypes: [m6i.large], min: 3 }
  worker: { role: worker, ${fields} }`),
    new RegExp(`^d\\.yaml:11: nodePools\\.worker\\.${error}`),
  ]),
  ...(
    [
      ["BIG", "'BIG' is not the name of a bucket"],
      ["a..b", "'a..b' is not the name of a bucket"],
      ["10.0.0.1", "'10.0.0.1' is not the name of a bucket"],
      ["xn--acme", "'xn--acme' is not the name of a bucket"],
      ["acme--x-s3", "'acme--x-s3' is not the name of a bucket"],
      ["acme-code", "'acme-code' is that of metadata too \\(allowed: one of its own\\)"],
    ] as const
  ).map(([name, error]): [string, string, RegExp] => [
    `the bucket ${name}`,
    withMore(`objectStore: { existing: { metadata: acme-code, fastRegistration: ${name} } }`),
    new RegExp(`^d\\.yaml:9: objectStore\\.existing\\.fastRegistration: ${error}`),
  ]),
  [
    "a state in a region that is none",
    withMore("state: { backend: s3, bucket: acme-state, region: mars }"),
    /^d\.yaml:9: state\.region: 'mars' is not a region known here/,
  ],
  [
    "a state at the root",
    withMore("state: { backend: s3, bucket: acme-state, key: /acme }"),
    /^d\.yaml:9: state\.key: '\/acme' is not a path in a bucket/,
  ],
  [
    "a subnet twice",
    withMore(EXISTING.replace("subnet-0b", "subnet-0a")),
    /^d\.yaml:12: network\.existing\.nodeSubnets\[1\]\.id: 'subnet-0a' is listed twice$/,
  ],
  [
    "a route table twice",
    withMore(EXISTING.replace("[rtb-0a]", "[rtb-0a, rtb-0a]")),
    /^d\.yaml:14: network\.existing\.nodeRouteTableIds\[1\]: 'rtb-0a' is listed twice$/,
  ],
  [
    "an administrator twice",
    withMore("cluster: { admins: ['arn:aws:iam::111122223333:role/a', 'arn:aws:iam::111122223333:role/a'] }"),
    /^d\.yaml:9: cluster\.admins\[1\]: 'arn:aws:iam::111122223333:role\/a' is listed twice$/,
  ],
  [
    "an administrator by another kind of ARN",
    withMore("cluster: { admins: ['arn:aws:iam:foo'] }"),
    /^d\.yaml:9: cluster\.admins\[0\]: 'arn:aws:iam:foo' is not the ARN of an IAM role or user/,
  ],
  [
    "a namespace of an add-on for tasks",
    withMore("taskNamespaces: [amazon-cloudwatch]"),
    /^d\.yaml:9: taskNamespaces\[0\]: 'amazon-cloudwatch' is a system namespace/,
  ],
  [
    "a namespace of Union's own for tasks",
    withMore("taskNamespaces: [union-autoscaler]"),
    /^d\.yaml:9: taskNamespaces\[0\]: 'union-autoscaler' is a system namespace/,
  ],
  [
    "a namespace twice",
    withMore("taskNamespaces: [a-development, a-development]"),
    /^d\.yaml:9: taskNamespaces\[1\]: 'a-development' is listed twice$/,
  ],
  [
    "an exception twice",
    withMore(
      "exceptions:\n" + '  - {id: no-inbound, resource: x, reason: because we must, expires: "2027-01-01"}\n'.repeat(2),
    ),
    /^d\.yaml:11: exceptions\[1\]: it is listed twice$/,
  ],
  [
    "a client id with a space",
    withLine(4, "clientId: acme prod"),
    /^d\.yaml:4: clientId: 'acme prod' is not a client id/,
  ],
  ["YAML that does not parse", withMore("tags: a: b"), /^d\.yaml:9: YAML: /],
  [
    "a field given twice",
    withMore("name: other"),
    /^d\.yaml:9: name: is written in line 1 already \(allowed: each field once\)$/,
  ],
  [
    "a field given twice inside",
    withMore("network:\n  nat: single\n  nat: per-zone"),
    /^d\.yaml:11: nat: is written in line 10 already \(allowed: each field once\)$/,
  ],
  ["a tag that YAML has not", withMore("tags: !secret a"), /^d\.yaml:9: YAML: Unresolved tag: !secret$/],
  [
    "lists in lists without an end",
    withMore(`tags: ${"[".repeat(9_000)}${"]".repeat(9_000)}`),
    /^d\.yaml:\d+: YAML: is nested too deeply$/,
  ],
  [
    "a number for a text",
    withMore("clientSecretArn: 3"),
    /^d\.yaml:9: clientSecretArn: '3' is a number \(allowed: a text in quotes\)$/,
  ],
  [
    "a text for a list",
    withMore("taskNamespaces: a"),
    /^d\.yaml:9: taskNamespaces: 'a' is a text \(allowed: a list\)$/,
  ],
  [
    "a list for fields",
    withMore("tunnel: [http2]"),
    /^d\.yaml:9: tunnel: '\["http2"\]' is a list \(allowed: fields protocol, region, replicas, remoteDiagnostics\)$/,
  ],
  [
    "a text for yes or no",
    withMore("appsAndServing: 'yes'"),
    /^d\.yaml:9: appsAndServing: 'yes' is a text \(allowed: true or false\)$/,
  ],
  [
    "a part of a number",
    withMore("tunnel: { replicas: 1.5 }"),
    /^d\.yaml:9: tunnel\.replicas: '1\.5' is a number \(allowed: a whole number\)$/,
  ],
  ["a field without a value", withMore("network:"), /^d\.yaml:9: network: is empty \(allowed: fields cidr, zones, /],
  ["no mapping", "- a\n- b\n", /^d\.yaml:1: is not a mapping/],
  ["an empty file", "", /^d\.yaml:1: is not a mapping/],
  [
    "an unknown key",
    withMore("organisation: acme"),
    /^d\.yaml:9: organisation: is not a known field; the nearest is 'organization' \(allowed: name, organization,/,
  ],
  [
    "an unknown key inside",
    withMore("network:\n  cdir: 10.0.0.0/16"),
    /^d\.yaml:10: network\.cdir: is not a known field; the nearest is 'cidr' \(allowed: cidr,/,
  ],
  [
    "an unknown region",
    withLine(5, "region: eu-north-1"),
    /^d\.yaml:5: region: 'eu-north-1' is not a control-plane region; allowed: us-east-2, us-west-2, eu-west-1, eu-west-2, eu-central-1/,
  ],
  ["an unknown cloud", withLine(6, "cloud: gcp"), /^d\.yaml:6: cloud: 'gcp' is not allowed \(allowed: aws/],
  ["no cloud", withLine(6, ""), /^d\.yaml:1: cloud: is required \(allowed: aws/],
  ["a missing field", withLine(4, ""), /^d\.yaml:1: clientId: is required$/],
  ["a name with capitals", withLine(1, "name: Acme"), /^d\.yaml:1: name: 'Acme' is not a deployment name/],
  ["a name too long for bucket names", withLine(1, "name: acme-production-data-plane"), /^d\.yaml:1: name: .*3 to 24/],
  ["an account as a number", withLine(7, "account: 011122223333"), /^d\.yaml:7: account: .*quoted text of 12 digits/],
  ["an account too short", withLine(7, 'account: "1234"'), /^d\.yaml:7: account: '1234' is not an AWS account id/],
  [
    "a cloud region that is none",
    withLine(8, "cloudRegion: ohio"),
    /^d\.yaml:8: cloudRegion: 'ohio' is not a region known here/,
  ],
  [
    "a cloud region with a slip of the pen",
    withLine(8, "cloudRegion: us-esat-2"),
    /^d\.yaml:8: cloudRegion: 'us-esat-2' is not a region known here; the nearest is 'us-east-2' \(allowed: a region of config\/aws\/regions\.json, where a new one can be added\)$/,
  ],
  [
    "no cloud region",
    withLine(8, ""),
    /^d\.yaml:1: cloudRegion: is required \(allowed: a region of config\/aws\/regions\.json\)$/,
  ],
  [
    "a region of another partition",
    withLine(8, "cloudRegion: cn-north-1"),
    /^d\.yaml:8: cloudRegion: 'cn-north-1' lies in AWS's partition 'aws-cn', .*\(allowed: a region of partition 'aws'\)$/,
  ],
  [
    "a region of GovCloud",
    withLine(8, "cloudRegion: us-gov-west-1"),
    /^d\.yaml:8: cloudRegion: 'us-gov-west-1' lies in AWS's partition 'aws-us-gov'/,
  ],
  [
    "an ARN of another partition",
    withMore("clientSecretArn: arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:union-AbCdEf"),
    /^d\.yaml:9: clientSecretArn: 'arn:aws-us-gov:.*' is not the ARN of a Secrets Manager secret/,
  ],
  [
    "a zone that the region has not",
    withMore("network:\n  zones: [us-east-2a, us-east-2b, us-east-2f]"),
    /^d\.yaml:10: network\.zones\[2\]: 'us-east-2f' is not a zone of 'us-east-2' \(allowed: us-east-2a, us-east-2b, us-east-2c; /,
  ],
  [
    "a role of another account",
    withMore("assumeRole:\n  arn: arn:aws:iam::999999999999:role/x"),
    /^d\.yaml:10: assumeRole\.arn: .* is not a role of account 111122223333/,
  ],
  [
    "a malformed block",
    withMore("network:\n  cidr: 10.0.0.0/33"),
    /^d\.yaml:10: network\.cidr: '10\.0\.0\.0\/33' .*prefix/,
  ],
  [
    "a block with host bits",
    withMore("network:\n  cidr: 10.0.0.1/16"),
    /^d\.yaml:10: network\.cidr: .*the block is 10\.0\.0\.0\/16/,
  ],
  [
    "an octet above 255",
    withMore("network:\n  cidr: 10.0.256.0/16"),
    /^d\.yaml:10: network\.cidr: .*is not an IP address or CIDR block/,
  ],
  [
    "a public network",
    withMore("network:\n  cidr: 52.0.0.0/16"),
    /^d\.yaml:10: network\.cidr: '52\.0\.0\.0\/16' is no private block/,
  ],
  [
    "a network larger than a VPC",
    withMore("network:\n  cidr: 10.0.0.0/15"),
    /^d\.yaml:10: network\.cidr: .*larger than AWS allows/,
  ],
  [
    "a network too small for its zones",
    withMore("network:\n  cidr: 10.0.0.0/17"),
    /^d\.yaml:10: network\.cidr: '10\.0\.0\.0\/17' is too small for 3 zones: .*allowed: a \/16 or larger/,
  ],
  [
    "node subnets too small",
    withMore("network:\n  cidr: 10.0.0.0/16\n  nodeSubnetPrefix: 26"),
    /^d\.yaml:11: network\.nodeSubnetPrefix: '26' is too large \(allowed: at most 25\)/,
  ],
  [
    "a zone of another region",
    withMore("network:\n  zones: [us-east-2a, us-west-2b]"),
    /^d\.yaml:10: network\.zones\[1\]: 'us-west-2b' is not a zone of 'us-east-2'/,
  ],
  [
    "a zone listed twice",
    withMore("network:\n  zones: [us-east-2a, us-east-2a]"),
    /^d\.yaml:10: network\.zones\[1\]: 'us-east-2a' is listed twice/,
  ],
  [
    "a zone added that is there",
    withMore("network:\n  addedZones: [us-east-2c]"),
    /^d\.yaml:10: network\.addedZones\[0\]: 'us-east-2c' is listed twice/,
  ],
  [
    "a zone added to a full network",
    withMore(
      "network:\n  cidr: 10.0.0.0/23\n  nodeSubnetPrefix: 25\n  zones: [us-east-2a, us-east-2b]\n  addedZones: [us-east-2c]",
    ),
    /^d\.yaml:10: network\.cidr: '10\.0\.0\.0\/23' has no room left for 'us-east-2c'/,
  ],
  [
    "a given endpoint of a service that has none",
    withMore(`${EXISTING}\n    endpoints: { interface: [{ services: [s4], cidrs: [10.0.48.0/24] }] }`),
    /^d\.yaml:15: network\.existing\.endpoints\.interface\[0\]\.services\[0\]: 's4' is not allowed \(allowed: ecr\.api, /,
  ],
  [
    "two given endpoints of one service",
    withMore(
      `${EXISTING}\n    endpoints: { interface: [{ cidrs: [10.0.48.0/24] }, { services: [sts], cidrs: [10.0.49.0/24] }] }`,
    ),
    /^d\.yaml:15: network\.existing\.endpoints\.interface\[1\]\.services: 'sts' is answered for by two entries/,
  ],
  [
    "given endpoints in another network than their group's",
    withMore(`${EXISTING}\n    endpoints: { interface: [{ cidrs: [10.200.0.0/24], securityGroupId: sg-0a1b }] }`),
    /^d\.yaml:15: network\.existing\.endpoints\.interface\[0\]\.cidrs\[0\]: '10\.200\.0\.0\/24' does not lie inside 'network\.cidr'/,
  ],
  [
    "a public block that may use the endpoints",
    withMore(`${EXISTING}\n    endpoints: { admitCidrs: [52.0.0.0/16] }`),
    /^d\.yaml:15: network\.existing\.endpoints\.admitCidrs\[0\]: '52\.0\.0\.0\/16' is no private block/,
  ],
  [
    "a boundary of another account",
    withMore("permissionsBoundary: arn:aws:iam::999999999999:policy/boundary"),
    /^d\.yaml:9: permissionsBoundary: '.*' is not a policy of account 111122223333/,
  ],
  [
    "a path that ends nowhere",
    withMore("rolePath: /platform"),
    /^d\.yaml:9: rolePath: '\/platform' is not a path of IAM/,
  ],
  [
    "a role prefix that leaves no room for names",
    withMore("roleNamePrefix: a-very-long-prefix-of-roles-"),
    /^d\.yaml:9: roleNamePrefix: '.*' is not a beginning of role names/,
  ],
  [
    "clients without a way back",
    withMore("cluster:\n  accessFromCidrs: [10.9.0.0/16]"),
    /^d\.yaml:10: cluster\.accessFromCidrs\[0\]: '10\.9\.0\.0\/16' gets no answer: .*'network\.routes'/,
  ],
  [
    "a route of the network's own block",
    withMore("network:\n  routes: [{ cidr: 10.0.0.0/16, via: tgw-0a }]"),
    /^d\.yaml:10: network\.routes\[0\]\.cidr: '10\.0\.0\.0\/16' lies in 'network\.cidr'/,
  ],
  [
    "a private route to the internet",
    withMore("network:\n  cidr: 10.0.0.0/16\n  routes: [{ cidr: 52.0.0.0/8, via: tgw-0a }]"),
    /^d\.yaml:11: network\.routes\[0\]\.cidr: '52\.0\.0\.0\/8' is no private block/,
  ],
  [
    "a route by an instance",
    withMore("network:\n  routes: [{ cidr: 10.9.0.0/16, via: i-0a }]"),
    /^d\.yaml:10: network\.routes\[0\]\.via: 'i-0a' is not a transit gateway, a peering or a VPN gateway/,
  ],
  [
    "an allowance to the internet",
    withMore(
      "allowances:\n  - { to: addresses, name: pypi, reason: packages of tasks, cidrs: [151.101.0.0/16], ports: [443] }",
    ),
    /^d\.yaml:10: allowances\[0\]\.cidrs\[0\]: '151\.101\.0\.0\/16' is no private block/,
  ],
  [
    "an allowance without a way",
    withMore(
      "allowances:\n  - { to: addresses, name: db, reason: features of tasks, cidrs: [10.8.0.0/24], ports: [5432] }",
    ),
    /^d\.yaml:10: allowances\[0\]\.cidrs\[0\]: no way leads to '10\.8\.0\.0\/24' \(allowed: .*'network\.routes'/,
  ],
  [
    "an allowance without a reason",
    withMore("allowances:\n  - { to: bucket, name: raw, bucket: acme-raw }"),
    /^d\.yaml:10: allowances\[0\]\.reason: is required/,
  ],
  [
    "rights on everything",
    withMore(
      "allowances:\n  - { to: service, name: queue, reason: tasks ask a queue, service: sqs, actions: [sqs:SendMessage] }",
    ),
    /^d\.yaml:10: allowances\[0\]\.resources: is required by 'actions'/,
  ],
  [
    "an allowance of a service that all have",
    withMore("allowances:\n  - { to: service, name: tokens, reason: tasks ask for tokens, service: sts }"),
    /^d\.yaml:10: allowances\[0\]\.service: 'sts' has an endpoint without an allowance/,
  ],
  ...(
    [
      [
        "an own image of Bottlerocket",
        "image: bottlerocket, imageId: ami-0a",
        "imageId: does not go with 'image: bottlerocket'",
      ],
      ["a script on Bottlerocket", "image: bottlerocket, userData: '#!/bin/sh'", "userData: does not go with"],
      ["user data that is no script", "userData: echo", "userData: must be a script"],
      ["Neuron on ARM", "image: neuron", "image: 'neuron' is of Inferentia"],
      [
        "reserved spot machines",
        "spot: true, capacityReservationId: cr-0a",
        "capacityReservationId: does not go with 'spot'",
      ],
      [
        "a capacity block of spot machines",
        "spot: true, capacityBlock: { id: cr-0a, zone: us-east-2a }",
        "capacityBlock: does not go with 'spot'",
      ],
      [
        "a capacity block in a reservation",
        "capacityReservationId: cr-0b, capacityBlock: { id: cr-0a, zone: us-east-2a }",
        "capacityBlock: does not go with 'capacityReservationId'",
      ],
      [
        "a capacity block elsewhere",
        "capacityBlock: { id: cr-0a, zone: us-east-1a }",
        "capacityBlock: 'us-east-1a' is no zone of the network",
      ],
      [
        "a capacity block before it begins",
        "capacityBlock: { id: cr-0a, zone: us-east-2a }, min: 1",
        "min: '1' asks for machines before",
      ],
    ] as const
  ).map(([what, fields, error]): [string, string, RegExp] => [
    what,
    withMore(`nodePools:
  services: { role: services, instanceTypes: [m6i.large], min: 3 }
  worker: { role: worker, instanceTypes: [m7g.large], ${fields} }`),
    new RegExp(`^d\\.yaml:11: nodePools\\.worker\\.${error}`),
  ]),
  ...(
    [
      ["a block of pods beside the shared addresses", "podCidr: 10.64.0.0/16", "'10.64.0.0/16' is no block for pods"],
      ["a block of pods that is too small", "podCidr: 100.64.0.0/25", "'100.64.0.0/25' is no block for pods"],
      [
        "a block of pods in the network",
        "cidr: 100.64.0.0/16, podCidr: 100.64.0.0/17",
        "'100.64.0.0/17' overlaps 'network.cidr'",
      ],
    ] as const
  ).map(([what, fields, error]): [string, string, RegExp] => [
    what,
    withMore(`network: { ${fields} }`),
    new RegExp(`^d\\.yaml:9: network\\.podCidr: ${error}`),
  ]),
  [
    "a route into the block of pods",
    withMore("network:\n  podCidr: 100.64.0.0/16\n  routes: [{ cidr: 100.64.1.0/24, via: tgw-0a }]"),
    /^d\.yaml:11: network\.routes\[0\]\.cidr: '100\.64\.1\.0\/24' lies in 'network\.podCidr'/,
  ],
  [
    "a block of pods for a network that is given",
    withMore(`${EXISTING}\n  podCidr: 100.64.0.0/16`),
    /^d\.yaml:15: network\.podCidr: does not go with 'network\.existing'/,
  ],
  [
    "an own image that counts addresses which no pod gets",
    withMore(`network: { podCidr: 100.64.0.0/16 }
nodePools:
  services: { role: services, instanceTypes: [m6i.large], min: 3 }
  worker: { role: worker, instanceTypes: [m6i.large], imageId: ami-0a }`),
    /^d\.yaml:12: nodePools\.worker\.imageId: takes more pods than have addresses/,
  ],
  [
    "a capacity block of two types",
    withMore(`nodePools:
  services: { role: services, instanceTypes: [m6i.large], min: 3 }
  worker: { role: worker, instanceTypes: [p5.48xlarge, p5e.48xlarge], gpu: true, capacityBlock: { id: cr-0a, zone: us-east-2a } }`),
    /^d\.yaml:11: nodePools\.worker\.instanceTypes: of a capacity block are one/,
  ],
  ["one zone only", withMore("network:\n  zones: [us-east-2a]"), /^d\.yaml:10: network\.zones: .*at least 2 entries/],
  [
    "services that overlap the network",
    withMore("network:\n  cidr: 172.20.0.0/16"),
    /^d\.yaml:9: network\.serviceCidr: '172\.20\.0\.0\/16' overlaps 'network\.cidr'/,
  ],
  ["a list without blocks", withMore("egress:\n  mode: list"), /^d\.yaml:9: egress\.cidrs: is required by mode 'list'/],
  [
    "blocks without the mode",
    withMore("egress:\n  cidrs: [104.16.0.0/13]"),
    /^d\.yaml:10: egress\.cidrs: does not go with mode 'published'/,
  ],
  [
    "a list outside Cloudflare",
    withMore("egress:\n  mode: list\n  cidrs:\n    - 198.41.128.0/17\n    - 104.16.0.0/12"),
    /^d\.yaml:13: egress\.cidrs\[1\]: '104\.16\.0\.0\/12' does not lie inside Cloudflare's published blocks/,
  ],
  [
    "a list with overlapping blocks",
    withMore("egress:\n  mode: list\n  cidrs: [198.41.128.0/17, 198.41.192.0/24]"),
    /^d\.yaml:11: egress\.cidrs\[1\]: '198\.41\.192\.0\/24' overlaps '198\.41\.128\.0\/17'/,
  ],
  [
    "a list with one of the edge's two regions",
    withMore("egress:\n  mode: list\n  cidrs: [104.16.0.0/13, 198.41.192.0/24]"),
    /^d\.yaml:11: egress\.cidrs: leaves 198\.41\.200\.0\/24 closed/,
  ],
  [
    "a tunnel to a region that is closed",
    withMore("egress:\n  mode: tunnel-regions\n  tunnelRegions: [us]\ntunnel:\n  region: fed"),
    /^d\.yaml:11: egress\.tunnelRegions: leaves 162\.159\.234\.0\/24 and 172\.64\.234\.0\/24 closed/,
  ],
  [
    "an unknown tunnel region",
    withMore("egress:\n  mode: tunnel-regions\n  tunnelRegions: [eu]"),
    /^d\.yaml:11: egress\.tunnelRegions\[0\]: 'eu' is not allowed \(allowed: global, us, fed\)/,
  ],
  [
    "an unknown tunnel protocol",
    withMore("tunnel:\n  protocol: http3"),
    /^d\.yaml:10: tunnel\.protocol: 'http3' is not allowed \(allowed: auto, http2, quic\)/,
  ],
  [
    "control-plane blocks of the internet",
    withMore("egress:\n  controlPlaneCidrs: [3.0.0.0/8]"),
    /^d\.yaml:10: egress\.controlPlaneCidrs\[0\]: .*wider than a load balancer's/,
  ],
  [
    "control-plane blocks of Cloudflare",
    withMore("egress:\n  controlPlaneCidrs: [104.16.0.0/24]"),
    /^d\.yaml:10: egress\.controlPlaneCidrs\[0\]: .*lies inside Cloudflare's/,
  ],
  [
    "control-plane blocks in the network",
    withMore("egress:\n  controlPlaneCidrs: [10.0.1.0/24]"),
    /^d\.yaml:10: egress\.controlPlaneCidrs\[0\]: .*overlaps 'network\.cidr'/,
  ],
  [
    "an image builder on nodes without user namespaces",
    withMore('kubernetesVersion: "1.32"\ncomponents: { imageBuilder: true }'),
    /^d\.yaml:10: components\.imageBuilder: needs user namespaces, .*'kubernetesVersion' "1\.33" or newer/,
  ],
  [
    "an image builder without the disk",
    withMore(
      "components: { imageBuilder: true }\nnodePools:\n  services: { role: services, instanceTypes: [m6i.2xlarge], min: 3 }\n  worker: { role: worker, instanceTypes: [m6i.4xlarge], diskGiB: 50 }",
    ),
    /^d\.yaml:9: components\.imageBuilder: needs 50 GiB of a node's disk .*'diskGiB' is 80 or more/,
  ],
  [
    "metrics without admission policies",
    withMore('kubernetesVersion: "1.29"\ncomponents: { metrics: true }'),
    /^d\.yaml:10: components\.metrics: needs admission policies, .*'kubernetesVersion' "1\.30" or newer/,
  ],
  ["a version as a number", withMore("kubernetesVersion: 1.30"), /^d\.yaml:9: kubernetesVersion: .*quoted text/],
  [
    "a version too old",
    withMore('kubernetesVersion: "1.27"'),
    /^d\.yaml:9: kubernetesVersion: '1\.27' .*"1\.28" or newer/,
  ],
  [
    "a pool with min above max",
    withMore(
      "nodePools:\n  services: {role: services, instanceTypes: [m6i.large], min: 5, max: 3}\n  worker: {role: worker, instanceTypes: [m6i.large]}",
    ),
    /^d\.yaml:10: nodePools\.services\.min: 'min' is above 'max'/,
  ],
  [
    "no pool for task pods",
    withMore("nodePools:\n  services: {role: services, instanceTypes: [m6i.large], min: 1}"),
    /^d\.yaml:9: nodePools: has no pool with 'role: worker'/,
  ],
  [
    "a pool of two architectures",
    withMore(
      "nodePools:\n  services: {role: services, instanceTypes: [m6i.large], min: 1}\n  worker: {role: worker, instanceTypes: [m6i.large, m7g.large]}",
    ),
    /^d\.yaml:11: nodePools\.worker\.instanceTypes: mixes ARM and x86 \(m6i\.large, m7g\.large\)/,
  ],
  [
    "services that may have no node",
    withMore(
      "nodePools:\n  services: {role: services, instanceTypes: [m6i.large]}\n  worker: {role: worker, instanceTypes: [m6i.large]}",
    ),
    /^d\.yaml:9: nodePools: has no pool with 'role: services' and 'min' of at least 1/,
  ],
  [
    "services on spot machines",
    withMore(
      "nodePools:\n  services: {role: services, instanceTypes: [m6i.large], min: 1, spot: true}\n  worker: {role: worker, instanceTypes: [m6i.large]}",
    ),
    /^d\.yaml:10: nodePools\.services\.spot: does not go with 'role: services'/,
  ],
  [
    "services on nodes with GPUs",
    withMore(
      "nodePools:\n  services: {role: services, instanceTypes: [g5.2xlarge], min: 1, gpu: true}\n  worker: {role: worker, instanceTypes: [m6i.large]}",
    ),
    /^d\.yaml:10: nodePools\.services\.gpu: does not go with 'role: services'/,
  ],
  [
    "an external id without a profile",
    withMore("assumeRole: {arn: 'arn:aws:iam::111122223333:role/x', externalId: abc}"),
    /^d\.yaml:9: assumeRole\.externalId: needs 'assumeRole\.profile'/,
  ],
  [
    "an add-on that is none",
    withMore("cluster: {addons: [metric-server]}"),
    /^d\.yaml:9: cluster\.addons\[0\]: 'metric-server' is not allowed \(allowed: aws-ebs-csi-driver, metrics-server, /,
  ],
  [
    "a version of an add-on that the cluster has not",
    withMore("cluster: {addonVersions: {metrics-server: v0.9.0-eksbuild.7}}"),
    /^d\.yaml:9: cluster\.addonVersions\.metrics-server: is of no use: .* \(allowed: with 'metrics-server' in 'cluster\.addons'\)$/,
  ],
  [
    "an add-on's version that is none",
    withMore("cluster: {addonVersions: {coredns: latest}}"),
    /^d\.yaml:9: cluster\.addonVersions\.coredns: 'latest' is not an add-on's version such as v1\.13\.2-eksbuild\.21$/,
  ],
  [
    "kube-proxy of another Kubernetes",
    withMore("cluster: {addonVersions: {kube-proxy: v1.31.2-eksbuild.3}}"),
    /^d\.yaml:9: cluster\.addonVersions\.kube-proxy: 'v1\.31\.2-eksbuild\.3' is not of Kubernetes 1\.35 /,
  ],
  [
    "a node image of another Kubernetes",
    withMore(
      "nodePools:\n  services: {role: services, instanceTypes: [m6i.large], min: 1, releaseVersion: 1.34.2-20260101}\n  worker: {role: worker, instanceTypes: [m6i.large]}",
    ),
    /^d\.yaml:10: nodePools\.services\.releaseVersion: '1\.34\.2-20260101' is not of Kubernetes 1\.35 /,
  ],
  [
    "roles of namespaces that are none",
    withMore("taskRoles: per-namespace"),
    /^d\.yaml:9: taskRoles: 'per-namespace' is of no use without 'taskNamespaces' \(allowed: shared\)$/,
  ],
  [
    "a role's name that is too long",
    withMore(`taskRoles: per-namespace\ntaskNamespaces: [a-development, ${"b".repeat(60)}]`),
    /^d\.yaml:10: taskNamespaces\[1\]: makes a role '.*' of \d+ characters \(allowed: a namespace with \d+ fewer, /,
  ],
  [
    "a key's alias",
    withMore("encryption: {keyArn: 'arn:aws:kms:us-east-2:111122223333:alias/acme'}"),
    /^d\.yaml:9: encryption\.keyArn: '.*alias\/acme' is not the ARN of a KMS key \(.*; an alias is none\)$/,
  ],
  [
    "a key of another region",
    withMore("encryption: {keyArn: 'arn:aws:kms:us-west-2:111122223333:key/1'}"),
    /^d\.yaml:9: encryption\.keyArn: .* \(allowed: a key of account 111122223333 in 'us-east-2'\)$/,
  ],
  [
    "a key of another account",
    withMore("encryption: {keyArn: 'arn:aws:kms:us-east-2:999922223333:key/1'}"),
    /^d\.yaml:9: encryption\.keyArn: .* \(allowed: a key of account 111122223333 in 'us-east-2'\)$/,
  ],
  [
    "a client secret of another region",
    withMore("clientSecretArn: 'arn:aws:secretsmanager:us-west-2:111122223333:secret:acme'"),
    /^d\.yaml:9: clientSecretArn: .* \(allowed: a secret of account 111122223333 in 'us-east-2'\)$/,
  ],
  [
    "an unknown role",
    withMore("nodePools:\n  gpu: {role: gpu, instanceTypes: [g5.large]}"),
    /^d\.yaml:10: nodePools\.gpu\.role: 'gpu' is not allowed \(allowed: services, worker\)/,
  ],
  [
    "a pool's name that is none",
    withMore("nodePools:\n  GPU: {role: worker, instanceTypes: [g5.large]}"),
    /^d\.yaml:10: nodePools\.GPU: 'GPU' is not a pool name/,
  ],
  [
    "task namespaces with low privilege",
    withMore("rbac: low-privilege\ntaskNamespaces: [a-development]"),
    /^d\.yaml:10: taskNamespaces: must be empty/,
  ],
  [
    "a system namespace for tasks",
    withMore("taskNamespaces: [kube-system]"),
    /^d\.yaml:9: taskNamespaces\[0\]: 'kube-system' is a system namespace/,
  ],
  [
    "a retention that the cloud has not",
    withMore("logRetentionDays: 100"),
    /^d\.yaml:9: logRetentionDays: 100 is not what CloudWatch offers \(allowed: 1, 3, 5,/,
  ],
  [
    "apps without Union's chart",
    withMore("appsAndServing: true"),
    /^d\.yaml:9: appsAndServing: takes Knative and a gateway, .* \(allowed: true with 'workloads: chart', else false\)$/,
  ],
  [
    "a tunnel region with Union's chart",
    withMore("workloads: chart\ntunnel: { region: us }"),
    /^d\.yaml:10: tunnel\.region: has the tunnel connect to region 'us', .* \(allowed: global first, or 'workloads: stack'\)$/,
  ],
  [
    "a tunnel protocol with Union's chart",
    withMore("workloads: chart\ntunnel: { protocol: http2 }"),
    /^d\.yaml:10: tunnel\.protocol: 'http2' can't be told to the tunnel of Union's chart, .* \(allowed: auto, or 'workloads: stack'\)$/,
  ],
  [
    "Union's chart without admission policies",
    withMore('workloads: chart\nkubernetesVersion: "1.29"'),
    /^d\.yaml:9: workloads: 'chart' needs admission policies, .* \(allowed: 'kubernetesVersion' "1\.30" or newer, /,
  ],
  [
    "a digest for a tag",
    withMore("images: { operatorTag: 'sha256:abc' }"),
    /^d\.yaml:9: images\.operatorTag: must be a tag: /,
  ],
  [
    "an unknown state backend",
    withMore("state: {backend: gcs}"),
    /^d\.yaml:9: state\.backend: 'gcs' is not allowed \(allowed: local, s3\)/,
  ],
  ["remote state without a bucket", withMore("state: {backend: s3}"), /^d\.yaml:9: state\.bucket: is required/],
  [
    "a mirror in another region",
    withMore("images:\n  mirror: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/m"),
    /^d\.yaml:10: images\.mirror: .*is not in 'us-east-2'/,
  ],
  [
    "repositories in another region",
    withMore('images:\n  repositories: ["arn:aws:ecr:eu-west-1:111122223333:repository/ml/*"]'),
    /^d\.yaml:10: images\.repositories\[0\]: .*is not in 'us-east-2'/,
  ],
  [
    "repositories by their host",
    withMore("images:\n  repositories: [111122223333.dkr.ecr.us-east-2.amazonaws.com/ml]"),
    /^d\.yaml:10: images\.repositories\[0\]: .*is not the ARN of ECR repositories/,
  ],
  [
    "a registry that ECR has no cache of",
    withMore("images:\n  upstreams: [nvcr]"),
    /^d\.yaml:10: images\.upstreams\[0\]: 'nvcr' is not allowed \(allowed: ecr, ghcr, k8s, quay, docker, gitlab\)$/,
  ],
  [
    "a registry listed twice",
    withMore("images:\n  upstreams: [quay, quay]"),
    /^d\.yaml:10: images\.upstreams\[1\]: 'quay' is listed twice$/,
  ],
  [
    "a registry that takes a login, without one",
    withMore("images:\n  upstreams: [docker]"),
    /^d\.yaml:10: images\.upstreams\[0\]: 'docker' is fetched from with a login only \(allowed: with 'images\.credentials\.docker'\)$/,
  ],
  [
    "a login to a registry that takes none",
    withMore(`images:\n  credentials:\n    quay: {secretArn: "${LOGIN}"}`),
    /^d\.yaml:11: images\.credentials\.quay: 'quay' is not a registry that is fetched from with a login \(allowed: ghcr, docker, gitlab\)$/,
  ],
  [
    "a login that nothing needs",
    withMore(`images:\n  credentials:\n    docker: {secretArn: "${LOGIN}"}`),
    /^d\.yaml:11: images\.credentials\.docker: is of no use: no image is fetched from docker\.io \(allowed: with 'docker' in 'images\.upstreams'\)$/,
  ],
  [
    "a login by its password",
    withMore(`images:\n  upstreams: [docker]\n  credentials:\n    docker: {secretArn: "${LOGIN}", password: hunter2}`),
    /^d\.yaml:12: images\.credentials\.docker\.password: is not a known field \(allowed: secretArn\)$/,
  ],
  [
    "a login by a secret that ECR may not read",
    withMore(
      'images:\n  upstreams: [docker]\n  credentials:\n    docker: {secretArn: "arn:aws:secretsmanager:us-east-2:111122223333:secret:docker-AbCdEf"}',
    ),
    /^d\.yaml:12: images\.credentials\.docker\.secretArn: .* whose name begins with 'ecr-pullthroughcache\/'$/,
  ],
  [
    "a login by a secret of another region",
    withMore(
      `images:\n  upstreams: [docker]\n  credentials:\n    docker: {secretArn: "${LOGIN.replace("us-east-2", "us-west-2")}"}`,
    ),
    /^d\.yaml:12: images\.credentials\.docker\.secretArn: .* \(allowed: a secret of account 111122223333 in 'us-east-2'\)$/,
  ],
  [
    "a name that leaves no room for a cache's",
    withLine(1, "name: acme-data-plane-no-seven").replace(
      /$/,
      `images:\n  upstreams: [docker]\n  credentials:\n    docker: {secretArn: "${LOGIN}"}\n`,
    ),
    /^d\.yaml:1: name: is too long for a cache of docker: .* \(allowed: a name of at most 23, or no cache of docker\)$/,
  ],
  [
    "a public mirror",
    withMore("images:\n  mirror: public.ecr.aws/x"),
    /^d\.yaml:10: images\.mirror: .*is not an ECR registry/,
  ],
  [
    "an exception without a reason",
    withMore('exceptions: [{id: no-inbound, resource: x, expires: "2027-01-01"}]'),
    /^d\.yaml:9: exceptions\[0\]\.reason: is required/,
  ],
  [
    "an exception to a day that is none",
    withMore('exceptions: [{id: no-inbound, resource: x, reason: because we must, expires: "2027-13-01"}]'),
    /^d\.yaml:9: exceptions\[0\]\.expires: '2027-13-01' is not a day/,
  ],
  [
    "an exception to the 30th of February",
    withMore('exceptions: [{id: no-inbound, resource: x, reason: because we must, expires: "2027-02-30"}]'),
    /^d\.yaml:9: exceptions\[0\]\.expires: '2027-02-30' is not a day of the calendar$/,
  ],
  [
    "private management for no one",
    withMore('privateManagement: {principals: [], reason: because we must, expires: "2027-01-01"}'),
    /^d\.yaml:9: privateManagement\.principals: has too few entries \(allowed: at least 1 entry\)$/,
  ],
  [
    "zones for a network that is given",
    withMore(
      "network:\n  zones: [us-east-2a, us-east-2b]\n  existing:\n    vpcId: vpc-1\n    nodeSubnets: [{id: subnet-1, cidr: 10.0.0.0/20}, {id: subnet-2, cidr: 10.0.16.0/20}]\n    clusterSubnets: [{id: subnet-3, cidr: 10.0.32.0/24}, {id: subnet-4, cidr: 10.0.33.0/24}]\n    nodeRouteTableIds: [rtb-1]",
    ),
    /^d\.yaml:10: network\.zones: does not go with 'network\.existing'/,
  ],
  [
    "a given subnet outside its network",
    withMore(
      "network:\n  existing:\n    vpcId: vpc-1\n    nodeSubnets: [{id: subnet-1, cidr: 10.1.0.0/20}, {id: subnet-2, cidr: 10.0.16.0/20}]\n    clusterSubnets: [{id: subnet-3, cidr: 10.0.32.0/24}, {id: subnet-4, cidr: 10.0.33.0/24}]\n    nodeRouteTableIds: [rtb-1]",
    ),
    /^d\.yaml:12: network\.existing\.nodeSubnets\[0\]\.cidr: '10\.1\.0\.0\/20' does not lie inside 'network\.cidr'/,
  ],
];

test.each(BAD)("%s gets one clear error", (_what, source, error) => {
  const lines = errorOf(source);
  expect(lines).toEqual([expect.stringMatching(error)]);
});

test("a node group's rules stay within AWS's quota", () => {
  const cidrs = Array.from({ length: 40 }, (_, i) => `    - 52.0.${i}.0/24`).join("\n");
  expect(errorOf(withMore(`egress:\n  controlPlaneCidrs:\n${cidrs}`))).toEqual([
    expect.stringMatching(/^d\.yaml:9: egress: needs 89 ipv4 rules .*quota of 60/),
  ]);
  const raised = "network: { rulesPerSecurityGroup: 100 }";
  expect(errorOf(withMore(`egress:\n  controlPlaneCidrs:\n${cidrs}\n${raised}`))).toEqual([]);
});

describe("across deployments", () => {
  const folder = (files: Record<string, string>) => {
    const path = mkdtempSync(join(tmpdir(), "deployments-"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    return path;
  };
  const linesOf = (path: string) => {
    try {
      loadDeployments([path]);
    } catch (error) {
      if (error instanceof ConfigError) return error.lines.map((line) => line.replace(`${path}/`, ""));
      throw error;
    }
    return [];
  };
  const remote = (key: string) => `state: {backend: s3, bucket: acme-state, key: ${key}}\n`;

  test("two with one name", () => {
    const path = folder({ "a.yaml": VALID, "b.yaml": VALID });
    expect(linesOf(path)).toEqual([
      "b.yaml:1: name: name 'acme-prod' is taken by a.yaml:1 (allowed: one that no other deployment has)",
    ]);
  });

  test("two with one state key", () => {
    const path = folder({ "a.yaml": VALID + remote("one"), "b.yaml": withLine(1, "name: acme-test") + remote("one") });
    expect(linesOf(path)).toEqual([
      expect.stringMatching(
        /^b\.yaml:9: state: state 's3:\/\/acme-state\/one\/111122223333\/us-east-2' is taken by a\.yaml:9/,
      ),
    ]);
  });

  test("two that would make the same endpoints in one VPC", () => {
    const first = withMore(EXISTING);
    const second = `${withLine(1, "name: acme-test")}${EXISTING}\n`;
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": second }))).toEqual([
      expect.stringMatching(
        /^b\.yaml:11: network\.existing\.vpcId: 'vpc-0a1b' is the network of a\.yaml:11 too, and both would make there S3's gateway endpoint of rtb-0a, the endpoint of ecr\.api, .*'network\.existing\.endpoints'/,
      ),
    ]);
    const sharing =
      "    endpoints: { s3Gateway: true, interface: [{ cidrs: [10.0.32.0/23], securityGroupId: sg-0a }] }\n";
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": second + sharing }))).toEqual([]);
    const other = second.replace("vpc-0a1b", "vpc-0c2d");
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": other }))).toEqual([]);
  });

  const ON_GOOGLE = `${VALID.replace(/^(cloud|account|cloudRegion): .*\n/gm, "")}cloud: google
project: acme-data-plane
cloudRegion: us-east5
`;
  const SHARED_VPC = `network:
  existing:
    network: projects/acme-host/global/networks/shared
    nodeSubnet: { name: nodes, cidr: 10.2.0.0/16 }
    podRange: { name: pods, cidr: 10.0.0.0/15 }
    serviceRange: services
    clusterSubnet: { name: api, cidr: 10.3.0.0/28 }
`;
  const other = (source: string) => source.replace(/^name: .*/m, "name: acme-test");

  test("two that would make the same private zones in one network", () => {
    const first = ON_GOOGLE + SHARED_VPC;
    const second = other(first).replace("project: acme-data-plane", "project: acme-other");
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": second }))).toEqual([
      expect.stringMatching(
        /^b\.yaml:\d+: network\.existing\.network: 'projects\/acme-host\/global\/networks\/shared' is the network of a\.yaml:\d+ too, and both would make there the private zone googleapis\.com, the private zone gcr\.io, the private zone pkg\.dev \(allowed: .* such as its 'privateZones', or another network\)$/,
      ),
    ]);
    const sharing = `${second}    privateZones: [googleapis.com, gcr.io, pkg.dev]\n`;
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": sharing }))).toEqual([]);
    const ownName = (source: string) => source.replace("projects/acme-host/global/networks/shared", "shared");
    expect(linesOf(folder({ "a.yaml": ownName(first), "b.yaml": ownName(second) }))).toEqual([]);
  });

  test("two in one project, whose clusters IAM does not tell apart", () => {
    expect(linesOf(folder({ "a.yaml": ON_GOOGLE, "b.yaml": other(ON_GOOGLE) }))).toEqual([
      expect.stringMatching(
        /^b\.yaml:\d+: project: 'acme-data-plane' is the project of a\.yaml:\d+ too, and both would make there the pool of workload identities, .*'sharedProject: true'/,
      ),
    ]);
    expect(linesOf(folder({ "a.yaml": ON_GOOGLE, "b.yaml": `${other(ON_GOOGLE)}sharedProject: true\n` }))).toEqual([]);
  });

  test("two whose pods would be one service account", () => {
    const given = (name: string) =>
      `sharedProject: true\nserviceAccounts: { tasks: ${name}@acme-data-plane.iam.gserviceaccount.com }\n`;
    const first = ON_GOOGLE + given("given-tasks");
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": other(first) }))).toEqual([
      expect.stringMatching(/^b\.yaml:\d+: serviceAccounts: .*an identity of given-tasks@acme-data-plane/),
    ]);
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": other(ON_GOOGLE) + given("given-others") }))).toEqual([]);
  });

  test("two whose NAT would go by one address", () => {
    const addresses = (...names: string[]) => `sharedProject: true\nnetwork:\n  natAddresses: [${names.join(", ")}]\n`;
    const first = ON_GOOGLE + addresses("egress-a", "egress-b");
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": other(ON_GOOGLE) + addresses("egress-b") }))).toEqual([
      expect.stringMatching(
        /^b\.yaml:\d+: network\.natAddresses: 'acme-data-plane' is the project of a\.yaml:\d+ too, and both would make there the NAT of address us-east5\/egress-b \(/,
      ),
    ]);
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": other(ON_GOOGLE) + addresses("egress-c") }))).toEqual([]);
  });

  test("two that would put one project into a perimeter", () => {
    const perimeter = "network:\n  perimeter:\n    existing: accessPolicies/1/servicePerimeters/acme\n";
    const first = `${ON_GOOGLE}sharedProject: true\n${perimeter}`;
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": other(first) }))).toEqual([
      expect.stringMatching(
        /^b\.yaml:\d+: network\.perimeter: 'acme-data-plane' is the project of a\.yaml:\d+ too, .* its service perimeter \(allowed: .*'join: false'/,
      ),
    ]);
    expect(linesOf(folder({ "a.yaml": first, "b.yaml": `${other(first)}    join: false\n` }))).toEqual([]);
  });

  test("every file's errors at once, and no deployment lost", () => {
    const path = folder({ "a.yaml": withLine(5, "region: x"), "b.yaml": withLine(6, "cloud: x"), "c.yml": VALID });
    expect(linesOf(path)).toEqual([
      expect.stringMatching(/^a\.yaml:5: region/),
      expect.stringMatching(/^b\.yaml:6: cloud/),
    ]);
  });

  test("what is no file with a deployment in it gets one line", () => {
    const path = folder({ "a.yaml": VALID });
    mkdirSync(join(path, "b.yaml"));
    symlinkSync("nowhere", join(path, "c.yaml"));
    writeFileSync(join(path, "d.yaml"), Buffer.from([0x6e, 0x3a, 0x20, 0xff]));
    const fields = (count: number) => Array.from({ length: count }, (_, i) => `k${i}: v\n`).join("");
    writeFileSync(join(path, "e.yaml"), fields(120_000));
    expect(linesOf(path)).toEqual([
      "b.yaml: is a folder (allowed: a deployment's YAML file)",
      "c.yaml: is a link that leads nowhere (allowed: a deployment's YAML file)",
      "d.yaml: is no text in UTF-8 (allowed: a deployment's YAML file)",
      "e.yaml: has 1208890 bytes, and a deployment has 1048576 at most (allowed: a deployment's YAML file)",
    ]);
    // One that is nearly as large is judged, once for all of its fields.
    const lines = errorOf(VALID + fields(20_000));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("d.yaml:1: has 19980 more fields that are not known");
  });

  test("a folder without deployments, and a path that does not exist", () => {
    const path = folder({ "readme.txt": "" });
    expect(linesOf(path)).toEqual([
      `${path}: holds no deployment (allowed: .yaml files, such as copies of those in deployments/examples)`,
    ]);
    expect(linesOf(join(path, "none"))).toEqual([expect.stringMatching(/none: does not exist/)]);
  });
});

describe("a field of several kinds", () => {
  const at = (value: string, field = "encryption") =>
    errorOf(
      `${VALID.replace(/^(cloud|account|cloudRegion): .*\n/gm, "")}cloud: google
project: acme-data-plane
cloudRegion: us-east5
${field}: ${value}
`,
    );

  test.each([["cloud-managed"], ["{ keyId: projects/p/locations/us-east5/keyRings/r/cryptoKeys/k }"]])(
    "%s is fine",
    (value) => expect(at(value)).toEqual([]),
  );

  test.each([
    ["customer", "d.yaml:9: encryption: 'customer' is not allowed (allowed: cloud-managed, or fields keyId)"],
    ["[]", "d.yaml:9: encryption: '[]' is not allowed (allowed: cloud-managed, or fields keyId)"],
    ["{}", "d.yaml:9: encryption.keyId: is required"],
    ["{ key: k }", "d.yaml:9: encryption.key: is not a known field (allowed: keyId)"],
    ["{ keyId: k }", "d.yaml:9: encryption.keyId: 'k' is not a Cloud KMS key"],
  ])("%s", (value, message) => expect(at(value).join("\n")).toContain(message));

  test.each([
    ["40", "d.yaml:9: network.natAddresses: '40' is too large (allowed: at most 32)"],
    ["[]", "d.yaml:9: network.natAddresses: has too few entries (allowed: at least 1 entry)"],
    ["two", "d.yaml:9: network.natAddresses: 'two' is not allowed (allowed: a number, or a list)"],
    ["[a, B]", "d.yaml:9: network.natAddresses[1]: 'B' is not the name of a Google Cloud resource"],
    ["[a, a]", "d.yaml:9: network.natAddresses[1]: 'a' is listed twice"],
  ])("natAddresses: %s", (value, message) => {
    expect(at(`{ natAddresses: ${value} }`, "network").join("\n")).toBe(message);
  });
});
