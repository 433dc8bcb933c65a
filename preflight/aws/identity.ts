/** Whose credentials are used, and whether they are of the deployment's account. */
import { fails, holds, type Check } from "../check";
import { asked, type Looking } from "./ask";

export const identity = ({ deployment, services: { sts } }: Looking): readonly Check[] => [
  {
    about: `account ${deployment.account}`,
    look: async () => {
      const { Account = "", Arn = "" } = await asked(
        "sts:GetCallerIdentity",
        sts.client.send(new sts.sdk.GetCallerIdentityCommand({})),
      );
      if (Account === deployment.account) return holds(`the credentials are of ${Arn}`);
      const role = deployment.assumeRole?.arn;
      return fails(
        `the credentials are of ${Arn}, of the account ${Account}`,
        role === undefined ? `use credentials of ${deployment.account}` : `assume ${role} first`,
      );
    },
  },
];
