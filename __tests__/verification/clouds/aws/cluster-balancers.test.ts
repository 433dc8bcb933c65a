import { exposures } from "../../../../verification/clouds/kubernetes/index";
import { isUnknown } from "../../../../verification/model";
import { manifests } from "../../../support/manifests";

const object = (apiVersion: string, kind: string, name: string, spec: string, annotations = "{}") =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}, annotations: ${annotations}}, spec: ${spec}}`;

/** The first way in, as `internal, from RANGES`. */
function answer(...documents: readonly string[]): string {
  const [way] = exposures(manifests(documents.join("\n---\n")));
  const ranges = way?.sourceRanges;
  return `${way?.internal}${ranges ? `, from ${isUnknown(ranges) ? "?" : ranges}` : ""}`;
}

const SCHEME = "alb.ingress.kubernetes.io/scheme";

describe("an Ingress whose class the input holds", () => {
  const ingress = (annotations = "{}") =>
    object("networking.k8s.io/v1", "Ingress", "web", "{ingressClassName: edge}", annotations);
  const ingressClass = (controller: string, parameters = "") =>
    object("networking.k8s.io/v1", "IngressClass", "edge", `{controller: ${controller}${parameters}}`);
  const named = (group: string) => `, parameters: {apiGroup: ${group}, kind: IngressClassParams, name: edge}`;
  const parameters = (group: string, spec: string) => object(`${group}/v1`, "IngressClassParams", "edge", spec);
  const AUTO = "eks.amazonaws.com";
  const CONTROLLER = "elbv2.k8s.aws";

  test.each<[string, string[], string]>([
    ["by its annotation", [ingress(`{${SCHEME}: internet-facing}`), ingressClass("ingress.k8s.aws/alb")], "false"],
    ["of EKS Auto Mode", [ingress(`{${SCHEME}: internal}`), ingressClass("eks.amazonaws.com/alb")], "true"],
    ["that says nothing", [ingress(), ingressClass("ingress.k8s.aws/alb")], "unknown"],
    ["of another controller", [ingress(`{${SCHEME}: internal}`), ingressClass("k8s.io/ingress-nginx")], "unknown"],
    [
      "by its parameters, whatever the annotation",
      [
        ingress(`{${SCHEME}: internal}`),
        ingressClass("eks.amazonaws.com/alb", named(AUTO)),
        parameters(AUTO, "{scheme: internet-facing}"),
      ],
      "false",
    ],
    [
      "by its parameters' ranges, whatever the annotation",
      [
        ingress(`{${SCHEME}: internet-facing, alb.ingress.kubernetes.io/inbound-cidrs: "10.0.0.0/8"}`),
        ingressClass("ingress.k8s.aws/alb", named(CONTROLLER)),
        parameters(CONTROLLER, "{inboundCIDRs: [192.0.2.0/24]}"),
      ],
      "false, from 192.0.2.0/24",
    ],
    [
      "by parameters of another scheme",
      [ingress(), ingressClass("eks.amazonaws.com/alb", named(AUTO)), parameters(AUTO, "{scheme: other}")],
      "unknown",
    ],
    [
      "by parameters that the input does not hold",
      [ingress(`{${SCHEME}: internal}`), ingressClass("eks.amazonaws.com/alb", named(AUTO))],
      "unknown",
    ],
  ])("%s", (_, documents, expected) => {
    expect(answer(...documents)).toBe(expected);
  });
});

describe("a Gateway whose class the input holds", () => {
  const reference = (name: string) =>
    `parametersRef: {group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: ${name}}`;
  const gateway = (name?: string) =>
    object(
      "gateway.networking.k8s.io/v1",
      "Gateway",
      "web",
      `{gatewayClassName: edge, listeners: [{port: 80, protocol: HTTP}]${name ? `, infrastructure: {${reference(name)}}` : ""}}`,
    );
  const gatewayClass = (controller: string, name?: string) =>
    object(
      "gateway.networking.k8s.io/v1",
      "GatewayClass",
      "edge",
      `{controllerName: ${controller}${name ? `, ${reference(name)}` : ""}}`,
    );
  const configuration = (name: string, spec: string) =>
    object("gateway.k8s.aws/v1", "LoadBalancerConfiguration", name, spec);
  const ALB = "gateway.k8s.aws/alb";
  const PUBLIC = "{scheme: internet-facing}";
  const INTERNAL = "{scheme: internal}";

  test.each<[string, string[], string]>([
    ["public by its own configuration", [gateway("a"), gatewayClass(ALB), configuration("a", PUBLIC)], "false"],
    ["an NLB", [gateway("a"), gatewayClass("gateway.k8s.aws/nlb"), configuration("a", INTERNAL)], "true"],
    ["internal by its class's", [gateway(), gatewayClass(ALB, "a"), configuration("a", INTERNAL)], "true"],
    [
      "by two that differ",
      [gateway("a"), gatewayClass(ALB, "b"), configuration("a", PUBLIC), configuration("b", INTERNAL)],
      "unknown",
    ],
    [
      "of which the class's is not in the input",
      [gateway("a"), gatewayClass(ALB, "b"), configuration("a", INTERNAL)],
      "unknown",
    ],
    ["without a configuration", [gateway(), gatewayClass(ALB)], "unknown"],
    ["of another controller", [gateway("a"), gatewayClass("example.com/x"), configuration("a", INTERNAL)], "unknown"],
    ["of a class that is not in the input", [gateway("a"), configuration("a", INTERNAL)], "unknown"],
    ["of VPC Lattice", [gateway(), gatewayClass("application-networking.k8s.aws/gateway-api-controller")], "true"],
    [
      "of VPC Lattice by the name of its class",
      [gateway().replace("ClassName: edge", "ClassName: amazon-vpc-lattice")],
      "true",
    ],
    [
      "of a class that is called as VPC Lattice's and is another controller's",
      [
        gateway().replace("ClassName: edge", "ClassName: amazon-vpc-lattice"),
        gatewayClass("example.com/x").replace("name: edge", "name: amazon-vpc-lattice"),
      ],
      "unknown",
    ],
    [
      "for some",
      [gateway("a"), gatewayClass(ALB), configuration("a", "{scheme: internet-facing, sourceRanges: [10.0.0.0/8]}")],
      "false, from 10.0.0.0/8",
    ],
    [
      "for whom its groups admit",
      [gateway("a"), gatewayClass(ALB), configuration("a", "{scheme: internet-facing, securityGroups: [sg-1]}")],
      "false, from ?",
    ],
    [
      "for some of two lists",
      [
        gateway("a"),
        gatewayClass(ALB, "b"),
        configuration("a", "{scheme: internet-facing, sourceRanges: [10.0.0.0/8]}"),
        configuration("b", "{sourceRanges: [192.0.2.0/24]}"),
      ],
      "false, from ?",
    ],
  ])("%s", (_, documents, expected) => {
    expect(answer(...documents)).toBe(expected);
  });
});
