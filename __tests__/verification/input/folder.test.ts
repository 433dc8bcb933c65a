/** What of a folder is read, and what is named instead: each input with what verify says of it. */
import { rmSync, symlinkSync } from "node:fs";
import { verifyPaths } from "../../../verification/verify";
import { testEnvironment } from "../../support/environment";
import { scratchFolder, writeFiles } from "../../support/scratch";

const scratch = scratchFolder();
const FOLDER = scratch();
/** Programs of others are asked in rendered.test.ts. */
testEnvironment({ HELM: "", KUSTOMIZE: "", KUBECTL: "" });
afterEach(() => rmSync(scratch(), { recursive: true, force: true }));

const write = (files: Readonly<Record<string, string>>) =>
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(name), text])));

/** `violated A, unknown B; not read: C` of the folder, each by its resource; `pass` where nothing is found. */
async function told(files: Readonly<Record<string, string>>, below = ""): Promise<string> {
  write(files);
  const { findings, notRead = [] } = await verifyPaths([scratch(below)], { only: ["no-inbound"] });
  const short = (text: string) => text.replaceAll(`${FOLDER}/`, "");
  const found = findings.map(({ status, resource }) => `${status} ${short(resource)}`);
  const notes = notRead.filter(({ matters }) => !matters).map(({ path }) => short(path));
  return [found.join(", ") || "pass", ...(notes.length > 0 ? [`not read: ${notes.join(", ")}`] : [])].join("; ");
}

const OPEN = 'ingress {\n from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n}';
const open = (name = "open") => `resource "aws_security_group" "${name}" {\n${OPEN}\n}\n`;
const CLOSED = 'resource "aws_security_group" "closed" {}\n';
const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: d}\n";
const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: d}\nspec: {ports: [{port: 80}]}\n";
const LOAD_BALANCER = SERVICE.replace("spec: {", "spec: {type: LoadBalancer, ");
const DENY =
  "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: d}\nspec: {podSelector: {}}\n";
