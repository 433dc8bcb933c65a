/** Whether AKS offers the version of Kubernetes in the region. */
import { fails, holds, type Check } from "../check";
import { inSubscription, type Looking } from "./ask";

export const versions = ({ deployment, ask }: Looking): readonly Check[] => [
  {
    about: `Kubernetes ${deployment.kubernetesVersion}`,
    look: async () => {
      const place = `/providers/Microsoft.ContainerService/locations/${deployment.cloudRegion}/kubernetesVersions`;
      const right = "Microsoft.ContainerService/locations/kubernetesVersions/read";
      const told = await ask(right, inSubscription(deployment, place), "2024-02-01");
      const offered = (
        (told?.["values"] ?? []) as readonly { readonly version: string; readonly isPreview?: boolean }[]
      )
        .filter(({ isPreview }) => isPreview !== true)
        .map(({ version }) => version);
      return offered.includes(deployment.kubernetesVersion)
        ? holds("is offered")
        : fails(`is not offered (offered: ${offered.join(", ")})`, "name one of these in 'kubernetesVersion'");
    },
  },
];
