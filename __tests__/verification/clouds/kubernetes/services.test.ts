import { isUnknown, type Resource } from "../../../../verification/model";
import { exposures, kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import { unknown } from "../../../../verification/values";
import { decide, manifests } from "../../../support/manifests";

/** Each exposure as `KIND ports, internal: ANSWER, from RANGES`. */
function exposed(resources: readonly Resource[]): string[] {
  return exposures(resources).map(
    ({ kind, ports, internal, sourceRanges }) =>
      `${kind} ${ports}, internal: ${internal}${sourceRanges ? `, from ${isUnknown(sourceRanges) ? "?" : sourceRanges}` : ""}`,
  );
}

const service = (spec: string, annotations = "{}") =>
  `{apiVersion: v1, kind: Service, metadata: {name: web, namespace: union, annotations: ${annotations}}, spec: ${spec}}`;
const ingress = (spec: string, annotations = "{}") =>
  `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, annotations: ${annotations}}, spec: ${spec}}`;
const gateway = (spec: string, name = "web") =>
  `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: ${name}}, spec: ${spec}}`;
const aClass = (kind: string, name: string, spec: string) =>
  `{apiVersion: ${kind === "IngressClass" ? "networking" : "gateway.networking"}.k8s.io/v1, kind: ${kind}, metadata: {name: ${name}}, spec: ${spec}}`;
const privateLink = (create: string) =>
  service(
    "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80}]}",
    `{service.beta.kubernetes.io/azure-load-balancer-internal: "true", service.beta.kubernetes.io/azure-pls-create: "${create}"}`,
  );
const route = (kind: string, parents: string) =>
  `{apiVersion: gateway.networking.k8s.io/v1, kind: ${kind}, metadata: {name: web}, spec: {parentRefs: ${parents}}}`;
const pod = (spec: string) => `{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: ${spec}}`;

describe("an exposure", () => {
  test.each<[string, string, string[]]>([
    ["ClusterIP, the default", service("{ports: [{port: 80}]}"), []],
    ["ClusterIP without an address", service("{type: ClusterIP, clusterIP: None, ports: [{port: 80}]}"), []],
    ["ExternalName", service("{type: ExternalName, externalName: example.com, externalIPs: [192.0.2.1]}"), []],
    [
      "NodePort with a number",
      service("{type: NodePort, ports: [{port: 80, nodePort: 30080}, {port: 53, protocol: UDP, nodePort: 30053}]}"),
      ["NodePort tcp 30080; udp 30053, internal: unknown"],
    ],
    [
      "NodePort without a number",
      service("{type: NodePort, ports: [{port: 80}]}"),
      ["NodePort tcp 30000-32767, internal: unknown"],
    ],
    [
      "LoadBalancer opens node ports, for everybody",
      service("{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 443, nodePort: 30443}]}"),
      [
        "LoadBalancer tcp 443, internal: false, from 10.0.0.0/8",
        "load balancer's NodePort tcp 30443, internal: unknown",
      ],
    ],
    [
      "LoadBalancer without node ports",
      service("{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 443}]}"),
      ["LoadBalancer tcp 443, internal: false"],
    ],
    [
      "LoadBalancer without node ports but for one written out",
      service("{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 443, nodePort: 30443}]}"),
      ["LoadBalancer tcp 443, internal: false", "load balancer's NodePort tcp 30443, internal: unknown"],
    ],
    [
      "LoadBalancer whose health check opens a node port",
      service(
        "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, externalTrafficPolicy: Local, healthCheckNodePort: 31000, ports: [{port: 1}]}",
      ),
      ["LoadBalancer tcp 1, internal: false", "load balancer's NodePort tcp 31000, internal: unknown"],
    ],
    [
      "LoadBalancer whose health check may open a node port",
      service(
        "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, externalTrafficPolicy: {}, healthCheckNodePort: 31000, ports: [{port: 1}]}",
      ),
      ["LoadBalancer tcp 1, internal: false", "load balancer's NodePort tcp 31000, internal: unknown"],
    ],
    [
      "an ALB for some",
      ingress(
        "{ingressClassName: alb}",
        '{alb.ingress.kubernetes.io/scheme: internet-facing, alb.ingress.kubernetes.io/inbound-cidrs: "10.0.0.0/8"}',
      ),
      ["Ingress tcp 80, 443, internal: false, from 10.0.0.0/8"],
    ],
    [
      "an ALB for whom its groups admit",
      ingress(
        "{ingressClassName: alb}",
        '{alb.ingress.kubernetes.io/inbound-cidrs: "10.0.0.0/8", alb.ingress.kubernetes.io/security-groups: sg-1}',
      ),
      ["Ingress tcp 80, 443, internal: unknown, from ?"],
    ],
    [
      "another controller's Ingress, which has no such annotation",
      ingress("{}", '{kubernetes.io/ingress.class: gce, alb.ingress.kubernetes.io/inbound-cidrs: "10.0.0.0/8"}'),
      ["Ingress tcp 80, 443, internal: false"],
    ],
    ...[
      ["lbipam.cilium.io/ips: 192.168.69.120", true],
      ['metallb.io/loadBalancerIPs: "10.0.0.1,fd00::1"', true],
      ['metallb.io/loadBalancerIPs: "10.0.0.1,8.8.8.8"', false],
      ["kube-vip.io/loadbalancerIPs: not-an-address", false],
    ].map(([annotation, internal]): [string, string, string[]] => [
      `a load balancer at ${annotation}`,
      service("{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 1}]}", `{${annotation}}`),
      [`LoadBalancer tcp 1, internal: ${internal}`],
    ]),
    [
      "a load balancer at an address of its own",
      service(
        "{type: LoadBalancer, loadBalancerIP: 10.1.2.3, allocateLoadBalancerNodePorts: false, ports: [{port: 1}]}",
      ),
      ["LoadBalancer tcp 1, internal: true"],
    ],
    [
      "an internal LoadBalancer that others' networks may connect to",
      privateLink("true"),
      ["LoadBalancer tcp 80, internal: true", "Private Link Service tcp 80, internal: unknown, from ?"],
    ],
    ["an internal LoadBalancer that is not offered", privateLink("false"), ["LoadBalancer tcp 80, internal: true"]],
    [
      "source ranges by annotation",
      service(
        "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 1}]}",
        '{service.beta.kubernetes.io/load-balancer-source-ranges: "10.0.0.0/8, 192.168.0.0/16"}',
      ),
      ["LoadBalancer tcp 1, internal: false, from 10.0.0.0/8, 192.168.0.0/16"],
    ],
    [
      "source ranges that can't be read may hold some back",
      service(
        "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, loadBalancerSourceRanges: [10.0.0.0/8, corporate], ports: [{port: 1}]}",
      ),
      ["LoadBalancer tcp 1, internal: false, from ?"],
    ],
    [
      "externalIPs, whatever the type",
      service("{externalIPs: [192.0.2.1], ports: [{port: 80}]}"),
      ["externalIPs tcp 80, internal: unknown"],
    ],
    [
      "a type that does not exist",
      service("{type: Balancer, ports: [{port: 80, nodePort: 30080}]}"),
      ["LoadBalancer tcp 80, internal: unknown", "load balancer's NodePort tcp 30080, internal: unknown"],
    ],
    ["an Ingress", ingress("{rules: []}"), ["Ingress tcp 80, 443, internal: unknown"]],
    [
      "an Ingress at other ports",
      ingress("{}", "{alb.ingress.kubernetes.io/listen-ports: '[{\"HTTP\": 8080}]'}"),
      ["Ingress tcp, internal: unknown"],
    ],
    [
      "an Ingress of GKE",
      ingress("{}", "{kubernetes.io/ingress.class: gce}"),
      ["Ingress tcp 80, 443, internal: false"],
    ],
    [
      "an internal Ingress of GKE",
      ingress("{}", "{kubernetes.io/ingress.class: gce-internal}"),
      ["Ingress tcp 80, 443, internal: true"],
    ],
    [
      "an Ingress that GKE's controller does not take, by the field",
      ingress("{ingressClassName: gce-internal}"),
      ["Ingress tcp 80, 443, internal: unknown"],
    ],
    [
      "an Ingress with GKE's annotation and another's class",
      ingress("{ingressClassName: nginx}", "{kubernetes.io/ingress.class: gce-internal}"),
      ["Ingress tcp 80, 443, internal: unknown"],
    ],
    [
      "an Ingress whose class is another controller's than its name says",
      `${aClass("IngressClass", "azure-application-gateway", "{controller: k8s.io/ingress-nginx}")}\n---\n${ingress(
        "{ingressClassName: azure-application-gateway}",
        '{appgw.ingress.kubernetes.io/use-private-ip: "true"}',
      )}`,
      ["Ingress tcp 80, 443, internal: unknown"],
    ],
    [
      "an Ingress whose class is what its name says",
      `${aClass("IngressClass", "azure-application-gateway", "{controller: azure/application-gateway}")}\n---\n${ingress(
        "{ingressClassName: azure-application-gateway}",
        '{appgw.ingress.kubernetes.io/use-private-ip: "true"}',
      )}`,
      ["Ingress tcp 80, 443, internal: true"],
    ],
    [
      "an internal Ingress of AWS",
      ingress("{ingressClassName: alb}", "{alb.ingress.kubernetes.io/scheme: internal}"),
      ["Ingress tcp 80, 443, internal: true"],
    ],
    [
      "an annotation of another controller",
      ingress("{ingressClassName: nginx}", "{alb.ingress.kubernetes.io/scheme: internal}"),
      ["Ingress tcp 80, 443, internal: unknown"],
    ],
    [
      "an internal Ingress of Azure",
      ingress("{ingressClassName: azure-application-gateway}", '{appgw.ingress.kubernetes.io/use-private-ip: "true"}'),
      ["Ingress tcp 80, 443, internal: true"],
    ],
    [
      "a Gateway and a route to it",
      gateway("{gatewayClassName: x, listeners: [{port: 443, protocol: HTTPS}, {port: 53, protocol: UDP}]}") +
        `\n---\n${route("HTTPRoute", "[{name: web}]")}`,
      ["Gateway tcp 443; udp 53, internal: unknown"],
    ],
    [
      "an internal Gateway of GKE",
      gateway("{gatewayClassName: gke-l7-rilb, listeners: [{port: 80, protocol: HTTP}]}"),
      ["Gateway tcp 80, internal: true"],
    ],
    [
      "a Gateway whose class is another controller's than its name says",
      `${aClass("GatewayClass", "gke-l7-rilb", "{controllerName: gateway.envoyproxy.io/gatewayclass-controller}")}\n---\n${gateway(
        "{gatewayClassName: gke-l7-rilb, listeners: [{port: 80, protocol: HTTP}]}",
      )}`,
      ["Gateway tcp 80, internal: unknown"],
    ],
    [
      "a Gateway whose class is what its name says",
      `${aClass("GatewayClass", "gke-l7-rilb", "{controllerName: networking.gke.io/gateway}")}\n---\n${gateway(
        "{gatewayClassName: gke-l7-rilb, listeners: [{port: 80, protocol: HTTP}]}",
      )}`,
      ["Gateway tcp 80, internal: true"],
    ],
    [
      "a public Gateway of GKE",
      gateway("{gatewayClassName: gke-l7-global-external-managed, listeners: [{port: 80, protocol: HTTP}]}"),
      ["Gateway tcp 80, internal: false"],
    ],
    [
      "a route to a Gateway that is not in the input",
      `${gateway("{gatewayClassName: x, listeners: []}")}\n---\n${route("HTTPRoute", "[{name: web, namespace: edge}]")}`,
      ["Gateway nothing, internal: unknown", "Gateway tcp, internal: unknown"],
    ],
    ["a route at one port", route("UDPRoute", "[{name: web, port: 53}]"), ["Gateway udp 53, internal: unknown"]],
    ["a route in a mesh", route("GRPCRoute", '[{name: web, kind: Service, group: ""}]'), []],
    [
      "a host port",
      pod("{containers: [{name: a, ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81}]}]}"),
      ["hostPort tcp 8080, internal: unknown"],
    ],
    [
      "a host port of a sidecar",
      pod(
        "{containers: [], initContainers: [{name: a, restartPolicy: Always, ports: [{containerPort: 1, hostPort: 2}]}, {name: b, ports: [{containerPort: 3, hostPort: 4}]}]}",
      ),
      ["hostPort tcp 2, internal: unknown"],
    ],
    [
      "a host port of the loopback interface",
      pod("{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, hostIP: 127.0.0.1}]}]}"),
      [],
    ],
    [
      "the host network, at every port",
      pod("{hostNetwork: true, containers: [{name: a, ports: [{containerPort: 80}]}]}"),
      ["hostNetwork any, internal: unknown"],
    ],
    [
      "a host port on the host network",
      pod("{hostNetwork: true, containers: [{name: a, ports: [{containerPort: 80, hostPort: 80}]}]}"),
      ["hostNetwork any, internal: unknown", "hostPort tcp 80, internal: unknown"],
    ],
    [
      "a host port at one of the node's addresses",
      pod("{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}]}]}"),
      ["hostPort tcp 80, internal: unknown, from ?"],
    ],
  ])("%s", (_, yaml, expected) => {
    expect(exposed(manifests(yaml))).toEqual(expected);
  });

  test("says where it is written", () => {
    const yaml = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: union}
spec:
  template:
    spec:
      containers:
        - name: main
          ports:
            - containerPort: 80
              hostPort: 8080
`;
    expect(exposures(manifests(yaml))).toMatchObject([
      { name: "agent", namespace: "union", location: { file: "test.yaml", line: 11 } },
    ]);
  });
});

test("source ranges of which one is not known may hold some back", () => {
  const [web] = manifests(service("{ports: []}")) as [Resource];
  const spec = { type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/8", unknown("known after apply")] };
  expect(exposures([{ ...web, values: { ...web.values, spec } }])[0]?.sourceRanges).toMatchObject({
    reason: expect.stringContaining("known after apply"),
  });
});

describe("an internal load balancer", () => {
  const SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme";
  const AWS = "service.beta.kubernetes.io/aws-load-balancer-internal";
  const GKE = "networking.gke.io/load-balancer-type";
  const AZURE = "service.beta.kubernetes.io/azure-load-balancer-internal";
  const other = (type: string): Resource => ({
    ...(manifests(pod("{containers: []}"))[0] as Resource),
    type,
    mode: "data",
  });

  test.each<[string, string, Resource[], boolean | "unknown"]>([
    ["AWS, scheme", `{${SCHEME}: internal}`, [], true],
    ["AWS, public scheme", `{${SCHEME}: internet-facing}`, [], false],
    ["AWS, older annotation", `{${AWS}: "true"}`, [], true],
    ["AWS, annotations that differ", `{${AWS}: "true", ${SCHEME}: internet-facing}`, [], "unknown"],
    ["AWS, another value", `{${AWS}: 0.0.0.0/0}`, [], "unknown"],
    ["GKE", `{${GKE}: Internal}`, [], true],
    ["GKE, older annotation", "{cloud.google.com/load-balancer-type: Internal}", [], true],
    ["Azure", `{${AZURE}: "true"}`, [], true],
    ["Azure, public", `{${AZURE}: "false"}`, [], false],
    ["its own cloud's annotation", `{${AZURE}: "true"}`, [other("azurerm_subnet")], true],
    ["another cloud's annotation has no effect", `{${AZURE}: "true"}`, [other("aws_vpc")], false],
  ])("%s", (_, annotations, others, internal) => {
    const balancer = service("{type: LoadBalancer, ports: [{port: 443}]}", annotations);
    expect(exposures([...manifests(balancer), ...others])[0]).toMatchObject({ kind: "LoadBalancer", internal });
  });

  test("a class of load balancers has a default of its own", () => {
    const balancer = service("{type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb, ports: [{port: 443}]}");
    expect(exposures(manifests(balancer))[0]).toMatchObject({ internal: "unknown" });
  });
});

describe("a service as an endpoint", () => {
  const OUTSIDE = "203.0.113.7";
  const WEB = "service/union/web";
  const client = "{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {containers: []}}\n---\n";
  const balancer =
    "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, loadBalancerSourceRanges: [203.0.113.0/29], ports: [{port: 443}]}";

  test.each<[string, string, string, "allowed" | "denied"]>([
    ["{ports: [{port: 80}]}", "pod/default/client", "tcp 80", "allowed"],
    ["{ports: [{port: 80}]}", "pod/default/client", "tcp 81", "denied"],
    ["{ports: [{port: 80}]}", OUTSIDE, "tcp 80", "denied"],
    ["{type: NodePort, ports: [{port: 80, nodePort: 30080}]}", OUTSIDE, "tcp 30080", "allowed"],
    ["{type: NodePort, ports: [{port: 80, nodePort: 30080}]}", OUTSIDE, "tcp 80", "denied"],
    [balancer, OUTSIDE, "tcp 443", "allowed"],
    [balancer, "203.0.113.8", "tcp 443", "denied"],
  ])("%s is reached from %s at %s: %s", (spec, from, at, expected) => {
    const part = kubernetesPart(manifests(client + service(spec)));
    expect(decide(part, from, WEB, at)).toBe(expected);
    expect(decide(part, WEB, OUTSIDE, at)).toBe("denied");
  });

  test("of type ExternalName does not exist", () => {
    const { endpoints } = kubernetesPart(manifests(service("{type: ExternalName, externalName: example.com}")));
    expect(endpoints.filter(({ kind }) => kind === "service")).toEqual([]);
  });

  test("of a type that is not known is not judged", () => {
    const [web] = manifests(service("{ports: [{port: 80}]}"));
    const spec = { type: unknown("known after apply"), ports: [{ port: 80 }] };
    const resource = { ...(web as Resource), values: { ...web?.values, spec } };
    expect(kubernetesPart([resource]).unjudged).toMatchObject([{ resource: web?.address }]);
  });
});
