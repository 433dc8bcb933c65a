import type { DeploymentDiff, Diff } from "../verification/diff/model";
import { effectText } from "../verification/diff/fields";
import { groupBy } from "../verification/group-by";
import { linesOf, SECTIONS, summary, type Line, type Section } from "./diff-lines";
import { code, plain } from "./markdown";

/** GitHub refuses comments of more than 65,536 characters; what surrounds the diff in one needs some. */
const LIMIT = 60_000;
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
  const told = toldOf(diff);
  for (let most = 1000; most > 1; most = Math.floor(most / 2)) {
    const text = render(diff, told, most);
    if (text.length < LIMIT) return text;
  }
  return render(diff, told, 1);
}

/** Deployments that changed, are new or gone, and what is said of each of these groups. */
type Told = Readonly<Record<"changed" | "added" | "removed", Group>>;

interface Group {
  readonly names: readonly string[];
  readonly sentences: readonly Sentence[];
}

function toldOf({ deployments }: Diff): Told {
  const group = (...states: readonly DeploymentDiff["state"][]): Group => {
    const members = deployments.filter(({ state }) => states.includes(state));
    return { names: members.map(({ name }) => name), sentences: bySentence(members) };
  };
  // What did not change may yet have an exception near its end.
  return { changed: group("changed", "same"), added: group("added"), removed: group("removed") };
}

/** @param most sentences of one kind, and deployments by name, that are written at all */
function render(diff: Diff, told: Told, most: number): string {
  const problems = diff.problems.map(({ side, message }) => `> **Not compared (${side}):** ${short(message)}\n`);
  const isShared = Object.values(told).some(({ sentences }) =>
    sentences.some(({ line, deployments }) => deployments.length > 1 && line.text.includes(ITS_NAME)),
  );
  return [
    `### Data planes: ${summary(diff)}`,
    ...limited(problems, most),
    ...fieldsTable(diff, most),
    ...sections(told.changed, most),
    ...set("New deployments", told.added, most),
    ...set("Removed deployments", told.removed, most),
    ...table(diff, most),
    ...(isShared ? [`<sub>${ITS_NAME} stands for the deployment's name.</sub>`] : []),
  ]
    .map((block) => `${block.trimEnd()}\n`)
    .join("\n");
}

/** Deployments that are there on one side only: everything of theirs changed, so all of it is folded away. */
function set(title: string, { names: deployments, sentences: all }: Group, most: number): string[] {
  if (deployments.length === 0) return [];
  // That they have resources goes without saying.
  const sentences = all.filter(({ line }) => line.section !== "resources");
  const isGrave = ({ line }: Sentence) => line.section === "destroyed" || line.section === "violated";
  const [grave, rest] = [sentences.filter(isGrave), sentences.filter((sentence) => !isGrave(sentence))];
  return [
    `#### ${title}\n\n${names(deployments)}`,
    ...(grave.length > 0 ? [limited(grave.map(bullet), most).join("\n")] : []),
    ...(rest.length > 0 ? [folded(`What is in them (${rest.length})`, limited(rest.map(bullet), most))] : []),
  ];
}

function sections({ sentences }: Group, most: number): string[] {
  const bySection = groupBy(sentences, ({ line }) => line.section);
  return (Object.keys(SECTIONS) as Section[]).flatMap((section) => {
    // These are a table of their own.
    if (section === "refused" || section === "fields") return [];
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

// ---------------------------------------------------------------- changed fields

/** Each changed field with what it does, those that are refused first; equal ones of several deployments are one row. */
function fieldsTable({ deployments }: Diff, most: number): string[] {
  const all = deployments.flatMap(({ name, changes }) => changes.map((change) => ({ name, change })));
  const alike = [...groupBy(all, ({ change, name }) => change.text.replaceAll(name, ITS_NAME)).values()];
  const rows = alike
    .map((group) => {
      const [{ name, change }] = group as [(typeof group)[0]];
      const { field, from, to, does, loses, cuts, instead, allowed, refused, effect } = change;
      const values = from === "" && to === "" ? "" : `${code(cut(from))} → ${code(cut(to))}`;
      const what = [effectText(change), ...(does === undefined ? [] : [does])].map(short).join("<br>");
      const harm = [
        ...(loses === undefined ? [] : [`loses ${loses}`]),
        ...(cuts === undefined ? [] : [`cuts ${cuts}`]),
        ...(allowed ? [`allowed until ${allowed.expires}: ${allowed.reason}`] : []),
      ];
      const own = group.length === 1 ? [name] : group.map((one) => one.name);
      const mark = refused ? (effect === "impossible" ? ":no_entry: " : ":warning: ") : "";
      const cells = [
        `${mark}${code(cut(field))}`,
        values,
        what,
        harm.map(short).join("<br>"),
        short(instead ?? ""),
        names(own),
      ];
      return { refused, text: `| ${cells.join(" | ")} |` };
    })
    .sort((a, b) => Number(b.refused) - Number(a.refused));
  const notes = [
    ...groupBy(
      deployments.flatMap(({ name, notes: own }) => own.map((note) => ({ name, note }))),
      ({ note }) => note,
    ),
  ];
  if (rows.length === 0 && notes.length === 0) return [];
  const refused = rows.filter((row) => row.refused).length;
  const rest = rows.length - Math.min(rows.length, most);
  return [
    "#### Changed fields",
    ...(refused > 0
      ? [
          `**${refused} refused:** what destroys data or cuts the tunnel, egress or API is named in the deployment's \`allow\`, with a reason and a last day; what is impossible is done another way.`,
        ]
      : []),
    ...(rows.length > 0
      ? [
          [
            "| Field | Change | Effect | Loses, cuts | Instead | Deployments |",
            "|---|---|---|---|---|---|",
            ...rows.slice(0, most).map(({ text }) => text),
          ].join("\n"),
        ]
      : []),
    ...(rest > 0 ? [`... and ${rest} more, in \`dataplane diff --format text\``] : []),
    ...(notes.length > 0
      ? [
          limited(
            notes.map(([note, all]) => `- ${short(note)} (${names(all.map(({ name }) => name))})`),
            most,
          ).join("\n"),
        ]
      : []),
  ];
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
