/**
 * Load balancers that AKS and the Application Gateway Ingress Controller make of Services and Ingresses.
 *
 * https://learn.microsoft.com/azure/aks/internal-lb (Private Link Service, too: `azure-pls-create`),
 * https://azure.github.io/application-gateway-kubernetes-ingress/annotations/,
 * https://learn.microsoft.com/azure/aks/app-routing, https://learn.microsoft.com/azure/aks/istio-deploy-ingress
 */
import type { ClusterBalancers } from "../cloud";
import { areServedBy } from "../kubernetes/classes";
import { marked } from "../kubernetes/markers";

const APPLICATION_GATEWAYS = ["azure-application-gateway", "azure/application-gateway"];
const CONTROLLER = "azure/application-gateway";
const PRIVATE_IP = {
  annotation: "appgw.ingress.kubernetes.io/use-private-ip",
  internal: "true",
  external: "false",
};

export const azureBalancers: ClusterBalancers = {
  services: [
    { annotation: "service.beta.kubernetes.io/azure-load-balancer-internal", internal: "true", external: "false" },
  ],
  ingress: (ingress, className, objects) =>
    APPLICATION_GATEWAYS.includes(className) && areServedBy("IngressClass", className, CONTROLLER, objects)
      ? { internal: marked(ingress, PRIVATE_IP) ?? false, sourceRanges: undefined }
      : undefined,
  gateway: () => undefined,
  offers: "service.beta.kubernetes.io/azure-pls-create",
  annotations: "appgw.ingress.kubernetes.io/",
  publicClasses: ["webapprouting.kubernetes.azure.com"],
  publicGateways: ["aks-istio-ingressgateway-external"],
};
