/** Asks a person at a terminal; the package that does so is loaded when there is one. */
import { createRequire } from "node:module";
import type * as Prompts from "@inquirer/prompts";
import { optionalDependencies } from "../../package.json";
import { shown } from "../../config/texts";
import { InputError } from "../../verification/input-error";
import { refusalOf, type Answers } from "./draft";
import { CLOUD_FIELD, type Question } from "./questions";

/** What is offered for an answer: one that is likely, and those that there are. */
export interface Offer {
  readonly likely?: unknown;
  /** Of a list: what it may hold, as far as the cloud tells. */
  readonly among?: readonly string[] | undefined;
}

/** Answers that can't be given on one line: their flags take them. */
export const isAsked = ({ type, forms, isRequired }: Question): boolean =>
  isRequired || type !== "other" || forms.length > 0;

/** The answer to one question; undefined where what holds anyway is enough. @throws InputError if the person ends it */
export async function askAtTerminal(question: Question, answers: Answers, offer: Offer): Promise<unknown> {
  try {
    return await answerTo(question, answers, offer);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ExitPromptError") throw error;
    throw new InputError("init", 0, "was ended: nothing is written");
  }
}

async function answerTo(question: Question, answers: Answers, { likely, among = [] }: Offer): Promise<unknown> {
  const { field, choices, type, forms, isRequired, byDefault } = question;
  const { select, checkbox, input } = prompts();
  // What is printed is the command's; questions are told beside it.
  const context = { output: process.stderr };
  const message = messageOf(question);
  if (forms.length > 0) return form(question, answers);
  if (choices.length > 0) {
    const offered = { message, choices, loop: false, pageSize: 12 };
    const chosen = likely ?? byDefault;
    return select({ ...offered, ...(chosen !== undefined && { default: shown(chosen) }) }, context);
  }
  if (type === "list" && among.length > 0) {
    const wanted = Array.isArray(likely) ? likely : [];
    const offered = among.map((value) => ({ value, checked: wanted.includes(value) }));
    return checkbox(
      { message, choices: offered, validate: (chosen) => verdictOn(chosen.map(({ value }) => value)) },
      context,
    );
  }
  const text = (value: unknown) => (Array.isArray(value) ? value.join(", ") : value === undefined ? "" : shown(value));
  const read = (line: string) =>
    type === "list" ? line.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()])) : line;
  const line = await input(
    { message, default: text(likely ?? byDefault), validate: (given) => verdictOn(read(given)) },
    context,
  );
  return line === "" && !isRequired ? undefined : read(line);

  function verdictOn(value: unknown): true | string {
    const isNothing = value === "" || (Array.isArray(value) && value.length === 0);
    if (isNothing) return isRequired ? "is required" : true;
    return refusalOf(field, value, answers) ?? true;
  }
}

/** A value with several forms: which, and what it must have. */
async function form(question: Question, answers: Answers): Promise<unknown> {
  const { field, forms } = question;
  const { select } = prompts();
  const choices = forms.map(({ told }) => told.value);
  const chosen = await select({ message: messageOf(question), choices }, { output: process.stderr });
  const found = forms.find(({ told }) => told.value === chosen);
  let value: Record<string, unknown> = found ? { [found.told.name]: chosen } : {};
  for (const part of found?.required ?? []) {
    const name = part.field.slice(field.length + 1);
    value = { ...value, [name]: await answerTo(part, { ...answers, [field]: value }, {}) };
  }
  return value;
}

/** The field and the first sentence that the schema says of it. */
function messageOf({ field, description }: Question): string {
  const [first = ""] = description.split(/(?<=[.;]) /);
  return field === CLOUD_FIELD ? "cloud:" : `${field}: ${first}`;
}

/** @throws InputError if the package is not installed */
function prompts(): typeof Prompts {
  try {
    return createRequire(__filename)("@inquirer/prompts") as typeof Prompts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    const version = optionalDependencies["@inquirer/prompts"];
    throw new InputError(
      "@inquirer/prompts",
      0,
      `is not installed, and asks the questions: npm install --no-save @inquirer/prompts@${version}, or give every answer as a flag`,
    );
  }
}
