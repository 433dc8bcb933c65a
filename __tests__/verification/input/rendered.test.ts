/** What Helm and Kustomize make of a folder: by stand-ins that print what the test says; by kubectl itself in acceptance/kubernetes-kustomize. */
import { chmodSync, rmSync } from "node:fs";
import { verifyPaths } from "../../../verification/verify";
import { testEnvironment } from "../../support/environment";
import { scratchFolder, writeFiles } from "../../support/scratch";

const scratch = scratchFolder();
const bin = scratchFolder();
const NONE = { HELM: "", KUSTOMIZE: "", KUBECTL: "" };
testEnvironment(NONE);
afterEach(() => rmSync(scratch(), { recursive: true, force: true }));

/** A program that does what the shell says; it has its arguments. */
function program(variable: keyof typeof NONE, script: string): void {
  writeFiles({ [bin(variable)]: `#!/bin/sh\n${script}\n` });
  chmodSync(bin(variable), 0o755);
  process.env[variable] = bin(variable);
}

const prints = (variable: keyof typeof NONE, text: string) => program(variable, `cat <<'END'\n${text}\nEND`);

async function report(files: Readonly<Record<string, string>>) {
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(name), text])));
  const { findings, warnings = [], notRead = [] } = await verifyPaths([scratch()], { only: ["no-inbound"] });
  const short = (text: string) => text.replaceAll(`${scratch()}/`, "");
  return {
    findings: findings.map(
      ({ status, resource, location }) => `${status} ${short(resource)} ${short(location.file)}:${location.line}`,
    ),
    messages: findings.map(({ message }) => short(message)),
    warnings: warnings.map(short),
    unfetched: notRead.filter(({ unfetched }) => unfetched).map(({ path }) => short(path)),
    notRead: notRead.map(({ path, what }) => `${short(path)}: ${short(what)}`),
  };
}

const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\n";
const SERVICE =
  "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}], selector: {app: a}}\n";
const LOAD_BALANCER = SERVICE.replace("spec: {", "spec: {type: LoadBalancer, ");
const DENY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}}\n";

