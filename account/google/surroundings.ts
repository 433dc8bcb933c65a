/** What Google Cloud's command line has configured, and what it may see there. */
import { listOf, textAt, toldBy, type Surroundings } from "../surroundings";

export async function surroundings(): Promise<Surroundings> {
  const configured = await toldBy("gcloud", ["config", "list", "--format=json"]);
  const project = textAt(configured, "core", "project");
  return {
    identity: project === undefined ? {} : { project },
    region: textAt(configured, "compute", "region"),
    inRegion: async (region) => {
      if (project === undefined) return { zones: [], networks: [] };
      const [zones, subnets] = await Promise.all([
        list(project, "zones", `region~/${region}$`),
        list(project, "networks subnets", `region~/${region}$`),
      ]);
      return {
        zones: zones.flatMap((zone) => textAt(zone, "name") ?? []),
        networks: subnets.flatMap((subnet) => {
          const [name, network] = [textAt(subnet, "name"), textAt(subnet, "network")?.split("/").at(-1)];
          if (name === undefined || network === undefined) return [];
          const secondary = listOf((subnet as { readonly secondaryIpRanges?: unknown }).secondaryIpRanges);
          return [
            {
              name: `${network}/${name}`,
              cidrs: [subnet, ...secondary].flatMap((range) => textAt(range, "ipCidrRange") ?? []),
            },
          ];
        }),
      };
    },
  };
}

/** @param kind of Compute Engine's resources, in the words of its command line */
const list = async (project: string, kind: string, filter: string): Promise<readonly unknown[]> =>
  listOf(
    await toldBy("gcloud", [
      ...["compute", ...kind.split(" "), "list", `--project=${project}`],
      ...[`--filter=${filter}`, "--format=json", "--quiet"],
    ]),
  );
