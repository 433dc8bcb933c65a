/**
 * Tells what a file is that is no Terraform and no object of Kubernetes: by its name, or by what stands in it.
 *
 * What makes infrastructure, or changes the objects beside it, matters; what only configures a program does not.
 * Sources: CloudFormation's template anatomy and AWS SAM's specification (docs.aws.amazon.com), the structure of ARM
 * templates (learn.microsoft.com), Helm's chart layout (helm.sh/docs/topics/charts), Kustomize's reference
 * (kubectl.docs.kubernetes.io), the reference of app.yaml and of Deployment Manager (cloud.google.com), the manuals of Pulumi,
 * Serverless Framework, SST, Zappa, Chalice, Terragrunt, Terraform Stacks, CDKTF, cdk8s, Copilot, Elastic Beanstalk, Firebase,
 * Cloud Build, Skaffold, DevSpace, Okteto, Helmfile, Ansible, Compose, Atmos, azd and Jsonnet.
 */
import { isJsonObject, type JsonObject } from "./json-values";
import { shown } from "../../config/texts";

export interface OtherTool {
  /** Completes "X is not read: ". */
  readonly what: string;
  /** Whether it may open something or change what is open. */
  readonly matters: boolean;
  /** Set where it names something elsewhere. */
  readonly unfetched?: true;
}

