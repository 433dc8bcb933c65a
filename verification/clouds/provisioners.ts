/**
 * Programs that Terraform runs beside its resources. Only a command of which every word that is run is listed here
 * opens nothing; what one writes in a variable, a file or another language can't be told.
 */
import { isUnknown, type Resource, type Unjudged, type Value } from "../model";
import { at, blocks, isList, isObject, isOpaque, list, text } from "../values";

/** What a command may begin with, each word in its place; `*` for any word. */
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
  "az account show",
  "az aks get-credentials",
  "az acr login",
  "gcloud auth configure-docker",
  "gcloud container clusters get-credentials",
  "gcloud config get-value",
  "terraform output",
  "terraform version",
];

const COMMANDS = HARMLESS_COMMANDS.map((command) => command.split(" "));

/** Interpreters that take one command as a text. */
const SHELL = /^(\/usr)?(\/bin\/)?(env )?(ba|da|z)?sh$/;

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
  if (type === "local-exec") return usesShell(at(block, "interpreter")) && isHarmlessScript(at(block, "command"));
  if (type !== "remote-exec") return false;
  const lines = list(at(block, "inline"));
  return isList(lines as Value) && (lines as readonly Value[]).every(isHarmlessScript);
}

/** `when = destroy`: what it does is done once the resource is gone. */
function runsAtTheEnd(block: Value): boolean {
  const when = at(block, "when");
  // In HCL it is a word that stands for itself.
  return when === "destroy" || (isUnknown(when) && when.reason.startsWith("'destroy'"));
}

function usesShell(interpreter: Value | undefined): boolean {
  const words = list(interpreter) ?? [];
  if (isOpaque(words)) return false;
  const [program, ...flags] = words;
  if (program === undefined) return true;
  return (
    typeof program === "string" && SHELL.test(program) && flags.every((flag) => /^-e?u?c$|^-e$/.test(String(flag)))
  );
}

/** Whether each command of a shell script is listed. Values that only apply tells may be arguments, but no command. */
function isHarmlessScript(script: Value | undefined): boolean {
  const read = text(script);
  const written = isUnknown(read) ? read.text : read;
  if (typeof written !== "string") return false;
  const known = written.replaceAll(/\d?>&\d/g, "");
  // What a shell would put in by running it, and files and functions that it takes commands from.
  if (/[`{}()<]|\$\(/.test(known.replaceAll("${}", ""))) return false;
  const commands = known
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\n|&&|\|\||[;|&]/)
    .map((command) => command.trim())
    .filter((command) => command !== "" && !command.startsWith("#"));
  return commands.every((command) => {
    const words = command.replace(/^(sudo|if|then|else|!)\s+/, "").split(/\s+/);
    return /^(fi|done)$/.test(command) || COMMANDS.some((listed) => listed.every((word, i) => words[i] === word));
  });
}
