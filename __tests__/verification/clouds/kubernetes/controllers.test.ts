/** Ways in through controllers that the input does not hold: an open rule, unless something may make them internal. */
import { invariant } from "../../../../verification/invariants/no-inbound";
import { defaultPolicy } from "../../../../verification/policy";
import { buildSystem } from "../../../../verification/system";
import { resourcesOf, type TerraformJson } from "../../../support/resources";
import { withUnknowns } from "../../../../verification/readers/object-templates";
import { manifests } from "../../../support/manifests";

function found(yaml: string, terraform: TerraformJson = {}) {
  const system = buildSystem([...manifests(yaml), ...resourcesOf(terraform)]);
  return [...invariant.check({ system, policy: defaultPolicy(), deployment: undefined })];
}

/** What is found of the objects called `web`. */
const statuses = (yaml: string, terraform?: TerraformJson) =>
  found(yaml, terraform).flatMap(({ status, resource }) => (/web$/.test(resource) ? status : []));

const object = (apiVersion: string, kind: string, spec: string, annotations = "{}") =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: web, annotations: ${annotations}}, spec: ${spec}}`;
const ingress = (spec: string, annotations?: string) => object("networking.k8s.io/v1", "Ingress", spec, annotations);
const gateway = (spec: string, annotations?: string) =>
  object("gateway.networking.k8s.io/v1", "Gateway", spec, annotations);
const aClass = (kind: string, name: string, spec: string, annotations = "{}") => {
  const group = kind === "IngressClass" ? "networking.k8s.io/v1" : "gateway.networking.k8s.io/v1";
  return `{apiVersion: ${group}, kind: ${kind}, metadata: {name: ${name}, annotations: ${annotations}}, spec: ${spec}}`;
};
const both = (...yaml: string[]) => yaml.join("\n---\n");

const NGINX = ingress("{ingressClassName: nginx, rules: [{host: a.example.com}]}");
const LISTENERS = "listeners: [{protocol: HTTP, port: 80}]";
const ENVOY = aClass("GatewayClass", "own", "{controllerName: gateway.envoyproxy.io/gatewayclass-controller}");

test("the message says what the input lacks, and the remedy what would tell", () => {
  const [problem] = found(NGINX);
  expect(problem?.message).toBe(
    "open rule: TCP 443 from 1.0.0.1 can reach Ingress/default/web through its Ingress; the input does not hold its controller, whose load balancer is public unless something makes it internal",
  );
  expect(problem?.remedy).toContain("put its Service in the input");
});

test.each<[what: string, yaml: string]>([
  ["an Ingress of a known class", NGINX],
  ["one by the annotation", ingress("{rules: []}", "{kubernetes.io/ingress.class: traefik}")],
  ["one without a class", ingress("{rules: []}")],
  [
    "one without a class, beside a default one",
    both(
      ingress("{}"),
      aClass(
        "IngressClass",
        "own",
        "{controller: k8s.io/ingress-nginx}",
        '{ingressclass.kubernetes.io/is-default-class: "true"}',
      ),
    ),
  ],
  [
    "one of a class of the input",
    both(ingress("{ingressClassName: own}"), aClass("IngressClass", "own", "{controller: k8s.io/ingress-nginx}")),
  ],
  [
    "one whose backend is a name of the cluster's",
    ingress("{ingressClassName: nginx}", "{a: web.default.svc.cluster.local}"),
  ],
  ["a Gateway of a known class", gateway(`{gatewayClassName: istio, ${LISTENERS}}`)],
  ["a Gateway of a class of the input", both(gateway(`{gatewayClassName: own, ${LISTENERS}}`), ENVOY)],
  [
    "a Gateway of Istio's own installation",
    object("networking.istio.io/v1", "Gateway", "{selector: {istio: ingressgateway}, servers: [{port: {number: 80}}]}"),
  ],
  [
    "the same beside a Service that is called after it",
    both(
      object(
        "networking.istio.io/v1",
        "Gateway",
        "{selector: {istio: ingressgateway}, servers: [{port: {number: 80}}]}",
      ),
      "{apiVersion: v1, kind: Service, metadata: {name: istio-canary}, spec: {ports: [{port: 80}]}}",
    ),
  ],
  [
    "a Gateway of AKS's external one",
    object(
      "networking.istio.io/v1",
      "Gateway",
      "{selector: {istio: aks-istio-ingressgateway-external}, servers: [{port: {number: 80}}]}",
    ),
  ],
  [
    "an IngressRoute at Traefik's entry points",
    object("traefik.io/v1alpha1", "IngressRoute", "{entryPoints: [websecure], routes: []}"),
  ],
  ["an IngressRouteTCP without entry points", object("traefik.io/v1alpha1", "IngressRouteTCP", "{routes: []}")],
  ["an HTTPProxy with a host", object("projectcontour.io/v1", "HTTPProxy", "{virtualhost: {fqdn: a.example.com}}")],
  ["a VirtualServer", object("k8s.nginx.org/v1", "VirtualServer", "{host: a.example.com}")],
  [
    "a TransportServer at TLS's own listener",
    object("k8s.nginx.org/v1", "TransportServer", "{listener: {name: tls-passthrough, protocol: TLS_PASSTHROUGH}}"),
  ],
  [
    "one beside a Pod and a Service of its own",
    both(
      NGINX,
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: nginx}]}}",
      "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}",
    ),
  ],
])("an open rule: %s", (_, yaml) => {
  expect(statuses(yaml)).toEqual(["violated"]);
});

const release = (name: string, values: string) =>
  `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: ${name}}, spec: {values: ${values}}}`;

test.each<[what: string, yaml: string]>([
  ["a class of one's own", ingress("{ingressClassName: nginx-internal}")],
  ["a class that a variable names", ingress("{ingressClassName: 7}")],
  [
    "a class of an unknown controller",
    both(ingress("{ingressClassName: nginx}"), aClass("IngressClass", "nginx", "{controller: example.com/own}")),
  ],
  [
    "a class with parameters",
    both(
      ingress("{ingressClassName: nginx}"),
      aClass("IngressClass", "nginx", "{controller: k8s.io/ingress-nginx, parameters: {kind: A, name: b}}"),
    ),
  ],
  [
    "a default class of an unknown controller",
    both(
      ingress("{}"),
      aClass(
        "IngressClass",
        "own",
        "{controller: example.com/own}",
        '{ingressclass.kubernetes.io/is-default-class: "true"}',
      ),
    ),
  ],
  [
    "an annotation for a controller of a cloud's, without a class",
    ingress("{rules: []}", "{alb.ingress.kubernetes.io/target-type: ip}"),
  ],
  [
    "the chart of a cloud's controller",
    both(ingress("{rules: []}"), release("a", "{chart: aws-load-balancer-controller}")),
  ],
  ["a host of the own network", ingress("{ingressClassName: nginx, rules: [{host: a.corp.internal}]}")],
  [
    "an annotation of the private way",
    ingress("{ingressClassName: nginx}", "{external-dns.alpha.kubernetes.io/access: private}"),
  ],
  [
    "an annotation that narrows",
    ingress("{ingressClassName: nginx}", "{nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8}"),
  ],
  ["a Gateway of a class of one's own", gateway(`{gatewayClassName: own, ${LISTENERS}}`)],
  ["a Gateway with addresses", gateway(`{gatewayClassName: istio, addresses: [{value: 10.0.0.1}], ${LISTENERS}}`)],
  [
    "a Gateway with parameters",
    gateway(`{gatewayClassName: istio, infrastructure: {parametersRef: {name: a}}, ${LISTENERS}}`),
  ],
  [
    "a Gateway whose Service is of another type",
    gateway(`{gatewayClassName: istio, ${LISTENERS}}`, "{networking.istio.io/service-type: ClusterIP}"),
  ],
  [
    "a class with parameters",
    both(
      gateway(`{gatewayClassName: own, ${LISTENERS}}`),
      ENVOY.replace("controller}", "controller, parametersRef: {name: a}}"),
    ),
  ],
  [
    "settings of the controller's",
    both(
      gateway(`{gatewayClassName: eg, ${LISTENERS}}`),
      "{apiVersion: gateway.envoyproxy.io/v1alpha1, kind: EnvoyProxy, metadata: {name: a}}",
    ),
  ],
  [
    "a Gateway of Istio's that others are labelled for",
    object("networking.istio.io/v1", "Gateway", "{selector: {istio: own}, servers: [{port: {number: 80}}]}"),
  ],
  [
    "a Gateway of Istio's, beside the Service that it is at",
    both(
      object(
        "networking.istio.io/v1",
        "Gateway",
        "{selector: {istio: ingressgateway}, servers: [{port: {number: 80}}]}",
      ),
      "{apiVersion: v1, kind: Service, metadata: {name: istio-ingressgateway}, spec: {ports: [{port: 80}]}}",
    ),
  ],
  [
    "a Gateway of AKS's internal one",
    object(
      "networking.istio.io/v1",
      "Gateway",
      "{selector: {istio: aks-istio-ingressgateway-internal}, servers: [{port: {number: 80}}]}",
    ),
  ],
  [
    "an IngressRoute at an entry point of one's own",
    object("traefik.io/v1alpha1", "IngressRoute", "{entryPoints: [web, own]}"),
  ],
  ["an IngressRouteUDP", object("traefik.io/v1alpha1", "IngressRouteUDP", "{entryPoints: [web]}")],
  [
    "an HTTPProxy of another class",
    object("projectcontour.io/v1", "HTTPProxy", "{virtualhost: {fqdn: a}, ingressClassName: own}"),
  ],
  [
    "an HTTPProxy that admits some",
    object("projectcontour.io/v1", "HTTPProxy", "{virtualhost: {fqdn: a, ipAllowPolicy: [{cidr: 10.0.0.0/8}]}}"),
  ],
  ["a VirtualServer at listeners of one's own", object("k8s.nginx.org/v1", "VirtualServer", "{listener: {http: own}}")],
  [
    "a TransportServer at a listener of one's own",
    object("k8s.nginx.org/v1", "TransportServer", "{listener: {name: own, protocol: TCP}}"),
  ],
  [
    "the controller's pods in the input",
    both(
      NGINX,
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: registry.k8s.io/ingress-nginx/controller}]}}",
    ),
  ],
  [
    "the controller's Service in the input",
    both(
      NGINX,
      "{apiVersion: v1, kind: Service, metadata: {name: ingress-nginx-controller}, spec: {ports: [{port: 80}]}}",
    ),
  ],
  [
    "an internal load balancer in the input",
    both(
      NGINX,
      '{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true"}}, spec: {type: LoadBalancer, ports: [{port: 80}]}}',
    ),
  ],
  ["the controller's chart in the input", both(NGINX, release("a", "{chart: ingress-nginx}"))],
  [
    "a chart that is told of internal ones",
    both(NGINX, release("a", '{service: {annotations: {networking.gke.io/load-balancer-type: "Internal"}}}')),
  ],
  [
    "addresses of the own network for load balancers",
    both(NGINX, "{apiVersion: metallb.io/v1beta1, kind: IPAddressPool, metadata: {name: a}}"),
  ],
])("unknown for %s", (_, yaml) => {
  expect(statuses(yaml)).toEqual(["unknown"]);
});

test.each<[what: string, terraform: TerraformJson, expected: string]>([
  ["a release of another chart", { resource: { helm_release: { a: { chart: "redis" } } } }, "violated"],
  ["one of the controller's", { resource: { helm_release: { a: { chart: "ingress-nginx" } } } }, "unknown"],
  [
    "one that is told of internal ones, as Helm's --set writes it",
    {
      resource: {
        helm_release: {
          a: {
            chart: "own",
            set: [{ name: String.raw`annotations.service\.beta\.kubernetes\.io/aws-load-balancer-internal` }],
          },
        },
      },
    },
    "unknown",
  ],
])("beside Terraform: %s", (_, terraform, expected) => {
  expect(statuses(NGINX, terraform)).toEqual([expected]);
});

test.each([
  ["an Ingress", ingress('{ingressClassName: nginx, rules: [{host: "${h}"}]}')],
  ["the certificate of one", ingress('{ingressClassName: nginx, tls: [{hosts: [a.example.com, "a.${h}"]}]}')],
  [
    "a Gateway",
    both(ENVOY, gateway('{gatewayClassName: own, listeners: [{protocol: HTTP, port: 80, hostname: "${h}"}]}')),
  ],
])("a host of %s that is not known may be of the own network", (_, yaml) => {
  const all = manifests(yaml).map((one) => ({ ...one, values: withUnknowns(one.values) }));
  const found = [...invariant.check({ system: buildSystem(all), policy: defaultPolicy(), deployment: undefined })];
  expect(found.map(({ status }) => status)).toEqual(["unknown"]);
  expect(statuses(yaml.replaceAll("${h}", "example.com"))).toEqual(["violated"]);
});
