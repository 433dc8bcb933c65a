/** Names that the subscription, or all of Azure, takes once: free, or the deployment's own already. */
import { resourceGroup } from "../../config/azure/names";
import { field } from "../../verification/values";
import { fails, holds, once, type Check } from "../check";
import { inSubscription, type Looking } from "./ask";

/** Services whose names are of all of Azure, each with the question that it answers. */
const WORLDWIDE = [
  {
    type: "azurerm_storage_account",
    what: "storage account",
    provider: "Microsoft.Storage",
    kind: "storageAccounts",
    version: "2023-01-01",
  },
  {
    type: "azurerm_key_vault",
    what: "key vault",
    provider: "Microsoft.KeyVault",
    kind: "vaults",
    version: "2023-07-01",
  },
  {
    type: "azurerm_container_registry",
    what: "registry",
    provider: "Microsoft.ContainerRegistry",
    kind: "registries",
    version: "2023-07-01",
  },
];

export function names({ deployment, stacks, ask }: Looking): readonly Check[] {
  const group = resourceGroup(deployment);
  const remedy = "give the deployment another 'name', or remove what has it (terraform import takes it into the state)";
  const ownGroup = once(async () =>
    ask(
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      inSubscription(deployment, `/resourceGroups/${group}`),
      "2021-04-01",
    ),
  );
  const stands = async () => {
    const tags = (await ownGroup())?.["tags"] as Readonly<Record<string, string>> | undefined;
    return tags?.["union:deployment"] === deployment.name;
  };
  const all = WORLDWIDE.flatMap((kind) =>
    stacks.ofType(kind.type).flatMap((one) => {
      const name = stacks.text(field(one, "name"));
      return name === undefined ? [] : [{ ...kind, name }];
    }),
  );
  return [
    {
      about: `resource group ${group}`,
      look: async () => {
        if ((await ownGroup()) === undefined) return holds("is free");
        return (await stands()) ? holds("is the deployment's own already") : fails("is taken", remedy);
      },
    },
    ...all.map(({ what, name, provider, kind, version }) => ({
      about: `${what} ${name}`,
      look: async () => {
        const right = `${provider}/checkNameAvailability/read`;
        const question = { name, type: `${provider}/${kind}` };
        const told = await ask(
          right,
          inSubscription(deployment, `/providers/${provider}/checkNameAvailability`),
          version,
          question,
        );
        if (told?.["nameAvailable"] === true) return holds("is free");
        return (await stands())
          ? holds("is the deployment's own already")
          : fails(told === undefined ? "is taken" : String(told["message"]), remedy);
      },
    })),
    ...all
      .filter(({ type }) => type === "azurerm_key_vault")
      .map(({ name }) => ({
        about: `deleted key vault ${name}`,
        look: async () => {
          const path = `/providers/Microsoft.KeyVault/locations/${deployment.cloudRegion}/deletedVaults/${name}`;
          const told = await ask(
            "Microsoft.KeyVault/locations/deletedVaults/read",
            inSubscription(deployment, path),
            "2023-07-01",
          );
          return told === undefined
            ? holds("is none")
            : fails("keeps its name until it is purged", `az keyvault recover --name ${name}, and terraform import`);
        },
      })),
  ];
}
