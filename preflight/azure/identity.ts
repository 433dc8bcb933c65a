/** Whether the credentials see the deployment's subscription, in its directory. */
import { fails, holds, unknown, type Check } from "../check";
import { inSubscription, type Looking } from "./ask";

export const identity = ({ deployment, ask }: Looking): readonly Check[] => [
  {
    about: `subscription ${deployment.subscription}`,
    look: async () => {
      const told = await ask("Microsoft.Resources/subscriptions/read", inSubscription(deployment, ""), "2022-12-01");
      if (told === undefined)
        return unknown("is not there, or the credentials don't see it", `az login --tenant ${deployment.directory}`);
      if (told["tenantId"] !== deployment.directory)
        return fails(`trusts the directory ${String(told["tenantId"])}`, `'directory' says ${deployment.directory}`);
      return told["state"] === "Enabled"
        ? holds(`is ${String(told["displayName"])}`)
        : fails(`is ${String(told["state"])}`, "see 'subscription'");
    },
  },
];
