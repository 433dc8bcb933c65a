import { Argument, Command, Option } from "commander";
import { RENDERERS, type Format } from "../report/formats";
import { systemRows, type SystemRow } from "../report/systems";
import { withCloudOutputs } from "../verification/cloud-outputs";
import { InputError } from "../verification/input-error";
import { AddressSet } from "../packets/address-set";
import { defaultPolicy, readPolicy, type Policy } from "../verification/policy";
import { loadPlanned, type Plans } from "../verification/promises/planned";
import { judgeEach, loadJudged, reportOf } from "../verification/verify";
import { withWarnings } from "../verification/warnings";
import type { Answer } from "./answer";
import { judgedApart } from "./apart";
import { baselineFiles, comparedBy, withBaselineOptions, type BaselineFlags } from "./baseline-options";
import { ALLOW_EMPTY, EXIT_CODES, exitCodeOf } from "./exit-code";
import { givenBy, withGivenOptions, type GivenFlags } from "./given-options";
import { planOption } from "./plan-option";

interface VerifyFlags extends GivenFlags, BaselineFlags {
  readonly policy?: string;
  readonly invariants?: string;
  readonly only?: readonly string[];
  readonly inside?: readonly string[];
  readonly plan?: Plans;
  readonly outputs?: string;
  readonly format: Format;
  readonly output?: string;
  readonly allowEmpty?: boolean;
}

/** `dataplane verify PATH...` */
export function verifyCommand(answer: Answer): Command {
  const command = new Command("verify")
    .description("Prove that nothing outside can open a connection, and that nothing leaves beyond what is allowed.")
    .addArgument(
      new Argument(
        "<path...>",
        "judged together: a cdktf.out folder, *.tf.json, `terraform show -json` of a plan or state, a folder of .tf, Kubernetes manifests",
      ),
    )
    .option(
      "--policy <file>",
      "what is allowed, as YAML; default: that of the deployment, else: inbound none, outbound not judged",
    )
    .option(
      "--invariants <file>",
      "a module in TypeScript or JavaScript with invariants of your own, which is run; also `invariants` of the policy",
    )
    .option("--only <ids>", "invariants to judge by, separated by commas; default: all", list)
    .option("--inside <cidrs>", "blocks of the own network, separated by commas; default: private addresses", list)
    .option(
      "--plan <stack=file>",
      "judge this plan (`terraform show -json`) in the place of the stack that it was made of; may be repeated",
      planOption,
    )
    .option(
      "--outputs <file>",
      "what only the cloud knows of a deployment's manifests, as `npx cdktf output NAME --outputs-file FILE` writes it",
    )
    .addOption(new Option("--format <format>", "of the report").choices(Object.keys(RENDERERS)).default("text"))
    .option("--output <file>", "write the report there instead of to standard output")
    .option(...ALLOW_EMPTY)
    .addHelpText("after", EXIT_CODES)
    .action(async (paths: string[], flags: VerifyFlags) => {
      const options = { policy: policyOf(flags), only: flags.only, invariants: flags.invariants };
      const today = new Date().toISOString().slice(0, 10);
      const systems: SystemRow[] = [];
      const asked = { today, lists: flags.format === "json" };
      const apart = asksOfAll(flags)
        ? undefined
        : await judgedApart(paths, asked, (share) => systems.push(...share.systems));
      if (apart) {
        answer(
          RENDERERS[flags.format](apart, systems),
          exitCodeOf(apart, paths, flags.allowEmpty ?? false),
          flags.output,
        );
        return;
      }
      const { policy, invariants, outputs, output, plan = {} } = flags;
      const aside = [policy, invariants, outputs, output, ...Object.values(plan), ...baselineFiles(flags)];
      const given = { ...givenBy(flags), aside, alike: [] };
      const resources = flags.plan ? await loadPlanned(paths, flags.plan, given) : await loadJudged(paths, given);
      const known = flags.outputs ? withCloudOutputs(resources, flags.outputs) : resources;
      const judged = comparedBy(judgeEach(known, options), flags);
      const report = withWarnings(reportOf(judged), resources);
      const exitCode = exitCodeOf(report, paths, flags.allowEmpty ?? false);
      answer(RENDERERS[flags.format](report, systemRows(judged)), exitCode, flags.output);
    });
  return withBaselineOptions(withGivenOptions(command));
}

/** Options that say how a verdict is told; all others are of the input as a whole. */
const OF_THE_REPORT = ["format", "output", "allowEmpty"];

const asksOfAll = (flags: VerifyFlags): boolean => Object.keys(flags).some((name) => !OF_THE_REPORT.includes(name));

const list = (text: string) => text.split(",").map((part) => part.trim());

function policyOf({ policy: file, inside }: VerifyFlags): Policy | undefined {
  const policy = file === undefined ? undefined : readPolicy(file);
  if (!inside) return policy;
  try {
    return { ...(policy ?? defaultPolicy()), inside: AddressSet.ofCidrs(inside) };
  } catch (error) {
    throw new InputError("--inside", 0, (error as RangeError).message);
  }
}
