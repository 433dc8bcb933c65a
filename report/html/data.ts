/** Makes the page's data of judgements. */
import { assumptionsOf } from "../../config/assumptions";
import { controlPlaneHost } from "../../config/control-plane";
import { destinationsOf } from "../../verification/destinations";
import type { DecidingRule } from "../../verification/way";
import { endOf } from "../../verification/exceptions";
import type { Finding, Location } from "../../verification/model";
import type { NotRead } from "../../verification/not-read";
import type { Judgement, Judgements as Judged } from "../../verification/verify";
import { count, goneLines, notReadText, packetText, writtenText } from "../text";
import { besideVerdict, type Beside } from "../beside";
import { visible } from "../lines";
import { systemRow } from "../systems";
import { cloudOf } from "../clouds/index";
import { deploymentGraph, foreignGraph } from "./graph";
import type { FindingRow, Page, PathRow, RuleRow, SystemPage } from "./model";
import { documentPaths, furtherPaths, servicesText, type Path } from "./paths";
import { runOf } from "./run";
import { Shared } from "./shared";
import { stepsOf } from "./steps";
import { layOut, Shapes, type Graph } from "./topology";

/** What `judgeEach` found, to be shown. */
export interface Judgements extends Judged {
  /** What a reader should know beside the verdict. */
  readonly warnings?: readonly string[] | undefined;
  readonly notRead?: readonly NotRead[] | undefined;
}

/** The page's data; `today` is the day that exceptions were judged by. */
export function pageOf(judged: Judgements, today: string, beside?: ReadonlyMap<string, Beside>): Promise<Page> {
  const pages = new Pages(today);
  pages.add(judged, beside);
  return pages.page(judged);
}

/** What pages have of some systems, as plain data. */
export interface Collected {
  readonly systems: readonly SystemPage[];
  readonly graphs: readonly Graph[];
  readonly judged: Page["judged"];
  readonly isPass: boolean;
}

/** The page's data as it is put together, of what is judged all at once or part by part. */
export class Pages {
  private readonly shapes = new Shapes();
  private readonly shared = new Shared();
  private readonly systems: SystemPage[] = [];
  private readonly judged = { rules: 0, endpoints: 0 };
  private isPass = true;

  /** @param today the day that exceptions were judged by, YYYY-MM-DD */
  constructor(private readonly today: string) {}

  /** @param beside what is shown beside of deployments, by their names */
  add(judged: Judged, beside: ReadonlyMap<string, Beside> = new Map()): void {
    if (judged.broken.length > 0) this.isPass = false;
    for (const judgement of judged.judgements) {
      const system = systemOf(judgement, judged, beside.get(judgement.deployment?.name ?? "") ?? {}, this.shapes);
      if (system.verdict === "fail") this.isPass = false;
      this.systems.push(this.shared.of(shown(system)));
      this.judged.rules += judgement.system.rules;
      this.judged.endpoints += judgement.system.endpoints.length;
    }
  }

  /** What others may {@link merge}. */
  collected(): Collected {
    const { systems, judged, isPass } = this;
    return { systems, graphs: this.shapes.graphs, judged, isPass };
  }

  /** Adds what other pages have collected. */
  merge({ systems, graphs, judged, isPass }: Collected): void {
    const shapes = graphs.map((graph) => this.shapes.indexOf(graph));
    if (!isPass) this.isPass = false;
    for (const system of systems) {
      const shape = shapes[system.topology.shape] as number;
      this.systems.push(this.shared.of({ ...system, topology: { ...system.topology, shape } }));
    }
    this.judged.rules += judged.rules;
    this.judged.endpoints += judged.endpoints;
  }

  async page({
    baseline,
    warnings = [],
    notRead = [],
  }: Pick<Judgements, "baseline" | "warnings" | "notRead">): Promise<Page> {
    return {
      verdict: this.isPass ? "pass" : "fail",
      today: this.today,
      warnings: shown([...goneLines(baseline), ...warnings]),
      notRead: shown(notReadText(notRead)),
      judged: this.judged,
      systems: this.systems,
      shapes: shown(await Promise.all(this.shapes.graphs.map(layOut))),
    };
  }
}

