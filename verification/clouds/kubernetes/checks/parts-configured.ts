/** What the parts of the platform are told. */
import { LEASE_WORKER, POD_WEBHOOK, WEBHOOK_PORT } from "../../../../config/components";
import { controlPlaneHost } from "../../../../config/control-plane";
import type { Deployment } from "../../../../config/deployment";
import { PLATFORM_NAMESPACE, clusterName, namespaceTemplate, namespacesOfTasks } from "../../../../config/names";
import type { Judged } from "../../../judged";
import { problemAt, type Problem } from "../../../problem";
import { at, blocks, field, isObject, isOpaque, knownText, texts, whyOpaque } from "../../../values";
import { beginningOf, type Resource, type Value } from "../../../model";
import { holdsPlatform } from "../../../promises/stand-ins";
import type { Check } from "../../cloud";
import { containersOf } from "../containers";
import { objectsOf, type KubernetesObjects } from "../objects";
import { CONFIGURATION_PATH, configurationOf, settingOf } from "../union-configuration";
import { shown } from "../../../../config/texts";

export const check: Check = function* ({ system, deployment }) {
  if (!deployment || !holdsPlatform(system.resources)) return;
  const objects = objectsOf(system);
  const parts = { deployment, objects, resources: system.resources };
  for (const name of [OPERATOR, LEASE_WORKER, POD_WEBHOOK]) yield* judgePart(name, parts);
  for (const namespace of namespacesOfTasks(deployment)) yield* judgeTemplate(namespace, parts);
  yield* judgeRegistration(parts);
};

/** ConfigMap of operator and operator-proxy; the lease worker's has its name. */
const OPERATOR = "union-operator";

/** The pod webhook's, which in the chart reads the lease worker's. */
const configurationMap = (part: string, { workloads }: Deployment): string =>
  part !== POD_WEBHOOK ? part : workloads === "chart" ? LEASE_WORKER : `${POD_WEBHOOK}-config`;

interface Parts {
  readonly deployment: Deployment;
  readonly objects: KubernetesObjects;
  readonly resources: Judged["system"]["resources"];
}

// ---------------------------------------------------------------- settings

/** Settings by their path, with what they must be. */
type Settings = Readonly<Record<string, Value>>;

function settingsOf(name: string, deployment: Deployment): Settings {
  const { organization, clientId, taskEgress, rbac } = deployment;
  const host = controlPlaneHost(deployment.tenant, deployment.region);
  const cluster = clusterName(deployment);
  const template = namespaceTemplate(deployment);
  const client: Settings = {
    "union.connection.host": `dns:///${host}`,
    "union.auth.enable": true,
    "union.auth.type": "ClientSecret",
    "union.auth.clientId": clientId,
    "authorizer.authorizerClient.grpcConfig.host": `dns:///${host}`,
    "storage.type": "stow",
  };
  switch (name) {
    case OPERATOR:
      return {
        ...client,
        "operator.enabled": true,
        "operator.enableTunnelService": true,
        "operator.clusterId.organization": organization,
        "operator.clusterId.name": cluster,
        "operator.clusterData.appId": clientId,
        "operator.clusterData.cloudHostName": host,
        "operator.org.namespaceTemplate": template,
        // What makes namespaces of its own would make them without their guards.
        "operator.syncClusterConfig.enabled": false,
        ...(rbac === "low-privilege" && { "operator.disableClusterPermissions": true }),
      };
    case LEASE_WORKER:
      return {
        ...client,
        "leaseworker.organization": organization,
        "leaseworker.cluster": cluster,
        "leaseworker.namespace-template": template,
        "leaseworker.unionAuth.injectSecret": taskEgress === "control-plane",
        "admin.endpoint": `dns:///${host}`,
        "admin.clientId": clientId,
        "catalog-cache.endpoint": `dns:///${host}`,
        "webhook.disableCreateMutatingWebhookConfig": true,
      };
    default:
      return {
        "webhook.listenPort": WEBHOOK_PORT,
        "webhook.serviceName": POD_WEBHOOK,
        "webhook.disableCreateMutatingWebhookConfig": true,
        "webhook.embeddedSecretManagerConfig.clusterName": cluster,
      };
  }
}

/** What parts take where a setting is left out. */
const DEFAULTS: Settings = {
  "operator.org.namespaceTemplate": "{{ project }}-{{ domain }}",
  "leaseworker.namespace-template": "{{ project }}-{{ domain }}",
};

