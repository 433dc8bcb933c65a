/** Resource providers and features that must be registered. */
import { RIGHTS } from "../../deployer/azure/rights";
import { rightsOf } from "../../deployer/rights";
import { typesOf } from "../../deployer/types";
import { field } from "../../verification/values";
import { fails, holds, type Check } from "../check";
import { inSubscription, type Looking } from "./ask";

/** Providers that every subscription has. */
const ALWAYS = ["Microsoft.Authorization", "Microsoft.Resources"];

export function services(looking: Looking): readonly Check[] {
  const { deployment, stacks, ask } = looking;
  const usesHostEncryption = stacks
    .ofType("azurerm_kubernetes_cluster")
    .some((cluster) => field(cluster, "default_node_pool", "host_encryption_enabled") === true);
  const needed = new Set(rightsOf(RIGHTS, typesOf(stacks)).map((right) => right.split("/")[0] ?? ""));
  const providers = [...needed]
    .filter((name) => !ALWAYS.includes(name))
    .map((name) => ({
      about: `resource provider ${name}`,
      look: async () => {
        const told = await ask(
          "Microsoft.Resources/subscriptions/providers/read",
          inSubscription(deployment, `/providers/${name}`),
          "2021-04-01",
        );
        const state = told === undefined ? "unknown to Azure" : String(told["registrationState"]);
        return state === "Registered"
          ? holds("is registered")
          : fails(`is ${state}`, `az provider register --subscription ${deployment.subscription} --namespace ${name}`);
      },
    }));
  return usesHostEncryption ? [...providers, hostEncryption(looking)] : providers;
}

/** Encryption of disks on the hosts themselves is a feature that a subscription asks for once. */
const hostEncryption = ({ deployment, ask }: Looking): Check => ({
  about: "feature Microsoft.Compute/EncryptionAtHost",
  look: async () => {
    const path = "/providers/Microsoft.Features/providers/Microsoft.Compute/features/EncryptionAtHost";
    const told = await ask(
      "Microsoft.Features/providers/features/read",
      inSubscription(deployment, path),
      "2021-07-01",
    );
    const { state } = (told?.["properties"] ?? {}) as { readonly state?: string };
    return state === "Registered"
      ? holds("is registered")
      : fails(
          `is ${state ?? "not registered"}`,
          `az feature register --subscription ${deployment.subscription} --namespace Microsoft.Compute --name EncryptionAtHost`,
        );
  },
});
