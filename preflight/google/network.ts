/** A given network as it stands: its subnets, blocks of its peers, and the rights in the host project of a Shared VPC. */
import { hostProjectCommands, isSharedVpc, networkName, networkProject } from "../../config/google/network";
import { AddressSet } from "../../packets/address-set";
import { fails, holds, type Check } from "../check";
import { listed, membersWith, type Json, type Looking } from "./ask";

export const network = (looking: Looking): readonly Check[] => [
  ...given(looking),
  ...addresses(looking),
  ...shared(looking),
];

function given(looking: Looking): readonly Check[] {
  const { deployment, ask } = looking;
  const { existing, cidr, serviceCidr } = deployment.network;
  if (existing === undefined) return [];
  const { cloudRegion: region } = deployment;
  const project = networkProject(deployment);
  const name = networkName(existing.network);
  const subnet = (of: string) =>
    ask("compute.subnetworks.get", "compute", `/projects/${project}/regions/${region}/subnetworks/${of}`);
  const hasBlock = (about: string, of: string, block: string, further: (told: Json) => string | undefined): Check => ({
    about,
    look: async () => {
      const told = await subnet(of);
      if (told === undefined) return fails("is not there", "see 'network.existing'");
      if (told["ipCidrRange"] !== block)
        return fails(`has ${String(told["ipCidrRange"])}`, `'network.existing' says ${block}`);
      const wrong = further(told);
      return wrong === undefined
        ? holds(`has ${block}`)
        : fails(wrong, `change subnet ${of} of ${project}, or name another`);
    },
  });
  const range = (told: Json, wanted: string) =>
    ((told["secondaryIpRanges"] ?? []) as readonly { readonly rangeName: string; readonly ipCidrRange: string }[]).find(
      ({ rangeName }) => rangeName === wanted,
    )?.ipCidrRange;
  const { nodeSubnet, podRange, serviceRange, clusterSubnet } = existing;
  return [
    hasBlock(`subnet ${nodeSubnet.name}`, nodeSubnet.name, nodeSubnet.cidr, (told) => {
      if (told["privateIpGoogleAccess"] !== true) return "has no Private Google Access";
      if (range(told, podRange.name) !== podRange.cidr)
        return `its range ${podRange.name} is ${String(range(told, podRange.name))}`;
      if (range(told, serviceRange) !== serviceCidr)
        return `its range ${serviceRange} is ${String(range(told, serviceRange))}`;
      return undefined;
    }),
    hasBlock(`subnet ${clusterSubnet.name}`, clusterSubnet.name, clusterSubnet.cidr, () => undefined),
    {
      about: `networks peered with ${name}`,
      look: async () => {
        const path = `/projects/${project}/global/networks/${name}`;
        const told = await ask("compute.networks.get", "compute", path);
        const own = AddressSet.ofCidrs([cidr, serviceCidr]);
        const overlapping: string[] = [];
        for (const { name: peering } of (told?.["peerings"] ?? []) as readonly { readonly name: string }[]) {
          const query = `peeringName=${peering}&region=${region}&direction=INCOMING`;
          const routes = await listed(
            looking,
            "compute.networks.listPeeringRoutes",
            "compute",
            `${path}/listPeeringRoutes?${query}`,
            "items",
          );
          for (const { destRange } of routes)
            if (AddressSet.ofCidr(String(destRange)).overlaps(own))
              overlapping.push(`${String(destRange)} by ${peering}`);
        }
        return overlapping.length === 0
          ? holds("overlap none of its blocks")
          : fails(`overlap: ${overlapping.join(", ")}`, "take other blocks in 'network'");
      },
    },
  ];
}

/** Addresses of one's own that NAT is to have. */
const addresses = ({
  deployment: {
    project,
    cloudRegion,
    network: { natAddresses },
  },
  ask,
}: Looking): readonly Check[] =>
  (typeof natAddresses === "number" ? [] : natAddresses).map((name) => ({
    about: `address ${name}`,
    look: async () => {
      const told = await ask(
        "compute.addresses.get",
        "compute",
        `/projects/${project}/regions/${cloudRegion}/addresses/${name}`,
      );
      if (told === undefined)
        return fails(
          "is not there",
          `gcloud compute addresses create ${name} --project ${project} --region ${cloudRegion}`,
        );
      return told["addressType"] === "EXTERNAL"
        ? holds(String(told["address"]))
        : fails("is internal", "name external ones in 'network.natAddresses'");
    },
  }));

/** What the host project of a Shared VPC lets this one, its agents and its deployer do. */
function shared({ deployment, ask, number }: Looking): readonly Check[] {
  const { project, cloudRegion, network: given, impersonateServiceAccount: deployer } = deployment;
  if (given.existing === undefined || !isSharedVpc(deployment)) return [];
  const host = networkProject(deployment);
  const commands = hostProjectCommands(deployment);
  const remedyOf = (word: string) => commands.find((command) => command.includes(word)) ?? commands.join("; ");
  const GKE = "container-engine-robot.iam.gserviceaccount.com";
  const hostPolicy = () =>
    ask("resourcemanager.projects.getIamPolicy", "cloudresourcemanager", `/v1/projects/${host}:getIamPolicy`);
  const onHost = (role: string, member: () => Promise<string>): Check => ({
    about: `${role} in ${host}`,
    look: async () => {
      const whom = await member();
      return membersWith(await hostPolicy(), role).includes(whom)
        ? holds(`is given to ${whom}`)
        : fails(`is not given to ${whom}`, remedyOf(role));
    },
  });
  const gke = async () => `serviceAccount:service-${await number()}@${GKE}`;
  const google = async () => `serviceAccount:${await number()}@cloudservices.gserviceaccount.com`;
  const own = deployer === undefined ? [] : [() => Promise.resolve(`serviceAccount:${deployer}`)];
  return [
    {
      about: `host project ${host}`,
      look: async () => {
        const told = await ask("compute.projects.get", "compute", `/projects/${project}/getXpnHost`);
        return told?.["name"] === host
          ? holds("is this project's")
          : fails(
              `this project's is ${told === undefined ? "none" : String(told["name"])}`,
              remedyOf("associated-projects"),
            );
      },
    },
    ...[given.existing.nodeSubnet, given.existing.clusterSubnet].map(({ name }) => ({
      about: `users of subnet ${name}`,
      look: async () => {
        const path = `/projects/${host}/regions/${cloudRegion}/subnetworks/${name}/getIamPolicy`;
        const users = membersWith(
          await ask("compute.subnetworks.getIamPolicy", "compute", path),
          "roles/compute.networkUser",
        );
        const needed = await Promise.all([gke, google, ...own].map((member) => member()));
        const lacking = needed.filter((member) => !users.includes(member));
        return lacking.length === 0
          ? holds("are all there")
          : fails(`lack ${lacking.join(", ")}`, remedyOf(` ${name} `));
      },
    })),
    onHost("roles/container.hostServiceAgentUser", gke),
    onHost(`projects/${host}/roles/gkeFirewallManager`, gke),
    ...own.flatMap((member) => ["roles/compute.securityAdmin", "roles/dns.admin"].map((role) => onHost(role, member))),
  ];
}
