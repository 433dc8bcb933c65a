/**
 * Programs that Terraform runs beside its resources. Only a command of which every word that is run is listed here
 * opens nothing; what one writes in a variable, a file or another language can't be told.
 */
import { posix } from "node:path";
import { isUnknown, type Resource, type Unjudged, type Value } from "../model";
import { at, blocks, isList, isObject, isOpaque, list, text } from "../values";
import { shown } from "../../config/texts";

/** What a command may begin with, each word in its place. */
const HARMLESS_COMMANDS: readonly string[] = [
  // Shell
  "[",
  ":",
  "cat",
  "cd",
  "chmod",
  "cp",
  "date",
  "echo",
  "exit",
  "false",
  "grep",
  "jq",
  "ls",
  "mkdir",
  "mv",
  "printf",
  "pwd",
  "rm",
  "set",
  "sleep",
  "tail",
  "head",
  "sort",
  "tee",
  "test",
  "touch",
  "true",
  "wc",
  // Packs and builds
  "gunzip",
  "gzip",
  "tar",
  "unzip",
  "zip",
  "docker build",
  "docker login",
  "docker pull",
  "docker push",
  "docker tag",
  "git clone",
  "git describe",
  "git rev-parse",
  "npm ci",
  "npm install",
  "pip install",
  "pip3 install",
  "go build",
  "yarn install",
  // Waits and looks
  "kubectl get",
  "kubectl wait",
  "kubectl rollout status",
  "kubectl version",
  "kubectl cluster-info",
  "kubectl config",
  "aws ecr get-login-password",
  "aws eks update-kubeconfig",
  "aws eks wait",
  "aws ec2 wait",
  "aws rds wait",
  "aws sts get-caller-identity",
  "az provider register",
  "az feature register",
  "az account show",
  "az aks get-credentials",
  "az acr login",
  "gcloud auth configure-docker",
  "gcloud container clusters get-credentials",
  "gcloud config get-value",
  "terraform output",
  "terraform version",
];

