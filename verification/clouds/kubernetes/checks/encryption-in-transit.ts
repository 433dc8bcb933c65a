/** What Kubernetes objects send or accept without TLS. */
import { controlPlaneHost } from "../../../../config/control-plane";
import { PLATFORM_NAMESPACE } from "../../../../config/names";
import { at, blocks, field, isObject, isOpaque, knownText, whyOpaque } from "../../../values";
import type { Judged } from "../../../judged";
import { problemAt, type Problem } from "../../../problem";
import type { Resource } from "../../../model";
import { PLAIN } from "../../tls";
import type { Check } from "../../cloud";
import { inputOf, partialText } from "../../lookup";
import { isAbsent } from "../../terraform-input";
import { fluentBitSections, switchOf, type Section } from "../fluent-bit";
import { objectsOf, type KubernetesObjects } from "../objects";
import { containersOf } from "../containers";
import { yamlValue } from "../yaml-text";

export const check: Check = function* (judged) {
  const objects = objectsOf(judged.system);
  for (const map of objects.ofKind("ConfigMap", "")) yield* judgeConfigMap(map, judged);
  for (const ingress of objects.ofKind("Ingress", "networking.k8s.io", "extensions")) yield* judgeIngress(ingress);
  for (const gateway of objects.ofKind("Gateway", "gateway.networking.k8s.io")) yield* judgeGateway(gateway, objects);
  for (const { words, pods } of containersOf(objects)) {
    for (const { text, path } of words) {
      if (typeof text === "string" && SWITCH_OFF_FLAG.test(text)) {
        yield problemAt(pods.resource, path, "violated", `${text} switches the verification of TLS off`);
      }
    }
  }
  yield* judgeConnection(judged, objects);
};

const SWITCH_OFF_FLAG =
  /^--?(insecure|insecure-skip-(tls-)?verify|no-tls-verify|kubelet-insecure-tls|skip-tls-verify)(=true)?$/;

/** Keys of configuration files that switch TLS or its verification off. */
const SWITCH_OFF_KEY = /^(insecure(skip(tls)?verify)?|skip(tls)?verify|disable(ssl|tls)|notlsverify)$/;

function* judgeConfigMap(map: Resource, { system, deployment }: Judged): Generator<Problem> {
  const input = inputOf(system);
  const files = field(map, "data");
  if (isOpaque(files)) {
    if (deployment) yield problemAt(map, ["data"], "unknown", `its files can't be read: ${whyOpaque(files)}`);
    return;
  }
  for (const [name, value] of isObject(files) ? Object.entries(files) : []) {
    const path = ["data", name];
    const content = partialText(value, map, input);
    if (content === undefined) {
      if (deployment) yield problemAt(map, path, "unknown", `${name} can't be read`);
      continue;
    }
    for (const section of fluentBitSections(content)) yield* judgeSection(section, map, path);
    if (!/insecure|ssl|tls|verify/i.test(content)) continue;
    for (const key of switchesOff(yamlValue(content))) {
      yield problemAt(map, path, "violated", `${key} is true: TLS or its verification is switched off`);
    }
  }
}

/** Paths of the keys that switch TLS off. */
function* switchesOff(value: unknown, above: readonly string[] = []): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, held] of Object.entries(value)) {
    const path = [...above, key];
    const isOn = held === true || held === "true";
    if (isOn && SWITCH_OFF_KEY.test(key.toLowerCase().replaceAll(/[-_]/g, ""))) yield path.join(".");
    else yield* switchesOff(held, path);
  }
}

/** Plugins that speak TLS without being told: https://docs.fluentbit.io/manual/pipeline/outputs */
const TLS_ALWAYS =
  /^(cloudwatch(_logs)?|kinesis(_streams|_firehose)?|firehose|s3|stackdriver|bigquery|chronicle|azure|azure_kusto|azure_logs_ingestion)$/;

/** Plugins that send nothing. */
const LOCAL = /^(null|stdout|file|counter|flowcounter|exit|lib|plot)$/;