const kustomization = (fields: string) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields}\n`;

describe("Terraform and OpenTofu", () => {
  test.each<[why: string, files: Record<string, string>, expected: string]>([
    [".tofu beside .tf", { "main.tf": CLOSED, "a.tofu": open() }, "violated aws_security_group.open"],
    [".tofu alone", { "a.tofu": open() }, "violated aws_security_group.open"],
    [".tofu.json", { "a.tofu.json": '{"resource":{"aws_security_group":{"a":{}}}}' }, "pass"],
    [".tofu in the place of .tf", { "a.tf": open(), "a.tofu": CLOSED }, "pass; not read: a.tf"],
    [
      ".tofu.json in the place of .tf.json",
      { "a.tf.json": "{", "a.tofu.json": "{}", "b.tf": CLOSED },
      "pass; not read: a.tf.json",
    ],
    [".tofu beside .tf.json of its name", { "a.tf.json": "{}", "a.tofu": open() }, "violated aws_security_group.open"],
    [
      "an override in .tofu",
      { "a.tf": open(), "override.tofu": 'resource "aws_security_group" "open" {\n ingress = []\n}' },
      "pass",
    ],
    ["what an editor left behind", { "main.tf": CLOSED, ".main.tf": "{", "#a.tf": "{", "b.tf~": "{" }, "pass"],
    ["a root module below", { "main.tf": CLOSED, "prod/main.tf": open() }, "violated aws_security_group.open"],
    [
      "a module that is called, with the caller's values only",
      {
        "main.tf": 'module "m" {\n source = "./m"\n c = ["10.0.0.0/8"]\n}',
        "m/main.tf": `variable "c" { default = ["0.0.0.0/0"] }\n${open().replace('["0.0.0.0/0"]', "var.c")}`,
      },
      "pass",
    ],
    [
      "an example that calls the module",
      {
        "main.tf": `variable "c" { default = [] }\n${open().replace('["0.0.0.0/0"]', "var.c")}`,
        "examples/open/main.tf": 'module "m" {\n source = "../.."\n c = ["0.0.0.0/0"]\n}',
      },
      "violated module.m.aws_security_group.open",
    ],
    [
      "modules that call one another, and no root any of them",
      {
        "main.tf": CLOSED,
        "a/main.tf": 'module "b" { source = "../b" }',
        "b/main.tf": 'module "a" { source = "../a" }',
      },
      "unknown a, unknown b",
    ],
    ["a root module below that can't be parsed", { "main.tf": CLOSED, "prod/main.tf": "resource {" }, "unknown prod"],
    ["a folder with a dot", { "main.tf": CLOSED, ".deploy/main.tf": open() }, "violated aws_security_group.open"],
    ["tools' folders", { "main.tf": CLOSED, ".terraform/x/main.tf": open(), ".github/w.yaml": "on: [" }, "pass"],
  ])("%s", async (_, files, expected) => {
    expect(await told(files)).toBe(expected);
  });
});

describe("root modules of one folder are systems of their own", () => {
  const DENY_ALL = DENY.replace("{podSelector: {}}", "{podSelector: {}, policyTypes: [Ingress, Egress]}");
  /** Whether the namespace's policies are found to cover its pods. */
  const isDenied = async (files: Readonly<Record<string, string>>, ...paths: readonly string[]) => {
    write(files);
    const { findings } = await verifyPaths(paths.map(scratch), { only: ["default-deny"] });
    return findings.length === 0;
  };
  const policies = { "a/main.tf": CLOSED, "a/policy.yaml": DENY_ALL };

  test("policies of one cover no pods of another", async () => {
    expect(await isDenied({ ...policies, "a/pod.yaml": POD }, "")).toBe(true);
    expect(await isDenied({ "b/main.tf": CLOSED, "b/pod.yaml": POD }, "")).toBe(false);
  });

  test("what lies below none is a system of its own where there are several, and of the only one else", async () => {
    expect(await isDenied({ ...policies, "k8s/pod.yaml": POD }, "")).toBe(true);
    expect(await isDenied({ "b/main.tf": CLOSED }, "")).toBe(false);
  });

  test("paths that are named are judged together", async () => {
    expect(await isDenied({ ...policies, "b/main.tf": CLOSED, "b/pod.yaml": POD }, "a", "b")).toBe(true);
  });
});

describe("files of values", () => {
  const module = `variable "c" {\n default = ["10.0.0.0/8"]\n}\n${open().replace('["0.0.0.0/0"]', "var.c")}`;
  const required = module.replace('default = ["10.0.0.0/8"]', "type = list(string)");
  const [closing, opening] = ['c = ["10.1.0.0/16"]', 'c = ["0.0.0.0/0"]'];
  test.each<[why: string, files: Record<string, string>, expected: string]>([
    [
      "that opens, beside the module",
      { "main.tf": module, "prod.tfvars": opening },
      "violated aws_security_group.open",
    ],
    [
      "that opens, below",
      { "main.tf": module, "env/prod/terraform.tfvars": opening },
      "violated aws_security_group.open",
    ],
    [
      "that opens, in JSON",
      { "main.tf": module, "prod.tfvars.json": '{"c":["0.0.0.0/0"]}' },
      "violated aws_security_group.open",
    ],
    ["that closes", { "main.tf": module, "prod.tfvars": closing }, "pass"],
    ["that a variable without default needs", { "main.tf": required, "prod.tfvars": closing }, "pass"],
    ["none, which a variable needs", { "main.tf": required }, "unknown aws_security_group.open"],
    ["of other modules", { "main.tf": module, "prod.tfvars": "d = 1" }, "pass; not read: prod.tfvars"],
    ["that can't be parsed", { "main.tf": module, "prod.tfvars": "c = [" }, "unknown prod.tfvars"],
  ])("%s", async (_, files, expected) => {
    expect(await told(files)).toBe(expected);
  });

  test("what only a file of values opens names it", async () => {
    write({ "main.tf": module, "prod.tfvars": opening });
    const { findings } = await verifyPaths([scratch()], { only: ["no-inbound"] });
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining(`(with the values of ${scratch("prod.tfvars")})`),
    ]);
  });
});

describe("Kubernetes", () => {
  test.each<[why: string, files: Record<string, string>, expected: string]>([
    ["an extension in capitals", { "ns.yaml": POD, "s.YAML": LOAD_BALANCER }, "violated Service/d/s"],
    ["another one", { "ns.yaml": POD, "s.Yml": LOAD_BALANCER }, "violated Service/d/s"],
    ["a hidden file", { "ns.yaml": POD, ".s.yaml": LOAD_BALANCER }, "violated Service/d/s"],
    ["JSON in capitals", { "ns.yaml": POD, "s.JSON": '{"apiVersion":"v1"}' }, "unknown s.JSON"],
    ["an object without a name", { "pod.yaml": POD, "a.yaml": "apiVersion: v1\nkind: Pod" }, "unknown a.yaml"],
    [
      "a template of one that says all",
      { "pod.yaml": POD, "a.yaml": SERVICE.replace("name: s", 'name: "${x}"') },
      "pass",
    ],
    [
      "a template of one that opens",
      { "a.yaml": LOAD_BALANCER.replace("name: s", 'name: "${x}"') },
      "violated Service/d/${x}",
    ],
    [
      "a template with braces outside of quotes",
      { "a.yaml": LOAD_BALANCER.replace("{name: s, namespace: d}", "\n  name: {{ .x }}-s\n  namespace: d") },
      "violated Service/d/${.x}-s",
    ],
    [
      "a template that may make lines of its own",
      { "pod.yaml": POD, "a.yaml": `${SERVICE.replace("name: s", "name: {{ x }}")}{{ y }}\n` },
      "unknown a.yaml",
    ],
    [
      "a template of one that may open",
      { "a.yaml": LOAD_BALANCER.replace("name: s", 'name: "<% x %>"').replace("LoadBalancer", "'{{ t }}'") },
      Array(3).fill("unknown Service/d/<% x %>").join(", "),
    ],
    [
      "a template of one with a field that is not known",
      { "pod.yaml": POD, "a.yaml": `${SERVICE.replace("name: s", 'name: "${x}"')}\n"\${y}": z` },
      "unknown a.yaml",
    ],
    [
      "a template of one that opens nothing",
      { "pod.yaml": POD, "a.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${x}"}' },
      "pass",
    ],
    [
      "a template of one of no known kind",
      { "pod.yaml": POD, "a.yaml": 'apiVersion: v1\nkind: "${x}"\nmetadata: {name: a}' },
      "unknown a.yaml",
    ],
    [
      "a template of a class, by which others are judged",
      { "pod.yaml": POD, "a.yaml": 'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: "${x}"}' },
      "unknown a.yaml",
    ],
    [
      "a template of one that opens nothing unless it says so",
      {
        "pod.yaml": POD,
        "a.yaml": 'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: "${x}"}\nspec: {generate: {a: b}}',
      },
      "unknown ClusterPolicy/default/${x}",
    ],
    [
      "one that is refused, and would open nothing",
      {
        "pod.yaml": POD,
        "a.yaml": "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: a, labels: {b: 1}}",
      },
      "pass; not read: a.yaml",
    ],
    [
      "one of Kubernetes' own that is refused, and would open nothing",
      { "pod.yaml": POD, "a.yaml": "apiVersion: v1\nkind: Secret\nstringData: {a: b}" },
      "unknown a.yaml",
    ],
    ["a text", { "pod.yaml": POD, "a.yaml": "words" }, "pass; not read: a.yaml"],
    ["values", { "pod.yaml": POD, "values.yaml": "replicas: 1" }, "pass; not read: values.yaml"],
    [
      "a template that can't be parsed",
      { "pod.yaml": POD, "a.yaml": "{{ if x }}\nkind: Pod\n{{ end }}" },
      "unknown a.yaml",
    ],
    ["something that can't be parsed", { "pod.yaml": POD, "a.yaml": "a: [" }, "pass; not read: a.yaml"],
    ["JSON that can't be parsed", { "pod.yaml": POD, "a.json": "{ // settings\n}" }, "pass; not read: a.json"],
    ["a kind of a program's own", { "pod.yaml": POD, "a.yaml": "kind: pipeline\nname: x" }, "pass; not read: a.yaml"],
  ])("%s", async (_, files, expected) => {
    expect(await told(files)).toBe(expected);
  });

  const named = LOAD_BALANCER.replace("metadata:", "# für\nmetadata:");
  test.each<[encoding: string, content: Buffer, expected: string]>([
    ["that is none of text", Buffer.from(named, "latin1"), "unknown a.yaml"],
    ["of PowerShell", Buffer.from(`\ufeff${named}`, "utf16le"), "violated Service/d/s"],
    [
      "of PowerShell, with the larger byte first",
      Buffer.from(`\ufeff${named}`, "utf16le").swap16(),
      "violated Service/d/s",
    ],
    ["of what is no object", Buffer.from("a: für", "latin1"), "pass; not read: a.yaml"],
  ])("an encoding %s", async (_, content, expected) => {
    write({ "pod.yaml": POD });
    writeFiles({ [scratch("a.yaml")]: content });
    expect(await told({})).toBe(expected);
  });

  test("a link that leads nowhere", async () => {
    write({ "pod.yaml": POD });
    symlinkSync(scratch("nowhere"), scratch("gone.yaml"));
    expect(await told({})).toBe("unknown gone.yaml");
  });
});

describe("a template of ytt", () => {
  test.each<[why: string, text: string, expected: string]>([
    [
      "with a value in a comment",
      SERVICE.replace("spec: {", "spec:\n  type: #@ data.values.type\n  x: {"),
      "unknown a.yml",
    ],
    [
      "with an overlay of objects",
      `#@overlay/match by=overlay.all\n---\nspec: {type: LoadBalancer}\n`,
      "unknown a.yml",
    ],
    ["no: comments for people", SERVICE.replace("kind:", "# @param a\n##@ b\nkind:"), "pass"],
    ["no: a text with the signs", `${SERVICE}metadata: {name: s, annotations: {a: "#@ b", c: d#@e}}`, "pass"],
  ])("%s", async (_, text, expected) => {
    expect(await told({ "main.tf": CLOSED, "a.yml": text })).toBe(expected);
  });

  test("that is named itself is refused", async () => {
    write({ "a.yml": `#@ load("a", "b")\n${SERVICE}` });
    await expect(verifyPaths([scratch("a.yml")], {})).rejects.toThrow("a template of ytt");
  });
});

