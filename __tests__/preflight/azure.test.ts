/** A preflight of Azure against a server that answers in the shapes that Azure documents. */
import { run } from "../../cli/index";
import type { Line } from "../../preflight/check";
import { resourceGroup } from "../../config/azure/names";
import { RIGHTS } from "../../deployer/azure/rights";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { azureDeployment } from "../support/deployments";
import { RestServer, type Answers } from "../support/rest-server";

const NAME = "acme-azure-us-east-2";
const REGION = "eastus2";
const SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555";
const DIRECTORY = "99999999-8888-7777-6666-555555555555";

const server = new RestServer();
testEnvironment({
  DATAPLANE_DEPLOYMENTS: EXAMPLES,
  AZURE_RESOURCE_MANAGER_URL: "",
  AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
  IDENTITY_ENDPOINT: "",
  IDENTITY_HEADER: "loopback",
});
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  process.env["AZURE_RESOURCE_MANAGER_URL"] = server.url;
  process.env["IDENTITY_ENDPOINT"] = `${server.url}/msi/token`;
  server.answers = RIGHT;
});

const at = (path: string) => `${SUBSCRIPTION}/providers/${path}`;
const usage = (value: string, limit: number, currentValue = 1) => ({ name: { value }, limit, currentValue });
const size = (name: string, cpus: string, zones = ["1", "2", "3"]) => ({
  name,
  resourceType: "virtualMachines",
  family: "standardDDSv5Family",
  capabilities: [{ name: "vCPUs", value: cpus }],
  locationInfo: [{ location: REGION, zones }],
  restrictions: [],
});
const namespaces = new Set(
  Object.values(RIGHTS).flatMap(({ create = [] }) => create.map((right) => right.split("/")[0] ?? "")),
);
const sizes = [size("Standard_D4ds_v5", "4"), size("Standard_D8ds_v5", "8"), size("Standard_D16ds_v5", "16")];
const network = [
  "VirtualNetworks",
  "StandardSkuPublicIpAddresses",
  "NetworkSecurityGroups",
  "NatGateways",
  "PrivateEndpoints",
];
const available = { nameAvailable: true };
const registries = `${SUBSCRIPTION}/resourceGroups/union-${NAME}/providers/Microsoft.ContainerRegistry/registries`;
const RULES = `${registries}/acmeazureuseast23599376c/cacheRules`;
const rule = (name: string, sourceRepository: string, targetRepository: string, provisioningState = "Succeeded") => ({
  name,
  properties: { sourceRepository, targetRepository, provisioningState },
});
const rules = [
  rule("operator", "public.ecr.aws/p0i0a9q8/unionoperator", "ecr/p0i0a9q8/unionoperator"),
  rule("busybox", "public.ecr.aws/docker/library/busybox", "ecr/docker/library/busybox"),
  rule("all-of-ghcr", "ghcr.io/*", "ghcr/*"),
  rule("kubectl", "registry.k8s.io/kubectl", "k8s/kubectl"),
];

/** A subscription in which everything holds. */
const RIGHT: Answers = {
  [SUBSCRIPTION]: { displayName: "acme", state: "Enabled", tenantId: DIRECTORY },
  ...Object.fromEntries([...namespaces].map((name) => [at(name), { registrationState: "Registered" }])),
  [at("Microsoft.Features/providers/Microsoft.Compute/features/EncryptionAtHost")]: {
    properties: { state: "Registered" },
  },
  [at("Microsoft.Compute/skus")]: { value: sizes },
  [RULES]: { value: rules },
  [at(`Microsoft.Compute/locations/${REGION}/usages`)]: {
    value: [usage("cores", 1000), usage("standardDDSv5Family", 1000)],
  },
  [at(`Microsoft.Network/locations/${REGION}/usages`)]: { value: network.map((name) => usage(name, 100)) },
  [at(`Microsoft.Storage/locations/${REGION}/usages`)]: { value: [usage("StorageAccounts", 250)] },
  [at(`Microsoft.ContainerService/locations/${REGION}/kubernetesVersions`)]: {
    values: [{ version: "1.34" }, { version: "1.35" }, { version: "1.36", isPreview: true }],
  },
  ...Object.fromEntries(
    ["Storage", "KeyVault", "ContainerRegistry"].map((name) => [
      at(`Microsoft.${name}/checkNameAvailability`),
      available,
    ]),
  ),
};

async function look(...args: string[]): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await run(["preflight", NAME, "--format", "json", ...args]);
  expect(stderr).toBe("");
  const { lines } = JSON.parse(stdout) as { readonly lines: readonly Line[] };
  expect(exitCode).toBe(lines.every(({ status }) => status === "ok") ? 0 : 1);
  return lines.map(
    ({ status, concern, about, found, remedy = "" }) => `${status} ${concern}: ${about}: ${found}; ${remedy}`,
  );
}
const notOk = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("ok "));

test("a subscription in which everything holds passes but for what comes with the first deploy", async () => {
  const lines = await look();
  expect(notOk(lines)).toEqual([
    expect.stringMatching(
      /^fails client-secret: .*: is not there; deploy the infrastructure, then: az keyvault secret set/,
    ),
  ]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^ok quotas: vCPUs of Standard_D16ds_v5: 160 needed, 1 in use, of 1000/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^ok quotas: vCPUs of the region: 224 needed/));
  expect(server.asked.filter((call) => !/^(GET|POST \S+checkNameAvailability$)/.test(call))).toEqual([]);
});

