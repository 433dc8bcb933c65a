/** Union's chart by Helm itself, where both are at hand: neither is a part of this package. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { chartValues } from "../../../cli/chart-values/index";
import type { Manifest } from "../../../cli/workload-manifests/index";
import { CHART } from "../../../config/chart";
import type { Deployment } from "../../../config/deployment";
import { PLATFORM_NAMESPACE } from "../../../config/names";
import { cloudOutputsOf } from "../cloud-outputs";
import { isOnPath } from "../tools";
import { shown } from "../../../config/texts";

/** Most that Helm waits for pods: controllers and kwok need seconds. */
const PATIENCE = "90s";
/** Of what Helm prints. */
const MOST_BYTES = 2 ** 26;

/** What keeps the chart from being installed here, and how to get it; undefined where nothing does. */
export function missingChart(): string | undefined {
  if (!existsSync(join(chartFolder(), "Chart.yaml"))) {
    const pull = `helm pull ${CHART.name} --repo ${CHART.repository} --version ${CHART.version} --untar`;
    return `Union's chart: name its folder in UNION_CHART, its dependencies in charts/ (${pull})`;
  }
  if (!existsSync(program()) && !isOnPath(program()))
    return "Helm: install it (https://helm.sh/docs/intro/install), or name the program in HELM";
  return undefined;
}

const chartFolder = () => process.env["UNION_CHART"] ?? "";
const program = () => process.env["HELM"] ?? "helm";

/** The release of the chart for a deployment, with the values that `dataplane values` prints. */
export class HelmRelease {
  private readonly values: string;
  private readonly options: readonly string[];

  /** @param folder a folder of its own */
  constructor(
    folder: string,
    deployment: Deployment,
    private readonly kubeconfig: string,
  ) {
    mkdirSync(folder, { recursive: true });
    this.values = join(folder, "values.yaml");
    const text = chartValues(deployment);
    writeFileSync(this.values, text);
    this.options = settingsOf(text, cloudOutputsOf(deployment));
  }

  /** Installs or upgrades it, as the header of the values file says. @throws Error with Helm's words */
  async apply(): Promise<void> {
    const names = ["upgrade", "--install", CHART.release, chartFolder()];
    await this.helm([...names, "--values", this.values, ...this.options, "--wait", "--timeout", PATIENCE]);
  }

  /** Every object of it, hooks too, but what lies in the chart's `crds`. */
  async manifests(): Promise<Manifest[]> {
    const made = await this.helm(["get", "manifest", CHART.release]);
    const hooks = await this.helm(["get", "hooks", CHART.release]);
    return parseAllDocuments(`${made}\n${hooks}`, { uniqueKeys: false })
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null);
  }

  /** @throws Error with Helm's words */
  async remove(): Promise<void> {
    await this.helm(["uninstall", CHART.release, "--ignore-not-found", "--wait", "--timeout", PATIENCE]);
  }

  private helm(args: readonly string[]): Promise<string> {
    const all = [...args, "--namespace", PLATFORM_NAMESPACE, "--kubeconfig", this.kubeconfig];
    return new Promise((resolve, reject) => {
      execFile(program(), all, { maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
        if (error) reject(new Error(`helm ${args.join(" ")}: ${stdout}${stderr}`));
        else resolve(stdout);
      });
    });
  }
}

/** What the header of the file sets beside it, with what a command would read of the infrastructure in its place. */
const settingsOf = (text: string, outputs: Readonly<Record<string, unknown>>): string[] =>
  [...text.matchAll(/--set (\S+)=\$\(terraform \S+ output -raw (\w+)\)/g)].flatMap(([, key = "", output = ""]) => [
    "--set",
    `${key}=${shown(outputs[output])}`,
  ]);