describe("a Kustomization of Flux", () => {
  const flux = (path = "./k/apps/x/app", more = "", name = "flux-system") =>
    `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: f}\nspec: {path: "${path}", sourceRef: {kind: GitRepository, name: ${name}}${more}}`;
  const [KS, APP] = ["k/apps/x/ks.yaml", "k/apps/x/app/pod.yaml"];
  const NOT_JUDGED = "unknown Kustomization/default/f";

  test.each<[why: string, files: Record<string, string>, expected: string]>([
    ["whose folder lies in its own", { [KS]: flux(), [APP]: POD }, "pass"],
    ["whose folder is its own", { [KS]: flux("k/apps/x"), [APP]: POD }, "pass"],
    ["whose folder holds what is open", { [KS]: flux(), [APP]: LOAD_BALANCER }, "violated Service/d/s"],
    ["whose folder is not there", { [KS]: flux("./k/apps/x/gone"), [APP]: POD }, NOT_JUDGED],
    [
      "whose folder is another's",
      { [KS]: flux("./k/apps/y/app"), [APP]: POD, "k/apps/y/app/pod.yaml": POD },
      NOT_JUDGED,
    ],
    ["whose folder is of a short path", { "apps/ks.yaml": flux("./apps/x"), "apps/x/pod.yaml": POD }, NOT_JUDGED],
    ["that climbs out of its folder", { [KS]: flux("./k/apps/x/app/../../y"), [APP]: POD }, NOT_JUDGED],
    ["of a repository of another name", { [KS]: flux(undefined, "", "other"), [APP]: POD }, NOT_JUDGED],
    ["that patches", { [KS]: flux(undefined, ", patches: [{patch: x}]"), [APP]: POD }, NOT_JUDGED],
    ["that fills in values", { [KS]: flux(undefined, ", postBuild: {substitute: {a: b}}"), [APP]: POD }, NOT_JUDGED],
  ])("%s", async (_, files, expected) => {
    expect(await told(files)).toBe(expected);
  });

  test("whose file is named beside one of its folder only", async () => {
    write({ [KS]: flux(), [APP]: POD, "k/apps/x/app/open.yaml": LOAD_BALANCER });
    const { findings } = await verifyPaths([scratch(KS), scratch(APP)], { only: ["no-inbound"] });
    expect(findings.map(({ resource }) => resource)).toEqual(["Kustomization/default/f"]);
  });
});

