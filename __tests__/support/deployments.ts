import { stringify } from "yaml";
import type { AwsDeployment } from "../../config/deployment";
import { parseDeployment } from "../../config/loader";

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
