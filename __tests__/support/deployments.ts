import { stringify } from "yaml";
import type { Cloud, Deployment } from "../../config/deployment";
import { ConfigError, parseDeployment } from "../../config/loader";

/** A network of the customer's own, as `network.existing` names it, inside the default block. */
export const EXISTING_NETWORK = {
  vpcId: "vpc-1",
  nodeSubnets: [
    { id: "subnet-1", cidr: "10.0.0.0/20" },
    { id: "subnet-2", cidr: "10.0.16.0/20" },
  ],
  clusterSubnets: [
    { id: "subnet-3", cidr: "10.0.32.0/24" },
    { id: "subnet-4", cidr: "10.0.33.0/24" },
  ],
  nodeRouteTableIds: ["rtb-1"],
};

/** What a deployment on each cloud says of its cloud, at least. */
const CLOUDS = {
  aws: { account: "123456789012", cloudRegion: "us-east-2" },
  google: { project: "acme-data-plane", cloudRegion: "us-east5" },
  azure: {
    subscription: "11111111-2222-3333-4444-555555555555",
    directory: "99999999-8888-7777-6666-555555555555",
    cloudRegion: "eastus2",
  },
} as const satisfies Record<Cloud, object>;

/** The smallest valid deployment on a cloud, with fields replaced or added. */
export function deploymentOn<C extends Cloud>(
  cloud: C,
  fields: Readonly<Record<string, unknown>> = {},
): Extract<Deployment, { cloud: C }> {
  const source = {
    name: "acme-prod",
    organization: "acme",
    tenant: "acme",
    clientId: "acme-prod",
    region: "us-east-2",
    cloud,
    ...CLOUDS[cloud],
    ...fields,
  };
  return parseDeployment(stringify(source), "deployment.yaml").deployment as Extract<Deployment, { cloud: C }>;
}

export const awsDeployment = (fields?: Readonly<Record<string, unknown>>) => deploymentOn("aws", fields);
export const googleDeployment = (fields?: Readonly<Record<string, unknown>>) => deploymentOn("google", fields);
export const azureDeployment = (fields?: Readonly<Record<string, unknown>>) => deploymentOn("azure", fields);

/** The smallest valid deployment on the cloud that `fields` name, AWS where they name none. */
export const smallestDeployment = (fields: Readonly<Record<string, unknown>> = {}): Deployment =>
  deploymentOn((fields["cloud"] ?? "aws") as Cloud, fields);

/** What is refused of the smallest deployment on a cloud with `fields`, each as `FIELD: MESSAGE`. */
export function problemsOn(cloud: Cloud, fields: Readonly<Record<string, unknown>>): string[] {
  try {
    deploymentOn(cloud, fields);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.lines.map((line) => line.replace(/^deployment\.yaml:\d+: /, ""));
    throw error;
  }
}

/** Private DNS zones of a company's, by their ids: all that a deployment on Azure with Log Analytics needs. */
export const companyZones = [
  "vaultcore.azure.net",
  "azurecr.io",
  "monitor.azure.com",
  "oms.opinsights.azure.com",
  "ods.opinsights.azure.com",
  "agentsvc.azure-automation.net",
  "blob.core.windows.net",
  "dfs.core.windows.net",
].map(
  (name) =>
    `/subscriptions/44444444-5555-6666-7777-888888888888/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink.${name}`,
);
