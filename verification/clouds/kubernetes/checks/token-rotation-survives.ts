/** The secret of the tunnel's token, what reads it, and what writes it. */
import { PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT } from "../../../../config/names";
import { problemAt, type Problem } from "../../../problem";
import { at, blocks, bool, field, isOpaque, knownText, object, text, texts, whyOpaque } from "../../../values";
import { isUnknown, type Resource, type System } from "../../../model";
import { holdsPlatform, isStandIn } from "../../../promises/stand-ins";
import type { Check } from "../../cloud";
import { inputOf, partialText } from "../../lookup";
import { containersOf } from "../containers";
import { objectsOf, type KubernetesObjects } from "../objects";
import { bindingsOf, rulesOf } from "../rbac";
import { yamlValue } from "../yaml-text";

const SECRET = "union-secret-auth";
const TOKEN = "tunnel_token";
const RESTARTED = "kubectl.kubernetes.io/restartedAt";

export const check: Check = function* ({ system, deployment }) {
  const objects = objectsOf(system);
  const named = (kind: string, group: string, name: string) => objects.named(kind, group, name, PLATFORM_NAMESPACE);

  for (const secret of objects.ofKind("Secret", "").filter((object) => objects.nameOf(object) === SECRET)) {
    yield* judgeSecret(secret);
  }
  const configurations = named("ConfigMap", "", "union-operator");
  const restarted = deploymentToRestart(configurations, system) ?? "union-operator-proxy";
  const proxies = named("Deployment", "apps", restarted);
  for (const proxy of proxies) yield* judgeRestart(proxy);

  for (const external of objects.ofKind("ExternalSecret", "external-secrets.io"))
    yield* judgeExternal(external, objects);
  if (!deployment) return;
  // Without an object that is written, only the infrastructure stack is judged.
  const written = objects.all().find((object) => !isStandIn(object));
  if (!written) return;
  const [operator] = named("Deployment", "apps", "union-operator");
  const anchor = [operator, configurations[0]].find((object) => object && !isStandIn(object)) ?? written;
  if (named("Secret", "", SECRET).length === 0) {
    yield problemAt(anchor, [], "violated", `there is no secret ${SECRET} to write a token into`);
  }
  if (!holdsPlatform(system.resources)) return;
  const [proxy] = proxies;
  if (proxy) yield* judgeToken(proxy, objects);
  else yield problemAt(anchor, [], "violated", `there is no Deployment ${restarted} to restart`);
  yield* judgeRole(anchor, objects);
  if (operator) yield* judgeOperator(operator, objects);
};

// ---------------------------------------------------------------- what Terraform leaves alone

function* judgeSecret(secret: Resource): Generator<Problem> {
  const { terraform } = secret;
  if (!terraform) yield* judgeManifest(secret);
  if (terraform?.mode !== "managed") return;
  const once = ["data_wo", "binary_data_wo"].filter((argument) => argument in terraform.values);
  yield* judgeIgnored(secret, [["data", TOKEN], ...once.map((argument) => [`${argument}_revision`])], "the token");
}

/** Whoever applies a manifest writes what is in it each time, and leaves alone what is not. */
function* judgeManifest(secret: Resource): Generator<Problem> {
  for (const data of ["data", "stringData"]) {
    if (at(field(secret, data), TOKEN) === undefined) continue;
    yield problemAt(secret, [data, TOKEN], "violated", "each apply writes the token back that the manifest holds");
  }
}

/**
 * The External Secrets Operator empties a Secret before it fills it, unless its policy is to merge
 * (https://external-secrets.io/latest/guides/ownership-deletion-policy/).
 */
function* judgeExternal(external: Resource, objects: KubernetesObjects): Generator<Problem> {
  const target = field(external, "spec", "target");
  const name = text(at(target, "name")) ?? objects.nameOf(external);
  if (name !== SECRET) return;
  const policy = text(at(target, "creationPolicy")) ?? "Owner";
  const path = ["spec", "target", "creationPolicy"];
  if (isOpaque(policy)) {
    yield problemAt(
      external,
      path,
      "unknown",
      `whether a synchronization keeps the token can't be told: ${whyOpaque(policy)}`,
    );
  } else if (!KEEPING.includes(policy)) {
    yield problemAt(
      external,
      path,
      "violated",
      `each synchronization takes the token away: creationPolicy is ${policy}`,
    );
  }
  const keys = [
    ...blocks(field(external, "spec", "data")).map((entry) => text(at(entry, "secretKey"))),
    ...Object.keys(object(at(target, "template", "data")) ?? {}),
  ];
  if (keys.includes(TOKEN)) yield problemAt(external, ["spec"], "violated", `each synchronization writes ${TOKEN}`);
  if (keys.some(isOpaque) || field(external, "spec", "dataFrom") !== undefined) {
    yield problemAt(external, ["spec"], "unknown", `whether a synchronization writes ${TOKEN} can't be told`);
  }
}

const KEEPING = ["Merge", "CreateOrMerge", "None"];

function* judgeRestart(proxy: Resource): Generator<Problem> {
  if (proxy.terraform?.mode !== "managed") return;
  const path = ["spec", "0", "template", "0", "metadata", "0", "annotations", RESTARTED];
  yield* judgeIgnored(proxy, [path], "the restart");
}

