/** What became of verifying one folder, and what many of these come to. */
import { InputError, NothingToJudge } from "../../verification/input-error";
import { AddressSet } from "../../packets/address-set";
import type { Counterexample, Finding, Missing } from "../../verification/model";
import type { Report } from "../../verification/verify";

/**
 * `no init`: unknown, whatever else it is for, and something that it names was not fetched: modules that it calls, charts
 * that one depends on, what a deployer installs from elsewhere (HelmRelease, `helm_release` of a repository, Kustomization,
 * Application, EKS's capabilities, GitOps of AKS and GKE), what Kustomize takes from elsewhere, or the module of a unit of
 * Terragrunt. `nothing`: no rule and no endpoint is in it; `error`: the input is refused; `crash`: no answer, or none in time.
 */
export const RESULTS = ["pass", "violated", "unknown", "no init", "nothing", "error", "crash"] as const;
export type Result = (typeof RESULTS)[number];

export interface Outcome {
  readonly folder: string;
  readonly result: Result;
  /** Why it is unknown or refused, each kind of reason with the first message of it. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Counterexamples that no network can carry. */
  readonly impossible: readonly string[];
  readonly milliseconds: number;
  /** Whether it is a module that another folder calls, and that can't do without that one's values. */
  readonly isPart?: boolean;
}

/** Kinds of what is missing that an init or a deployer would fetch. */
const UNFETCHED: ReadonlySet<Missing["kind"] | undefined> = new Set(["module", "deployer"]);

type Told = Pick<Outcome, "result" | "reasons" | "impossible">;

type Judged = Pick<Report, "verdict" | "findings" | "judged" | "notRead">;

export function outcomeOf({ verdict, findings, judged, notRead = [] }: Judged): Told {
  const impossible = findings.flatMap(({ counterexample }) => (counterexample ? impossibilities(counterexample) : []));
  const unknown = findings.filter(({ status }) => status === "unknown");
  const reasons = Object.fromEntries(unknown.map((finding) => [kindOf(finding), finding.message] as const).reverse());
  if (verdict === "pass") {
    return { result: judged.rules + judged.endpoints === 0 ? "nothing" : "pass", reasons: {}, impossible };
  }
  if (unknown.length < findings.length) return { result: "violated", reasons, impossible };
  const isUnfetched =
    notRead.some(({ unfetched }) => unfetched) || unknown.some(({ missing }) => UNFETCHED.has(missing?.kind));
  return { result: isUnfetched ? "no init" : "unknown", reasons, impossible };
}

/** What is refused with one line holds nothing to judge, or is an error. Everything else is a crash. */
export function outcomeOfFailure(cause: unknown): Told {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof InputError)) return { result: "crash", reasons: { [message]: message }, impossible: [] };
  const result = cause instanceof NothingToJudge ? "nothing" : "error";
  return { result, reasons: { [general(cause.what)]: message }, impossible: [] };
}

/** A message with the names of its input taken out, so that alike ones of different folders are one. */
function kindOf({ resource, message }: Pick<Finding, "resource" | "message">): string {
  // eslint-disable-next-line no-restricted-syntax -- messages are counted here, and nothing is decided
  return general(message.replaceAll(resource, typeOf(resource)));
}

function general(what: string): string {
  return what
    .replaceAll(/\b(?:module\.[\w-]+(?:\[[^\]]*\])?\.)+/g, "")
    .replaceAll(/\b(var|local|module|each|data\.\w+)\.[\w-]+(\[[^\]]*\])*/g, "$1.NAME")
    .replaceAll(/\b([a-z]+_\w+)\.[\w-]+(\[[^\]]*\])*/g, "$1")
    .replaceAll(/'[^']*'|"[^"]*"/g, "'...'")
    .replaceAll(/\d+(\.\d+){3}|[0-9a-f:]{2,}::[0-9a-f:]*|\b(TCP|UDP) \d+|\b\d{2,}\b/g, "N");
}

