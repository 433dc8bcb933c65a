import { exposures } from "../../../../verification/clouds/kubernetes/index";
import { manifests } from "../../../support/manifests";

const object = (apiVersion: string, kind: string, spec: string, metadata = "") =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: web, namespace: union${metadata}}, spec: ${spec}}`;
const knative = (metadata: string) =>
  object("serving.knative.dev/v1", "Service", "{template: {spec: {containers: []}}}", metadata);
const route = (spec: string) => object("route.openshift.io/v1", "Route", spec);
const istio = (kind: string, spec: string) => object("networking.istio.io/v1", kind, spec);
const kafka = (listeners: string) => object("kafka.strimzi.io/v1beta2", "Kafka", `{kafka: {listeners: ${listeners}}}`);

test.each<[what: string, yaml: string, expected: string[]]>([
  ["a Knative Service", knative(""), ["Knative gateway tcp 80, 443, internal: false"]],
  ["one for the cluster only", knative(", labels: {networking.knative.dev/visibility: cluster-local}"), []],
  [
    "one with another visibility",
    knative(", labels: {networking.knative.dev/visibility: other}"),
    ["Knative gateway tcp 80, 443, internal: false"],
  ],
  ["a Route", route("{to: {kind: Service, name: a}}"), ["Route tcp 80, internal: false"]],
  ["a Route with TLS", route("{tls: {termination: edge}}"), ["Route tcp 443, internal: false"]],
  [
    "a Route with TLS that redirects",
    route("{tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}}"),
    ["Route tcp 80, 443, internal: false"],
  ],
  [
    "a Gateway of Istio",
    istio("Gateway", "{servers: [{port: {number: 8443, protocol: HTTPS}}, {port: {number: 80, protocol: HTTP}}]}"),
    ["Gateway tcp 80, 8443, internal: unknown"],
  ],
  ["a VirtualService of the mesh", istio("VirtualService", "{hosts: [a]}"), []],
  [
    "a VirtualService of a Gateway elsewhere",
    istio("VirtualService", "{gateways: [mesh, istio-system/public]}"),
    ["VirtualService tcp, internal: unknown"],
  ],
  [
    "a VirtualService of a Gateway of the input",
    `${istio("Gateway", "{servers: [{port: {number: 80}}]}")}\n---\n${istio("VirtualService", "{gateways: [union/web, web]}")}`,
    ["Gateway tcp 80, internal: unknown"],
  ],
  [
    "an IngressRoute",
    object("traefik.io/v1alpha1", "IngressRoute", "{routes: []}"),
    ["IngressRoute tcp, internal: unknown"],
  ],
  [
    "an IngressRouteUDP",
    object("traefik.containo.us/v1alpha1", "IngressRouteUDP", "{routes: []}"),
    ["IngressRoute udp, internal: unknown"],
  ],
  [
    "an HTTPProxy with a host",
    object("projectcontour.io/v1", "HTTPProxy", "{virtualhost: {fqdn: a.example.com}}"),
    ["HTTPProxy tcp 80, 443, internal: unknown"],
  ],
  ["an HTTPProxy that another includes", object("projectcontour.io/v1", "HTTPProxy", "{routes: []}"), []],
  [
    "listeners of Kafka within the cluster",
    kafka("[{type: internal, port: 9092}, {type: cluster-ip, port: 9093}]"),
    [],
  ],
  [
    "a load balancer of Kafka",
    kafka("[{type: loadbalancer, port: 9094}]"),
    ["Kafka listener tcp 9094, internal: unknown"],
  ],
  ["a Route of Kafka", kafka("[{type: route, port: 9094}]"), ["Kafka listener tcp 443, internal: unknown"]],
  ["a node port of Kafka", kafka("[{type: nodeport, port: 9094}]"), ["Kafka listener tcp, internal: unknown"]],
  [
    "listeners as Kafka's first API had them",
    kafka("{external: {type: loadbalancer}}"),
    ["Kafka listener tcp, internal: unknown"],
  ],
])("%s", (_, yaml, expected) => {
  const found = exposures(manifests(yaml)).map(
    ({ kind, ports, internal }) => `${kind} ${ports}, internal: ${internal}`,
  );
  expect(found).toEqual(expected);
});
