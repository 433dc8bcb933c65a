/**
 * `npm run eks-versions -- REGION [VERSION...]`: asks EKS by the AWS command line for its default add-ons and newest node
 * images of Kubernetes' minor versions, and writes them into `config/aws/eks-versions.json`; without VERSION, of those
 * that are there. Where AWS does not tell, nothing is written.
 */
import "../telemetry-off";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EksVersions } from "../config/aws/eks-versions";
import { ADDONS } from "../config/aws/addons";

const FILE = join(__dirname, "../config/aws/eks-versions.json");

/** AMI types of node pools, by the path of their public parameters. */
const IMAGES = {
  AL2023_ARM_64_NVIDIA: "arm64/nvidia",
  AL2023_ARM_64_STANDARD: "arm64/standard",
  AL2023_x86_64_NVIDIA: "x86_64/nvidia",
  AL2023_x86_64_STANDARD: "x86_64/standard",
} as const;

type Known = Readonly<Record<string, EksVersions>>;

/** A question that AWS did not answer. */
export class AwsError extends Error {}

/** One answer of the AWS command line, as text. @throws AwsError */
async function ask(region: string, ...args: string[]): Promise<string> {
  try {
    const about = ["--region", region, "--output", "text"];
    const { stdout } = await promisify(execFile)("aws", [...args, ...about], { env: process.env });
    return stdout.trim();
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    throw new AwsError(`aws ${args.join(" ")}: ${(stderr ?? "").trim() || message}`, { cause: error });
  }
}

/** A version that AWS named, in its own form. @throws AwsError */
function checked(answer: string, form: RegExp, what: string): string {
  if (form.test(answer)) return answer;
  throw new AwsError(`${what}: AWS answers '${answer}'`);
}

async function versionsOf(region: string, version: string): Promise<EksVersions> {
  const addons = ADDONS.map(async (name): Promise<[string, string]> => {
    // Of each version of an add-on EKS says for which versions of Kubernetes it is the default.
    const query = "addons[].addonVersions[?compatibilities[?defaultVersion]].addonVersion[]";
    const about = ["--addon-name", name, "--kubernetes-version", version, "--query", query];
    const answer = await ask(region, "eks", "describe-addon-versions", ...about);
    return [name, checked(answer, /^v\d+\.\d+\.\d+-eksbuild\.\d+$/, `${name} of Kubernetes ${version}`)];
  });
  const nodes = Object.entries(IMAGES).map(async ([type, path]): Promise<[string, string]> => {
    const name = `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${path}/recommended/release_version`;
    const answer = await ask(region, "ssm", "get-parameter", "--name", name, "--query", "Parameter.Value");
    return [type, checked(answer, /^1\.\d+\.\d+-\d{8}$/, `${type} of Kubernetes ${version}`)];
  });
  const sorted = (entries: [string, string][]) => Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  const [ofAddons, ofNodes] = await Promise.all([Promise.all(addons), Promise.all(nodes)]);
  return { addons: sorted(ofAddons), nodes: sorted(ofNodes) };
}

/** What moved, a line each. */
function changesOf(before: Known, after: Known): string[] {
  return Object.entries(after).flatMap(([version, { addons, nodes }]) =>
    Object.entries({ ...addons, ...nodes }).flatMap(([name, now]) => {
      const old = before[version]?.addons[name] ?? before[version]?.nodes[name];
      return old === now ? [] : [`${version} ${name}: ${old ?? "-"} -> ${now}`];
    }),
  );
}

/**
 * Writes what EKS tells of `versions`, beside what the file says of others.
 *
 * @returns what that changed, a line an add-on or image
 * @throws AwsError, and leaves the file as it is, where AWS does not tell
 */
export async function refresh(file: string, region: string, versions: readonly string[] = []): Promise<string[]> {
  const before = JSON.parse(readFileSync(file, "utf8")) as Known;
  const asked = versions.length > 0 ? versions : Object.keys(before);
  const after: Record<string, EksVersions> = { ...before };
  for (const version of asked) after[version] = await versionsOf(region, version);
  const sorted = Object.fromEntries(
    Object.entries(after).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })),
  );
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
  return changesOf(before, sorted);
}

async function main([region, ...versions]: readonly string[]): Promise<void> {
  try {
    if (region === undefined)
      throw new AwsError("says no region (allowed: npm run eks-versions -- us-east-2 [VERSION...])");
    const wrong = versions.find((version) => !/^1\.\d{2}$/.test(version));
    if (wrong !== undefined) throw new AwsError(`'${wrong}' is no minor version of Kubernetes (allowed: such as 1.35)`);
    for (const line of await refresh(FILE, region, versions)) console.log(line);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    console.error(`${error.message}\nconfig/aws/eks-versions.json stays as it was`);
    process.exitCode = 1;
  }
}

if (require.main === module) void main(process.argv.slice(2));
