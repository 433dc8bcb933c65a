/** Private zones that would answer for Google's names in a given network beside those that are made: one a domain. */
import { field } from "../../verification/values";
import { fails, holds, once, type Check } from "../check";
import { networkName, networkProject } from "../../config/google/network";
import { listed, type Looking } from "./ask";

interface Zone {
  readonly name: string;
  readonly dnsName: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly privateVisibilityConfig?: { readonly networks?: readonly { readonly networkUrl: string }[] };
}

export function endpoints(looking: Looking): readonly Check[] {
  const { deployment, stacks } = looking;
  const { existing } = deployment.network;
  if (existing === undefined) return [];
  const project = networkProject(deployment);
  const network = `/projects/${project}/global/networks/${networkName(existing.network)}`;
  const zones = once(
    async () =>
      (await listed(
        looking,
        "dns.managedZones.list",
        "dns",
        `/dns/v1/projects/${project}/managedZones`,
        "managedZones",
      )) as readonly unknown[] as readonly Zone[],
  );
  return stacks.ofType("google_dns_managed_zone").flatMap((resource) => {
    const domain = stacks.text(field(resource, "dns_name"));
    if (domain === undefined) return [];
    return [
      {
        about: `zone of ${domain} in ${existing.network}`,
        look: async () => {
          const other = (await zones()).find(
            ({ dnsName, labels, privateVisibilityConfig }) =>
              dnsName === domain &&
              labels?.["union-deployment"] !== deployment.name &&
              privateVisibilityConfig?.networks?.some(({ networkUrl }) => networkUrl.endsWith(network)),
          );
          return other === undefined
            ? holds("is not there yet")
            : fails(
                `${other.name} has it already`,
                "name its domain in 'network.existing.privateZones', or take the network out of it",
              );
        },
      },
    ];
  });
}