/** What fetches a file, or copies one to a bucket, unless an argument begins with what is not listed. */
const COPIES: readonly (readonly [command: string, options: RegExp])[] = [
  [
    "curl",
    /^-[#fgikLoOsSv]+$|^--(compressed|connect-timeout|create-dirs|fail|insecure|location|max-time|output|remote-name|retry|retry-[a-z-]+|show-error|silent)(=|$)/,
  ],
  ["wget", /^-(nv|[cOq]+)$|^--(no-check-certificate|no-verbose|output-document|quiet|tries)(=|$)/],
  ["aws s3 cp", /^--(only-show-errors|profile|quiet|recursive|region|sse)(=|$)/],
  ["aws s3 sync", /^--(delete|only-show-errors|profile|quiet|region|sse)(=|$)/],
];

const COMMANDS = HARMLESS_COMMANDS.map((command) => command.split(" "));

/** Interpreters that take one command as a text. */
const SHELL = /^(\/usr)?(\/bin\/)?(env )?(ba|da|z)?sh$/;

/**
 * What programs other than a shell run and open nothing by: words of the interpreter behind the program, of a path the
 * file's name. `package.py` is that of terraform-aws-modules/lambda, which packs a function's sources into an archive, once
 * its plan of that is made; it asks the machine which Python it has.
 */
const HARMLESS_PROGRAMS: readonly { readonly program: RegExp; readonly words: readonly string[] }[] = [
  { program: /^python(3|\.exe)?$/, words: ["package.py", "build", "--timestamp"] },
  { program: /^python(3|\.exe)?$/, words: ["package.py", "prepare"] },
];

/** Actions of providers that open nothing, by their pages in hashicorp/terraform-provider-aws. */
const HARMLESS_ACTIONS: ReadonlySet<string> = new Set([
  "aws_cloudfront_create_invalidation",
  "aws_dynamodb_create_backup",
  "aws_ec2_stop_instance",
  "aws_s3_empty_bucket",
  "aws_ses_send_email",
  "aws_transcribe_start_transcription_job",
]);

/** The provisioners of a resource that may open something. */
export function unjudgedProvisioners(resource: Resource): Unjudged[] {
  const source = resource.terraform ?? resource;
  // A manifest's field of this name, such as a storage class's, is Kubernetes' own.
  if (source.type.startsWith("kubernetes:")) return [];
  const written = source.values["provisioner"];
  if (written === undefined || written === null) return [];
  return provisioners(written)
    .filter(([type, block]) => !isHarmless(type, block))
    .map(([type]) => ({
      resource: resource.address,
      location: source.locate(["provisioner"]),
      reason: `its ${type} runs a program that may open what the input does not show`,
    }));
}

/**
 * The program that a data source `external` runs at each plan, or that an action runs, where it may open something. An
 * action of a provider may as well (https://developer.hashicorp.com/terraform/language/block/action).
 */
export function unjudgedProgram({ type, mode, address, provider, values, location }: Resource): Unjudged[] {
  const unjudged = (what: string) => [
    { resource: address, location, reason: `${what} that may open what the input does not show` },
  ];
  if (type === "external" && mode === "data") {
    return isHarmlessCall(at(values, "program")) ? [] : unjudged("it runs a program");
  }
  if (type !== "terraform:action") return [];
  const action = shown(values["type"]);
  if (action !== "local_command") {
    return HARMLESS_ACTIONS.has(action) && provider === undefined ? [] : unjudged(`it is an action (${action})`);
  }
  const words = list(at(values, "config", "arguments")) ?? [];
  const call = isOpaque(words) ? words : [at(values, "config", "command") ?? null, ...words];
  return isHarmlessCall(call) ? [] : unjudged("it runs a program");
}

/** Whether a program, with its arguments behind it and no shell around it, is listed. */
function isHarmlessCall(call: Value | undefined): boolean {
  const words = list(call);
  if (!isList(words)) return false;
  if (isHarmlessProgram(words)) return true;
  const [option, script] = words.slice(-2);
  if (/^-e?u?c$/.test(shown(option)))
    return words.length > 2 && usesShell(words.slice(0, -1)) && isHarmlessScript(script);
  return isListed(words.map((word) => (typeof word === "string" ? word : "${}")));
}

/** Each provisioner by its type: written as a map of types, or as a list of such maps. */
function provisioners(written: Value): [type: string, block: Value][] {
  return blocks(written).flatMap((one): [string, Value][] => {
    if (!isObject(one)) return [["provisioner", one]];
    return Object.entries(one).flatMap(([type, body]) => blocks(body).map((block): [string, Value] => [type, block]));
  });
}

function isHarmless(type: string, block: Value): boolean {
  // A file that is copied to a machine which Terraform already reaches.
  if (type === "file" || runsAtTheEnd(block)) return true;
  if (type === "local-exec") {
    const interpreter = at(block, "interpreter");
    return isHarmlessProgram(interpreter) || (usesShell(interpreter) && isHarmlessScript(at(block, "command")));
  }
  if (type !== "remote-exec") return false;
  const lines = list(at(block, "inline"));
  return isList(lines) && lines.every(isHarmlessScript);
}

/** `when = destroy`: what it does is done once the resource is gone. */
function runsAtTheEnd(block: Value): boolean {
  const when = at(block, "when");
  // In HCL it is a word that stands for itself.
  return when === "destroy" || (isUnknown(when) && when.undeclared === "destroy");
}

function isHarmlessProgram(interpreter: Value | undefined): boolean {
  const words = list(interpreter) ?? [];
  if (isOpaque(words)) return false;
  const [first, ...others] = words;
  const isWord = (word: string, i: number) => typeof others[i] === "string" && posix.basename(others[i]) === word;
  return HARMLESS_PROGRAMS.some(
    ({ program, words }) =>
      (isUnknown(first) || (typeof first === "string" && program.test(first))) && words.every(isWord),
  );
}

function usesShell(interpreter: Value | undefined): boolean {
  const words = list(interpreter) ?? [];
  if (isOpaque(words)) return false;
  const [program, ...flags] = words;
  if (program === undefined) return true;
  return typeof program === "string" && SHELL.test(program) && flags.every((flag) => /^-e?u?c$|^-e$/.test(shown(flag)));
}

/** Whether each command of a shell script is listed. Values that only apply tells may be arguments, but no command. */
function isHarmlessScript(script: Value | undefined): boolean {
  const read = text(script);
  const written = isUnknown(read) ? read.text : read;
  const plain = typeof written === "string" ? withoutQuotes(written) : undefined;
  if (plain === undefined) return false;
  const known = plain.replaceAll(/\d?>&\d/g, "");
  // What a shell would put in by running it, and files and functions that it takes commands from.
  if (/[`{}()<]/.test(known.replaceAll("${}", ""))) return false;
  const commands = known
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\n|&&|\|\||[;|&]/)
    .map((command) => command.trim())
    .filter((command) => command !== "" && !command.startsWith("#"));
  return commands.every((command) => {
    const words = command.replace(/^(sudo|if|then|else|!)\s+/, "").split(/\s+/);
    return /^(fi|done)$/.test(command) || isListed(words);
  });
}

const isListed = (words: readonly string[]) => COMMANDS.some((listed) => startsWith(words, listed)) || isCopy(words);

const startsWith = (words: readonly string[], listed: readonly string[]) =>
  listed.every((word, i) => words[i] === word);

function isCopy(words: readonly string[]): boolean {
  return COPIES.some(
    ([command, options]) =>
      startsWith(words, command.split(" ")) && words.every((word) => !word.startsWith("-") || options.test(word)),
  );
}

/**
 * A script in which each quoted text is one word: whatever means something to a shell is replaced in it. Undefined where
 * the shell would run something that a text in double quotes holds, where a quote does not end, and where it is of Bash's
 * own kind (`$'...'`).
 */
function withoutQuotes(script: string): string | undefined {
  if (/\$['"]/.test(script)) return undefined;
  // A comment holds no quotes. An escape stays as it is, so that none of a quote begins a text.
  const pieces = script.match(/(?<![^\s;&|])#[^\n]*|\\[^]|'[^']*'|"(?:\\[^]|[^"\\])*"|[^]/g) ?? [];
  const words = pieces.map((piece) => {
    if (piece === "'" || piece === '"') return undefined;
    if (piece.startsWith("#") && piece.length > 1) return "";
    if (!/^['"]/.test(piece)) return piece;
    const isRun = piece.startsWith('"') && /`|\$\(/.test(piece.replaceAll(/\\[^]/g, ""));
    return isRun ? undefined : piece.slice(1, -1).replaceAll(/[^\w.:/@=+,-]/g, "_");
  });
  return words.includes(undefined) ? undefined : words.join("");
}
