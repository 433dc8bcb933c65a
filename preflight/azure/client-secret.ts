/** Whether the secret that holds the client secret is set. Resource Manager tells of secrets, and of no value. */
import { clientSecret as secretOf } from "../../config/azure/names";
import { fails, holds, type Check } from "../check";
import type { Looking } from "./ask";

export function clientSecret({ deployment, ask }: Looking): readonly Check[] {
  const { keyVaultId, name } = secretOf(deployment);
  const vault = keyVaultId.split("/").at(-1) ?? "";
  return [
    {
      about: `secret ${name} in ${vault}`,
      look: async () => {
        const right = "Microsoft.KeyVault/vaults/secrets/read";
        const told = await ask(right, `${keyVaultId}/secrets/${name}`, "2023-07-01");
        return told === undefined
          ? fails(
              "is not there",
              `deploy the infrastructure, then: az keyvault secret set --vault-name ${vault} --name ${name} --file client-secret`,
            )
          : holds("has a value");
      },
    },
  ];
}