/** Settings that are addresses of services in the cluster. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  [OPERATOR]: ["operator.dependenciesHeartbeat.proxy.endpoint", "proxy.smConfig.webhookHostTemplate"],
  [LEASE_WORKER]: ["fasttask.callback-uri"],
};

/** Settings that are files of mounted secrets. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  [OPERATOR]: ["union.auth.clientSecretLocation"],
  [LEASE_WORKER]: ["union.auth.clientSecretLocation", "admin.clientSecretLocation"],
};

/** Settings that must be there, whatever they are. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  [OPERATOR]: [
    "operator.clusterData.bucketName",
    "operator.clusterData.bucketRegion",
    "operator.clusterData.cloudProvider",
    "operator.clusterData.metadataBucketPrefix",
    "operator.clusterData.userRole",
    "operator.clusterData.userRoleKey",
    "proxy.persistedLogs.sourceType",
    "proxy.smConfig.type",
    "storage.container",
    "storage.stow.kind",
    "fastRegistrationStorage.container",
  ],
  [LEASE_WORKER]: ["storage.container", "storage.stow.kind", "tasks.task-plugins.enabled-plugins"],
  [POD_WEBHOOK]: ["webhook.certDir", "webhook.secretName", "webhook.embeddedSecretManagerConfig.type"],
};

function* judgePart(name: string, parts: Parts): Generator<Problem> {
  const { objects, resources, deployment } = parts;
  const mapName = configurationMap(name, deployment);
  const map = named("ConfigMap", mapName, PLATFORM_NAMESPACE, objects);
  if (!map) {
    yield missing(resources, `ConfigMap ${PLATFORM_NAMESPACE}/${mapName}`, "how a part of the platform is configured");
    return;
  }
  const configuration = configurationOf(map, resources);
  const say = (status: Problem["status"], message: string) => problemAt(map, CONFIGURATION_PATH, status, message);
  if (isOpaque(configuration)) {
    yield say("unknown", `what the part is told is not known: ${whyOpaque(configuration)}`);
    return;
  }
  for (const [path, expected] of Object.entries(settingsOf(name, deployment))) {
    const value = settingOf(configuration, path) ?? DEFAULTS[path];
    if (isOpaque(value)) yield say("unknown", `${path} is not known: ${whyOpaque(value)}`);
    // A number or switch in quotes is one all the same.
    else if (shown(value) !== shown(expected))
      yield say("violated", `${path} is ${spelled(value)}, not ${spelled(expected)}`);
  }
  for (const path of NEEDED[name] ?? []) {
    const value = settingOf(configuration, path);
    if (value === undefined || value === "") yield say("violated", `${path} is left out`);
  }
  for (const path of ADDRESSES[name] ?? []) {
    const address = knownText(settingOf(configuration, path)) ?? "";
    if (!leadsToService(address, objects)) yield say("violated", `${path} leads to no service: ${spelled(address)}`);
  }
  for (const path of FILES[name] ?? []) {
    const file = knownText(settingOf(configuration, path)) ?? "";
    if (!isMounted(file, name, objects))
      yield say("violated", `${path} is no file of a mounted secret: ${spelled(file)}`);
  }
}

const spelled = (value: Value | undefined) => (value === undefined ? "left out" : JSON.stringify(value));

/** `http://NAME.NAMESPACE.svc.cluster.local:PORT`, or a beginning of it; `%s` is where the namespace is filled in. */
const SERVICE =
  /^(?:https?:\/\/)?(?<name>[a-z0-9-]+)(?:\.(?<namespace>[a-z0-9-]+|%s)(?:\.svc(?:\.cluster\.local)?)?)?(?::(?<port>\d+))?$/;

function leadsToService(address: string, objects: KubernetesObjects): boolean {
  const { name = "", namespace = "%s", port } = SERVICE.exec(address)?.groups ?? {};
  const service = named("Service", name, namespace === "%s" ? PLATFORM_NAMESPACE : namespace, objects);
  const ports = service ? blocks(field(service, "spec", "ports")) : [];
  return ports.some((one) => port === undefined || shown(at(one, "port")) === port);
}

/** Whether each container that reads the configuration, but for the pod webhook's, has a secret mounted in the file's folder. */
function isMounted(file: string, map: string, objects: KubernetesObjects): boolean {
  return containersOf(objects).every(({ pods, path }) => {
    if (pods.name === POD_WEBHOOK) return true;
    const volumes = blocks(field(pods.resource, ...pods.specPath, "volumes"));
    const holdsMap = (volume: Value) =>
      [volume, ...blocks(at(volume, "projected", "sources"))].some((one) => at(one, "configMap", "name") === map);
    if (!volumes.some(holdsMap)) return true;
    const mounts = blocks(field(pods.resource, ...path, "volumeMounts"));
    const mountsOf = (isWanted: (volume: Value) => boolean) => {
      const names = volumes.filter(isWanted).map((volume) => at(volume, "name"));
      return mounts.filter((mount) => names.includes(at(mount, "name")));
    };
    if (mountsOf(holdsMap).length === 0) return true;
    return mountsOf((volume) => at(volume, "secret") !== undefined).some((mount) =>
      file.startsWith(`${knownText(at(mount, "mountPath")) ?? "?"}/`),
    );
  });
}

