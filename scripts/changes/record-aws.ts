/**
 * Plans the changes of scripts/changes/aws.ts with Terraform and the real provider, against the example of us-east-2 as
 * the stand-in for AWS has it. `node --import tsx scripts/changes/record-aws.ts` writes scripts/changes/aws.json.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../config/deployment";
import { ConfigError } from "../../config/loader";
import { stateFolder } from "../../config/names";
import { fitToStandIn } from "../stand-in/fit";
import { StandIn } from "../stand-in/stand-in";
import { CATALOGUE } from "./aws";
import { patched, type CatalogueEntry, type Patch } from "./entry";
import { carriedOut, type PlannedChange, type State } from "./on-paper";
import { actionsOf, type RecordedChange, type Recording } from "./record";
import { exampleOf, standingDeployment, synthesizeInfrastructure } from "./standing";

const ROOT = join(__dirname, "../..");
const STATE = "standing.tfstate";
/** Stacks that one run of Terraform plans: its start costs more than a stack's plan. */
const AT_ONCE = 24;
/** Most rounds in which a deployment is made to stand on paper: the longest chain of resources made of one another. */
const ROUNDS = 5;
const LABELS = Array.from({ length: AT_ONCE }, (_, index) => `stack-${index}`);
/** Terraform's words where `prevent_destroy` stops a plan. */
const PREVENTED = "Instance cannot be destroyed";

/** A synthesized stack, as far as it is read here. */
interface Stack {
  readonly "//": { readonly deployment: Deployment };
  readonly terraform: { backend?: unknown };
  readonly provider: unknown;
  readonly data: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<
    Record<string, Readonly<Record<string, { lifecycle?: { readonly prevent_destroy?: boolean } }>>>
  >;
}

/** A stack, and the state that it is planned against. */
interface Planned {
  readonly stack: Stack;
  readonly state: State;
}

/** A deployment that stands at the stand-in, against which changes are planned. */
export class Recorder {
  private constructor(
    private readonly standIn: StandIn,
    private readonly folder: string,
    /** The state of the example, which a later start may take. */
    readonly deployed: State,
    /** The same as the stand-in has it. */
    private readonly real: State = deployed,
  ) {}