/** Whether `lifecycle.ignore_changes` covers each of the paths, by itself or by what lies above it. */
function* judgeIgnored(object: Resource, paths: readonly (readonly string[])[], what: string): Generator<Problem> {
  const { terraform } = object;
  if (!terraform) return;
  const location = { ...object, locate: terraform.locate };
  const ignored = texts(all(at(terraform.values, "lifecycle", "ignore_changes")));
  const opaque = ignored.find(isOpaque);
  const covered = ignored.flatMap((entry) => (typeof entry === "string" ? [steps(entry)] : []));
  for (const path of paths) {
    const isCovered = covered.some(
      (above) => above.length > 0 && (above[0] === "all" || above.every((step, i) => step === path[i])),
    );
    if (isCovered) continue;
    const argument = path.length > 2 ? `the annotation ${path.at(-1) ?? ""}` : path.join(".");
    if (opaque || isPlanned(terraform)) {
      const reason = opaque ? whyOpaque(opaque) : "a plan or state does not hold lifecycle";
      yield problemAt(location, ["lifecycle"], "unknown", `whether an apply undoes ${what} can't be told: ${reason}`);
    } else {
      yield problemAt(
        location,
        ["lifecycle"],
        "violated",
        `an apply undoes ${what}: lifecycle.ignore_changes leaves out ${argument}`,
      );
    }
  }
}

const all = (value: ReturnType<typeof at>) => (value === "all" ? ["all"] : value);

/** `spec[0].template["x.y"].z` as its steps. */
const steps = (entry: string): string[] =>
  [...entry.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, key, index, name]) => key ?? index ?? name ?? "");

/** A plan or state writes every argument of a resource, those that are not set as null, and no `lifecycle`. */
const isPlanned = ({ values }: Resource) => !("lifecycle" in values) && Object.values(values).includes(null);

// ---------------------------------------------------------------- what the operator does

/** `operator.tunnel.deploymentToRestart` of the operator's configuration. */
function deploymentToRestart(configurations: readonly Resource[], system: System): string | undefined {
  for (const map of configurations) {
    const content = partialText(field(map, "data", "config.yaml"), map, inputOf(system));
    // What is no YAML names no Deployment.
    const value = yamlValue(content ?? "") as
      { operator?: { tunnel?: { deploymentToRestart?: string } } } | null | undefined;
    const name = value?.operator?.tunnel?.deploymentToRestart;
    if (name !== undefined) return name;
  }
  return undefined;
}

function* judgeOperator(operator: Resource, objects: KubernetesObjects): Generator<Problem> {
  const words = containersOf(objects)
    .filter(({ pods }) => pods.resource === operator)
    .flatMap((container) => container.words.map(({ text }) => text));
  const flag = words.indexOf("--operator.tunnel.k8sSecretName");
  const written = flag < 0 ? undefined : words[flag + 1];
  if (written === SECRET) return;
  const status = written === undefined || typeof written === "string" ? "violated" : "unknown";
  yield problemAt(
    operator,
    ["spec", "template", "spec", "containers"],
    status,
    `the operator does not write tokens into ${SECRET}`,
  );
}

function* judgeToken(proxy: Resource, objects: KubernetesObjects): Generator<Problem> {
  const containers = containersOf(objects).filter(({ pods }) => pods.resource === proxy);
  const variables = containers.flatMap(({ environment }) => environment.filter(({ name }) => name === "TUNNEL_TOKEN"));
  if (variables.length === 0) yield problemAt(proxy, [], "violated", "no container takes TUNNEL_TOKEN from the secret");
  for (const { values, path } of variables) {
    const source = at(values, "valueFrom", "secretKeyRef");
    if (isOpaque(source)) {
      yield problemAt(proxy, path, "unknown", `where TUNNEL_TOKEN comes from can't be told: ${whyOpaque(source)}`);
    } else if (knownText(at(source, "name")) !== SECRET || knownText(at(source, "key")) !== TOKEN) {
      yield problemAt(proxy, path, "violated", `TUNNEL_TOKEN does not come from ${TOKEN} of ${SECRET}`);
    } else if (bool(at(source, "optional")) !== true) {
      yield problemAt(
        proxy,
        path,
        "violated",
        "TUNNEL_TOKEN is not optional: without a first token the proxy does not start",
      );
    }
  }
}

const VERBS = ["get", "list", "watch", "create", "update"];
const NEEDED = [
  { group: "", resource: "secrets" },
  { group: "apps", resource: "deployments" },
];

/** Whether the operator's account has, by whatever roles are bound to it in its namespace, what a rotation takes. */
function* judgeRole(anchor: Resource, objects: KubernetesObjects): Generator<Problem> {
  const { certain } = bindingsOf({ namespace: PLATFORM_NAMESPACE, name: PLATFORM_SERVICE_ACCOUNT }, objects);
  const isHere = (binding: Resource) =>
    binding.type === "kubernetes:ClusterRoleBinding" || objects.namespaceOf(binding) === PLATFORM_NAMESPACE;
  const roles = certain.filter(isHere).map((binding) => rulesOf(binding, objects));
  const rules = roles.flatMap((role) => (isUnknown(role) ? [] : role));
  const unread = roles.find(isUnknown);
  const says = (rule: (typeof rules)[number], key: string, wanted: string) =>
    texts(at(rule, key)).some((value) => value === wanted || value === "*");
  for (const { group, resource } of NEEDED) {
    const concerned = rules.filter(
      (rule) =>
        says(rule, "apiGroups", group) &&
        says(rule, "resources", resource) &&
        texts(at(rule, "resourceNames")).length === 0,
    );
    const missing = VERBS.filter((verb) => !concerned.some((rule) => says(rule, "verbs", verb)));
    if (missing.length > 0) {
      const what = `${missing.join(", ")} ${resource} in its namespace`;
      yield unread
        ? problemAt(anchor, [], "unknown", `whether the operator may ${what} can't be told: ${unread.reason}`)
        : problemAt(anchor, [], "violated", `the operator may not ${what}`);
    }
  }
}