test("where the secret is set too, everything is looked at and everything passes", async () => {
  const [about = ""] = notOk(await look("--only", "client-secret"));
  const [, secret = "", vault = ""] = /secret (\S+) in (\S+):/.exec(about) ?? [];
  const place = `${SUBSCRIPTION}/resourceGroups/union-${NAME}/providers/Microsoft.KeyVault/vaults/${vault}`;
  server.answers = { ...RIGHT, [`${place}/secrets/${secret}`]: { properties: {} } };
  expect(notOk(await look())).toEqual([]);
});

test("an image that no rule of the registry fetches, or one that is not made yet", async () => {
  const [operator, , ...others] = rules;
  const broken = { ...operator, properties: { ...operator?.properties, provisioningState: "Failed" } };
  server.answers = { ...RIGHT, [RULES]: { value: [broken, ...others] } };
  expect(notOk(await look("--only", "images"))).toEqual([
    expect.stringMatching(
      /^fails images: .*unionoperator:\S+: the rule operator is Failed; deploy the infrastructure$/,
    ),
    expect.stringMatching(
      /^fails images: .*busybox:\S+: no rule of the registry fetches it; deploy the infrastructure$/,
    ),
  ]);
});

test("of a mirror only the registry itself tells", async () => {
  const { stdout } = await run(["preflight", "acme-azure-eu-west-2", "--only", "images", "--format", "json"]);
  const { lines } = JSON.parse(stdout) as { readonly lines: readonly Line[] };
  const told = lines.filter(({ concern }) => concern === "images").map(({ found }) => found);
  expect(new Set(told)).toEqual(new Set(["only the registry itself tells, inside of the network"]));
});

test("each thing that does not hold fails with its remedy", async () => {
  const group = `${SUBSCRIPTION}/resourceGroups/${resourceGroup(azureDeployment({ name: NAME }))}`;
  const closed = { type: "Zone", restrictionInfo: { zones: ["3"] } };
  server.answers = {
    ...RIGHT,
    [at("Microsoft.ContainerService")]: { registrationState: "NotRegistered" },
    [at("Microsoft.Features/providers/Microsoft.Compute/features/EncryptionAtHost")]: undefined,
    [at("Microsoft.Compute/skus")]: { value: [sizes[0], { ...sizes[1], restrictions: [closed] }, sizes[2]] },
    [at(`Microsoft.Compute/locations/${REGION}/usages`)]: {
      value: [usage("cores", 100, 10), usage("standardDDSv5Family", 1000)],
    },
    [at(`Microsoft.ContainerService/locations/${REGION}/kubernetesVersions`)]: { values: [{ version: "1.34" }] },
    [at("Microsoft.Storage/checkNameAvailability")]: {
      nameAvailable: false,
      message: "The storage account named x is already taken.",
    },
    [group]: { tags: {} },
  };
  const lines = notOk(await look("--only", "services,quotas,machines,versions,names"));
  expect(lines.map((line) => line.replace(/acmeazure\w+/, "ACCOUNT"))).toEqual([
    expect.stringMatching(
      /^fails services: resource provider Microsoft\.ContainerService: is NotRegistered; az provider register /,
    ),
    expect.stringMatching(/^fails services: feature Microsoft\.Compute\/EncryptionAtHost: .*; az feature register /),
    expect.stringMatching(/^fails quotas: vCPUs of the region: 224 needed, 10 in use, of 100; /),
    expect.stringMatching(/^fails machines: machines of pool services: Standard_D8ds_v5 is not offered in zones 3; /),
    expect.stringMatching(/^fails versions: Kubernetes 1\.35: is not offered \(offered: 1\.34\)/),
    expect.stringMatching(/^fails names: resource group union-acme-azure-us-east-2: is taken; /),
    ...[1, 2].map(
      () => expect.stringMatching(/^fails names: storage account ACCOUNT: The storage account named x is/) as unknown,
    ),
  ]);
});

test("an operation that lacks is named, and is no pass; a deployment that stands has its own names", async () => {
  const group = `${SUBSCRIPTION}/resourceGroups/union-${NAME}`;
  server.answers = {
    ...RIGHT,
    [at(`Microsoft.ContainerService/locations/${REGION}/kubernetesVersions`)]: 403,
    [at("Microsoft.KeyVault/checkNameAvailability")]: { nameAvailable: false },
    [group]: { tags: { "union:deployment": NAME } },
  };
  expect(notOk(await look("--only", "versions,names"))).toEqual([
    expect.stringMatching(
      /^unknown versions: .*; give the identity the right Microsoft\.ContainerService\/locations\/kubernetesVersions\/read$/,
    ),
  ]);
});

test("a subscription of another directory: nothing else is looked at", async () => {
  server.answers = { [SUBSCRIPTION]: { state: "Enabled", tenantId: "another" } };
  const [identity, ...others] = await look();
  expect(identity).toMatch(/^fails identity: .*trusts the directory another/);
  expect(others.filter((line) => !/^unknown .*: not looked at/.test(line))).toEqual([]);
});
