/**
 * Controllers that serve Ingresses, Gateways and routes at one load balancer of their own, which is mostly made beside
 * what the input holds. As their makers install them its Service is a LoadBalancer that nothing makes internal: what
 * asks such a controller to be served asks to be published, as an open rule does, whichever network it is for.
 *
 * https://kubernetes.github.io/ingress-nginx/deploy/,
 * https://docs.nginx.com/nginx-ingress-controller/installation/installing-nic/installation-with-helm/,
 * https://github.com/traefik/traefik-helm-chart (values.yaml, service), https://projectcontour.io/docs/main/deploy-options/,
 * https://github.com/Kong/charts (kong, proxy.type), https://docs.cilium.io/en/stable/network/servicemesh/ingress/,
 * https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-control/,
 * https://gateway.envoyproxy.io/docs/tasks/operations/customize-envoyproxy/
 */
import type { Resource, Value } from "../../model";
import { at, blocks, field, isObject, isOpaque, knownText } from "../../values";
import { HOSTS } from "../hosts";
import type { Exposure } from "./exposure";
import type { KubernetesObjects } from "./objects";
import { oncePer } from "../../once-per";

/** Names of classes by which such controllers are installed. Any other name says nothing of who serves it. */
const PUBLIC_CLASSES: ReadonlySet<string> = new Set([
  "cilium",
  "contour",
  "eg",
  "istio",
  "kong",
  "nginx",
  "traefik",
  ...HOSTS.flatMap(({ balancers }) => balancers.publicClasses ?? []),
]);

/** What a class in the input says of who serves it (`spec.controller`, `spec.controllerName`). */
const PUBLIC_CONTROLLERS: ReadonlySet<string> = new Set([
  "cilium.io/ingress-controller",
  "gateway.envoyproxy.io/gatewayclass-controller",
  "gateway.nginx.org/nginx-gateway-controller",
  "ingress-controllers.konghq.com/kong",
  "io.cilium/gateway-controller",
  "istio.io/gateway-controller",
  "istio.io/ingress-controller",
  "k8s.io/ingress-nginx",
  "konghq.com/kic-gateway-controller",
  "nginx.org/ingress-controller",
  "projectcontour.io/gateway-controller",
  "projectcontour.io/ingress-controller",
  "traefik.io/gateway-controller",
  "traefik.io/ingress-controller",
]);

/** What is said of a way in that such a controller serves, when the input does not hold it. */
export const CONTROLLER = "its controller, whose load balancer is public unless something makes it internal";

/** A kind of classes, and the field that names who serves them. */
const CLASSES = {
  Ingress: ["IngressClass", "networking.k8s.io", "controller", "parameters"],
  Gateway: ["GatewayClass", "gateway.networking.k8s.io", "controllerName", "parametersRef"],
} as const;

/**
 * Whether a class is served by a controller that is public by default. Without a name it is the cluster's own default.
 *
 * @param written the name as an object of `kind` has it
 */
export function isPublicClass(
  kind: keyof typeof CLASSES,
  written: Value | undefined,
  objects: KubernetesObjects,
): boolean {
  const [classKind, group, controller, parameters] = CLASSES[kind];
  const name = knownText(written);
  if (written !== undefined && name === undefined) return false;
  const ofInput = objects
    .ofKind(classKind, group)
    .filter((one) => (name === undefined ? isDefault(one) : objects.nameOf(one) === name));
  if (ofInput.length === 0) return name === undefined || PUBLIC_CLASSES.has(name);
  return ofInput.every(
    (one) =>
      PUBLIC_CONTROLLERS.has(knownText(field(one, "spec", controller)) ?? "") &&
      field(one, "spec", parameters) === undefined,
  );
}

const isDefault = (ingressClass: Resource): boolean =>
  field(ingressClass, "metadata", "annotations", "ingressclass.kubernetes.io/is-default-class") !== undefined;

