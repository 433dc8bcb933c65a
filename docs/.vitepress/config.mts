/**
 * The documentation as a site with search: `npm run site`, into `.dataplane/site`. Pages lie where they lie in the
 * repository, and the README is the first one. DATAPLANE_REPOSITORY is the address of a branch or tag on a code host, to
 * which links to sources lead (`https://code.example/dataplane/blob/main`); without it they are text.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type DefaultTheme, type MarkdownEnv, type MarkdownRenderer } from "vitepress";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const SOURCES = process.env["DATAPLANE_REPOSITORY"];

const addressOf = (page: string) => `/${page.replace(/\.md$/, "")}`.replace(/README$/, "");

/** The README's list of pages, an item a bullet: the site is in the same order. */
function sidebarOf(readme: string): DefaultTheme.SidebarItem[] {
  const [, list = ""] = readme.split("\n## Where to go on\n");
  return list.split(/^- (?=\*\*)/m).flatMap((bullet) => {
    const [, text] = /^\*\*(.*):\*\*/.exec(bullet) ?? [];
    if (text === undefined) return [];
    const links = bullet.replace(/\s+/g, " ").matchAll(/\[([^\]]+)\]\(([^)]+\.md)\)/g);
    return [
      { text, items: [...links].map(([, name = "", page = ""]) => ({ text: titleOf(name), link: addressOf(page) })) },
    ];
  });
}

function titleOf(name: string): string {
  const plain = name.replaceAll("`", "");
  return plain === name ? name.charAt(0).toUpperCase() + name.slice(1) : plain;
}

/** Links to what is no page lead to the code host, or to nowhere. */
function linkSources(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("sources", ({ env, tokens }) => {
    const { path } = env as MarkdownEnv;
    for (const { children } of tokens) {
      let dropped = 0;
      for (const token of children ?? []) {
        const [target = ""] = (token.attrGet("href") ?? "").split("#");
        if (token.type === "link_open" && target !== "" && !target.endsWith(".md") && !/^[a-z]+:/.test(target)) {
          const source = relative(ROOT, resolve(dirname(path), target));
          if (!existsSync(join(ROOT, source))) throw new Error(`${relative(ROOT, path)}: ${target} is nowhere`);
          if (SOURCES === undefined) dropped++;
          else token.attrSet("href", `${SOURCES}/${source}`);
        }
        if (dropped === 0) continue;
        if (token.type === "link_close") dropped--;
        if (token.type.startsWith("link_")) Object.assign(token, { type: "text", tag: "", nesting: 0, content: "" });
      }
    }
  });
}

export default defineConfig({
  title: "Outbound-only data plane",
  description:
    "A data plane in the customer's own cloud account that opens every connection itself, and the proof of it.",
  srcDir: ROOT,
  // What a synth, a test or an install leaves is no page.
  srcExclude: ["**/node_modules/**", ".dataplane/**", ".github/**", "cdktf.out/**", "__tests__/**"],
  rewrites: (page) => page.replace(/README\.md$/, "index.md"),
  outDir: join(ROOT, ".dataplane/site"),
  cacheDir: join(ROOT, ".dataplane/vitepress"),
  markdown: { config: linkSources },
  themeConfig: {
    sidebar: sidebarOf(readFileSync(join(ROOT, "README.md"), "utf8")),
    outline: [2, 3],
    search: { provider: "local" },
  },
});
