/** `npm run screenshot`: draws docs/images/report.png, the report of one of the examples as a reviewer sees it. */
import "../telemetry-off";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../cli/index";
import { loadDeployments } from "../config/loader";
import { App } from "../framework";
import { addDataPlane } from "../stacks/data-planes";
import { launchChromium } from "./chromium";

const ROOT = join(__dirname, "..");
const IMAGES = join(ROOT, "docs/images");
/** The example that is open in the picture. */
const SHOWN = "acme-eu-west-1";
const VIEWPORT = { width: 1280, height: 1500 };

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "screenshot-"));
  const browser = await launchChromium();
  try {
    // Files are named as from here: the picture is the same on every machine.
    process.chdir(scratch);
    const app = new App({ outdir: "cdktf.out" });
    for (const { deployment } of loadDeployments([join(ROOT, "deployments/examples")])) addDataPlane(app, deployment);
    app.synth();
    const page = join(scratch, "report.html");
    const { exitCode, stdout, stderr } = await run(["report", "cdktf.out", "--output", page]);
    if (exitCode === 2) throw new Error(stderr.trim());
    console.log(stdout.trim());
    const tab = await browser.newPage({ viewport: VIEWPORT, colorScheme: "light" });
    await tab.goto(`${pathToFileURL(page).href}#${SHOWN}`);
    await tab.getByLabel("Search").fill(SHOWN);
    await tab.evaluate("scrollTo(0, 0); document.activeElement.blur()");
    mkdirSync(IMAGES, { recursive: true });
    await tab.screenshot({ path: join(IMAGES, "report.png") });
  } finally {
    await browser.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
