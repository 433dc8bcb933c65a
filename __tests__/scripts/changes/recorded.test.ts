/**
 * The recorded plans of changes of standing deployments: every option has one, and two syntheses alone tell what the plan
 * told, as `dataplane diff` compares them for a pull request.
 */
import "../../../source-maps";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLOUDS, type Cloud, type Deployment } from "../../../config/deployment";
import { LEFT_OUT as AWS } from "../../../scripts/changes/aws";
import { LEFT_OUT as AZURE } from "../../../scripts/changes/azure";
import { CATALOGUES } from "../../../scripts/changes/catalogue";
import { type CatalogueEntry } from "../../../scripts/changes/entry";
import { LEFT_OUT as GOOGLE } from "../../../scripts/changes/google";
import { recordingOf, type RecordedChange } from "../../../scripts/changes/record";
import { changedDeployments, synthesizeInfrastructure } from "../../../scripts/changes/standing";
import { optionsOf } from "../../../scripts/docs";
import { compareFields } from "../../../verification/diff/fields";
import type { ResourceChange } from "../../../verification/diff/model";
import { kindOf } from "../../../verification/diff/plan-actions";
import { compareResources } from "../../../verification/diff/resources";
import { loadResources } from "../../../verification/load";
import type { Resource } from "../../../verification/model";

const LEFT_OUT: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = { aws: AWS, google: GOOGLE, azure: AZURE };

const nameOf = ({ option, change }: Pick<CatalogueEntry, "option" | "change">) => `${option}: ${change}`;

describe.each(CLOUDS)("the catalogue of %s", (cloud) => {
  const catalogue = CATALOGUES[cloud];
  const options = new Set(optionsOf(cloud));
  const isAtOrBelow = (option: string, above: string) =>
    option === above || option.startsWith(`${above}.`) || option.startsWith(`${above}[`);

  test("has an entry of every option, or a reason to have none", () => {
    const missing = [...options].filter(
      (option) =>
        !catalogue.some((entry) => isAtOrBelow(entry.option, option)) &&
        !Object.keys(LEFT_OUT[cloud]).some((left) => isAtOrBelow(option, left)),
    );
    expect(missing).toEqual([]);
  });

  test("names options that there are, each change once, and leaves out none that it has", () => {
    expect(catalogue.map(({ option }) => option).filter((option) => !options.has(option))).toEqual([]);
    const names = catalogue.map(nameOf);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    const left = Object.keys(LEFT_OUT[cloud]);
    expect(left.filter((name) => !options.has(name))).toEqual([]);
    expect(left.filter((name) => catalogue.some(({ option }) => isAtOrBelow(option, name)))).toEqual([]);
  });

  test("is recorded, but for what is refused or has another state", () => {
    const recorded = recordingOf(cloud).changes.map(nameOf);
    const names = catalogue.flatMap((entry) => {
      return changedDeployments(cloud, entry) ? [nameOf(entry)] : [];
    });
    expect(recorded.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !recorded.includes(name))).toEqual([]);
  });
});

// ---------------------------------------------------------------- told from two syntheses

type Told = ResourceChange["change"] | "nothing";

/** Where two syntheses can't tell what the plan does, and why. */
interface Untold {
  readonly cloud: Cloud;
  readonly option: string;
  /** Addresses of which it holds. */
  readonly resources: RegExp;
  readonly told: Told;
  readonly planned: Told;
  readonly reason: string;
}

const UNTOLD: readonly Untold[] = [
  ...(["aws", "google"] as const).map((cloud): Untold => ({
    ...{ cloud, option: "tags", resources: /./, told: "nothing", planned: "changed" },
    reason: "the provider gives its default tags to all that it makes by itself",
  })),
  {
    ...{ cloud: "aws", option: "objectStore.existing", resources: /^aws_iam_role_policy\./ },
    ...{ told: "changed", planned: "nothing" },
    reason: "the names that are written now are those that only the state knew: of the very buckets that stand",
  },
  ...(
    [
      ["network.leftZones", /^aws_nat_gateway\./],
      ["cluster.admins", /^aws_eks_access_entry\./],
      ["allowances[].actions", /^aws_vpc_endpoint\./],
      ["allowances[].resources", /^aws_vpc_endpoint\./],
    ] as const
  ).map(([option, resources]): Untold => ({
    ...{ cloud: "aws", option, resources, told: "nothing", planned: "changed" },
    reason: "it was planned on paper, where what AWS would have answered is asked for again",
  })),
  {
    ...{ cloud: "google", option: "encryption", resources: /^google_container_cluster\./ },
    ...{ told: "changed", planned: "nothing" },
    reason: "what the provider makes of a 'database_encryption' that is left out is a rule of its own",
  },
];

describe.each(CLOUDS)("what two syntheses tell on %s", (cloud) => {
  const folder = mkdtempSync(join(tmpdir(), "recorded-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What each deployment makes: many changes are of the same one. */
  const made = new Map<string, readonly Resource[]>();
  async function resourcesOf(deployment: Deployment): Promise<readonly Resource[]> {
    const key = JSON.stringify(deployment);
    const resources = made.get(key) ?? (await loadResources([synthesizeInfrastructure(deployment, folder)]));
    made.set(key, resources);
    return resources;
  }

  test(
    "is what the plan does, and what Terraform refuses is refused",
    async () => {
      const used = new Set<Untold>();
      const differences: string[] = [];
      for (const recorded of recordingOf(cloud).changes) {
        const entry = CATALOGUES[cloud].find((one) => nameOf(one) === nameOf(recorded));
        const both = entry && changedDeployments(cloud, entry);
        // Terraform may have refused a plan before it knew what would change.
        if (!both || (recorded.refused !== undefined && recorded.actions.length === 0)) continue;
        const [base, head] = [await resourcesOf(both[0]), await resourcesOf(both[1])];
        const changes = compareResources({ resources: base }, { resources: head }, []);
        for (const { resource, told, planned } of differencesOf(recorded, changes)) {
          const untold = UNTOLD.find(
            (one) =>
              one.cloud === cloud &&
              one.option === recorded.option &&
              one.resources.test(resource) &&
              one.told === told &&
              one.planned === planned,
          );
          if (untold) used.add(untold);
          else differences.push(`${nameOf(recorded)}: ${resource}: told ${told}, planned ${planned}`);
        }
        const fields = compareFields(...both, changes, "2000-01-01");
        if (recorded.refused !== undefined && !fields.some(({ refused }) => refused))
          differences.push(`${nameOf(recorded)}: refused by Terraform alone`);
      }
      expect(differences).toEqual([]);
      expect(UNTOLD.filter((one) => one.cloud === cloud && !used.has(one))).toEqual([]);
    },
    10 * 60_000,
  );
});

/** Resources of which two syntheses tell something else than the plan. */
function differencesOf(
  { actions }: RecordedChange,
  changes: readonly ResourceChange[],
): { readonly resource: string; readonly told: Told; readonly planned: Told }[] {
  const planned = new Map<string, Told>(actions.map((one) => [one.address, kindOf(one.actions) ?? "nothing"]));
  const told = new Map<string, Told>(
    changes
      // What protects a resource is Terraform's own: no plan tells of it.
      .filter((one) => one.change !== "changed" || one.arguments.some((argument) => argument !== "lifecycle"))
      .map(({ resource, change }) => [resource, change]),
  );
  return [...new Set([...planned.keys(), ...told.keys()])]
    .map((resource) => ({
      resource,
      told: told.get(resource) ?? "nothing",
      planned: planned.get(resource) ?? "nothing",
    }))
    .filter((one) => one.told !== one.planned);
}
