/** The report as one page of HTML that asks for nothing: its style, script and data are in it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { count, exceptedText, judgedText } from "../text";
export { pageOf, Pages, type Collected } from "./data";
import type { Page, SystemPage } from "./model";
import { Pack } from "./pack";

const asset = (name: string) => readFileSync(join(__dirname, name), "utf8");

/** The page; what it shows of each system is in its data, and becomes elements when the system is opened. */
export function htmlOf(page: Page): string {
  const { systems, shapes, verdict, judged, today, warnings = [], notRead = [] } = page;
  const notes = [...warnings.map((warning) => `Warning: ${warning}`), ...notRead.map((line) => `Not read: ${line}`)];
  const [style, script] = [asset("page.css"), asset("page.js")];
  const pack = new Pack();
  const data = {
    systems: systems.map((system) => pack.add(system)),
    shapes: shapes.map((shape) => pack.add(shape)),
    nodes: pack.nodes,
  };
  const policy = [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${verdict === "pass" ? "Pass" : "Fail"}: outbound-only data planes</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#list">Skip to the list</a>
<header class="wrap head">
<h1>Outbound-only data planes</h1>
<button type="button" id="theme" hidden>Dark</button>
<p class="overall">${escape(sentence(page))}</p>
<p>${escape(judgedText(judged))} on ${escape(today)}.</p>${notes.map((note) => `\n<p>${escape(note)}</p>`).join("")}
</header>
<main>
<div class="filters">
<form class="wrap" aria-label="Filter">
<label class="search">Search, by the key /
<input type="search" name="search" autocomplete="off" spellcheck="false"></label>
${choice("cloud", "Cloud", distinct(systems.map(({ cloud }) => cloud)))}
${choice("region", "Region", distinct(systems.map(({ region }) => region)))}
${choice("verdict", "Verdict", distinct(systems.map((system) => system.verdict)))}
${choice("invariant", "Does not hold", distinct(systems.flatMap(({ unheld }) => unheld)))}
<button type="reset">Reset</button>
<output name="count" aria-live="polite">${systems.length} shown</output>
</form>
</div>
<h2 class="wrap" id="list-title" hidden>Deployments</h2>
<ul role="list" class="wrap systems" id="list" tabindex="-1" aria-labelledby="list-title">
${systems.map(row).join("\n")}
</ul>
<p class="wrap nothing" hidden>Nothing matches. Reset the filter to see all.</p>
<noscript><p class="wrap">This list is the whole verdict; the details of each deployment need the page's script.</p></noscript>
</main>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The hash by which a policy allows exactly this text. */
const digest = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const distinct = (values: readonly string[]) => [...new Set(values)].filter((value) => value !== "").sort();

function sentence({ systems, verdict }: Page): string {
  const what = systems.every(({ cloud }) => cloud !== "") ? "deployment" : "system";
  if (verdict === "pass") {
    const where = systems.length === 1 ? `the one ${what}` : `all ${systems.length} ${what}s`;
    const of = <T>(list: (system: SystemPage) => readonly T[]) => systems.flatMap(list);
    const departures = { exceptions: of((one) => one.exceptions), assumptions: of((one) => one.assumptions) };
    const known = of((one) => one.known).length;
    const held = known > 0 ? `No new finding, ${known} known,` : "Every invariant holds";
    return `Pass. ${held} in ${where}${exceptedText(departures)}.`;
  }
  const asked = systems.some(({ flows }) => flows) ? "invariant and question" : "invariant";
  if (systems.length === 1) return `Fail. Not every ${asked} holds.`;
  const failed = systems.filter((system) => system.verdict === "fail").length;
  return `Fail. Not every ${asked} holds in ${failed} of ${count(systems.length, what)}.`;
}

/** A list to choose from; left out where there is nothing to choose. */
function choice(name: string, label: string, values: readonly string[]): string {
  const options = values.map((value) => `<option>${escape(value)}</option>`).join("");
  const hidden = values.length === 0 ? " hidden" : "";
  return `<label${hidden}>${label}\n<select name="${name}"><option value="">any</option>${options}</select></label>`;
}

function row({ name, verdict, cloud, region, unheld, facts }: SystemPage): string {
  const text = [name, verdict, ...unheld, ...facts.map(([, value]) => value)].join(" ").toLowerCase();
  const attributes = { name, verdict, cloud, region, invariant: unheld.join(" "), text };
  const data = Object.entries(attributes).map(([key, value]) => `data-${key}="${escape(value)}"`);
  const problem = unheld.length === 0 ? "" : `not held: ${unheld.join(", ")}`;
  return (
    `<li ${data.join(" ")}><details><summary><span class="state ${verdict}">${verdict}</span>` +
    `<span class="name">${escape(name)}</span><span class="about">` +
    [cloud, region, problem].map((part) => `<span>${escape(part)}</span>`).join("") +
    "</span></summary></details></li>"
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
