/**
 * `npm run cloudflare`: asks Cloudflare for the blocks that it publishes, holds them to the rules of
 * `config/cloudflare-ips.ts`, writes them into `cloudflare-ips.json`, and tells by `dataplane diff` what that changes for
 * the deployments of DATAPLANE_DEPLOYMENTS or `deployments`. Where the blocks are those of before, only the day of the
 * look is written.
 * Exit code: 0, whatever changed; 2, Cloudflare does not tell, or tells what is refused: the file stays as it was.
 */
import "../telemetry-off";
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { foldersOf, telling, titled, withTrees, WORKING_TREE, type Tree } from "../cli/git-trees";
import { CLOUDFLARE_FILE, parseCloudflareIps, type CloudflareIps } from "../config/cloudflare-ips";
import { ConfigError } from "../config/yaml-source";
import { renderDiffMarkdown } from "../report/diff-markdown";
import { oneLine } from "../report/lines";
import { diffPaths } from "../verification/diff/index";
import { InputError } from "../verification/input-error";

const TIMEOUT_MS = 30_000;
/** The answer has a few KiB. */
const MOST_BYTES = 2 ** 20;

/** Cloudflare does not tell. The message is one line. */
export class CloudflareError extends Error {
  override readonly name = "CloudflareError";
}

/** What became of the list. */
export interface Outcome {
  readonly before: CloudflareIps;
  readonly after: CloudflareIps;
  /** A line for each block that is new or gone. */
  readonly changes: readonly string[];
}

/** What Cloudflare publishes at `url`: blocks by family, and their etag. @throws CloudflareError */
async function published(url: string): Promise<Pick<CloudflareIps, "etag" | "published">> {
  const fail = (what: string) => new CloudflareError(`${url}: ${what}`);
  let text: string;
  try {
    const answer = await fetch(url, {
      headers: { accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw fail(`answers HTTP ${answer.status}`);
    text = await answer.text();
  } catch (error) {
    if (error instanceof CloudflareError) throw error;
    const { message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    throw fail(`is not reachable (${cause?.code ?? oneLine(message)})`);
  }
  if (text.length > MOST_BYTES) throw fail(`answers with ${text.length} bytes (allowed: at most ${MOST_BYTES})`);
  const { etag, ipv4_cidrs: ipv4, ipv6_cidrs: ipv6 } = resultOf(text, fail);
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((entry) => typeof entry === "string");
  if (typeof etag !== "string" || !isList(ipv4) || !isList(ipv6))
    throw fail("answers without 'etag', 'ipv4_cidrs' and 'ipv6_cidrs'");
  return { etag, published: { ipv4, ipv6 } };
}

function resultOf(text: string, fail: (what: string) => CloudflareError): Readonly<Record<string, unknown>> {
  let answer: { readonly success?: unknown; readonly result?: unknown } | null;
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    throw fail("answers with what is no JSON");
  }
  if (answer?.success !== true || typeof answer.result !== "object" || answer.result === null)
    throw fail("answers without a result");
  return answer.result as Readonly<Record<string, unknown>>;
}

/**
 * Asks Cloudflare what it publishes now.
 *
 * @param today the day of the look, YYYY-MM-DD
 * @param url where it is asked; default: what the file says
 * @throws CloudflareError or ConfigError where the answer can't be used
 */
export async function look(file: string, today: string, url?: string): Promise<Outcome> {
  const before = parseCloudflareIps(readFileSync(file, "utf8"), file);
  const answer = await published(url ?? before.source);
  const after = answer.etag === before.etag ? { ...before, date: today } : { ...before, ...answer, date: today };
  // An answer is no more to be trusted than a hand.
  parseCloudflareIps(textOf(after), url ?? before.source);
  return { before, after, changes: changesOf(before, after) };
}

export const write = (file: string, { after }: Outcome): void => writeFileSync(file, textOf(after));

/** The list as the formatter of this package writes it. */
const textOf = (list: CloudflareIps) => `${JSON.stringify(list, null, 2).replaceAll(SHORT_LIST, inOneLine)}\n`;

/** Lists of two blocks stand in one line. */
const SHORT_LIST = /\[\n\s+("[^"]+"),\n\s+("[^"]+")\n\s+\]/g;
const inOneLine = (_list: string, first: string, second: string) => `[${first}, ${second}]`;

function changesOf(before: CloudflareIps, after: CloudflareIps): string[] {
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const [was, is] = [before.published[family], after.published[family]];
    return [
      ...is.filter((block) => !was.includes(block)).map((block) => `added    ${block}`),
      ...was.filter((block) => !is.includes(block)).map((block) => `removed  ${block}`),
    ];
  });
}

/** What to say of a change, as Markdown, and what the deployments' `dataplane diff` says of it. */
export function bodyOf({ before, after, changes }: Outcome, diff: string): string {
  if (changes.length === 0)
    return `Cloudflare's list is that of ${before.date}, looked at on ${after.date} (etag \`${after.etag}\`).\n`;
  const list = ["```", ...changes, "```"].join("\n");
  return `Cloudflare publishes other blocks (${after.source}, ${after.date}, etag \`${after.etag}\`):\n\n${list}\n\n${diff}`;
}

/** Writes the list anew; what that changes: the trees are of the working tree before and after, and nothing else. */
async function refresh(today: string, url?: string): Promise<string> {
  const outcome = await look(CLOUDFLARE_FILE, today, url);
  if (outcome.changes.length === 0) {
    write(CLOUDFLARE_FILE, outcome);
    return bodyOf(outcome, "");
  }
  return withTrees([WORKING_TREE], async ([was]) => {
    write(CLOUDFLARE_FILE, outcome);
    return withTrees([WORKING_TREE], async ([is]) => bodyOf(outcome, await difference(was, is)));
  });
}

async function difference(was: Tree | undefined, is: Tree | undefined): Promise<string> {
  if (was?.state === "failed" || is?.state === "failed") {
    const [when, reason] =
      was?.state === "failed" ? ["before", was.reason] : ["with this list", is?.state === "failed" ? is.reason : ""];
    return `The deployments can't be synthesized ${when}: ${telling(reason)}\n`;
  }
  if (was?.state !== "synthesized" || is?.state !== "synthesized") return "There is no deployment to compare.\n";
  const trees: readonly Tree[] = [
    { ...was, title: "before:cdktf.out" },
    { ...is, title: "after:cdktf.out" },
  ];
  return renderDiffMarkdown(titled(await diffPaths(foldersOf(was), foldersOf(is)), trees));
}

interface Flags {
  readonly output?: string;
  readonly source?: string;
}

if (require.main === module) {
  new Command("npm run cloudflare --")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .description("Ask Cloudflare for its published blocks, write them, and tell what that changes.")
    .option("--output <file>", "write what changed there too, as Markdown")
    .option("--source <url>", "ask there instead of where the file says")
    .action(async ({ output, source }: Flags) => {
      const body = await refresh(new Date().toISOString().slice(0, 10), source);
      if (output !== undefined) writeFileSync(output, body);
      process.stdout.write(body);
    })
    .parseAsync()
    .catch((error: unknown) => {
      if (!(error instanceof CloudflareError || error instanceof ConfigError || error instanceof InputError))
        throw error;
      console.error(`${error.message}\ncloudflare-ips.json stays as it was`);
      process.exitCode = 2;
    });
}
