/** What must hold in an account of AWS. */
import type { AwsDeployment } from "../../config/deployment";
import { servicesIn } from "../../account/aws/services";
import type { Checks } from "../check";
import type { Stacks } from "../stacks";
import type { Looking } from "./ask";
import { clientSecret } from "./client-secret";
import { endpoints } from "./endpoints";
import { identity } from "./identity";
import { images } from "./images";
import { keys } from "./keys";
import { machines } from "./machines";
import { names } from "./names";
import { network } from "./network";
import { quotas } from "./quotas";
import { services } from "./services";
import { versions } from "./versions";

/** Checks of a deployment on AWS, by the credentials that its command line would take. @throws AccountError without the SDK */
export function awsChecks(deployment: AwsDeployment, stacks: Stacks): Checks {
  const looking: Looking = { deployment, stacks, services: servicesIn(deployment.cloudRegion) };
  return {
    identity: identity(looking),
    services: services(looking),
    quotas: quotas(looking),
    machines: machines(looking),
    versions: versions(looking),
    names: names(looking),
    network: network(looking),
    endpoints: endpoints(looking),
    keys: keys(looking),
    images: images(looking),
    "client-secret": clientSecret(looking),
  };
}