/** `aws_instance` of `module.a.aws_instance.web[0]`, `Service` of `Service/default/web`. */
const typeOf = (address: string): string =>
  /(?:^|\.)([a-z]+_\w+)\.[\w-]+(?:\[[^\]]*\])?$/.exec(address)?.[1] ?? /^(\w+)\//.exec(address)?.[1] ?? address;

/** Blocks that no packet from another network comes from (IANA's special-purpose registries, RFC 6890). */
const NO_SOURCE = AddressSet.ofCidrs([
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
]).union(AddressSet.ofCidrs(["::/127", "fe80::/10", "ff00::/8"]));

function impossibilities(packet: Counterexample): string[] {
  const { direction, protocol, source, destination, port } = packet;
  const far = direction === "inbound" ? source : destination;
  const isAddress = /^[\d.]+$|^[\da-f]*:[\da-f:.]*$/i.test(far);
  const wrong = [
    isAddress && AddressSet.ofCidr(far).overlaps(NO_SOURCE) ? `${far} is no address of another network` : "",
    port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536) ? `${port} is no port` : "",
  ].filter(Boolean);
  return wrong.map((what) => `${protocol} ${port ?? ""} from ${source} to ${destination}: ${what}`);
}

interface Counted {
  readonly results: Readonly<Record<Result, number>>;
  /** Pass or violated, of all that hold something judged and are whole (pass, violated or unknown); 0 to 1. */
  readonly useful: number;
}

export interface Summary extends Counted {
  readonly folders: number;
  /** Those that are no part of another one. */
  readonly wholes: Counted & { readonly folders: number };
  readonly repositories: readonly (Counted & { readonly repository: string })[];
  /** What keeps folders from a verdict, the most frequent first. */
  readonly reasons: readonly Reason[];
  readonly impossible: readonly string[];
  /** The slowest folder. */
  readonly slowest: { readonly folder: string; readonly milliseconds: number };
}

export interface Reason {
  readonly reason: string;
  /** Folders that it is told of, and those of which nothing else is. */
  readonly folders: number;
  readonly alone: number;
  readonly example: { readonly folder: string; readonly message: string };
}

/** The repository of a folder: the first name of its path. */
export const repositoryOf = (folder: string): string => folder.split("/")[0] ?? folder;

export function summaryOf(outcomes: readonly Outcome[]): Summary {
  const names = [...new Set(outcomes.map(({ folder }) => repositoryOf(folder)))];
  const wholes = outcomes.filter(({ isPart }) => isPart !== true);
  return {
    folders: outcomes.length,
    ...counted(outcomes),
    wholes: { folders: wholes.length, ...counted(wholes) },
    repositories: names.map((repository) => ({
      repository,
      ...counted(outcomes.filter(({ folder }) => repositoryOf(folder) === repository)),
    })),
    reasons: reasonsOf(outcomes.filter(({ result }) => /unknown|no init|error|crash/.test(result))),
    impossible: outcomes.flatMap(({ folder, impossible }) => impossible.map((one) => `${folder}: ${one}`)),
    slowest: outcomes.reduce((a, b) => (a.milliseconds >= b.milliseconds ? a : b), { folder: "", milliseconds: 0 }),
  };
}

function counted(outcomes: readonly Outcome[]): Counted {
  const results = Object.fromEntries(
    RESULTS.map((result) => [result, outcomes.filter((one) => one.result === result).length]),
  ) as Record<Result, number>;
  const useful = results.pass + results.violated;
  return { results, useful: useful / Math.max(1, useful + results.unknown) };
}

function reasonsOf(outcomes: readonly Outcome[]): Reason[] {
  const found = new Map<string, { folders: number; alone: number; readonly example: Reason["example"] }>();
  for (const { folder, reasons } of outcomes) {
    const kinds = Object.entries(reasons);
    for (const [reason, message] of kinds) {
      const known = found.get(reason) ?? { folders: 0, alone: 0, example: { folder, message } };
      known.folders += 1;
      if (kinds.length === 1) known.alone += 1;
      found.set(reason, known);
    }
  }
  return [...found]
    .map(([reason, counts]) => ({ reason, ...counts }))
    .sort((a, b) => b.folders - a.folders || b.alone - a.alone);
}
