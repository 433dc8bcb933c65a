import { otherProvidersPart } from "../../../../verification/clouds/other-providers";
import { kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import CLOSED from "../../../../verification/clouds/kubernetes/closed-charts.json";
import type { Unknown } from "../../../../verification/model";
import { manifests } from "../../../support/manifests";
import { plainResource } from "../../../support/plain-resource";
import { resourcesOf } from "../../../support/resources";

const object = (apiVersion: string, kind: string, spec: string, metadata = "name: a, namespace: b") =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {${metadata}}, spec: ${spec}}`;
/** The kinds that are not judged. */
const unjudged = (...documents: readonly string[]) =>
  kubernetesPart(manifests(documents.join("\n---\n"))).unjudged.map(({ resource }) => resource.split("/", 1).join(""));

describe("a HelmRelease of Flux", () => {
  const SOURCE = "source.toolkit.fluxcd.io/v1";
  const registry = (url = "oci://quay.io/jetstack/charts/cert-manager", metadata?: string) =>
    object(SOURCE, "OCIRepository", `{url: "${url}"}`, metadata);
  const repository = (url = "https://charts.jetstack.io/") => object(SOURCE, "HelmRepository", `{url: "${url}"}`);
  const release = (more = "", source = "chartRef: {kind: OCIRepository, name: a}") =>
    object("helm.toolkit.fluxcd.io/v2", "HelmRelease", `{${source}${more}}`);
  const ofRepository = (more = "", chart = "cert-manager") =>
    `chart: {spec: {chart: "${chart}", sourceRef: {kind: HelmRepository, name: a}${more}}}`;

  test.each<[why: string, documents: string[]]>([
    ["of a registry", [release(), registry()]],
    ["of a repository", [release("", ofRepository()), repository()]],
    ["whose values speak of no way in", [release(", values: {crds: {enabled: true}, replicaCount: 2}"), registry()]],
    ["whose ways in are off", [release(", values: {a: {ingress: {enabled: false}, hostNetwork: false}}"), registry()]],
    ["that takes up another's ways in", [release(", values: {config: {enableGatewayAPI: true}}"), registry()]],
    ["whose services are inside", [release(", values: {webhook: {serviceType: ClusterIP}}"), registry()]],
  ])("%s: judged", (_, documents) => {
    expect(unjudged(...documents)).toEqual([]);
  });

  test.each<[why: string, documents: string[]]>([
    ["whose source is not in the input", [release()]],
    ["whose source is in another namespace", [release(), registry(undefined, "name: a, namespace: c")]],
    ["of another chart", [release(), registry("oci://quay.io/jetstack/charts/other")]],
    ["of another registry", [release(), registry("oci://example.com/jetstack/charts/cert-manager")]],
    ["of one of two sources of its name", [release(), registry(), registry("oci://example.com/cert-manager")]],
    [
      "of a repository without a chart",
      [release("", "chart: {spec: {sourceRef: {kind: HelmRepository, name: a}}}"), repository()],
    ],
    ["of a chart that leads out of its repository", [release("", ofRepository("", "../cert-manager")), repository()]],
    ["of a Git repository", [release("", ofRepository().replace("HelmRepository", "GitRepository")), repository()]],
    ["whose chart is not known", [release("", ofRepository("", "${CHART}")), repository()]],
    ["with files of values in the chart", [release("", ofRepository(", valuesFiles: [open.yaml]")), repository()]],
    ["with values from elsewhere", [release(", valuesFrom: [{kind: ConfigMap, name: v}]"), registry()]],
    ["that is patched once it is rendered", [release(", postRenderers: [{kustomize: {}}]"), registry()]],
    ["with a load balancer", [release(", values: {webhook: {serviceType: LoadBalancer}}"), registry()]],
    ["with a node port by another name", [release(", values: {some: {thing: [nodeport]}}"), registry()]],
    ["on its nodes' network", [release(", values: {webhook: {hostNetwork: true}}"), registry()]],
    ["on its nodes' network by a text", [release(', values: {webhook: {hostNetwork: "false"}}'), registry()]],
    ["with a port of its nodes", [release(", values: {c: {ports: [{containerPort: 1, hostPort: 1}]}}"), registry()]],
    ["with an Ingress", [release(", values: {ingress: {enabled: true}}"), registry()]],
    ["with an Ingress by a template", [release(', values: {ingress: {enabled: "${ON}"}}'), registry()]],
    ["with routes by another name", [release(", values: {server: {grpcRoutes: {main: {}}}}"), registry()]],
    ["with what its class makes of Ingresses", [release(", values: {ingressClassParams: {a: b}}"), registry()]],
    ["with a route", [release(", values: {httpRoute: {parentRefs: [{name: a}]}}"), registry()]],
    ["with a service of a type that is filled in", [release(', values: {service: {type: "${TYPE}"}}'), registry()]],
    ["with an object of its own", [release(", values: {more: [{apiVersion: v1, kind: Service}]}"), registry()]],
    ["with a text that holds an object", [release(', values: {more: ["apiVersion: v1\\nkind: Service"]}'), registry()]],
  ])("%s: not judged", (_, documents) => {
    expect(unjudged(...documents)).toEqual(["HelmRelease"]);
  });
});

describe("an Application of Argo CD", () => {
  const source = (more = "") => `{repoURL: "https://charts.jetstack.io", chart: cert-manager${more}}`;
  const application = (spec: string) => object("argoproj.io/v1alpha1", "Application", `{${spec}}`);

  test.each<[why: string, spec: string, expected: string[]]>([
    ["of one chart", `source: ${source()}`, []],
    ["of several", `sources: [${source()}, ${source()}]`, []],
    [
      "with values",
      `source: ${source(', helm: {values: "a: 1", valuesObject: {b: 2}, parameters: [{name: c, value: d}]}')}`,
      [],
    ],
    ["that has no source", "destination: {}", ["Application"]],
    [
      "of a chart and what is not one",
      `sources: [${source()}, {repoURL: "https://example.com", path: x}]`,
      ["Application"],
    ],
    ["with values of another source", `source: ${source(", helm: {valueFiles: [$values/x.yaml]}")}`, ["Application"]],
    ["with values that open", `source: ${source(', helm: {values: "hostNetwork: true"}')}`, ["Application"]],
    ["with values as a text that is none", `source: ${source(', helm: {values: "a: [" }')}`, ["Application"]],
    [
      "with a value that opens",
      `source: ${source(", helm: {parameters: [{name: ingress.enabled, value: 'true'}]}")}`,
      ["Application"],
    ],
    [
      "with a value that is off as a text",
      `source: ${source(", helm: {parameters: [{name: hostNetwork, value: 'false', forceString: true}]}")}`,
      ["Application"],
    ],
    ["with a plugin", `source: ${source(", plugin: {name: x}")}`, ["Application"]],
  ])("%s", (_, spec, expected) => {
    expect(unjudged(application(spec))).toEqual(expected);
  });
});

describe("a helm_release of Terraform", () => {
  const REPOSITORY = "https://charts.jetstack.io";
  const judge = (values: object) =>
    otherProvidersPart(
      resourcesOf({ resource: { helm_release: { a: { repository: REPOSITORY, chart: "cert-manager", ...values } } } }),
    ).unjudged.length === 0;

  test.each<[why: string, values: object, isJudged: boolean]>([
    ["by its repository", {}, true],
    ["by an address of its own", { repository: undefined, chart: "oci://quay.io/jetstack/charts/cert-manager" }, true],
    ["of a chart in a folder", { repository: undefined, chart: "./cert-manager" }, false],
    ["of a repository that is not known", { repository: "${var.x}" }, false],
    ["of another one", { repository: "https://example.com" }, false],
    ["with values", { values: ["crds:\n  enabled: true\n"], set: [{ name: "a", value: "b" }] }, true],
    ["with what is not known in its values", { values: ["role: ${var.x}\n"] }, false],
    ["with values that are not known", { values: ["${data.http.x.body}"] }, false],
    ["with values that open", { values: ["service:\n  type: NodePort\n"] }, false],
    ["with containers as a text", { values: ["extraContainers: |\n  - ports: [{hostPort: 80}]\n"] }, false],
    ["with processes of the host", { values: ["node:\n  windowsHostProcess: true\n"] }, false],
    ["with an Ingress for each", { values: ["controller:\n  uiIngress:\n    enable: true\n"] }, false],
    ["with a shim of an Ingress", { values: ["ingressShim:\n  defaultIssuerName: a\n"] }, true],
    ["with a single value that opens", { set: [{ name: "webhook.hostNetwork", value: "true" }] }, false],
    ["with a single value that is off", { set: [{ name: "webhook.hostNetwork", value: "false" }] }, true],
    ["with one that is off as a text", { set: [{ name: "hostNetwork", value: "false", type: "string" }] }, false],
    ["with one that brings another", { set: [{ name: "a", value: "b,webhook.hostNetwork=true" }] }, false],
    ["with one whose path brings another", { set: [{ name: "a=b,hostNetwork", value: "true" }] }, false],
    ["with one in a list", { set: [{ name: "routes[0]", value: "a" }] }, false],
    ["with one that is not known", { set_sensitive: [{ name: "a", value: "${var.x}" }] }, false],
    ["with a program behind Helm", { postrender: [{ binary_path: "x" }] }, false],
  ])("%s: %#", (_, values, isJudged) => {
    expect(judge(values)).toBe(isJudged);
  });
});

test.each<[attribute: string, count: number]>([
  ["arn", 0],
  ["metadata[0].name", 0],
  ["vpc_config[0].vpc_id", 0],
  ["outputs.cluster_name", 0],
  ["result", 1],
  ["outputs.subnet_ids", 1],
  ["outputs.valid", 1],
])("a helm_release whose values hold %s of a resource", (attribute, count) => {
  const part = { kind: "reference" as const, address: "aws_iam_role.r", attribute };
  const values: Unknown = { kind: "unknown", reason: "", mentions: [], text: "role: ${}\n", parts: [part] };
  const single = { name: "a", value: part };
  const release = { repository: "https://charts.jetstack.io", chart: "cert-manager", values: [values], set: [single] };
  expect(otherProvidersPart([plainResource("helm_release", release)]).unjudged).toHaveLength(count);
});

test.each<[what: string, name: string, path: string, text: string | undefined, count: number]>([
  ["a name", "cluster_name", "clusterName", undefined, 0],
  ["a text made of one", "cluster_name", "clusterName", "a-${}", 0],
  ["a text with one behind a comma", "cluster_name", "clusterName", "a,hostNetwork=${}", 1],
  ["a name as a type", "type_name", "service.type", undefined, 1],
  ["a text that ends in one as a type", "type_name", "service.type", "${}", 1],
  ["what is called after none", "subnets", "subnets", undefined, 1],
])("a helm_release of which a value is %s of a variable", (_, name, path, text, count) => {
  const variable: Unknown = { kind: "unknown", reason: "", mentions: [], missing: { kind: "variable", name } };
  const value = text === undefined ? variable : { ...variable, text, parts: [variable] };
  const repository = "https://charts.jetstack.io";
  const single = { repository, chart: "cert-manager", set: [{ name: path, value }] };
  expect(otherProvidersPart([plainResource("helm_release", single)]).unjudged).toHaveLength(count);
  if (text?.includes(",")) return;
  const written = `${path.replace(".", ":\n  ")}: ${text ?? "${}"}\n`;
  const whole = { repository, chart: "cert-manager", values: [{ ...variable, text: written, parts: [variable] }] };
  expect(otherProvidersPart([plainResource("helm_release", whole)]).unjudged).toHaveLength(count);
});

test("charts are told by addresses without a scheme, each once", () => {
  for (const [address, charts] of Object.entries(CLOSED)) {
    expect(address).toMatch(/^[a-z0-9.-]+(\/[a-z0-9-]+)*$/);
    expect(new Set(charts).size).toBe(charts.length);
  }
});
