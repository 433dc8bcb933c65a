/** The site as its generator makes it, which itself refuses a link to a page that is nowhere. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCUMENTS } from "../../scripts/docs";
import { scratchFolder } from "../support/scratch";

const ROOT = join(__dirname, "../..");
const SOURCES = "https://code.example/blob/v1";

const site = scratchFolder()("site");
const read = (path: string) => readFileSync(join(site, path), "utf8");
const addressOf = (document: string) => document.replace(/README\.md$/, "index.md").replace(/\.md$/, ".html");

beforeAll(() => {
  const program = join(ROOT, "node_modules/vitepress/bin/vitepress.js");
  execFileSync(process.execPath, [program, "build", "docs", "--outDir", site], {
    cwd: ROOT,
    env: { ...process.env, DATAPLANE_REPOSITORY: SOURCES },
    stdio: "pipe",
  });
});

test.each(DOCUMENTS)("%s is a page, and search finds it", (document) => {
  const [, title = ""] = /^# (.+)$/m.exec(readFileSync(join(ROOT, document), "utf8")) ?? [];
  const page = read(addressOf(document));
  expect(page).toContain(`<h1 id=`);
  const chunks = join(site, "assets/chunks");
  const index = readdirSync(chunks).find((name) => name.includes("localSearchIndex")) ?? "";
  expect(readFileSync(join(chunks, index), "utf8")).toContain(title.replaceAll("`", ""));
});

test("each page of docs/ is in the list beside every page", () => {
  const [, sidebar = ""] = /<nav class="nav"([^]*?)<\/nav>/.exec(read("index.html")) ?? [];
  const listed = [...sidebar.matchAll(/href="\/([^"]+)"/g)].map(([, href = ""]) => href);
  const pages = DOCUMENTS.filter((document) => /^docs\/[^/]+\.md$/.test(document)).map(addressOf);
  expect(pages.filter((page) => !listed.includes(page))).toEqual([]);
});

test("links to sources lead to where the sources are, and those to pages stay in the site", () => {
  const page = read("docs/clouds.html");
  expect(page).toContain('href="/docs/limits.html"');
  expect(read("docs/paths.html")).toContain(`href="${SOURCES}/constructs/kubernetes/tunnel.ts"`);
  expect(read("index.html")).toContain(`href="${SOURCES}/regions.json"`);
});
