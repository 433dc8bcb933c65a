/** Measures the report of 1,000 deployments: how long it takes to write, to open in Chromium, and to work with. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchChromium } from "../scripts/chromium";
import { writeDeployments } from "./inputs";
import { measure } from "./measure";
import type { Verdict } from "./results";

const DEPLOYMENTS = 1_000;
const ROUNDS = 3;
/** Seconds, and milliseconds that a person takes for at once. */
const OPENING_LIMIT = 2;
const RESPONSE_LIMIT = 200;
/** Seconds and megabytes that writing it takes. */
const WRITING_LIMIT = 20;
const MEMORY_LIMIT = 500;

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string }>>;
}

/** Copies a synthesized folder's deployments, in turns, until there are enough: synthesis is measured elsewhere. */
function multiply(from: string, to: string): void {
  const { stacks, ...rest } = JSON.parse(readFileSync(join(from, "manifest.json"), "utf8")) as Manifest;
  const models = [...new Set(Object.keys(stacks).map((stack) => stack.replace(/-workloads$/, "")))];
  const copies: Record<string, { readonly synthesizedStackPath: string }> = {};
  for (let i = 0; i < DEPLOYMENTS; i++) {
    const model = models[i % models.length] ?? "";
    const renamed = (text: string) => text.replaceAll(model, `copy-${i + 1}`);
    for (const [stack, { synthesizedStackPath: path }] of Object.entries(stacks)) {
      if (stack !== model && stack !== `${model}-workloads`) continue;
      copies[renamed(stack)] = { ...stacks[stack], synthesizedStackPath: renamed(path) };
      mkdirSync(join(to, dirname(renamed(path))), { recursive: true });
      writeFileSync(join(to, renamed(path)), renamed(readFileSync(join(from, path), "utf8")));
    }
  }
  writeFileSync(join(to, "manifest.json"), JSON.stringify({ ...rest, stacks: copies }));
}

/** One opening of the page: seconds until it is there, milliseconds for a filter and for a deployment's details. */
interface Opening {
  readonly opened: number;
  readonly filtered: number;
  readonly detailed: number;
}

/**
 * Writes the report in the new folder `scratch`, opens it, and tells whether the bounds hold.
 *
 * @param examples deployments of which every name holds the deployment's own as it is: none on Azure, which has digests of it
 * @throws Error if there is no Chromium, or the page does not show every deployment
 */
export async function benchReport(root: string, examples: readonly string[], scratch: string): Promise<Verdict[]> {
  const input = join(scratch, "deployments");
  const models = join(scratch, "models");
  const output = join(scratch, "cdktf.out");
  const page = join(scratch, "report.html");
  mkdirSync(input, { recursive: true });
  examples.forEach((example, i) => writeDeployments(example, input, 1, i));
  measure(["--import", "tsx", "main.ts"], root, { DATAPLANE_DEPLOYMENTS: input, CDKTF_OUTDIR: models });
  multiply(models, output);
  const { seconds, megabytes } = measure(["cli/dataplane.js", "report", output, "--output", page], root, {});

  const rounds: Opening[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await openPage(page));
  const least = (field: keyof Opening) => Math.min(...rounds.map((round) => round[field]));
  const [opened, filtered, detailed] = [least("opened"), least("filtered"), least("detailed")];
  const size = statSync(page).size / 1e6;
  const count = DEPLOYMENTS.toLocaleString("en");
  console.log(
    `\nReport of ${count} deployments: ${size.toFixed(1)} MB, written in ${seconds.toFixed(1)} s with ${megabytes.toFixed(0)} MB`,
  );
  return [
    {
      passed: seconds < WRITING_LIMIT,
      text: `the report of ${count} deployments is written in ${seconds.toFixed(1)} s (less than ${WRITING_LIMIT} s)`,
    },
    {
      passed: megabytes < MEMORY_LIMIT,
      text: `the report of ${count} deployments is written with ${megabytes.toFixed(0)} MB (less than ${MEMORY_LIMIT} MB)`,
    },
    {
      passed: opened < OPENING_LIMIT,
      text: `the report of ${count} deployments opens in ${opened.toFixed(2)} s (less than ${OPENING_LIMIT} s)`,
    },
    {
      passed: Math.max(filtered, detailed) < RESPONSE_LIMIT,
      text: `it filters in ${filtered.toFixed(0)} ms and opens a deployment in ${detailed.toFixed(0)} ms (less than ${RESPONSE_LIMIT} ms each)`,
    },
  ];
}

async function openPage(file: string): Promise<Opening> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const start = process.hrtime.bigint();
    await page.goto(pathToFileURL(file).href);
    const count = await page.locator("output").textContent();
    const opened = Number(process.hrtime.bigint() - start) / 1e9;
    if (count !== `${DEPLOYMENTS} shown`)
      throw new Error(`Of ${DEPLOYMENTS} deployments the page says: ${count ?? "nothing"}`);
    // In the page, so that the way there is no part of it; a frame after a frame has been painted.
    const [filtered = 0, detailed = 0] = await page.evaluate<number[]>(`(async () => {
      const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const timed = async (act) => {
        const start = performance.now();
        act();
        await painted();
        return performance.now() - start;
      };
      const search = document.querySelector("input[type=search]");
      return [
        await timed(() => {
          search.value = "copy-77";
          search.dispatchEvent(new Event("input", { bubbles: true }));
        }),
        await timed(() => document.querySelector(".systems > li:not([hidden]) summary").click()),
      ];
    })()`);
    return { opened, filtered, detailed };
  } finally {
    await browser.close();
  }
}
