/**
 * Tells files of other tools whose name alone does not say that they make something: by their name and what stands in
 * them. Sources: the manuals of Terragrunt, Terramate, Nomad, kpt, CUE, KCL, Pkl, Dhall, Jinja, ERB, Helmfile, Tilt and Elastic Beanstalk,
 * CloudFormation's template anatomy (docs.aws.amazon.com), the structure of ARM templates (learn.microsoft.com), and of
 * saved plans `terraform plan -out` (developer.hashicorp.com), which are archives.
 */
import type { OtherTool } from "./other-tools";

/** Where an object of Kubernetes is written, in whatever language. */
const OBJECT = /(^|[\s{,"'])(kind|apiVersion)["']?\s*[:=]/m;

const CLOUD_FORMATION = /AWSTemplateFormatVersion|["']?Type["']?\s*:\s*["']?(AWS|Alexa|Custom)::/;
const ARM = /schema\.management\.azure\.com\/\S*deploymentTemplate\.json/i;
const TERRAFORM = /^\s*(resource|data|module)\s+"/m;
/** Templates as Terraform's `templatefile` and `envsubst` fill them in. */
export const TEMPLATE_OF_OBJECTS = /\.ya?ml\.(tpl|tftpl|tmpl|template)$/i;
const WHOLE_OBJECT = /^(apiVersion\s*:[^]*^kind\s*:|kind\s*:[^]*^apiVersion\s*:)/m;
/** What a Tiltfile takes from elsewhere, or makes (docs.tilt.dev/api.html); the objects that it names are read. */
const INSTALLS = /\bhelm_(remote|resource)\s*\(|\bk8s_yaml\s*\(\s*(blob|local|helm|kustomize)\b/;

const TEMPLATES = "a template of Terraform's files";

/** What a file is of whose name fits, where its text does. */
const TEXTS: readonly (readonly [name: RegExp, text: RegExp, what: string])[] = [
  [/\.(template|cfn|jinja2?|j2|erb|gotmpl|tmpl)$/i, CLOUD_FORMATION, "a CloudFormation template makes what it says"],
  [/\.(jsonc|json5)$/i, ARM, "an ARM template makes what it says"],
  [/\.(tf|tofu)\.(jinja2?|j2|erb|gotmpl|tmpl|tpl|tftpl|template)$/i, TERRAFORM, TEMPLATES],
  [/\.(ya?ml|json)\.(jinja2?|j2|erb|gotmpl)$/i, OBJECT, "a template of objects of Kubernetes"],
  [TEMPLATE_OF_OBJECTS, WHOLE_OBJECT, "a template of objects of Kubernetes, which nothing of the input fills in"],
  [/(^|\.)tiltfile$/i, INSTALLS, "Tilt installs what it says"],
  [/^serverless\.[cm]?[jt]s$/, /\bprovider\b/, "the Serverless Framework makes a stack of it"],
  [/\.config$/, /^\s*(option_settings|Resources)\s*:/m, "Elastic Beanstalk is configured by it"],
  [/\.(cue|k|pkl|dhall)$/i, OBJECT, "a program makes objects of Kubernetes of it"],
  [
    /^(?!\.terraform\.lock|\.tflint|.*\.pkr\.hcl).*\.hcl$/i,
    /^\s*(generate\s+"|include\s+"|remote_state\s*\{|inputs\s*=)/m,
    "Terragrunt gives modules their sources and values",
  ],
  [/\.tm(\.hcl)?$/, /^\s*generate_(hcl|file)\s+"/m, "Terramate makes Terraform of it"],
  [/\.(hcl|nomad)$/i, /^\s*job\s+"/m, "a job of Nomad's runs what it says"],
  [/^Kptfile$/, /^\s*(pipeline\s*:\s*\{\s*)?mutators\s*:/m, "functions of kpt change the objects beside it"],
  [
    /^tfplan[\w-]*$|plan(\.(out|bin|binary|tfplan|cache))?$/i,
    /^PK/,
    "a saved plan is read as `terraform show -json` prints it",
  ],
  [
    /plan[\w-]*(\.(txt|out|log))?$/i,
    /^\s*# \S+ (will|must) be (created|updated|replaced|read|destroyed|imported)/m,
    "a plan in words is read as `terraform show -json` prints it",
  ],
];

/** Whether a file of this name may be of such a tool. */
export const mayBeOfTool = (name: string): boolean => TEXTS.some(([pattern]) => pattern.test(name));

/** A tool's file by its name and text; undefined if they say nothing. */
export function toolByNameAndText(name: string, text: string): OtherTool | undefined {
  const found = TEXTS.find(([pattern, written]) => pattern.test(name) && written.test(text));
  return found && { what: found[2], matters: true };
}
