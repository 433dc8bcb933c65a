/** Whether GKE's channel offers the version of Kubernetes. */
import { fails, holds, type Check } from "../check";
import type { Looking } from "./ask";

interface Channel {
  readonly channel: string;
  readonly validVersions?: readonly string[];
}

export const versions = ({ deployment, ask }: Looking): readonly Check[] => {
  const { project, cloudRegion, kubernetesVersion: version, cluster } = deployment;
  return [
    {
      about: `Kubernetes ${version} in channel ${cluster.releaseChannel}`,
      look: async () => {
        const path = `/v1/projects/${project}/locations/${cloudRegion}/serverConfig`;
        const told = await ask("container.clusters.list", "container", path);
        const channels = (told?.["channels"] ?? []) as readonly Channel[];
        const offered = channels.find(({ channel }) => channel === cluster.releaseChannel)?.validVersions ?? [];
        const newest = offered.find((one) => one.startsWith(`${version}.`));
        const minors = [...new Set(offered.map((one) => one.split(".").slice(0, 2).join(".")))];
        return newest === undefined
          ? fails(
              `is not offered (offered: ${minors.join(", ")})`,
              "name one of these in 'kubernetesVersion', or another 'cluster.releaseChannel'",
            )
          : holds(`is offered as ${newest}`);
      },
    },
  ];
};
