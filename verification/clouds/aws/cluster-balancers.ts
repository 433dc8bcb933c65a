/**
 * Load balancers that the AWS Load Balancer Controller and EKS Auto Mode make of Ingresses and Gateways: what the objects
 * say, and what their classes' parameters say in their place. Without a word the controller's own flags decide.
 *
 * https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html,
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class,
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig,
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
 */
import type { Resource, Value } from "../../model";
import { at, field, isOpaque, knownText, texts, unknown } from "../../values";
import type { ClusterBalancers } from "../cloud";
import type { Balancer, Exposure } from "../kubernetes/exposure";
import { annotationOf, marked, type Marker } from "../kubernetes/markers";
import type { KubernetesObjects } from "../kubernetes/objects";
import { rangesIn, textsOf } from "../kubernetes/source-ranges";
import type { Ternary } from "../../ternary";

export const awsBalancers: ClusterBalancers = {
  services: [
    {
      annotation: "service.beta.kubernetes.io/aws-load-balancer-scheme",
      internal: "internal",
      external: "internet-facing",
    },
    { annotation: "service.beta.kubernetes.io/aws-load-balancer-internal", internal: "true", external: "false" },
  ],
  ingress: albOf,
  gateway: balancerOf,
  ports: "alb.ingress.kubernetes.io/listen-ports",
  annotations: "alb.ingress.kubernetes.io/",
};

const SCHEME: Marker = {
  annotation: "alb.ingress.kubernetes.io/scheme",
  internal: "internal",
  external: "internet-facing",
};

const INGRESS_CONTROLLERS = ["ingress.k8s.aws/alb", "eks.amazonaws.com/alb"];
const PARAMETER_GROUPS = ["elbv2.k8s.aws", "eks.amazonaws.com"];
const GATEWAY_CONTROLLERS = ["gateway.k8s.aws/alb", "gateway.k8s.aws/nlb"];
const GATEWAY_GROUP = "gateway.k8s.aws";

/**
 * A Gateway of VPC Lattice is a service network: its services answer at link-local addresses, within the VPCs that it is
 * associated with (https://www.gateway-api-controller.eks.aws.dev/latest/concepts/overview/).
 */
const LATTICE = {
  className: "amazon-vpc-lattice",
  controller: "application-networking.k8s.aws/gateway-api-controller",
};
const WITHIN_VPCS: Balancer = { internal: true, sourceRanges: undefined };

const GROUPS = unknown("whom the security groups admit that it names is not known");

/** The ALB of an Ingress; `undefined` of a class that another controller serves. */
function albOf(ingress: Resource, className: string, objects: KubernetesObjects): Balancer | undefined {
  const classes = withName("IngressClass", ["networking.k8s.io"], className, objects);
  const isAlb = (one: Resource) => INGRESS_CONTROLLERS.includes(knownText(field(one, "spec", "controller")) ?? "");
  if (classes.length === 0 ? className !== "alb" : !classes.every(isAlb)) return undefined;
  const annotated: Balancer = {
    internal: marked(ingress, SCHEME) ?? "unknown",
    sourceRanges:
      annotationOf(ingress, "alb.ingress.kubernetes.io/security-groups") === undefined
        ? rangesIn(textsOf(annotationOf(ingress, "alb.ingress.kubernetes.io/inbound-cidrs")))
        : GROUPS,
  };
  const references = classes.flatMap((one) => field(one, "spec", "parameters") ?? []);
  const specs = references.map((reference) => specOf(reference, "IngressClassParams", PARAMETER_GROUPS, objects));
  if (specs.length === 0) return annotated;
  const [spec, ...others] = specs;
  if (spec === undefined || others.length > 0) return { ...annotated, internal: "unknown" };
  return {
    internal: schemeOf(spec) ?? annotated.internal,
    sourceRanges:
      at(spec, "inboundCIDRs") === undefined ? annotated.sourceRanges : rangesIn(texts(at(spec, "inboundCIDRs"))),
  };
}

/** The load balancer of a Gateway; `undefined` of a class that another controller serves, or that is not in the input. */
function balancerOf(gateway: Resource, className: string, objects: KubernetesObjects): Balancer | undefined {
  const [gatewayClass, ...others] = withName("GatewayClass", ["gateway.networking.k8s.io"], className, objects);
  const controller = gatewayClass && knownText(field(gatewayClass, "spec", "controllerName"));
  if (gatewayClass ? controller === LATTICE.controller && others.length === 0 : className === LATTICE.className) {
    return WITHIN_VPCS;
  }
  if (others.length > 0 || !GATEWAY_CONTROLLERS.includes(controller ?? "")) return undefined;
  const ofClass = gatewayClass && field(gatewayClass, "spec", "parametersRef");
  const references = [ofClass, field(gateway, "spec", "infrastructure", "parametersRef")].filter(
    (reference) => reference !== undefined,
  );
  const specs = references.map((reference) => specOf(reference, "LoadBalancerConfiguration", [GATEWAY_GROUP], objects));
  const known = specs.filter((spec) => spec !== undefined);
  if (known.length < specs.length) return { internal: "unknown", sourceRanges: undefined };
  const schemes = new Set(known.map(schemeOf).filter((scheme) => scheme !== undefined));
  const [scheme = "unknown"] = schemes;
  const ranges = known.map(rangesOf).filter((one) => one !== undefined);
  return {
    // Which of the two comes before the other is a setting of the class's.
    internal: schemes.size > 1 ? "unknown" : scheme,
    sourceRanges:
      ranges.length > 1 ? unknown("which of its configurations' source ranges count is not known") : ranges[0],
  };
}

const NARROWING = ["securityGroups", "securityGroupPrefixes", "disableSecurityGroup"];

function rangesOf(spec: Value): Exposure["sourceRanges"] {
  if (NARROWING.some((name) => at(spec, name) !== undefined)) return GROUPS;
  return rangesIn(texts(at(spec, "sourceRanges")));
}

/** What parameters say of the scheme; `undefined` where they say nothing. */
function schemeOf(spec: Value): Ternary | undefined {
  const scheme = at(spec, "scheme");
  if (scheme === undefined) return undefined;
  const said = knownText(scheme);
  return said === "internal" ? true : said === "internet-facing" ? false : "unknown";
}

/** The `spec` of the parameters that a class or a Gateway names; `undefined` where the input does not hold them. */
function specOf(
  reference: Value,
  kind: string,
  groups: readonly string[],
  objects: KubernetesObjects,
): Value | undefined {
  if (knownText(at(reference, "kind")) !== kind) return undefined;
  const [found, ...others] = withName(kind, groups, knownText(at(reference, "name")), objects);
  const spec = found && field(found, "spec");
  return spec === undefined || isOpaque(spec) || others.length > 0 ? undefined : spec;
}

/** Objects of a kind that are called so, in whatever namespace: most of these have none. */
function withName(
  kind: string,
  groups: readonly string[],
  name: string | undefined,
  objects: KubernetesObjects,
): Resource[] {
  return name === undefined ? [] : objects.ofKind(kind, ...groups).filter((object) => objects.nameOf(object) === name);
}