/**
 * What a way in through a controller lacks in the input, where nothing else could keep the outside from it: neither does
 * the object hint at a private way, nor is there anything that may be the controller, or tell of it.
 *
 * @param isPublic whether the controller that the object names is public by default
 */
export function openRule(object: Resource, objects: KubernetesObjects, isPublic: boolean): Pick<Exposure, "without"> {
  const isOpen = isPublic && !hintsAtPrivate(object) && !mayHoldController(objects);
  return { without: isOpen ? CONTROLLER : undefined };
}

/** Words by which people say that something is for their own network, or for a few. */
const PRIVATE_WORDS =
  /intern|intra|privat|vpn|tail(scale|net)|cloudflare|tunnel|service-type|whitelist|allow-?list|ipallow|\b(local|localhost|lan|corp|home\.arpa)\b/i;
/** What every name of a service within the cluster ends with: no word about the way in. */
const CLUSTER_NAME = /\.cluster\.local\b/g;

function hintsAtPrivate({ values }: Resource): boolean {
  const annotations = at(values, "metadata", "annotations");
  const opaque = isOpaque(annotations) || Object.values(isObject(annotations) ? annotations : {}).some(isOpaque);
  const names = isObject(annotations) ? Object.keys(annotations) : [];
  const ofCloud = HOSTS.some(
    ({ balancers: { annotations: start } }) => start !== undefined && names.some((name) => name.startsWith(start)),
  );
  return (
    opaque ||
    ofCloud ||
    hostsOf(values).some(isOpaque) ||
    PRIVATE_WORDS.test(JSON.stringify(values).replaceAll(CLUSTER_NAME, ""))
  );
}

/** The hosts of an Ingress, a Gateway or a route: one that is not known may be of the own network. */
function hostsOf(values: Resource["values"]): Value[] {
  const spec = at(values, "spec");
  const inRules = ["rules", "tls", "servers"].flatMap((part) => blocks(at(spec, part)));
  return [
    ...inRules.flatMap((rule) => [at(rule, "host"), ...blocks(at(rule, "hosts"))]),
    ...blocks(at(spec, "listeners")).map((listener) => at(listener, "hostname")),
    ...blocks(at(spec, "hostnames")),
  ].filter((host) => host !== undefined);
}

/** Names of such controllers, as images, charts and modules have them. */
const CONTROLLERS =
  /ingress[-_]?nginx|nginx[-_]?(ingress|gateway|controller)|traefik|contour|\bkong\b|envoy|istio[-_]?(d\b|base|gateway|ingress|operator|proxy|release)|proxyv2|ingress[-_]?gateway|(balancer|gateway|ingress)[-_]?controller|cilium|haproxy/i;

/** Kinds that say what a controller's load balancer is like, or which addresses such ones get. */
const SETTINGS =
  /^kubernetes:(EnvoyProxy|GatewayConfiguration|HelmChartConfig|IPAddressPool|IngressController|Istio|IstioOperator|NginxGateway|NginxIngressController|NginxProxy|CiliumLoadBalancerIPPool)$/;
/** Kinds that deploy what a text of theirs names. */
const DEPLOYERS = /^kubernetes:(Application|ApplicationSet|HelmChart|HelmRelease|Service)$/;

const MARKERS = HOSTS.flatMap(({ balancers }) => balancers.services);

/** Whether something of the input may be such a controller, or tells of its load balancer. */
const mayHoldController = oncePer((objects: KubernetesObjects) => objects.some(mayTell));

function mayTell({ type, address, values }: Resource): boolean {
  if (SETTINGS.test(type)) return true;
  const ofCluster = type.startsWith("kubernetes:");
  // Helm's option --set writes the dots of a name with backslashes.
  const written = JSON.stringify(values).replaceAll("\\", "");
  const told = ofCluster && !DEPLOYERS.test(type) ? (written.match(/"image":"[^"]*"/g) ?? []).join() : written;
  return (
    CONTROLLERS.test(ofCluster ? told : `${address} ${told}`) ||
    MARKERS.some(({ annotation }) => told.includes(annotation))
  );
}