describe("Kustomize", () => {
  test.each<[why: string, files: Record<string, string>, expected: string]>([
    [
      "takes resources as they are",
      { "s.yaml": SERVICE, "kustomization.yaml": kustomization("resources: [s.yaml]\nnamePrefix: a-") },
      "pass",
    ],
    ["patches", { "s.yaml": SERVICE, Kustomization: kustomization("patches: [{patch: a}]") }, "unknown Kustomization"],
    ["an empty list of patches", { "s.yaml": SERVICE, "kustomization.yml": kustomization("patches: []") }, "pass"],
    [
      "a patch is no object",
      {
        "base/s.yaml": SERVICE,
        "over/kustomization.yaml": kustomization("resources: [../base]\npatchesStrategicMerge: [p.yaml]"),
        "over/p.yaml": LOAD_BALANCER,
      },
      "unknown over/kustomization.yaml",
    ],
    [
      "a JSON patch that nothing names",
      { "s.yaml": SERVICE, "p.yaml": "- op: replace\n  path: /spec/type\n  value: LoadBalancer" },
      "unknown p.yaml",
    ],
    [
      "a JSON patch beside a kustomization that does not name it",
      {
        "s.yaml": SERVICE,
        "kustomization.yaml": kustomization("resources: [s.yaml]"),
        "p.yaml": "- op: replace\n  path: /spec/type\n  value: LoadBalancer",
      },
      "pass; not read: p.yaml",
    ],
    [
      "one that may not be read, beside it",
      {
        "s.yaml": SERVICE,
        "kustomization.yaml": "a: [",
        "p.yaml": "- op: replace\n  path: /spec/type\n  value: LoadBalancer",
      },
      "unknown kustomization.yaml; not read: p.yaml",
    ],
    [
      "takes objects from elsewhere",
      { "s.yaml": SERVICE, "kustomization.yaml": kustomization("resources: [github.com/a/b]") },
      "unknown kustomization.yaml",
    ],
    [
      "a namespace without policies",
      { "s.yaml": SERVICE, "kustomization.yaml": kustomization("namespace: n") },
      "pass",
    ],
    [
      "a namespace with policies",
      { "s.yaml": SERVICE, "p.yaml": DENY, "kustomization.yaml": kustomization("namespace: n") },
      "unknown kustomization.yaml",
    ],
    [
      "annotations that a controller reads, over the ones that are written",
      {
        "base/s.yaml": LOAD_BALANCER.replace(
          "{name:",
          "{annotations: {networking.gke.io/load-balancer-type: Internal}, name:",
        ),
        "base/kustomization.yaml": kustomization("resources: [s.yaml]"),
        "over/kustomization.yaml": kustomization(
          "resources: [../base]\ncommonAnnotations: {networking.gke.io/load-balancer-type: External}",
        ),
      },
      "unknown Service/d/s, unknown over/kustomization.yaml",
    ],
    [
      "labels that a controller reads",
      {
        "s.yaml": SERVICE,
        "kustomization.yaml": kustomization("labels: [{pairs: {networking.knative.dev/visibility: a}}]"),
      },
      "unknown kustomization.yaml",
    ],
    [
      "a ConfigMap that names services",
      {
        "s.yaml": SERVICE,
        "kustomization.yaml": kustomization("configMapGenerator: [{name: a, literals: ['5432=d/s:80']}]"),
      },
      "unknown kustomization.yaml",
    ],
    [
      "a ConfigMap of settings",
      { "s.yaml": SERVICE, "kustomization.yaml": kustomization("configMapGenerator: [{name: a, literals: [a=b/c]}]") },
      "pass",
    ],
    [
      "annotations and labels of the user's own",
      {
        "s.yaml": SERVICE,
        "kustomization.yaml": kustomization(
          "commonAnnotations: {owner: a}\ncommonLabels: {app.kubernetes.io/name: a}\nlabels: [{pairs: {team: a}}]",
        ),
      },
      "pass",
    ],
    ["a file that can't be parsed", { "s.yaml": SERVICE, "kustomization.yaml": "a: [" }, "unknown kustomization.yaml"],
  ])("%s", async (_, files, expected) => {
    expect(await told(files)).toBe(expected);
  });

  test("what it takes from outside of the folder is read", async () => {
    const files = { "base/s.yaml": LOAD_BALANCER, "over/kustomization.yaml": kustomization("resources: [../base]") };
    expect(await told(files, "over")).toBe("violated Service/d/s");
  });
});

