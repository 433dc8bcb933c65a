/** Writes accounts of any number of records, as `dataplane collect` would: a network, and what runs there over and over. */
import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COLLECTED, fileOf } from "../account/folder";
import { account as aws } from "../verification/clouds/aws/account/index";
import { account as azure } from "../verification/clouds/azure/account/index";
import { account as google } from "../verification/clouds/google/account/index";

type RecordsByKind = Readonly<Record<string, readonly object[]>>;

/** An account of a cloud: its network, and one of every ten further records, by the kind that it is of. */
interface Shape {
  readonly kinds: readonly string[];
  readonly network: RecordsByKind;
  /** @param i number of the record; @param isOpen whether it is the one that everybody reaches */
  readonly each: readonly (readonly [kind: string, record: (i: number, isOpen: boolean) => object])[];
}

const SUBNETS = 16;
const numbers = Array.from({ length: SUBNETS }, (_, i) => i);
/** An address of the subnet that a record is in. */
const addressOf = (i: number) => `10.0.${(i % SUBNETS) * 16 + (Math.floor(i / 4000) % 16)}.${1 + (i % 250)}`;
const hex = (prefix: string, i: number) => `${prefix}-${i.toString(16).padStart(17, "0")}`;

/** An address that documents use. */
const PUBLIC = "203.0.113.7";
export const OPEN_PORT = 22;

const VPC = hex("vpc", 1);
const AWS: Shape = {
  kinds: Object.keys(aws.read),
  network: {
    vpcs: [{ VpcId: VPC, CidrBlock: "10.0.0.0/16", IsDefault: false }],
    subnets: numbers.map((i) => ({ SubnetId: hex("subnet", i), VpcId: VPC, CidrBlock: `10.0.${i * 16}.0/20` })),
    "security-groups": numbers.map((i) => ({ GroupId: hex("sg", i), GroupName: `g${i}`, VpcId: VPC })),
    "security-group-rules": [
      {
        ...{ SecurityGroupRuleId: hex("sgr", 1), GroupId: hex("sg", 1), IsEgress: false, IpProtocol: "tcp" },
        ...{ FromPort: OPEN_PORT, ToPort: OPEN_PORT, CidrIpv4: "0.0.0.0/0" },
      },
    ],
    "internet-gateways": [{ InternetGatewayId: hex("igw", 1), Attachments: [{ VpcId: VPC, State: "available" }] }],
    "route-tables": [
      {
        ...{ RouteTableId: hex("rtb", 1), VpcId: VPC, Associations: [{ Main: true }] },
        Routes: [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: hex("igw", 1), Origin: "CreateRoute" }],
      },
    ],
  },
  each: [
    ...Array.from(
      { length: 5 },
      () =>
        [
          "network-interfaces",
          (i: number) => ({
            ...{ NetworkInterfaceId: hex("eni", i), VpcId: VPC, SubnetId: hex("subnet", i % SUBNETS) },
            ...{ Description: `aws-K8S-i-${i}`, InterfaceType: "interface", RequesterManaged: false },
            Groups: [{ GroupId: hex("sg", i % SUBNETS) }],
            PrivateIpAddresses: Array.from({ length: 4 }, (_, more) => ({ PrivateIpAddress: addressOf(i + more) })),
            Attachment: { InstanceId: hex("i", i), DeviceIndex: i % 3 },
          }),
        ] as const,
    ),
    ...Array.from(
      { length: 3 },
      () =>
        [
          "instances",
          (i: number, isOpen: boolean) => ({
            ...{ InstanceId: hex("i", i), VpcId: VPC, SubnetId: hex("subnet", isOpen ? 1 : i % SUBNETS) },
            ...{ State: { Name: "running" }, PrivateIpAddress: addressOf(i), RootDeviceName: "/dev/xvda" },
            ...(isOpen && { PublicIpAddress: PUBLIC }),
            SecurityGroups: [{ GroupId: hex("sg", isOpen ? 1 : i % SUBNETS) }],
            MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1, HttpEndpoint: "enabled" },
            IamInstanceProfile: { Arn: "arn:aws:iam::123456789012:instance-profile/p" },
            BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeId: hex("vol", i), Encrypted: true } }],
          }),
        ] as const,
    ),
    ["log-groups", (i) => ({ logGroupName: `/app/${i}`, logGroupArn: `arn:aws:logs:r:1:log-group:/app/${i}` })],
    ["secrets", (i) => ({ ARN: `arn:aws:secretsmanager:r:1:secret:s${i}`, Name: `s${i}` })],
  ],
};