function* judgeSection(section: Section, map: Resource, path: readonly (string | number)[]): Generator<Problem> {
  const plugin = (section.fields.get("name") ?? "").toLowerCase();
  const what = `${section.kind.toLowerCase()} '${plugin}'`;
  for (const [key, consequence] of [
    ["tls", "is switched to plain text"],
    ["tls.verify", "verifies no certificate"],
  ] as const) {
    if (switchOf(section, key) === false) yield problemAt(map, path, "violated", `${what} ${consequence} (${key} off)`);
    else if (section.fields.has(key) && switchOf(section, key) === undefined) {
      yield problemAt(map, path, "unknown", `${what}: ${key} can't be told`);
    }
  }
  for (const [key, value] of section.fields) {
    if (/url$|endpoint$/.test(key) && /^http:/i.test(value)) {
      yield problemAt(map, path, "violated", `${what} sends in plain text (${key} is http)`);
    }
  }
  if (section.kind !== "OUTPUT" || TLS_ALWAYS.test(plugin) || LOCAL.test(plugin) || section.fields.has("tls")) return;
  yield problemAt(map, path, "violated", `${what} sends in plain text (tls is left out)`);
}

/** The AWS controller takes the certificate of an Ingress from an annotation. */
const CERTIFICATE = "alb.ingress.kubernetes.io/certificate-arn";

function* judgeIngress(ingress: Resource): Generator<Problem> {
  const tls = field(ingress, "spec", "tls");
  if (isOpaque(tls)) yield problemAt(ingress, ["spec", "tls"], "unknown", `spec.tls can't be told: ${whyOpaque(tls)}`);
  else if (blocks(tls).length === 0 && isAbsent(field(ingress, "metadata", "annotations", CERTIFICATE))) {
    yield problemAt(ingress, ["spec", "tls"], "violated", `has no TLS: ${PLAIN}`);
  }
}

/** A plain listener is fine where every route that may attach to it redirects to HTTPS. */
function* judgeGateway(gateway: Resource, objects: KubernetesObjects): Generator<Problem> {
  const routes = objects.ofKind("HTTPRoute", "gateway.networking.k8s.io");
  for (const [i, listener] of blocks(field(gateway, "spec", "listeners")).entries()) {
    if (knownText(at(listener, "protocol")) !== "HTTP") continue;
    const attached = routes.filter((route) =>
      blocks(field(route, "spec", "parentRefs")).some((parent) => {
        const section = knownText(at(parent, "sectionName"));
        return (
          knownText(at(parent, "name")) === objects.nameOf(gateway) &&
          (section === undefined || section === knownText(at(listener, "name")))
        );
      }),
    );
    const redirects = attached.every((route) =>
      blocks(field(route, "spec", "rules")).every((rule) =>
        blocks(at(rule, "filters")).some((filter) => at(filter, "requestRedirect", "scheme") === "https"),
      ),
    );
    if (attached.length === 0 || !redirects) {
      yield problemAt(gateway, ["spec", "listeners", i, "protocol"], "violated", `a listener is HTTP: ${PLAIN}`);
    }
  }
}

/** The operator's own connection: the row "gRPC over TLS". */
function* judgeConnection({ system, deployment }: Judged, objects: KubernetesObjects): Generator<Problem> {
  if (!deployment) return;
  const host = controlPlaneHost(deployment.tenant, deployment.region);
  for (const map of objects.named("ConfigMap", "", "union-operator", PLATFORM_NAMESPACE)) {
    const path = ["data", "config.yaml"];
    const content = partialText(field(map, ...path), map, inputOf(system));
    if (content === undefined) continue;
    const configuration = yamlValue(content) as { union?: { connection?: { host?: unknown } } } | undefined;
    const written = configuration?.union?.connection?.host;
    if (written !== `dns:///${host}`) {
      yield problemAt(
        map,
        path,
        "violated",
        `union.connection.host is not dns:///${host}, where the control plane ends TLS`,
      );
    }
  }
}