describe("other tools beside", () => {
  const chart = "apiVersion: v2\nname: c\nversion: 1.0.0\n";
  test.each<[why: string, files: Record<string, string>, expected: string]>([
    ["a chart without templates", { "c/Chart.yaml": chart, "c/values.yaml": "a: 1" }, "pass; not read: c"],
    ["a chart", { "c/Chart.yaml": chart, "c/templates/a.yaml": "{{ if x }}\nkind: Pod" }, "unknown c"],
    ["a chart of partial templates", { "c/Chart.yaml": chart, "c/templates/_a.tpl": "x" }, "pass; not read: c"],
    ["a chart that brings others", { "c/Chart.yaml": `${chart}dependencies: [{name: d}]` }, "unknown c"],
    [
      "a library of templates",
      { "c/Chart.yaml": `${chart}type: library`, "c/templates/a.yaml": "x" },
      "pass; not read: c",
    ],
    [
      "what lies in a chart's folder and is none of it",
      { "c/Chart.yaml": chart, "c/infra/main.tf": open() },
      "violated aws_security_group.open; not read: c",
    ],
    [
      "a definition of a kind with fields of any name",
      {
        "pod.yaml": POD,
        "crd.yaml":
          "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\n" +
          "spec: {versions: [{schema: {openAPIV3Schema: {properties: {labels: {nullable: true}}}}}]}",
      },
      "pass",
    ],
    [
      "another object with a label that is no text",
      { "d.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {nullable: true}}" },
      "unknown d.yaml",
    ],
    [
      "a policy of Azure's, for a template",
      {
        "pod.yaml": POD,
        "p.json": '{"name":"a","type":"Microsoft.Authorization/policyDefinitions","apiVersion":"2021-06-01"}',
      },
      "pass; not read: p.json",
    ],
    [
      "a resource of Azure's, for a template",
      { "n.json": '{"name":"a","type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2021-06-01"}' },
      "unknown n.json",
    ],
    [
      "settings of a plugin of Flux's",
      { "pod.yaml": POD, ".schema.yml": "apiVersion: schema.plugin.fluxcd.io/v1beta1\nkind: Config" },
      "pass; not read: .schema.yml",
    ],
    [
      "a template of CloudFormation",
      { "s.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}" },
      "unknown s.yaml",
    ],
    [
      "one without a version, in JSON",
      { "s.json": '{"Resources":{"A":{"Type":"AWS::EC2::SecurityGroup"}}}' },
      "unknown s.json",
    ],
    [
      "one with tags of its own",
      { "s.yaml": "Resources:\n  A:\n    Type: AWS::EC2::VPC\n    Properties: {A: !Ref B}" },
      "unknown s.yaml",
    ],
    [
      "an ARM template",
      { "a.json": '{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}' },
      "unknown a.json",
    ],
    ["a Bicep file", { "a.bicep": "x" }, "unknown a.bicep"],
    ["Terragrunt", { "live/terragrunt.hcl": "inputs = {}" }, "unknown live/terragrunt.hcl"],
    ["Terragrunt in JSON", { "live/terragrunt.hcl.json": "{}" }, "unknown live/terragrunt.hcl.json"],
    ["Terragrunt's stacks", { "live/terragrunt.stack.hcl": "" }, "unknown live/terragrunt.stack.hcl"],
    ["a Stack of Terraform", { "s/a.tfcomponent.hcl": "" }, "unknown s/a.tfcomponent.hcl"],
    ["one in JSON", { "s/a.tfcomponent.json": "{}" }, "unknown s/a.tfcomponent.json"],
    ["one by its earlier name", { "s/a.tfstack.hcl": "" }, "unknown s/a.tfstack.hcl"],
    ["what deploys it", { "s/a.tfdeploy.hcl": "" }, "unknown s/a.tfdeploy.hcl"],
    ["Terraform's other files in HCL", { ".terraform.lock.hcl": "", "a.pkr.hcl": "" }, "pass"],
    ["CDKTF", { "cdktf.json": '{"language":"python","app":"python main.py"}' }, "unknown cdktf.json"],
    ["CDKTF with its output", { "cdktf.json": "{}", "cdktf.out/manifest.json": '{"stacks":{}}' }, "pass"],
    [
      "CDKTF with its output by another name",
      { "cdktf.json": '{"output":"./made"}', "made/manifest.json": '{"stacks":{}}' },
      "pass",
    ],
    [
      "CDKTF with what is not its output",
      { "cdktf.json": '{"output":"made"}', "cdktf.out/manifest.json": '{"stacks":{}}' },
      "unknown cdktf.json",
    ],
    ["App Engine", { "app.yaml": "runtime: python312" }, "unknown app.yaml"],
    ["settings of what containers run by", { "a.yaml": "runtime: containerd" }, "pass; not read: a.yaml"],
    [
      "Copilot",
      { "copilot/a/manifest.yml": "name: a\ntype: Load Balanced Web Service" },
      "unknown copilot/a/manifest.yml",
    ],
    ["a type of something else", { "a.yaml": "name: a\ntype: object" }, "pass; not read: a.yaml"],
    ["Deployment Manager", { "d.yaml": "resources: [{name: a, type: compute.v1.firewall}]" }, "unknown d.yaml"],
    [
      "a template of Deployment Manager's",
      { "d.yaml": "imports: [{path: vm.jinja}]\nresources: [{name: a, type: vm}]" },
      "unknown d.yaml",
    ],
    ["a pipeline's resources", { "p.yml": "resources: [{name: a, type: git}]" }, "pass; not read: p.yml"],
    ["Pulumi", { "Pulumi.yaml": "name: a" }, "unknown Pulumi.yaml"],
    ["Helmfile", { "helmfile.yaml": "releases: []" }, "unknown helmfile.yaml"],
    ["the Serverless Framework", { "serverless.yml": "service: a" }, "unknown serverless.yml"],
    [
      "the Serverless Framework in one line",
      { "serverless.json": '{"org":"a","service":"a"}', "a/serverless.yml": "{org: a, service: a}" },
      "unknown a/serverless.yml, unknown serverless.json",
    ],
    [
      "the Serverless Framework by a program",
      { "serverless.ts": "export default {provider: {name: 'aws'}}", "web/serverless.js": "module.exports = {}" },
      "unknown serverless.ts",
    ],
    ["SST", { "sst.config.ts": "export default $config({})" }, "unknown sst.config.ts"],
    ["AWS SAM's values", { "samconfig.toml": "version = 0.1" }, "unknown samconfig.toml"],
    ["Zappa", { "zappa_settings.json": "{}" }, "unknown zappa_settings.json"],
    ["Chalice", { ".chalice/config.json": '{"app_name":"a","stages":{"dev":{}}}' }, "unknown .chalice/config.json"],
    ["Elastic Beanstalk", { "Dockerrun.aws.json": "{}" }, "unknown Dockerrun.aws.json"],
    [
      "its configuration",
      { ".ebextensions/a.config": "option_settings:\n  a:b: {}", "web.config": "<configuration/>" },
      "unknown .ebextensions/a.config",
    ],
    [
      "its command line's",
      { ".elasticbeanstalk/config.yml": "branch-defaults: {main: {environment: a}}" },
      "unknown .elasticbeanstalk/config.yml",
    ],
    ["Firebase", { "firebase.json": "{}" }, "unknown firebase.json"],
    ["cdk8s", { "cdk8s.yaml": "language: python" }, "unknown cdk8s.yaml"],
    ["DevSpace", { "devspace.yaml": "version: v2beta1" }, "unknown devspace.yaml"],
    ["Okteto", { "okteto.yml": "deploy: []" }, "unknown okteto.yml"],
    ["Terramate that makes files", { "a.tm": 'generate_hcl "a.tf" {}' }, "unknown a.tm"],
    ["Terramate's settings", { "terramate.tm.hcl": "terramate {\n}\n" }, "pass"],
    ["Tilt that installs", { Tiltfile: "helm_remote('a')" }, "unknown Tiltfile"],
    ["Tilt that names what is read", { Tiltfile: "k8s_yaml('a.yaml')" }, "pass"],
    [
      "Cloud Build that makes",
      { "cloudbuild.yaml": "steps: [{name: gcr.io/cloud-builders/gcloud, args: [run, deploy, a]}]" },
      "unknown cloudbuild.yaml",
    ],
    [
      "Cloud Build that builds",
      { "cloudbuild.yaml": "steps: [{name: gcr.io/cloud-builders/docker, args: [build, .]}]" },
      "pass; not read: cloudbuild.yaml",
    ],
    [
      "Skaffold that installs",
      {
        "skaffold.yaml":
          "apiVersion: skaffold/v4beta6\nkind: Config\nmanifests: {helm: {releases: [{name: a, remoteChart: b}]}}",
      },
      "unknown skaffold.yaml",
    ],
    [
      "a template of objects that nothing fills in",
      { "a.yaml.tpl": LOAD_BALANCER, "b.yml.tftpl": LOAD_BALANCER, "values.yaml.tpl": "a: b" },
      "unknown a.yaml.tpl, unknown b.yml.tftpl",
    ],
    [
      "those that Terraform fills in",
      {
        "a.tf": 'locals {\n a = templatefile("${path.module}/a.yaml.tpl", {})\n b = "${each.key}.yml.tftpl"\n}\n',
        "a.yaml.tpl": LOAD_BALANCER,
        "b.yml.tftpl": LOAD_BALANCER,
      },
      "pass",
    ],
    ["a name of its own", { "serverless.yaml": "run.allowedIngress: {}" }, "pass; not read: serverless.yaml"],
    ["Bicep's values", { "p.bicepparam": 'using "main.bicep"' }, "unknown p.bicepparam"],
    ["Jsonnet", { "main.jsonnet": "{}", "a.libsonnet": "{}" }, "unknown main.jsonnet"],
    [
      "CloudFormation by its own ending",
      { "a.template": '{"Resources":{"U":{"Type":"AWS::Lambda::Url"}}}' },
      "unknown a.template",
    ],
    ["one with a version", { "a.cfn": "AWSTemplateFormatVersion: '2010-09-09'" }, "unknown a.cfn"],
    ["a template of something else", { "nginx.conf.template": "server { type a::b; }" }, "pass"],
    [
      "ARM with comments",
      {
        "a.jsonc":
          '// a\n{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}',
      },
      "unknown a.jsonc",
    ],
    ["settings with comments", { "tsconfig.jsonc": "{}" }, "pass"],
    ["a template of Terraform's files", { "main.tf.j2": open() }, "unknown main.tf.j2"],
    ["one that makes nothing", { "backend.tf.tmpl": "terraform {}" }, "pass"],
    [
      "a template of objects",
      { "a.yaml.j2": LOAD_BALANCER, "b.yml.erb": POD, "c.json.j2": "{}" },
      "unknown a.yaml.j2, unknown b.yml.erb",
    ],
    ["CUE", { "a.cue": 'a: {apiVersion: "v1"}', "schema.cue": "#A: {b: string}" }, "unknown a.cue"],
    ["KCL", { "a.k": 'a = {kind = "Service"}' }, "unknown a.k"],
    [
      "Terragrunt by another name",
      { "root.hcl": 'generate "a" {\n}', ".tflint.hcl": "inputs = {}" },
      "unknown root.hcl",
    ],
    [
      "Nomad",
      { "a.nomad": 'job "a" {}', "b.hcl": 'job "a" {}', "policy.hcl": 'path "a" {}' },
      "unknown a.nomad, unknown b.hcl",
    ],
    ["kpt", { Kptfile: "kind: Kptfile\npipeline:\n  mutators: [{image: a}]" }, "unknown Kptfile"],
    ["kpt that only checks", { Kptfile: "kind: Kptfile\npipeline:\n  validators: [{image: a}]" }, "pass"],
    ["Atmos", { "stacks/a.yaml": "components: {terraform: {vpc: {vars: {a: b}}}}" }, "unknown stacks/a.yaml"],
    ["an API's components", { "openapi.yaml": "components: {schemas: {a: {}}}" }, "pass; not read: openapi.yaml"],
    [
      "the Azure Developer CLI",
      { "azure.yaml": "name: a\nservices: {api: {host: containerapp}}" },
      "unknown azure.yaml",
    ],
    ["a plan that is wrapped", { "a.json": '{"plan":{"format_version":"1.2","planned_values":{}}}' }, "unknown a.json"],
    ["a plan as it is saved", { tfplan: "PK\u0003\u0004" }, "unknown tfplan"],
    ["a plan in words", { "plan.txt": "  # aws_eip.a will be created\n" }, "unknown plan.txt"],
    ["what is planned by people", { "plan.txt": "# Things to do" }, "pass"],
    ["Compose", { "docker-compose.yml": "services: {a: {image: b}}" }, "pass; not read: docker-compose.yml"],
    ["Ansible on machines", { "site.yml": "- hosts: all\n  tasks: [{name: a}]" }, "pass; not read: site.yml"],
    [
      "Ansible on a cloud",
      { "site.yml": "- hosts: all\n  tasks: [{amazon.aws.ec2_security_group: {}}]" },
      "unknown site.yml",
    ],
    [
      "the tool kind",
      { "kind.yaml": "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4" },
      "pass; not read: kind.yaml",
    ],
    [
      "Skaffold, with a name",
      { "skaffold.yaml": "apiVersion: skaffold/v4beta1\nkind: Config\nmetadata: {name: a}" },
      "pass; not read: skaffold.yaml",
    ],
    [
      "settings of kapp",
      { "kapp.yaml": "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\nrebaseRules: []" },
      "pass; not read: kapp.yaml",
    ],
    [
      "a question of the API",
      { "case.yaml": "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: {}" },
      "pass; not read: case.yaml",
    ],
    ["an object without a name", { "a.yaml": "apiVersion: example.com/v1\nkind: Config\nspec: {}" }, "unknown a.yaml"],
    [
      "a report of conformance",
      { "report.yaml": "apiVersion: gateway.networking.k8s.io/v1\nkind: ConformanceReport\nmode: default" },
      "pass; not read: report.yaml",
    ],
    [
      "a program's file by the number of its version",
      { "datasource.yml": "apiVersion: 1\ndatasources: []" },
      "pass; not read: datasource.yml",
    ],
    ["an object without a kind", { "a.yaml": "apiVersion: v1\nmetadata: {name: a}" }, "unknown a.yaml"],
    [
      "a client's configuration",
      { "kubeconfig.yaml": "apiVersion: v1\nkind: Config" },
      "pass; not read: kubeconfig.yaml",
    ],
    [
      "a template of cloud-init",
      { "t/user-data.yaml": "#cloud-config\n%{ for f in files ~}\n - ${f}\n  x:\n%{ endfor ~}" },
      "pass; not read: t/user-data.yaml",
    ],
    ["settings in JSON", { "package.json": "{}" }, "pass"],
  ])("%s", async (_, files, expected) => {
    expect(await told({ "main.tf": CLOSED, ...files })).toBe(expected);
  });
});

