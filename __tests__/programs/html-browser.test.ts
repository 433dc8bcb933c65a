import { rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page as Tab } from "playwright-core";
import { htmlOf } from "../../report/html/index";
import type { Page, SystemPage } from "../../report/html/model";
import { launchChromium } from "../../scripts/chromium";
import { synthesizeExamples } from "../support/examples";
import { pageFor, writeHostile } from "../support/page";
import { scratchFolder } from "../support/scratch";

const at = scratchFolder();

describe("in a browser", () => {
  let browser: Browser;
  let examples: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    const { folder } = synthesizeExamples();
    examples = await pageFor(folder);
    rmSync(folder, { recursive: true });
    writeFileSync(at("examples.html"), htmlOf(examples));
  });
  afterAll(() => (browser as Browser | undefined)?.close());

  /** A page that is open, and what went wrong or was asked for on the way. */
  async function open(name: string, options: Parameters<Browser["newPage"]>[0] = {}, hash = "") {
    const tab = await browser.newPage(options);
    const problems: string[] = [];
    tab.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
    tab.on("pageerror", (error) => problems.push(error.message));
    const address = pathToFileURL(at(name)).href;
    tab.on("request", (request) => {
      if (request.url() !== address && request.url() !== "data:,") problems.push(`request: ${request.url()}`);
    });
    await tab.goto(`${address}${hash}`);
    return { tab, problems };
  }
  const shown = (tab: Tab) => tab.locator(".systems > li:not([hidden])").count();
  const focused = (tab: Tab) =>
    tab.evaluate<string>("document.activeElement.textContent || document.activeElement.name");

  test("opens every deployment without an error or a request", async () => {
    const { tab, problems } = await open("examples.html");
    for (const summary of await tab.locator(".systems > li > details > summary").all()) await summary.click();
    await expect(tab.locator(".body").count()).resolves.toBe(examples.systems.length);
    await expect(tab.locator(".drawing svg").count()).resolves.toBe(examples.systems.length);
    expect(problems).toEqual([]);
    await tab.close();
  });

  test("filters by text, cloud, region and verdict, and says how many are left", async () => {
    const { tab, problems } = await open("examples.html");
    await tab.getByLabel("Search").fill("AZURE us-west");
    expect(await shown(tab)).toBe(1);
    await expect(tab.locator("output").textContent()).resolves.toBe("1 of 15 shown");
    await tab.getByRole("button", { name: "Reset" }).click();
    await tab.getByLabel("Cloud").selectOption("AWS");
    expect(await shown(tab)).toBe(5);
    await tab.getByLabel("Region").selectOption("eu-west-1");
    expect(await shown(tab)).toBe(1);
    await tab.getByLabel("Search").fill("nothing of the kind");
    await tab.getByText("Nothing matches").waitFor();
    expect(problems).toEqual([]);
    await tab.close();
  });

  test("filters by an invariant that does not hold", async () => {
    writeHostile(at("foreign"));
    const { systems, ...page } = await pageFor(at("foreign"));
    const other = { ...systems[0], name: "other", verdict: "pass", unheld: [] } as (typeof systems)[number];
    writeFileSync(at("invariant.html"), htmlOf({ ...page, systems: [...systems, other] }));
    const { tab } = await open("invariant.html");
    await tab.getByLabel("Does not hold").selectOption("no-inbound");
    await expect(tab.locator(".systems > li:not([hidden]) .name").allTextContents()).resolves.toEqual(["Judged files"]);
    await tab.close();
  });

  test("works by keyboard: skip link, search by '/', Escape, a deployment, its evidence", async () => {
    const { tab, problems } = await open("examples.html");
    await tab.keyboard.press("Tab");
    expect(await focused(tab)).toBe("Skip to the list");
    await tab.keyboard.press("/");
    await tab.keyboard.type("acme-us-east-2");
    expect(await focused(tab)).toBe("search");
    expect(await shown(tab)).toBe(1);
    await tab.keyboard.press("Escape");
    expect(await shown(tab)).toBe(15);
    await tab.locator("summary").first().focus();
    await tab.keyboard.press("Enter");
    const evidence = tab.locator(".with-evidence td details summary").first();
    await evidence.focus();
    await tab.keyboard.press("Space");
    await expect(tab.locator(".rules code").first().textContent()).resolves.toMatch(/^(in|out) \S+/);
    await expect(tab.locator(".rules .where").first().textContent()).resolves.toMatch(/cdk\.tf\.json:\d+$/);
    expect(problems).toEqual([]);
    await tab.close();
  });

  test("opens the deployment that a link names", async () => {
    const { tab } = await open("examples.html", {}, "#acme-us-east-2");
    await expect(tab.locator("details[open] .name").allTextContents()).resolves.toEqual(["acme-us-east-2"]);
    await tab.close();
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious in %s", async (colorScheme) => {
    const { tab } = await open("examples.html", { colorScheme }, "#acme-eu-west-1");
    await tab.evaluate("for (const details of document.querySelectorAll('td details')) details.open = true");
    const serious = await seriousIn(tab);
    expect(serious).toEqual([]);
    await tab.close();
  });

  test("what runs and what passed are shown, and axe finds nothing serious in them", async () => {
    const [system, ...others] = examples.systems as [SystemPage, ...SystemPage[]];
    writeFileSync(at("beside.html"), htmlOf({ ...examples, systems: [{ ...system, ...BESIDE }, ...others] }));
    const { tab, problems } = await open("beside.html", {}, `#${system.name}`);
    const shown = tab.locator(".body");
    for (const said of ["Running account", "In no state of Terraform's", "by hand", "nodes may now", "Nothing."])
      await expect(shown.getByText(said).first().isVisible()).resolves.toBe(true);
    await shown.getByText("1 flow", { exact: true }).click();
    await expect(shown.getByText("violated: 10.0.1.8 to 81.2.69.1").isVisible()).resolves.toBe(true);
    expect(await seriousIn(tab)).toEqual([]);
    expect(problems).toEqual([]);
    await tab.close();
  });

  test("the switch turns a light page dark, and axe agrees with both", async () => {
    const { tab } = await open("examples.html", { colorScheme: "light" });
    const paper = () => tab.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
    const light = await paper();
    await tab.getByRole("button", { name: "Dark" }).click();
    expect(await paper()).not.toBe(light);
    expect(await seriousIn(tab)).toEqual([]);
    await tab.getByRole("button", { name: "Light" }).click();
    expect(await paper()).toBe(light);
    await tab.close();
  });

  test("fits a phone: nothing but the drawing is wider", async () => {
    const { tab } = await open("examples.html", { viewport: { width: 360, height: 740 } }, "#acme-azure-eu-west-1");
    await tab.evaluate("for (const details of document.querySelectorAll('td details')) details.open = true");
    await expect(tab.evaluate("document.documentElement.scrollWidth")).resolves.toBe(360);
    expect(await seriousIn(tab)).toEqual([]);
    await tab.close();
  });

  test("prints what is shown, with its evidence", async () => {
    const { tab } = await open("examples.html");
    await tab.getByLabel("Cloud").selectOption("AWS");
    await tab.pdf();
    await expect(tab.locator(".systems > li > details[open]").count()).resolves.toBe(5);
    await expect(tab.locator("td .rules").count()).resolves.toBeGreaterThan(0);
    await tab.close();
  });

  test("shows hostile names as text", async () => {
    writeHostile(at("hostile"));
    writeFileSync(at("hostile.html"), htmlOf(await pageFor(at("hostile"))));
    const { tab, problems } = await open("hostile.html");
    await expect(tab.title()).resolves.toBe("Fail: outbound-only data planes");
    await expect(tab.locator(".finding code").first().textContent()).resolves.toContain("<img src=x onerror=");
    await expect(tab.locator("img").count()).resolves.toBe(0);
    expect(problems).toEqual([]);
    await tab.close();
  });

  test("1,000 deployments open, and only what is opened is made", async () => {
    const systems = Array.from({ length: 1000 }, (_, i) => {
      const system = examples.systems[i % examples.systems.length] as Page["systems"][number];
      return JSON.parse(JSON.stringify(system).replaceAll(system.name, `customer-${i}`)) as typeof system;
    });
    const html = htmlOf({ ...examples, systems });
    expect(html.length).toBeLessThan(6e6);
    writeFileSync(at("thousand.html"), html);
    const { tab, problems } = await open("thousand.html");
    await expect(tab.locator("output").textContent()).resolves.toBe("1000 shown");
    await expect(tab.locator(".body").count()).resolves.toBe(0);
    await tab.getByLabel("Search").fill("customer-777");
    expect(await shown(tab)).toBe(1);
    await tab.locator(".systems > li:not([hidden]) summary").click();
    await tab.locator(".body h3").first().waitFor();
    expect(problems).toEqual([]);
    await tab.close();
  });
});

