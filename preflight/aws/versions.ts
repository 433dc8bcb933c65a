/** Whether EKS offers the version of Kubernetes, and the versions of add-ons for it. */
import { field } from "../../verification/values";
import { fails, holds, type Check } from "../check";
import { asked, type Looking } from "./ask";

export function versions({ deployment, stacks, services: { eks } }: Looking): readonly Check[] {
  const { client, sdk } = eks;
  const version = deployment.kubernetesVersion;
  return [
    {
      about: `Kubernetes ${version}`,
      look: async () => {
        const call = client.send(new sdk.DescribeClusterVersionsCommand({ clusterVersions: [version] }));
        const [told] = (await asked("eks:DescribeClusterVersions", call)).clusterVersions ?? [];
        const status = told?.versionStatus;
        return status === "STANDARD_SUPPORT" || status === "EXTENDED_SUPPORT"
          ? holds(`is offered (${status})`)
          : fails(`is not offered (${status ?? "EKS knows none"})`, "name one that is in 'kubernetesVersion'");
      },
    },
    ...stacks.ofType("aws_eks_addon").map((addon) => {
      const name = stacks.text(field(addon, "addon_name"));
      const wanted = stacks.text(field(addon, "addon_version"));
      return {
        about: `add-on ${String(name)} ${wanted ?? "of any version"}`,
        look: async () => {
          const call = client.send(
            new sdk.DescribeAddonVersionsCommand({ addonName: name, kubernetesVersion: version }),
          );
          const { addons = [] } = await asked("eks:DescribeAddonVersions", call);
          const offered = addons.flatMap(({ addonVersions = [] }) =>
            addonVersions.flatMap(({ addonVersion }) => addonVersion ?? []),
          );
          return wanted === undefined || offered.includes(wanted)
            ? holds("is offered")
            : fails(
                `is not offered for Kubernetes ${version}`,
                `'cluster.addonVersions', or npm run eks-versions (newest: ${offered[0] ?? "none"})`,
              );
        },
      };
    }),
  ];
}