describe("programs that Terraform runs", () => {
  const external = (...program: readonly string[]) =>
    `data "external" "x" {\n program = ${JSON.stringify(program)}\n}\n`;
  const action = (more: string, type = "local_command") =>
    `action "${type}" "x" {\n${more}\n config {\n command = "bash"\n arguments = ["-c", "./open.sh"]\n }\n}\n`;
  test.each<[why: string, files: Record<string, string>, expected: string]>([
    ["a data source's", { "a.tf": external("bash", "-c", "./open.sh") }, "unknown data.external.x"],
    ["one that opens nothing", { "a.tf": external("git", "rev-parse", "HEAD") }, "pass"],
    ["an action's", { "a.tf": action("") }, "unknown action.local_command.x"],
    ["one that opens nothing", { "a.tf": action("").replace("./open.sh", "echo a") }, "pass"],
    ["one that is not there", { "a.tf": action("count = 0") }, "pass"],
    [
      "one of a module",
      { "a.tf": 'module "m" { source = "./m" }', "m/a.tf": action("") },
      "unknown module.m.action.local_command.x",
    ],
    ["an action of a provider", { "a.tf": action("", "aws_lambda_invoke") }, "unknown action.aws_lambda_invoke.x"],
    ["one that opens nothing", { "a.tf": action("", "aws_ec2_stop_instance") }, "pass"],
    [
      "in JSON",
      { "a.tf.json": '{"action":{"local_command":{"x":{"config":{"command":"./open.sh"}}}}}' },
      "unknown action.local_command.x",
    ],
  ])("%s", async (_, files, expected) => {
    expect(await told({ "main.tf": CLOSED, ...files })).toBe(expected);
  });
});

