/** What an account shows of a deployment: what runs in the place of what is written, and how it differs from a state. */
import { lineOf } from "../account/folder";
import type { Deployment } from "../config/deployment";
import { accountOf, infrastructureStack } from "../config/names";
import { diffResources, type PacketChange } from "./diff/index";
import { InputError } from "./input-error";
import { loadResources } from "./load";
import type { Resource } from "./model";
import { inPlace, running, unmanaged } from "./promises/running";
import { readCollected } from "./readers/account";
import { DEPLOYMENT } from "./readers/cdktf-output";
import { loadJudged } from "./verify";

export interface Audited {
  /** To be judged in the place of what is written. */
  readonly resources: readonly Resource[];
  /** Whether its workloads are those that were written, since its cluster was not collected. */
  readonly workloadsAsWritten: boolean;
  /** When the account was read, ISO 8601 in UTC. */
  readonly at: string;
  /** Calls that told nothing, a line each. */
  readonly notTold: readonly string[];
  /** What Terraform left, against what runs; undefined where no state was given. */
  readonly differences?: Differences | undefined;
}

/** What is said where the cluster was not asked. */
export const WORKLOADS_AS_WRITTEN =
  "the workloads are judged as they are written: the cluster's objects were not collected";

export interface Differences {
  /** What runs of the deployment and is in no state. */
  readonly unmanaged: readonly Resource[];
  /** What may pass and may not by the states, and what no longer may. */
  readonly packets: readonly PacketChange[];
}

/**
 * What a folder of `dataplane collect` holds of a deployment.
 *
 * @param written resources of its stacks
 * @param states of Terraform's, or what `terraform show -json` prints
 * @throws InputError if a file can't be used, or the folder holds another account than the deployment's, another region
 * of it, or nothing of the deployment
 */
export async function auditOf(
  deployment: Deployment,
  written: readonly Resource[],
  folder: string,
  states: readonly string[] = [],
): Promise<Audited> {
  refuseElsewhere(deployment, written);
  const { at, failed } = await collectedOf(folder, deployment);
  const known = states.length > 0 ? await loadResources(states) : undefined;
  // What is written or in a state is compared one by one; of all else those that are alike are one.
  const alike = [...written, ...(known ?? [])].map(({ values }) => values);
  const account = await loadJudged([folder], { alike });
  const { resources, account: own, workloadsAsWritten } = running(deployment, written, account, known);
  const audited = { resources, workloadsAsWritten, at, notTold: failed.map(lineOf) };
  if (!known) return audited;
  const recorded = known.filter(({ mode }) => mode === "managed");
  const changes = await diffResources(inPlace(deployment, written, recorded).resources, resources);
  const packets = changes.flatMap((change) => change.packets);
  return { ...audited, differences: { unmanaged: unmanaged(own, known), packets } };
}

/** @throws InputError if the stacks were not read as one folder of a synth, so that what runs has no place in them */
function refuseElsewhere(deployment: Deployment, written: readonly Resource[]): void {
  const stack = infrastructureStack(deployment);
  const carriers = written.filter(({ type }) => type === DEPLOYMENT);
  if (carriers.some(({ unit }) => unit === stack)) return;
  const read = carriers[0]?.location.file ?? "PATH";
  throw new InputError(read, 0, `is read by itself: name the folder of the synth, which holds the stack '${stack}'`);
}

/** @throws InputError if the folder holds another account than the deployment's, or another region of it */
async function collectedOf(folder: string, deployment: Deployment) {
  const { cloud, cloudRegion: region } = deployment;
  const account = accountOf(deployment);
  const { at, accounts } = await readCollected(folder);
  const held = accounts.find((one) => one.cloud === cloud);
  const { account: own = "unknown", region: place } = held?.scope ?? {};
  // A project or a subscription is collected in all of its regions.
  const [has, needs] = place === undefined ? [own, account] : [`${own} in ${place}`, `${account} in ${region}`];
  if (!held) throw new InputError(folder, 0, `holds no account on ${cloud} (needed: ${needs})`);
  if (has !== needs) throw new InputError(folder, 0, `is of the account ${has} (needed: ${needs})`);
  return { at, failed: accounts.flatMap((one) => one.failed) };
}