  /**
   * Deploys the example.
   *
   * @param folder a folder of its own, emptied first
   * @param deployed the state of an earlier start, which is taken instead
   */
  static async start(folder: string, deployed?: State): Promise<Recorder> {
    const standIn = await StandIn.start(folder);
    try {
      const place = join(folder, "terraform");
      const recorder = new Recorder(standIn, place, deployed ?? (await deploy(standIn, place)));
      await recorder.prepare();
      // What the stand-in can't do, or forgets, is there on paper.
      return deployed
        ? recorder
        : new Recorder(
            standIn,
            place,
            (await recorder.standing([{}], true)).get(keyOf({})) as State,
            recorder.deployed,
          );
    } catch (error) {
      await standIn.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.standIn.stop();
  }

  /** Plans entries. Of a deployment that is refused, or has another state, there is nothing to plan. */
  async record(entries: readonly CatalogueEntry[]): Promise<RecordedChange[]> {
    const states = await this.standing(entries.map(({ standing = {} }) => standing));
    const possible = entries.flatMap(({ option, change, standing = {}, to }) => {
      const stack = stackOf(patched(standing, to) as Patch, this.folder);
      const state = states.get(keyOf(standing));
      const isSame = stack && stateFolder(stack["//"].deployment) === stateFolder(standingDeployment("aws", standing));
      return isSame && state ? [{ option, change, stack, state }] : [];
    });
    const plans = await this.plan(possible);
    return possible.map(({ option, change, stack }, index) => {
      const plan = plans[index];
      if (plan === undefined || typeof plan === "string")
        return { option, change, actions: [], refused: plan ?? "no plan" };
      const isStopped = plan.some(
        ({ type, name, change: { actions } }) =>
          actions.includes("delete") && stack.resource[type]?.[name]?.lifecycle?.prevent_destroy,
      );
      return {
        option,
        change,
        actions: actionsOf({ resource_changes: plan }),
        ...(isStopped && { refused: PREVENTED }),
      };
    });
  }

  /**
   * Carries out a change of what the stand-in has: of the example, or of what an earlier call made of it.
   *
   * @returns the plan as `terraform show -json` prints it, parsed, and what Terraform said while it applied it
   * @throws Error with Terraform's output if it fails
   */
  async apply(patch: Patch): Promise<{ readonly plan: unknown; readonly log: string }> {
    const folder = join(this.folder, "../applied");
    if (!existsSync(join(folder, STATE))) writeJson(join(folder, STATE), this.real);
    writeRealStack(folder, patch);
    const run = (...args: string[]) => this.standIn.terraform(folder, ...args);
    await run("init", "-input=false", "-no-color");
    await run("plan", "-input=false", "-no-color", "-out=plan");
    const plan = JSON.parse(await run("show", "-json", "plan")) as unknown;
    return { plan, log: await run("apply", "-input=false", "-no-color", "plan") };
  }

  /** States of deployments that stand: the example with patches, which are carried out on paper. */
  private async standing(patches: readonly Patch[], isFirst = false): Promise<Map<string, State>> {
    const states = new Map(patches.map((patch) => [keyOf(patch), this.deployed]));
    let open = [...states.keys()].filter((key) => isFirst || key !== keyOf({}));
    // What another resource's identity goes into is known once that is there, and so on from it.
    for (let round = 0; round < ROUNDS && open.length > 0; round++) {
      const planned = open.flatMap((key) => {
        const [state, stack] = [states.get(key), stackOf(JSON.parse(key) as Patch, this.folder)];
        return stack && state ? [{ key, state, stack }] : [];
      });
      const plans = await this.plan(planned);
      open = planned.flatMap(({ key, state }, index) => {
        const plan = plans[index];
        if (typeof plan !== "object") {
          // What was made on paper may lack what the provider itself wants to see; the rest stands.
          if (round > 0) return [];
          throw new Error(`${key} does not stand: ${plan ?? "no plan"}`);
        }
        states.set(key, carriedOut(state, plan));
        return actionsOf({ resource_changes: plan }).length > 0 ? [key] : [];
      });
    }
    return states;
  }

  /** What each stack would change, or Terraform's first words where it plans nothing. */
  private async plan(all: readonly Planned[]): Promise<(PlannedChange[] | string)[]> {
    if (all.length > AT_ONCE)
      return [...(await this.plan(all.slice(0, AT_ONCE))), ...(await this.plan(all.slice(AT_ONCE)))];
    try {
      return await this.planModules(all);
    } catch (error) {
      if (all.length === 1) return [firstError(error)];
      const half = Math.ceil(all.length / 2);
      return [...(await this.plan(all.slice(0, half))), ...(await this.plan(all.slice(half)))];
    }
  }

  /** Makes Terraform know the modules that stacks are written into, once. */
  private async prepare(): Promise<void> {
    const stack = stackOf({}, this.folder);
    if (!stack) throw new Error(`${exampleOf("aws")} is refused`);
    for (const label of LABELS) writeJson(this.moduleOf(label), {});
    this.writeRoot(stack);
    await this.standIn.terraform(this.folder, "init", "-input=false", "-no-color");
  }

  private moduleOf(label: string): string {
    return join(this.folder, "modules", label, "main.tf.json");
  }

  private writeRoot({ terraform, provider }: Stack): void {
    writeJson(join(this.folder, "main.tf.json"), {
      terraform: { ...terraform, backend: { local: { path: STATE } } },
      provider,
      module: Object.fromEntries(LABELS.map((label) => [label, { source: `./modules/${label}` }])),
    });
  }

  /** One plan of stacks as modules of one configuration; nothing keeps it from destroying. */
  private async planModules(all: readonly Planned[]): Promise<PlannedChange[][]> {
    const [first] = all;
    if (!first) return [];
    const labels = LABELS.slice(0, all.length);
    for (const label of LABELS.slice(all.length)) writeJson(this.moduleOf(label), {});
    for (const [index, label] of labels.entries()) {
      const { provider, terraform, ...rest } = all[index]?.stack ?? first.stack;
      const isOther = JSON.stringify(provider) !== JSON.stringify(first.stack.provider);
      writeJson(
        this.moduleOf(label),
        { ...rest, terraform: { ...terraform, backend: undefined }, ...(isOther && { provider }) },
        (key, value: unknown) => (key === "prevent_destroy" ? undefined : value),
      );
    }
    this.writeRoot(first.stack);
    writeJson(join(this.folder, STATE), {
      ...first.state,
      outputs: {},
      resources: all.flatMap(({ state, stack }, index) => {
        const isOther = JSON.stringify(stack.provider) !== JSON.stringify(first.stack.provider);
        return state.resources
          .filter(({ mode }) => mode === "managed")
          .map((resource) => ({
            ...resource,
            module: `module.${labels[index] ?? ""}`,
            ...(isOther && { provider: `module.${labels[index] ?? ""}.${resource.provider}` }),
          }));
      }),
    });
    const run = (...args: string[]) => this.standIn.terraform(this.folder, ...args);
    await run("plan", "-refresh=false", "-input=false", "-no-color", "-lock=false", "-out=plan");
    const { planned_values, resource_changes = [] } = JSON.parse(await run("show", "-json", "plan")) as Shown;
    const versions = new Map(
      (planned_values.root_module.child_modules ?? [])
        .flatMap(({ resources = [] }) => resources)
        .map(({ address, schema_version = 0 }) => [address, schema_version]),
    );
    return labels.map((label) => {
      const module = `module.${label}.`;
      return resource_changes
        .filter(({ address }) => address.startsWith(module))
        .map((shown) => ({
          ...shown,
          address: shown.address.slice(module.length),
          schemaVersion: versions.get(shown.address) ?? 0,
        }));
    });
  }
}

interface Shown {
  readonly planned_values: {
    readonly root_module: {
      readonly child_modules?: readonly {
        readonly resources?: readonly { readonly address: string; readonly schema_version?: number }[];
      }[];
    };
  };
  readonly resource_changes?: readonly Omit<PlannedChange, "schemaVersion">[];
}

/** Deploys the example to the stand-in; returns its state. */
async function deploy(standIn: StandIn, folder: string): Promise<State> {
  writeRealStack(folder, {});
  await standIn.terraform(folder, "init", "-input=false", "-no-color");
  await standIn.terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color");
  return JSON.parse(readFileSync(join(folder, STATE), "utf8")) as State;
}

/** Writes the stack of the example with a patch as the stand-in can have it, with its state beside it. */
function writeRealStack(folder: string, patch: Patch): void {
  const stack = stackOf(patch, folder);
  if (!stack) throw new Error(`${exampleOf("aws")} with ${keyOf(patch)} is refused`);
  stack.terraform.backend = { local: { path: STATE } };
  const file = join(folder, "main.tf.json");
  writeJson(file, stack);
  fitToStandIn(file);
}

/** The infrastructure stack of the example with a patch; undefined where such a deployment is refused. */
function stackOf(patch: Patch, folder: string): Stack | undefined {
  const outdir = join(folder, "cdktf.out");
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  try {
    const file = synthesizeInfrastructure(standingDeployment("aws", patch), outdir);
    return withApiAddresses(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** A stack with addresses of the Kubernetes API, which the stand-in has none of, in place of those that it looks up. */
function withApiAddresses(text: string): Stack {
  const stack = JSON.parse(
    text.replace(/\$\{data\.aws_network_interface\.[\w-]+-interface-(\d)\w*\.private_ip\}/g, "10.0.195.1$1"),
  ) as Stack;
  const data = Object.entries(stack.data).filter(([type]) => !type.startsWith("aws_network_interface"));
  return { ...stack, data: Object.fromEntries(data) };
}

function writeJson(file: string, value: unknown, replacer?: (key: string, value: unknown) => unknown): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, JSON.stringify(value, replacer, 2));
}

/** Terraform's own first words of what it refuses. */
const firstError = (error: unknown): string =>
  /^(?:│ )?Error: (.*)$/m.exec((error as Error).message)?.[1] ?? (error as Error).message;

const keyOf = (patch: Patch) => JSON.stringify(patch);

async function main(): Promise<void> {
  const recorder = await Recorder.start(join(ROOT, ".dataplane/changes"));
  try {
    const recording: Recording = { providers: ["hashicorp/aws 5.100.0"], changes: await recorder.record(CATALOGUE) };
    writeJson(join(__dirname, "aws.json"), recording);
  } finally {
    await recorder.stop();
  }
}

if (require.main === module) void main();
