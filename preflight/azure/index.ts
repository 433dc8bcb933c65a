/** What must hold in a subscription of Azure. */
import type { AzureDeployment } from "../../config/deployment";
import type { Checks } from "../check";
import type { Stacks } from "../stacks";
import { lookingAt } from "./ask";
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

/** Checks of a deployment on Azure, by the credentials that its own tools would take. @throws AccountError without the package */
export function azureChecks(deployment: AzureDeployment, stacks: Stacks): Checks {
  const looking = lookingAt(deployment, stacks);
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
