import { existsSync, statSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { CLOUDS, type Cloud } from "../config/deployment";
import { ConfigError, loadDeployments } from "../config/loader";
import { deploymentPaths } from "../config/paths";
import { errorCode } from "../config/texts";
import { visible } from "../report/lines";
import { renderText, verdictText } from "../report/text";
import { InputError } from "../verification/input-error";
import { verify } from "../verification/verify";
import type { Answer } from "./answer";
import { draftOf, type Answers } from "./init/draft";
import { Offers } from "./init/offers";
import { CLOUD_FIELD, commonQuestions, questionsOf, valueOf, type Question } from "./init/questions";
import { askAtTerminal, isAsked } from "./init/terminal";
import { writtenStacks } from "./written-stacks";

/** `dataplane init` */
export function initCommand(answer: Answer): Command {
  const command = new Command("init").description(
    "Write a new deployment's file: by questions at a terminal, each of them also a flag, and verified before it is written.",
  );
  for (const question of everyQuestion())
    command.option(`--${question.field} <${KINDS[question.type]}>`, helpOf(question));
  return command
    .addHelpText(
      "after",
      "\nFlags have the names of the file's fields. Without a terminal nothing is asked, and nothing is looked up.\n" +
        "Exit code: 0, the file is written; 1, its stacks don't verify; 2, it can't be used. Only 0 writes anything.",
    )
    .action(async (flags: Readonly<Record<string, string>>) => {
      const { draft, deployment } = await drafted(flags);
      const report = verify(writtenStacks(deployment));
      if (report.verdict === "fail") {
        answer(`${renderText(report)}\n${draft.file} is not written\n`, 1);
        return;
      }
      writeNew(draft.file, draft.source);
      answer(`${report.verdict}: ${verdictText(report)}; written to ${draft.file}\n`, 0);
    });
}

const KINDS = { text: "text", list: "list", other: "yaml" } as const;
/** Values that are few enough for one line. */
const FEW = 8;

/** Every question, whichever the cloud is, each once. */
function everyQuestion(): readonly Question[] {
  const all = [...commonQuestions(), ...CLOUDS.flatMap(questionsOf)];
  return all.filter(({ field }, index) => all.findIndex((question) => question.field === field) === index);
}

const allowedOf = ({ choices }: Question): string | undefined =>
  choices.length > 0 && choices.length <= FEW ? choices.join(", ") : undefined;

function helpOf(question: Question): string {
  const [first = ""] = question.description.split(/(?<=\.) /);
  const allowed = allowedOf(question);
  return allowed === undefined ? first : `${first} Allowed: ${allowed}.`;
}

/** What was answered, as a file that the loader takes. @throws ConfigError, InputError */
async function drafted(flags: Readonly<Record<string, string>>) {
  const folder = folderOf(deploymentPaths());
  const given = valuesOf(flags);
  const isTerminal = process.stdin.isTTY;
  const offers = new Offers();
  for (let before: Answers = given; ;) {
    const answers = isTerminal ? await askedFor(given, before, offers) : given;
    const draft = draftOf(answers, completeQuestions(answers), folder);
    try {
      refuseTaken(draft.file);
      const loaded = loadDeployments(deploymentPaths(), [draft]);
      const own = loaded.find(({ file }) => file === draft.file);
      if (!own) throw new Error(`${draft.file} is not among what was loaded`);
      return { draft, deployment: own.deployment };
    } catch (error) {
      const asksAgain = isTerminal && Object.keys(answers).length > Object.keys(given).length;
      if (!asksAgain || !(error instanceof ConfigError)) throw error;
      for (const line of error.lines) console.error(visible(line));
      before = answers;
    }
  }
}

/** The folder that a new deployment is written into. @throws ConfigError if there is none */
function folderOf(paths: readonly string[]): string {
  const folder = paths.find((path) => existsSync(path) && statSync(path).isDirectory());
  if (folder !== undefined) return folder;
  throw new ConfigError([`${paths.join(", ")}: is no folder to write a deployment into (allowed: one that is there)`]);
}

function valuesOf(flags: Readonly<Record<string, string>>): Answers {
  const cloud = flags[CLOUD_FIELD];
  const questions = isCloud(cloud) ? [...questionsOf(cloud), ...everyQuestion()] : everyQuestion();
  return Object.fromEntries(
    Object.entries(flags).map(([field, text]) => {
      const question = questions.find((one) => one.field === field);
      return [field, question ? valueOf(question, text) : text];
    }),
  );
}

const isCloud = (name: unknown): name is Cloud => CLOUDS.some((cloud) => cloud === name);

/** Questions of the answers' cloud. @throws ConfigError that names each that must be answered and is not */
function completeQuestions(answers: Answers): readonly Question[] {
  const { cloud } = answers as { readonly cloud?: unknown };
  const questions = isCloud(cloud) ? questionsOf(cloud) : commonQuestions();
  const missing = questions.filter(({ field, isRequired }) => isRequired && answers[field] === undefined);
  if (missing.length === 0) return questions;
  const lines = missing.map((question) => {
    const allowed = allowedOf(question);
    return `--${question.field} (${allowed === undefined ? question.description : `allowed: ${allowed}`})`;
  });
  throw new ConfigError([`init: without a terminal these must be given: ${lines.join("; ")}`]);
}

/** Everything that no flag says, asked; what was answered before is offered. */
async function askedFor(given: Answers, before: Answers, offers: Offers): Promise<Answers> {
  const answers: Record<string, unknown> = { ...given };
  const ask = async (questions: readonly Question[]) => {
    for (const question of questions) {
      const { field } = question;
      if (field in answers || !isAsked(question)) continue;
      const offer = await offers.for(question, answers);
      const answered = await askAtTerminal(
        question,
        answers,
        field in before ? { ...offer, likely: before[field] } : offer,
      );
      if (answered !== undefined) answers[field] = answered;
    }
  };
  await ask(commonQuestions().filter(({ field }) => field === CLOUD_FIELD));
  const { cloud } = answers;
  if (!isCloud(cloud)) return answers;
  await ask(questionsOf(cloud));
  return answers;
}

/** @throws ConfigError if there is such a file */
function refuseTaken(file: string): void {
  if (existsSync(file)) throw new ConfigError([`${file}: is there already (allowed: a name that no file has)`]);
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    throw new InputError(file, 0, `can't be written (${errorCode(error)})`);
  }
}