const LINK = "https://www.googleapis.com/compute/v1/projects/p/";
const asset = (kind: string, path: string, data: object) => ({
  name: `//compute.googleapis.com/projects/p/${path}`,
  assetType: `compute.googleapis.com/${kind}`,
  resource: { data: { name: path.split("/").at(-1), selfLink: LINK + path, ...data } },
});
const network = `${LINK}global/networks/n`;
const GOOGLE: Shape = {
  kinds: Object.keys(google.read),
  network: {
    networks: [asset("Network", "global/networks/n", { autoCreateSubnetworks: false })],
    subnetworks: numbers.map((i) =>
      asset("Subnetwork", `regions/r/subnetworks/s${i}`, {
        ...{ network, ipCidrRange: `10.0.${i * 16}.0/20`, region: `${LINK}regions/r` },
      }),
    ),
    routes: [
      asset("Route", "global/routes/out", {
        ...{ network, destRange: "0.0.0.0/0", priority: 1000 },
        nextHopGateway: `${LINK}global/gateways/default-internet-gateway`,
      }),
    ],
    firewalls: [
      asset("Firewall", "global/firewalls/open", {
        ...{ network, direction: "INGRESS", priority: 1, disabled: false, sourceRanges: ["0.0.0.0/0"] },
        allowed: [{ IPProtocol: "tcp", ports: [String(OPEN_PORT)] }],
      }),
    ],
    "instance-templates": [
      asset("InstanceTemplate", "global/instanceTemplates/t", {
        properties: { networkInterfaces: [{ network, subnetwork: `${LINK}regions/r/subnetworks/s0` }] },
      }),
    ],
    "instance-groups": numbers.map((i) => asset("InstanceGroup", `zones/r-a/instanceGroups/g${i}`, { network })),
    "instance-group-managers": numbers.map((i) =>
      asset("InstanceGroupManager", `zones/r-a/instanceGroupManagers/m${i}`, {
        instanceGroup: `${LINK}zones/r-a/instanceGroups/g${i}`,
        instanceTemplate: `${LINK}global/instanceTemplates/t`,
      }),
    ),
  },
  each: [
    ...Array.from(
      { length: 3 },
      () =>
        [
          "instances",
          (i: number, isOpen: boolean) =>
            asset("Instance", `zones/r-a/instances/i${i}`, {
              zone: `${LINK}zones/r-a`,
              networkInterfaces: [
                {
                  ...{ network, subnetwork: `${LINK}regions/r/subnetworks/s${i % SUBNETS}`, networkIP: addressOf(i) },
                  ...(isOpen && { accessConfigs: [{ natIP: PUBLIC, type: "ONE_TO_ONE_NAT" }] }),
                },
              ],
              tags: { items: [`t${i % SUBNETS}`] },
              serviceAccounts: [{ email: "nodes@p.iam.gserviceaccount.com" }],
            }),
        ] as const,
    ),
    ...Array.from(
      { length: 2 },
      () => ["disks", (i: number) => asset("Disk", `zones/r-a/disks/d${i}`, { zone: `${LINK}zones/r-a` })] as const,
    ),
    ...Array.from(
      { length: 3 },
      () =>
        [
          "other-assets",
          (i: number) => ({ name: `//container.googleapis.com/projects/p/k8s/pods/${i}`, assetType: "k8s.io/Pod" }),
        ] as const,
    ),
    [
      "instance-group-members",
      (i) => ({
        of: `projects/p/zones/r-a/instanceGroups/g${i % SUBNETS}`,
        ...{ instance: `${LINK}zones/r-a/instances/i${i - 9}`, status: "RUNNING" },
      }),
    ],
    [
      "iam-policies",
      (i) => ({
        name: `//pubsub.googleapis.com/projects/p/topics/t${i}`,
        assetType: "pubsub.googleapis.com/Topic",
        iamPolicy: { bindings: [{ role: "roles/pubsub.publisher", members: ["user:a@example.com"] }] },
      }),
    ],
  ],
};