function systemOf(judgement: Judgement, { broken, own }: Judged, beside: Beside, shapes: Shapes): SystemPage {
  const { deployment, exceptions } = judgement;
  const files = new Files();
  const { findings, ...row } = systemRow(judgement, broken, own);
  const paths = deployment ? documentPaths(judgement, deployment) : [];
  const further = furtherPaths(judgement);
  const graph = deployment ? deploymentGraph(judgement, deployment, [...paths, ...further]) : foreignGraph(judgement);
  const { running, flows } = beside;
  const ids = new Set([
    ...judgement.unheld,
    ...findings.map(({ invariant }) => invariant),
    ...(running?.invariants ?? [])
      .filter(({ state }) => state === "violated" || state === "unknown")
      .map(({ id }) => id),
    ...(flows?.questions ?? []).filter(({ verdict }) => verdict !== "pass").map(({ id }) => id),
  ]);
  return {
    ...row,
    verdict: row.verdict === "pass" && besideVerdict(beside) === "pass" ? "pass" : "fail",
    cloud: deployment ? cloudOf(deployment).words.cloud : "",
    region: deployment?.region ?? "",
    unheld: [...ids],
    facts: factsOf(judgement),
    findings: findings.map((finding) => findingRow(finding, files)),
    known: (judgement.known ?? []).map((finding) => findingRow(finding, files)),
    topology: shapes.topologyOf(graph),
    paths: paths.map((path) => pathRow(path, files)),
    furtherPaths: further.map((path) => pathRow(path, files)),
    run: deployment ? runOf([...paths, ...further]) : [],
    steps: deployment ? stepsOf(judgement, deployment) : [],
    ...beside,
    exceptions: exceptions.map(({ id, resource, reason, expires, state, location }) => ({
      id,
      resource: `${resource}${writtenText({ location })}`,
      reason,
      expires: endOf({ expires }),
      state,
    })),
    assumptions: deployment ? assumptionsOf(deployment) : [],
    destinations: destinationsOf(judgement).map(({ services, rules, ...destination }) => ({
      ...destination,
      services: servicesText(services),
      rules: rules.map((rule) => ruleRow(rule, files)),
    })),
    files: files.names,
  };
}

function factsOf({ deployment, system, location }: Judgement): SystemPage["facts"] {
  const judged = `${count(system.rules, "rule")} at ${count(system.endpoints.length, "endpoint")}`;
  if (!deployment) return [["Judged", judged]];
  const words = cloudOf(deployment).words;
  return [
    ["Cloud", `${words.cloud}, ${deployment.cloudRegion}`],
    words.account,
    ["Network", deployment.network.cidr],
    ["Control plane", `${deployment.region}, ${controlPlaneHost(deployment.tenant, deployment.region)}`],
    ["Organization", deployment.organization],
    ["Kubernetes", deployment.kubernetesVersion],
    ["Judged", judged],
    ["Written in", location.file],
  ];
}

/** Files that a system's rules are written in, each by its index. */
class Files {
  readonly names: string[] = [];

  indexOf(file: string): number {
    const known = this.names.indexOf(file);
    return known >= 0 ? known : this.names.push(file) - 1;
  }

  at({ file, line }: Location): { readonly file: number; readonly line: number } {
    return { file: this.indexOf(file), line };
  }
}

function ruleRow({ resource, direction, location }: DecidingRule, files: Files): RuleRow {
  return { direction: direction === "inbound" ? "in" : "out", resource, ...files.at(location) };
}

function pathRow({ rules, ...path }: Path, files: Files): PathRow {
  return { ...path, rules: rules.map((rule) => ruleRow(rule, files)) };
}

function findingRow(finding: Finding, files: Files): FindingRow {
  const { invariant, status, resource, location, message, counterexample, remedy } = finding;
  const packet = counterexample ? packetText(counterexample) : "";
  return { invariant, status, resource, ...files.at(location), message, packet, remedy };
}

/** All texts with unseen characters written out: input chooses names, never what a reader sees of them. */
function shown<T>(value: T): T {
  if (typeof value === "string")
    return (value.includes("\n") ? value.split("\n").map(visible).join("\n") : visible(value)) as T;
  if (Array.isArray(value)) return value.map(shown) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shown(part)])) as T;
}