/** What a service of the Serverless Framework is made of, of which it needs a name and a provider. */
const SERVICE = /(^|[{,])[\s"']*(service|provider|functions|resources)["']?\s*:/m;

/** Where Terragrunt takes a module from that is in no folder (docs.terragrunt.com/reference/hcl/blocks#terraform). */
const MODULE_ELSEWHERE = /^\s*source\s*=\s*"(\w+::|tfr:|git@|https?:|github\.com|bitbucket\.org)/m;

/** Files that are of one tool by their name, whatever stands in them, but for those that need a line of such a text. */
const NAMES: readonly (readonly [name: RegExp, what: string, matters: boolean, text?: RegExp])[] = [
  [/^terragrunt(\.stack)?\.hcl(\.json)?$/i, "Terragrunt gives modules their sources and values", true],
  [
    /\.(tfcomponent|tfstack|tfdeploy)\.(hcl|json)$/,
    "a Stack of Terraform gives modules their sources and values",
    true,
  ],
  [/^Pulumi\.ya?ml$/, "a program of Pulumi makes what it says", true],
  [/^cdk\.json$/, "a program of the AWS CDK makes what it says", true],
  [/^cdktf\.json$/, "a program of CDKTF makes what it says, and its output is not beside it", true],
  [/^serverless\.(ya?ml|json)$/, "the Serverless Framework makes a stack of it", true, SERVICE],
  [/^sst\.config\.[cm]?[jt]s$/, "a program of SST makes what it says", true],
  [/^samconfig\.(toml|ya?ml)$/, "it says with which values AWS SAM makes a stack", true],
  [/^Dockerrun\.aws\.json$/, "Elastic Beanstalk runs what it says", true],
  [/^firebase\.json$/, "Firebase serves what it says", true],
  [/^zappa_settings\.(json|toml|ya?ml)$/, "Zappa makes functions and an API of it", true],
  [/^cdk8s\.ya?ml$/, "a program of cdk8s makes objects of Kubernetes", true],
  [/^devspace\.ya?ml$/, "DevSpace installs what it says", true],
  [/^okteto([.-][\w-]+)?\.ya?ml$/, "Okteto runs what it says, at public addresses", true],
  [/^helmfile\.ya?ml(\.gotmpl)?$/, "Helmfile installs the charts that it names", true],
  [/\.bicep$/, "a Bicep file makes what it says", true],
  [/\.bicepparam$/, "it gives a Bicep file its values", true],
  [/\.jsonnet$/, "a program of Jsonnet makes what it says", true],
];

/** A tool's file by its name; undefined if the name says nothing, or its text that it is no such file. */
export async function toolByName(name: string, read: () => Promise<string>): Promise<OtherTool | undefined> {
  const found = NAMES.find(([pattern]) => pattern.test(name));
  if (!found) return undefined;
  const [, what, matters, line] = found;
  const text = await read();
  if (line?.test(text) === false) return undefined;
  return { what, matters, ...(MODULE_ELSEWHERE.test(text) && { unfetched: true }) };
}

/** Groups of objects that configure a program and are no objects of a cluster. */
const CONFIGURATIONS =
  /^(kind\.x-k8s\.io|k3d\.io|ctlptl\.dev|skaffold|kubeadm\.k8s\.io|[a-z]+\.config\.k8s\.io|audit\.k8s\.io|client\.authentication\.k8s\.io|config\.kubernetes\.io|schema\.plugin\.fluxcd\.io|kapp\.k14s\.io|hnc\.config|component\.config)\b/;

/** A document of YAML or JSON that is no object of Kubernetes; undefined if it may be one. */
export function toolByContent(value: unknown): OtherTool | undefined {
  if (isJsonPatch(value))
    return { what: "a JSON patch changes objects of the input when it is applied", matters: true };
  if (isPlaybook(value)) return playbook(value);
  if (value === null || value === undefined) return { what: "it is empty", matters: false };
  if (Array.isArray(value))
    return { what: "it is a list of no tool that is known", matters: value.some(isManifestLike) };
  if (!isJsonObject(value)) return { what: "it holds a text and no object", matters: false };
  if (isCloudFormation(value)) return { what: "a CloudFormation template makes what it says", matters: true };
  if (/deploymentTemplate\.json/i.test(String(value["$schema"]))) {
    return { what: "an ARM template makes what it says", matters: true };
  }
  const isObject = "kind" in value || "apiVersion" in value;
  if (!isObject && RUNTIMES.test(shown(value["runtime"] ?? ""))) {
    return { what: "App Engine, or another host of programs, makes a service of it", matters: true };
  }
  if (!isObject && COPILOT.has(shown(value["type"] ?? ""))) {
    return { what: "AWS Copilot makes what it says", matters: true };
  }
  if (!isObject && isDeploymentManager(value)) {
    return { what: "Deployment Manager makes what it says", matters: true };
  }
  const apiVersion = shown(value["apiVersion"] ?? "");
  const [, ofAzure] = /^Microsoft\.(\w+)\//.exec(shown(value["type"] ?? "")) ?? [];
  if (ofAzure !== undefined && !("kind" in value && "metadata" in value)) {
    // Roles and policies say who may do what; whatever else it is, the template that it is for makes it.
    return { what: "it is one resource of an ARM template", matters: ofAzure !== "Authorization" };
  }
  if (apiVersion === "v1" && value["kind"] === "Config") {
    return { what: "it tells a client of clusters (kubeconfig)", matters: false };
  }
  if (/^skaffold\//.test(apiVersion) && SKAFFOLD_INSTALLS.test(JSON.stringify(value))) {
    return { what: "Skaffold installs charts, or objects, that are not beside it", matters: true };
  }
  // A group without a dot is none that a definition of kinds can add: Skaffold names its files by metadata too.
  if (CONFIGURATIONS.test(apiVersion) && (!isJsonObject(value["metadata"]) || /^skaffold\//.test(apiVersion))) {
    return { what: `it configures a program (${apiVersion}) and is no object of a cluster`, matters: false };
  }
  if (/^admission\.k8s\.io\//.test(apiVersion)) {
    return { what: "it is a question that the API asks, and no object of a cluster", matters: false };
  }
  if (value["kind"] === "ConformanceReport") {
    return { what: "it reports how an implementation keeps to an API", matters: false };
  }
  // Other programs number the versions of their files; a version of Kubernetes' API is a text.
  if ("kind" in value || typeof value["apiVersion"] === "string") return undefined;
  if (isAtmos(value)) return { what: "Atmos gives modules their values", matters: true };
  if (holdsPrinted(value)) return { what: "it holds a plan or a state: give that as it was printed", matters: true };
  if (isCloudBuild(value)) return cloudBuild(value);
  if (isBeanstalk(value)) return { what: "Elastic Beanstalk makes an environment of it", matters: true };
  if (typeof value["app_name"] === "string" && isJsonObject(value["stages"])) {
    return { what: "Chalice makes functions and an API of it", matters: true };
  }
  if (isAzd(value)) return { what: "the Azure Developer CLI deploys what it says", matters: true };
  if (isJsonObject(value["services"])) return { what: "a Compose file runs containers on one machine", matters: false };
  return { what: "it has no kind, so it is no object of Kubernetes", matters: false };
}

/**
 * Keys that a manifest, a template, a state or a plan has, wherever they stand: `terraform show -json` writes a plan as one
 * line, and a text that is cut short has only the first of them.
 */
const MATTERS =
  /(^|[{,])[ \t]*["']?(kind|apiVersion|metadata|AWSTemplateFormatVersion|lineage|terraform_version|format_version|planned_values)["']?[ \t]*:/m;

/** A text that can't be parsed: a template, if anything. It matters if it speaks of what is judged. */
export function toolByText(text: string, why: string): OtherTool {
  const template = /\{\{|%\{|<%|\$\{/.test(text) ? "a template that is no YAML or JSON yet" : "it can't be parsed";
  return { what: `${template}: ${why}`, matters: MATTERS.test(text) };
}

/** What has a kind or an API version and is no whole object; `why` says what is missing. */
export function incompleteObject(value: unknown, why: string): OtherTool {
  const { kind, apiVersion } = isJsonObject(value) ? value : {};
  // Other programs know kinds too: of these no API server has a version, and names are written small.
  const isObject = apiVersion !== undefined || /^[A-Z]/.test(String(kind));
  return { what: why, matters: isObject };
}

/** Operations of RFC 6902, as Kustomize's patches write them. */
export const isJsonPatch = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => isJsonObject(one) && typeof one["op"] === "string" && typeof one["path"] === "string");

const isManifestLike = (value: unknown): boolean => isJsonObject(value) && ("kind" in value || "apiVersion" in value);

const isPlaybook = (value: unknown): value is readonly JsonObject[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => isJsonObject(one) && ("hosts" in one || "import_playbook" in one));

/** Modules of Ansible that speak to a cloud or a cluster. */
const CLOUD_MODULES =
  /"(amazon|community)\.aws\.|"azure\.azcollection\.|"google\.cloud\.|"kubernetes\.core\.|"ec2_|"azure_rm_|"gcp_/;

function playbook(plays: readonly JsonObject[]): OtherTool {
  const matters = CLOUD_MODULES.test(JSON.stringify(plays));
  return { what: `a playbook of Ansible ${matters ? "changes a cloud" : "configures machines"}`, matters };
}

/** What Skaffold takes from elsewhere, and values that it gives to charts (skaffold.dev/docs/references/yaml). */
const SKAFFOLD_INSTALLS = /"(remoteChart|repo|setValues|setValueTemplates|setFiles|valuesFiles|overrides)":|"https?:/;

/** Steps of images that run one after another (cloud.google.com/build/docs/build-config-file-schema). */
const isCloudBuild = ({ steps }: JsonObject): boolean =>
  Array.isArray(steps) && steps.some((one) => isJsonObject(one) && typeof one["name"] === "string");

/** Commands that make something, or let somebody in, beside what is written; of a step in one line. */
const MAKING =
  /\b(gcloud|cloud-?sdk|google-cloud-cli)\b.*\b(deploy|create|update|add-iam-policy-binding)\b|\bkubectl\b.*(\b(expose|create|run|patch)\b|https?:)|\bhelm\b.*\b(install|upgrade)\b|\b(gke-deploy|skaffold|pulumi)\b/;

function cloudBuild({ steps }: JsonObject): OtherTool {
  const matters = Array.isArray(steps) && steps.some((step) => MAKING.test(JSON.stringify(step)));
  return { what: `Cloud Build ${matters ? "makes or changes what it says" : "builds what it says"}`, matters };
}

/** Settings of its command line, and of an environment (docs.aws.amazon.com/elasticbeanstalk/latest/dg). */
const isBeanstalk = (value: JsonObject): boolean =>
  "branch-defaults" in value || "OptionSettings" in value || "EnvironmentTier" in value;

/** A manifest of a stack: variables of its components (atmos.tools/stacks/components). */
function isAtmos({ components }: JsonObject): boolean {
  return isJsonObject(components) && (isJsonObject(components["terraform"]) || isJsonObject(components["helmfile"]));
}

/** Its services name what hosts them (learn.microsoft.com/azure/developer/azure-developer-cli/azd-schema). */
function isAzd({ services }: JsonObject): boolean {
  return isJsonObject(services) && Object.values(services).some((one) => isJsonObject(one) && "host" in one);
}

/** What tools wrap that ask or answer for a plan or state of Terraform's. */
const PRINTED = ["planned_values", "resource_changes", "terraform_version"];
const holdsPrinted = (value: JsonObject): boolean =>
  Object.values(value).some(
    (one) => isJsonObject(one) && "format_version" in one && PRINTED.some((member) => member in one),
  );

/** Also without the version, which is optional: by the types of its resources. */
function isCloudFormation(value: JsonObject): boolean {
  if ("AWSTemplateFormatVersion" in value) return true;
  const resources = value["Resources"];
  return (
    isJsonObject(resources) &&
    Object.values(resources).some((one) => isJsonObject(one) && /^[A-Za-z0-9]+::/.test(String(one["Type"])))
  );
}

/** Runtimes of App Engine and App Runner, whatever their version. */
const RUNTIMES = /^(aspnetcore|corretto|custom|dotnet|go|java|nodejs|php|python|ruby)/;

/** Types of manifests (aws.github.io/copilot-cli/docs/manifest/overview). */
const COPILOT: ReadonlySet<string> = new Set([
  "Backend Service",
  "Environment",
  "Load Balanced Web Service",
  "Request-Driven Web Service",
  "Scheduled Job",
  "Static Site",
  "Worker Service",
]);

/** Its resources are of a type of an API (`compute.v1.instance`), of a provider of types, or of a template. */
function isDeploymentManager({ imports, resources }: JsonObject): boolean {
  if (!Array.isArray(resources)) return false;
  const isTemplate = (path: unknown) => typeof path === "string" && /\.(jinja|py)$/.test(path);
  if (Array.isArray(imports) && imports.some((one) => isJsonObject(one) && isTemplate(one["path"]))) return true;
  return resources.some((one) => {
    const type = isJsonObject(one) ? one["type"] : undefined;
    return (
      isTemplate(type) || (typeof type === "string" && /^\w+\.(v\d|alpha|beta)\w*\.\w+$|^[\w-]+\/[\w-]+:/.test(type))
    );
  });
}