/** What axe finds that keeps somebody from using the page. */
async function seriousIn(tab: Tab): Promise<string[]> {
  await tab.evaluate(axe.source);
  const violations = await tab.evaluate<
    { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[]
  >("axe.run().then(({ violations }) => violations)");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(" ")}: ${nodes[0]?.failureSummary}`);
}

/** What an account and flow logs may show of a deployment. */
const BESIDE: Pick<SystemPage, "running" | "flows"> = {
  running: {
    verdict: "fail",
    at: "2026-11-30T10:00:00.000Z",
    invariants: [{ id: "no-inbound", title: "Nothing comes in.", paragraph: "Outbound-only model", state: "violated" }],
    findings: [
      {
        ...{
          invariant: "no-inbound",
          status: "violated",
          resource: "google_compute_firewall.ssh",
          message: "it is let in",
        },
        ...{
          packet: "TCP 22 from 1.0.0.1 to nodes",
          remedy: "Close it.",
          place: "collected/google/firewalls.ndjson:3",
        },
      },
    ],
    notTold: ["addons: eks:ListAddons failed (404)"],
    compared: true,
    unmanaged: ["google_compute_firewall.ssh, made by hand"],
    opened: ["nodes may now open TCP 7844 to 203.0.113.0/24"],
    closed: [],
    notes: [],
  },
  flows: {
    verdict: "violated",
    coverage: "2 records in 1 file",
    questions: [
      {
        ...{
          id: "within-policy",
          holds: "nothing passed beyond",
          paragraph: "Verification",
          verdict: "violated",
          reason: "",
        },
        totals: [{ standing: "violated", text: "1 passed beyond", flows: 1, records: 2, bytes: 3000 }],
        flows: [{ standing: "violated", text: "10.0.1.8 to 81.2.69.1, TCP 443", records: 2, bytes: 3000 }],
      },
    ],
  },
};