const IN = "/subscriptions/s/resourceGroups/g/providers/";
const resource = (type: string, name: string, properties: object) => ({
  ...{ id: `${IN}${type}/${name}`, name, type: type.toLowerCase(), location: "eastus2", properties },
});
const inSubscription = (type: string, name: string) => ({ id: `${IN}Microsoft.Network/${type}/${name}` });
const AZURE: Shape = {
  kinds: Object.keys(azure.read),
  network: {
    "virtual-networks": [
      resource("Microsoft.Network/virtualNetworks", "v", {
        addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
        subnets: numbers.map((i) => ({
          ...inSubscription("virtualNetworks", `v/subnets/s${i}`),
          name: `s${i}`,
          properties: {
            addressPrefix: `10.0.${i * 16}.0/20`,
            networkSecurityGroup: inSubscription("networkSecurityGroups", "n"),
          },
        })),
      }),
    ],
    "network-security-groups": [
      resource("Microsoft.Network/networkSecurityGroups", "n", {
        securityRules: [
          {
            name: "open",
            properties: {
              ...{ access: "Allow", direction: "Inbound", priority: 100, protocol: "Tcp", sourcePortRange: "*" },
              ...{ sourceAddressPrefix: "Internet", destinationAddressPrefix: "*" },
              destinationPortRange: String(OPEN_PORT),
            },
          },
        ],
      }),
    ],
    "public-addresses": [
      { ...resource("Microsoft.Network/publicIPAddresses", "a", { ipAddress: PUBLIC }), sku: { name: "Standard" } },
    ],
  },
  each: [
    ...Array.from(
      { length: 3 },
      () =>
        [
          "network-interfaces",
          (i: number, isOpen: boolean) =>
            resource("Microsoft.Network/networkInterfaces", `i${i}`, {
              virtualMachine: { id: `${IN}Microsoft.Compute/virtualMachines/m${i + 3}` },
              ipConfigurations: [
                {
                  ...inSubscription("networkInterfaces", `i${i}/ipConfigurations/c`),
                  name: "c",
                  properties: {
                    subnet: inSubscription("virtualNetworks", `v/subnets/s${i % SUBNETS}`),
                    privateIPAddress: addressOf(i),
                    ...(isOpen && { publicIPAddress: inSubscription("publicIPAddresses", "a") }),
                  },
                },
              ],
            }),
        ] as const,
    ),
    ...Array.from(
      { length: 3 },
      () =>
        [
          "virtual-machines",
          (i: number) =>
            resource("Microsoft.Compute/virtualMachines", `m${i}`, {
              networkProfile: { networkInterfaces: [inSubscription("networkInterfaces", `i${i - 3}`)] },
            }),
        ] as const,
    ),
    [
      "disks",
      (i) => resource("Microsoft.Compute/disks", `d${i}`, { encryption: { type: "EncryptionAtRestWithPlatformKey" } }),
    ],
    ["disks", (i) => resource("Microsoft.Compute/disks", `d${i}`, {})],
    ["other-resources", (i) => resource("Microsoft.Compute/snapshots", `s${i}`, {})],
    [
      "blob-containers",
      (i) => ({ of: `${IN}Microsoft.Storage/storageAccounts/a`, id: `${IN}c${i}`, name: `c${i}`, properties: {} }),
    ],
  ],
};

/** The clouds, by the name of the folder that an account of one is in. */
export const ACCOUNTS: Readonly<Record<string, Shape>> = { aws: AWS, google: GOOGLE, azure: AZURE };

/** Writes an account of `records` records and a network into the new folder `folder`. Its last machine is open to everybody. */
export async function writeAccount(folder: string, cloud: string, records: number): Promise<void> {
  const { kinds, network: fixed, each } = ACCOUNTS[cloud] ?? { kinds: [], network: {}, each: [] };
  mkdirSync(join(folder, cloud), { recursive: true });
  const files = new Map(kinds.map((kind) => [kind, createWriteStream(fileOf(folder, cloud, kind))]));
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  const write = async (kind: string, lines: readonly object[]) => {
    const file = files.get(kind);
    if (!file) throw new Error(`${cloud} has no kind ${kind}`);
    counts[kind] = (counts[kind] ?? 0) + lines.length;
    if (!file.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))) await once(file, "drain");
  };
  for (const [kind, lines] of Object.entries(fixed)) await write(kind, lines);
  for (let first = 0; first < records; first += each.length * 1000) {
    for (const [at, [kind, record]] of each.entries()) {
      const own = Array.from({ length: 1000 }, (_, step) => first + step * each.length + at).filter((i) => i < records);
      await write(
        kind,
        own.map((i) => record(i, i >= records - each.length)),
      );
    }
  }
  for (const file of files.values()) {
    file.end();
    await once(file, "close");
  }
  const account = { cloud, scope: { account: "p" }, kinds: counts, failed: [] };
  const collected = { format: 1, tool: "bench", at: "2026-08-01T00:00:00.000Z", accounts: [account] };
  writeFileSync(join(folder, COLLECTED), JSON.stringify(collected));
}