describe("plans, states and manifests on one line", () => {
  const VALUES =
    '{"root_module":{"resources":[{"address":"aws_security_group.a","mode":"managed","type":"aws_security_group","name":"a","values":{}}]}}';
  const plan = (members = "", version = "1.2") =>
    `{"format_version":"${version}","terraform_version":"1.9.0",${members}"planned_values":${VALUES}}`;
  const MANIFEST =
    '{"metadata":{"name":"s","namespace":"d"},"apiVersion":"v1","kind":"Service","spec":{"type":"LoadBalancer"}';
  test.each<[why: string, files: Record<string, string>, expected: string]>([
    ["a plan", { "plan.json": plan() }, "pass"],
    ["a plan that says that it is whole", { "plan.json": plan('"complete":true,"errored":false,') }, "pass"],
    ["a plan that failed", { "plan.json": plan('"errored":true,') }, "unknown plan.json"],
    ["a plan that defers changes", { "plan.json": plan('"deferred_changes":[{}],') }, "unknown plan.json"],
    ["a plan that defers an action", { "plan.json": plan('"deferred_action_invocations":[{}],') }, "unknown plan.json"],
    ["a plan of a part", { "plan.json": plan('"complete":false,') }, "unknown plan.json"],
    ["a plan of a later format", { "plan.json": plan("", "2.0") }, "unknown plan.json"],
    ["a plan that is cut short", { "plan.json": plan().slice(0, 90) }, "unknown plan.json"],
    ["a plan with what is no resource", { "plan.json": plan().replace('"name":"a",', "") }, "unknown plan.json"],
    ["a state", { "state.json": plan().replace("planned_values", "values") }, "pass"],
    [
      "a state of a later format",
      { "state.json": plan("", "2.0").replace("planned_values", "values") },
      "unknown state.json",
    ],
    ["another program's file with a version of its format", { "a.json": '{"format_version":"2.0"}' }, "pass"],
    ["a state file of another version", { "a.tfstate": '{"version":3,"serial":1,"lineage":"a"}' }, "unknown a.tfstate"],
    ["a manifest in JSON that is cut short", { "s.json": MANIFEST }, "unknown s.json"],
    ["one in YAML", { "s.yaml": MANIFEST }, "unknown s.yaml"],
    ["one that is cut short before its kind", { "s.json": MANIFEST.slice(0, 20) }, "unknown s.json"],
    ["settings that are cut short", { "a.json": '{"name":"a","version":"1.0' }, "pass; not read: a.json"],
  ])("%s", async (_, files, expected) => {
    expect(await told({ "main.tf": CLOSED, ...files })).toBe(expected);
  });
});