describe("Helm", () => {
  const chart = { "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "web/templates/s.yaml": "{{ x }}" };
  const rendered = (text: string) => `---\n# Source: web/templates/s.yaml\n${text}`;

  test("a chart is judged as it is rendered, and its values are told of", async () => {
    prints("HELM", rendered(SERVICE));
    const closed = await report({ ...chart, "p.yaml": POD });
    expect(closed).toMatchObject({ findings: [], notRead: [] });
    expect(closed.warnings).toEqual([
      "web is judged as Helm renders it with the chart's default values; with others it may open more",
    ]);
    prints("HELM", rendered(LOAD_BALANCER));
    expect((await report(chart)).findings).toEqual(["violated Service/web/web web/templates/s.yaml:0"]);
  });

  test("another chart's policies close nothing of it", async () => {
    program(
      "HELM",
      `case "$3" in */web) cat <<'END'\n${rendered(LOAD_BALANCER + "---\n" + POD)}\nEND\n;; *) cat <<'END'\n${rendered(DENY)}\nEND\nesac`,
    );
    const others = { "b/Chart.yaml": "apiVersion: v2\nname: b\nversion: 1.0.0\n", "b/templates/p.yaml": "{{ x }}" };
    expect((await report({ ...chart, ...others })).findings).toEqual([
      "violated Service/web/web web/templates/s.yaml:0",
    ]);
  });

  test("one that does not render is unknown, with Helm's reason", async () => {
    program("HELM", "echo 'WARNING: x' >&2; echo 'Error: values  are missing' >&2; exit 1");
    const { messages, findings } = await report(chart);
    expect(findings).toEqual(["unknown web web:0"]);
    expect(messages[0]).toContain("does not render with its own values (helm: values are missing)");
  });

  test("one whose schema lies elsewhere is rendered without it, and one that Helm refuses all the same is unknown", async () => {
    const schema = 'echo "Error: values don\'t meet the specifications of the schema(s)" >&2; exit 1';
    program(
      "HELM",
      `case "$*" in *--skip-schema-validation*) cat <<'END'\n${rendered(LOAD_BALANCER)}\nEND\n;; *) ${schema}; esac`,
    );
    expect((await report(chart)).findings).toEqual(["violated Service/web/web web/templates/s.yaml:0"]);
    program("HELM", schema);
    expect((await report(chart)).findings).toEqual(["unknown web web:0"]);
  });

  test("one whose dependencies stand in a file of their own is not rendered without these", async () => {
    prints("HELM", rendered(SERVICE));
    const old = { ...chart, "web/requirements.yaml": "dependencies: [{name: a}]\n" };
    expect((await report(old)).unfetched).toEqual(["web"]);
    expect(await report({ ...old, "web/charts/a/Chart.yaml": "name: a" })).toMatchObject({
      findings: [],
      unfetched: [],
    });
  });

  test("one whose dependencies are not in it is not rendered, and told as such", async () => {
    prints("HELM", rendered(SERVICE));
    const depending = {
      ...chart,
      "web/Chart.yaml": `${chart["web/Chart.yaml"]}dependencies: [{name: a}, {name: b}]\n`,
    };
    const lacking = await report({ ...depending, "web/charts/a-1.0.0.tgz": "" });
    expect(lacking.messages[0]).toContain("depends on b, which its charts/ lacks (helm dependency build)");
    expect(lacking.unfetched).toEqual(["web"]);
    const whole = await report({ ...depending, "web/charts/b/Chart.yaml": "name: b" });
    expect(whole).toMatchObject({ findings: [], unfetched: [] });
  });

  test("what it makes and can't be parsed is unknown", async () => {
    prints("HELM", rendered("a: ["));
    expect((await report(chart)).findings).toEqual(["unknown web/templates/s.yaml web/templates/s.yaml:0"]);
  });

  test.each([["no program"], ["one that is not there"]])("%s: it is not read", async (what) => {
    if (what !== "no program") process.env["HELM"] = bin("missing");
    const { messages } = await report(chart);
    expect(messages[0]).toContain("render it with helm template");
  });
});

describe("Kustomize", () => {
  const patched = "resources: [s.yaml]\npatches: [{path: p.yaml}]";
  const files = { "s.yaml": SERVICE, "p.yaml": LOAD_BALANCER, "kustomization.yaml": patched };
  const built = (text: string, path: string) =>
    text.replace("metadata: {", `metadata: {annotations: {config.kubernetes.io/origin: "path: ${scratch(path)}\\n"}, `);

  test("what is patched is judged as it is built, where it is written", async () => {
    prints("KUSTOMIZE", built(LOAD_BALANCER, "s.yaml"));
    expect(await report({ ...files, "s.yaml": `${POD}---\n${SERVICE}` })).toMatchObject({
      findings: ["violated Service/default/web s.yaml:8"],
      notRead: [],
    });
    prints("KUSTOMIZE", built(SERVICE, "s.yaml"));
    expect((await report({ ...files, "s.yaml": LOAD_BALANCER, "pod.yaml": POD })).findings).toEqual([]);
  });

  test("kubectl has Kustomize too", async () => {
    program("KUBECTL", `[ "$1" = kustomize ] && cat <<'END'\n${built(LOAD_BALANCER, "s.yaml")}\nEND`);
    expect((await report(files)).findings).toEqual(["violated Service/default/web s.yaml:4"]);
  });

  test("what leaves objects as open as they are is not built", async () => {
    prints("KUSTOMIZE", built(LOAD_BALANCER, "s.yaml"));
    const named = { "s.yaml": SERVICE, "kustomization.yaml": "resources: [s.yaml]\nnamePrefix: a-" };
    expect((await report(named)).findings).toEqual([]);
  });

  test.each([
    ["takes something from elsewhere", `${patched}\nbases: [github.com/a/b]`],
    ["renders a chart", `${patched}\nhelmCharts: [{name: a}]`],
  ])("one that %s is not built", async (_, kustomization) => {
    prints("KUSTOMIZE", built(SERVICE, "s.yaml"));
    const { findings } = await report({ ...files, "kustomization.yaml": kustomization });
    expect(findings).toEqual(["unknown kustomization.yaml kustomization.yaml:0"]);
  });

  test("one that can't be built is unknown, with the reason, and its objects are read as they are written", async () => {
    program("KUSTOMIZE", "echo 'Error: no matches' >&2; exit 1");
    const { findings, messages } = await report({ ...files, "s.yaml": LOAD_BALANCER });
    expect(findings).toEqual([
      "violated Service/default/web s.yaml:4",
      "unknown kustomization.yaml kustomization.yaml:0",
    ]);
    expect(messages[1]).toContain("Kustomize does not build it (kustomize: no matches)");
  });

  test("nothing is fetched", async () => {
    program("KUSTOMIZE", 'echo "Error: $HTTPS_PROXY $http_proxy [$NO_PROXY] $GIT_ALLOW_PROTOCOL" >&2; exit 1');
    expect((await report(files)).messages[0]).toContain("(kustomize: http://127.0.0.1:9 http://127.0.0.1:9 [] file)");
  });

  test("a reason is the same each time", async () => {
    program(
      "KUBECTL",
      `echo "E1130 07:15:45.330750 29799 run.go:72] \\"command failed\\" err=\\"no $2\\"" >&2; exit 1`,
    );
    expect((await report(files)).messages[0]).toContain(
      'Kustomize does not build it (kubectl: "command failed" err="no .")',
    );
  });

  test("overlays that differ in an object are of different clusters: no policy of one closes the other", async () => {
    const overlay = "resources: [../base]\npatches: [{patch: x}]";
    const layered = {
      "base/kustomization.yaml": "resources: [s.yaml, pod.yaml]",
      "base/s.yaml": SERVICE,
      "base/pod.yaml": POD,
      "dev/kustomization.yaml": overlay,
      "prod/kustomization.yaml": overlay,
    };
    const dev = `${built(LOAD_BALANCER, "base/s.yaml")}---\n${built(POD, "base/pod.yaml")}`;
    const prod = `${built(SERVICE, "base/s.yaml")}---\n${built(DENY, "prod/deny.yaml")}`;
    program(
      "KUSTOMIZE",
      `grep -q prod "$2/kustomization.yaml" && cat <<'END' || cat <<'ELSE'\n${prod}\nEND\n${dev}\nELSE`,
    );
    expect((await report(layered)).findings).toEqual(["violated Service/default/web base/s.yaml:4"]);
  });

  test("a component that nothing takes up changes nothing, and its policies close nothing", async () => {
    const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [deny.yaml]\n";
    const spare = {
      "s.yaml": LOAD_BALANCER,
      "pod.yaml": POD,
      "c/kustomization.yaml": `${component}patches: [{path: p.yaml}]`,
      "c/deny.yaml": DENY,
      "c/p.yaml": SERVICE,
    };
    expect(await report(spare)).toMatchObject({
      findings: ["violated Service/default/web s.yaml:4"],
      notRead: ["c/kustomization.yaml: a component of Kustomize's that no kustomization of the input takes up"],
    });
  });

  test("a component that is asked of by itself is unknown where it changes others' objects", async () => {
    const component = (fields: string) => ({ "kustomization.yaml": `kind: Component\nresources: [s.yaml]\n${fields}` });
    const patch = "patches: [{target: {kind: Service}, patch: x}]";
    const asked = await report({ "s.yaml": SERVICE, ...component(patch) });
    expect(asked.findings).toEqual(["unknown kustomization.yaml kustomization.yaml:0"]);
    expect((await report({ "s.yaml": SERVICE, ...component("") })).findings).toEqual([]);
  });

  const DEPLOYMENT = "apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: a}\\n";
  const containers = (container: string) => `spec: {template: {spec: {containers: [${container}]}}}`;
  const inline = (text: string, target = "") =>
    `{patch: "${text}"${target === "" ? "" : `, target: {kind: ${target}}`}}`;
  const operation = (path: string, value = "a", op = "add") => `[{op: ${op}, path: ${path}, value: ${value}}]`;

  test.each<[what: string, patch: string, isKnown: boolean]>([
    ["a container's variables", inline(DEPLOYMENT + containers("{name: a, env: [{name: B, $patch: delete}]}")), true],
    ["the same in a file", "{path: p.yaml}", true],
    ["a Service that is taken away", inline("kind: Service\\nmetadata: {name: a}\\n$patch: delete"), true],
    ["what a ConfigMap holds", inline("data: {a: b}", "ConfigMap"), true],
    ["an account's name", inline(operation("/spec/template/spec/serviceAccountName"), "Deployment"), true],
    ["a file that is not there", "{path: q.yaml}", false],
    ["a port of the host", inline(DEPLOYMENT + containers("{name: a, ports: [{hostPort: 80}]}")), false],
    ["the host's network", inline(`${DEPLOYMENT}spec: {template: {spec: {hostNetwork: true}}}`), false],
    ["a label", inline(`${DEPLOYMENT}spec: {template: {metadata: {labels: {a: b}}}}`), false],
    ["all of a template", inline(`${DEPLOYMENT}spec: {template: {$patch: replace}}`), false],
    ["a Service", inline("kind: Service\\nspec: {type: LoadBalancer}"), false],
    ["a policy that is taken away", inline("kind: NetworkPolicy\\nmetadata: {name: a}\\n$patch: delete"), false],
    ["a kind that its target has", inline(`${DEPLOYMENT}spec: {}`, "Service"), false],
    [
      "the host's network, by its path",
      inline(operation("/spec/template/spec/hostNetwork", "true"), "Deployment"),
      false,
    ],
    [
      "a port, below a path",
      inline(operation("/spec/template/spec/containers/0", "{ports: [{hostPort: 1}]}"), "Deployment"),
      false,
    ],
    ["a label, by its path", inline(operation("/metadata/labels/a"), "Deployment"), false],
    ["all of a template, by its path", inline(operation("/spec/template", "{}", "replace"), "Deployment"), false],
    ["whatever its target is", inline(operation("/spec/template/spec/serviceAccountName")), false],
    ["what is copied", inline("[{op: copy, from: /a, path: /data/a}]", "ConfigMap"), false],
    ["what is no patch", inline("x", "Deployment"), false],
  ])("a component that is asked of by itself and patches %s", async (_, patch, isKnown) => {
    const component = `kind: Component\nresources: [s.yaml]\npatches: [${patch}]`;
    const patchFile = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n${containers("{name: a, image: b}")}`;
    const file = patch.includes("p.yaml") ? { "p.yaml": patchFile } : {};
    const found = await report({ "s.yaml": SERVICE, ...file, "kustomization.yaml": component });
    expect(found.findings).toEqual(isKnown ? [] : ["unknown kustomization.yaml kustomization.yaml:0"]);
    expect(found.notRead.join()).toContain("kustomization.yaml: ");
  });
});