// ---------------------------------------------------------------- tasks

/** The template of task pods is there, under the name that the lease worker has for it, and its account with it. */
function* judgeTemplate(namespace: string, { objects, resources }: Parts): Generator<Problem> {
  const map = named("ConfigMap", LEASE_WORKER, PLATFORM_NAMESPACE, objects);
  if (!map) return;
  const setting = "plugins.k8s.default-pod-template-name";
  const name = knownText(settingOf(configurationOf(map, resources), setting)) ?? "";
  const template = named("PodTemplate", name, namespace, objects);
  if (!template) {
    yield problemAt(
      map,
      CONFIGURATION_PATH,
      "violated",
      `${setting} names no PodTemplate in ${namespace}: ${spelled(name)}`,
    );
    return;
  }
  const path = ["template", "spec", "serviceAccountName"];
  const account = knownText(field(template, ...path)) ?? "default";
  if (!named("ServiceAccount", account, namespace, objects)) {
    yield problemAt(template, path, "violated", `tasks run as '${account}', which ${namespace} does not have`);
  }
}

/** The Kubernetes API asks the webhook about each task's pod that bears its label, and makes none without an answer. */
function* judgeRegistration({ deployment, objects, resources }: Parts): Generator<Problem> {
  const name = `${POD_WEBHOOK}-${deployment.organization}`;
  const found = objects
    .ofKind("MutatingWebhookConfiguration", "admissionregistration.k8s.io")
    .find((object) => objects.nameOf(object) === name);
  if (!found) {
    yield missing(resources, `MutatingWebhookConfiguration ${name}`, "whether tasks get their secrets");
    return;
  }
  const webhooks = blocks(field(found, "webhooks"));
  const [webhook] = webhooks;
  const say = (path: string, message: string) => problemAt(found, ["webhooks", 0, path], "violated", message);
  if (webhooks.length !== 1 || !isObject(webhook)) {
    yield problemAt(found, ["webhooks"], "violated", "holds another number of webhooks than one");
    return;
  }
  const service = at(webhook, "clientConfig", "service");
  const [serviceName = "", within = ""] = ["name", "namespace"].map((key) => knownText(at(service, key)) ?? "");
  if (!named("Service", serviceName, within, objects)) {
    yield say("clientConfig", `leads to no service: ${within}/${serviceName}`);
  }
  // Who applies manifests writes the authority afterwards; Terraform reads it back.
  if (found.terraform && at(webhook, "clientConfig", "caBundle") === undefined) {
    yield say("clientConfig", "has no authority by which the Kubernetes API knows the webhook");
  }
  if (at(webhook, "failurePolicy") !== "Fail") {
    yield say("failurePolicy", "lets a task start without its secrets while the webhook does not answer");
  }
  const selector = at(webhook, "namespaceSelector");
  const asked = texts(at(blocks(at(selector, "matchExpressions"))[0], "values"));
  for (const namespace of namespacesOfTasks(deployment).filter(
    (one) => selector !== undefined && !asked.includes(one),
  )) {
    yield say("namespaceSelector", `tasks in ${namespace} get no secrets`);
  }
  const wanted = { "inject-flyte-secrets": "true", organization: deployment.organization };
  const labels = at(webhook, "objectSelector", "matchLabels");
  for (const [key, value] of Object.entries(wanted)) {
    if (at(labels, key) !== value) yield say("objectSelector", `selects no pod by ${key}=${value}`);
  }
  const rules = blocks(at(webhook, "rules"));
  const isAsked = rules.some(
    (rule) => texts(at(rule, "operations")).includes("CREATE") && texts(at(rule, "resources")).includes("pods"),
  );
  if (!isAsked) yield say("rules", "is not asked about new pods");
}

// ---------------------------------------------------------------- objects

const named = (kind: string, name: string, namespace: string, objects: KubernetesObjects): Resource | undefined =>
  objects.named(kind, "", name, namespace)[0];

function missing(resources: Parts["resources"], what: string, question: string): Problem {
  const location = beginningOf(resources);
  return {
    status: "unknown",
    resource: what,
    location,
    message: `${question} can't be told: ${what} is not in the input`,
  };
}
