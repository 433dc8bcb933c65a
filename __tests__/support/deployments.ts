import { stringify } from "yaml";
import type { AwsDeployment } from "../../config/deployment";
import { parseDeployment } from "../../config/loader";

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

/** The smallest valid deployment on AWS, with fields replaced or added. */
export function awsDeployment(fields: Readonly<Record<string, unknown>> = {}): AwsDeployment {
  const source = {
    name: "acme-prod",
    organization: "acme",
    tenant: "acme",
    clientId: "acme-prod",
    region: "us-east-2",
    cloud: "aws",
    account: "123456789012",
    cloudRegion: "us-east-2",
    ...fields,
  };
  return parseDeployment(stringify(source), "deployment.yaml").deployment;
}
