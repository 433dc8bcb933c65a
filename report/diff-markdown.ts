import type { DeploymentDiff, Diff } from "../verification/diff/model";
import { groupBy } from "../verification/diff/group-by";
import { linesOf, SECTIONS, summary, type Line, type Section } from "./diff-lines";
import { code, plain } from "./markdown";
import { count } from "./text";

/** GitHub refuses longer comments. */
const LIMIT = 65_536;
/** Sentences of one kind before the others are folded away. */
const OPEN = 10;
/** Characters of one sentence, and names of deployments behind it: what is cut is said to be. */
const LONGEST = 600;
const NAMES = 4;
/** Sections that are folded away as a whole. */
const FOLDED: readonly Section[] = ["closed", "revoked", "fixed", "resources"];

/**
 * The diff as GitHub-flavoured Markdown, for a comment: equal changes of several deployments as one, the gravest first,
 * details folded away. It is never longer than GitHub allows; what is left out is counted.
 */
export function renderDiffMarkdown(diff: Diff): string {
  for (let most = 1000; most > 1; most = Math.floor(most / 2)) {
    const text = render(diff, most);
    if (text.length < LIMIT) return text;
  }
  return render(diff, 1);
}

/** @param most sentences of one kind, and deployments by name, that are written at all */
function render(diff: Diff, most: number): string {
  const changed = diff.deployments.filter(({ state }) => state === "changed" || state === "same");
  const news = diff.deployments.filter(({ state }) => state === "added");
  const gone = diff.deployments.filter(({ state }) => state === "removed");
  return [
    `### Data planes: ${summary(diff)}`,
    ...limited(
      diff.problems.map(({ side, message }) => `> **Not compared (${side}):** ${short(message)}\n`),
      most,
    ),
    ...sections(changed, most),
    ...set("New deployments", news, most),
    ...set("Removed deployments", gone, most),
    ...table(diff, most),
  ]
    .map((block) => `${block.trimEnd()}\n`)
    .join("\n");
}

/** Deployments that are there on one side only: everything of theirs changed, so all of it is folded away. */
function set(title: string, deployments: readonly DeploymentDiff[], most: number): string[] {
  if (deployments.length === 0) return [];
  const named = names(deployments.map(({ name }) => name));
  const grave = bySentence(deployments).filter(({ line }) => ["destroyed", "violated"].includes(line.section));
  const rest = bySentence(deployments).filter(({ line }) => !["destroyed", "violated"].includes(line.section));
  const shown = limited(grave.map(bullet), most);
  return [
    `#### ${title}\n\n${named}`,
    ...(shown.length > 0 ? [shown.join("\n")] : []),
    ...(rest.length > 0
      ? [folded(`What is in them (${count(rest.length, "line")})`, limited(rest.map(bullet), most))]
      : []),
  ];
}

function sections(deployments: readonly DeploymentDiff[], most: number): string[] {
  const bySection = groupBy(bySentence(deployments), ({ line }) => line.section);
  return (Object.keys(SECTIONS) as Section[]).flatMap((section) => {
    const bullets = (bySection.get(section) ?? []).map(bullet);
    if (bullets.length === 0) return [];
    const title = section === "destroyed" ? `:warning: ${SECTIONS[section]}` : SECTIONS[section];
    if (FOLDED.includes(section)) return [folded(`${title} (${bullets.length})`, limited(bullets, most))];
    const open = bullets.slice(0, Math.min(OPEN, most));
    const rest = bullets.slice(open.length);
    const more = rest.length === 0 ? [] : [folded(`${rest.length} more`, limited(rest, most))];
    return [`#### ${title}\n\n${open.join("\n")}`, ...more];
  });
}

// ---------------------------------------------------------------- sentences

interface Sentence {
  readonly line: Line;
  readonly deployments: readonly string[];
}

/** Stands for a deployment's name in a sentence that several deployments share. */
const ITS_NAME = "NAME";

/** Sentences that differ in the deployment's name and in places only are one. */
function bySentence(deployments: readonly DeploymentDiff[]): Sentence[] {
  const all = deployments.flatMap((deployment) => linesOf(deployment).map((line) => ({ line, name: deployment.name })));
  const alike = groupBy(
    all,
    ({ line, name }) => `${line.section}\n${line.resource}\n${line.text.replaceAll(name, ITS_NAME)}`,
  );
  return [...alike.values()].map((group) => {
    const [{ line, name }] = group as [(typeof group)[0]];
    const shared = [...new Set(group.map((one) => one.name))];
    if (shared.length === 1) return { line, deployments: shared };
    return { line: { ...line, text: line.text.replaceAll(name, ITS_NAME) }, deployments: shared };
  });
}

function bullet({ line: { section, text, rules }, deployments }: Sentence): string {
  const said = section === "destroyed" ? `**${short(text)}**` : short(text);
  const why = rules === undefined ? "" : `<br><sub>${short(rules)}</sub>`;
  return `- ${said} (${names(deployments)})${why}`;
}

function names(all: readonly string[]): string {
  const shown = all
    .slice(0, NAMES)
    .map((name) => code(cut(name)))
    .join(", ");
  return all.length > NAMES ? `${shown} and ${all.length - NAMES} more` : shown;
}

const short = (text: string) => plain(cut(text));
const cut = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)}... (${text.length - LONGEST} characters more)` : text;

// ---------------------------------------------------------------- blocks

/** At most so many, and a line that counts the others. */
function limited(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `- ... and ${lines.length - most} more, in \`dataplane diff --format text\``];
}

function folded(title: string, lines: readonly string[]): string {
  return `<details><summary>${title}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

/** Every deployment that is not the same, with how many changes of each kind. */
function table({ deployments }: Diff, most: number): string[] {
  const concerned = deployments.filter(({ state }) => state !== "same");
  if (concerned.length === 0) return [];
  const rows = concerned.slice(0, most).map(({ name, verdict, state, packets, permissions, findings, resources }) => {
    const opened = packets.filter(({ change }) => change === "opened").length;
    const granted = permissions.filter(({ change }) => change === "widened").length;
    const violated = findings.filter(({ change }) => change === "new").length;
    return `| ${[code(cut(name)), state, verdict, opened, granted, violated, resources.length].join(" | ")} |`;
  });
  const rest = concerned.length - rows.length;
  return [
    folded(`Deployments (${concerned.length})`, [
      "| Deployment | State | Verdict | Opened | Granted | Violated | Resources |",
      "|---|---|---|---|---|---|---|",
      ...rows,
      ...(rest > 0 ? ["", `... and ${rest} more, in \`dataplane diff --format text\``] : []),
    ]),
  ];
}
