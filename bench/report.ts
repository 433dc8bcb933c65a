/** Measures the report of 1,000 deployments: how long it takes to write, to open in Chromium, and to work with. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
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

/** Writes deployments, numbered from 1 on: as many of each example, but for what is left over. */
function writeAll(examples: readonly string[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  let written = 0;
  examples.forEach((example, index) => {
    const count = Math.ceil((DEPLOYMENTS - written) / (examples.length - index));
    writeDeployments(example, folder, count, written);
    written += count;
  });
}

/** One opening of the page: seconds until it is there, milliseconds for a filter and for a deployment's details. */
interface Opening {
  readonly opened: number;
  readonly filtered: number;
  readonly detailed: number;
}

/**
 * Writes the report in the new folder `scratch`, opens it, and tells whether the bounds hold. Synthesis, which takes
 * longer, is measured elsewhere.
 *
 * @param examples one deployment of each cloud
 * @throws Error if there is no Chromium, or the page does not show every deployment
 */
export async function benchReport(root: string, examples: readonly string[], scratch: string): Promise<Verdict[]> {
  const input = join(scratch, "deployments");
  const output = join(scratch, "cdktf.out");
  const page = join(scratch, "report.html");
  writeAll(examples, input);
  measure(["--import", "tsx", "main.ts"], root, { DATAPLANE_DEPLOYMENTS: input, CDKTF_OUTDIR: output });
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
          search.value = "bench-77";
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