test("what can't matter alone is nothing to judge", async () => {
  await expect(told({ "values.yaml": "a: 1" })).rejects.toThrow("holds nothing to judge");
});

test.each<[file: string, text: string, unfetched: true | undefined]>([
  ["terragrunt.hcl", 'terraform {\n  source = "git::git@example.com:a/b.git//c?ref=v1"\n}\n', true],
  ["terragrunt.hcl", 'terraform {\n  source = "tfr:///a/b/aws?version=1.0.0"\n}\n', true],
  ["terragrunt.hcl", 'terraform {\n  source = "../modules//c"\n}\n', undefined],
  ["kustomization.yaml", kustomization("resources: ['https://example.com/a.yaml']"), true],
  ["kustomization.yaml", kustomization("resources: ['github.com/a/b?ref=v1']"), true],
  ["kustomization.yaml", kustomization("helmCharts: [{name: a, repo: 'https://example.com'}]"), true],
  ["kustomization.yaml", kustomization("resources: [lost.yaml]"), undefined],
])("%s %j names something that was not fetched: %s", async (file, text, unfetched) => {
  write({ "pod.yaml": POD, [file]: text });
  const { notRead = [] } = await verifyPaths([FOLDER], { only: ["no-inbound"] });
  expect(notRead.map((one) => one.unfetched)).toEqual([unfetched]);
});
