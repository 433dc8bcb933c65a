/**
 * What each kind of Kubernetes object does to reachability.
 *
 * Built-in groups are complete: every kind that Kubernetes 1.35 registers (k8s.io/api 0.35, kube-aggregator,
 * apiextensions-apiserver) is in one of the three tables, of which `harmless-kinds.ts` holds the longest. Of other
 * groups a kind is harmless only by a row that says why; one that is in no table is not judged. A
 * CustomResourceDefinition in the input says that a kind exists, not what it does.
 */

import { DEPLOYS } from "../classification";

/** Kinds of one API group (the core group is empty; `*.example.com` is every group below it), for one reason. */
export interface KindRow {
  readonly group: string;
  /** `*`: every kind of the group that no other row names. */
  readonly kinds: string;
  readonly why: string;
  /** Fields, anywhere below `spec`, that take the reason away where they hold something. */
  readonly unless?: readonly string[];
}

/** Kinds that files of this folder read. */
export const MODELLED: Readonly<Record<string, string>> = {
  "": "Namespace Pod ReplicationController Service",
  "admissionregistration.k8s.io": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration",
  apps: "DaemonSet Deployment ReplicaSet StatefulSet",
  "apps.openshift.io": "DeploymentConfig",
  "argoproj.io": "Rollout",
  batch: "CronJob Job",
  "eks.amazonaws.com": "IngressClassParams",
  "elbv2.k8s.aws": "IngressClassParams",
  extensions: "DaemonSet Deployment Ingress ReplicaSet",
  "gateway.k8s.aws": "LoadBalancerConfiguration",
  "gateway.networking.k8s.io": "GRPCRoute Gateway HTTPRoute TCPRoute TLSRoute UDPRoute",
  "k8s.nginx.org": "TransportServer VirtualServer",
  "kafka.strimzi.io": "Kafka",
  "networking.istio.io": "Gateway VirtualService",
  "networking.k8s.io": "Ingress NetworkPolicy",
  "projectcontour.io": "HTTPProxy",
  "route.openshift.io": "Route",
  "serving.knative.dev": "Service",
  "traefik.containo.us": "IngressRoute IngressRouteTCP IngressRouteUDP",
  "traefik.io": "IngressRoute IngressRouteTCP IngressRouteUDP",
};

const RUNS_PODS = "the pods and services that its operator makes are not modelled";

/** Why a kind is not judged, where there is more to say than that it is in no table. */
export const UNJUDGED: readonly KindRow[] = [
  { group: "argoproj.io", kinds: "Application ApplicationSet", why: DEPLOYS },
  { group: "argoproj.io", kinds: "ArgoCD", why: RUNS_PODS },
  { group: "argoproj.io", kinds: "Sensor", why: "it makes objects that are not in the input" },
  { group: "kustomize.toolkit.fluxcd.io", kinds: "*", why: DEPLOYS },
  { group: "helm.toolkit.fluxcd.io", kinds: "*", why: DEPLOYS },
  { group: "fluxcd.controlplane.io", kinds: "*", why: DEPLOYS },
  { group: "helm.cattle.io", kinds: "*", why: DEPLOYS },
  { group: "fleet.cattle.io", kinds: "*", why: DEPLOYS },
  { group: "template.openshift.io", kinds: "Template", why: "the objects that it stands for are not read" },
  { group: "operators.coreos.com", kinds: "*", why: "the operator that it installs is not in the input" },
  { group: "extensions", kinds: "NetworkPolicy", why: "Kubernetes serves its API no more" },
  { group: "ray.io", kinds: "*", why: RUNS_PODS },
  { group: "sparkoperator.k8s.io", kinds: "*", why: RUNS_PODS },
  { group: "kubeflow.org", kinds: "*", why: RUNS_PODS },
  { group: "serving.kserve.io", kinds: "*", why: "the way in that it makes is not modelled" },
  { group: "services.k8s.aws", kinds: "*", why: "it makes a resource of AWS that is not modelled" },
  { group: "*.services.k8s.aws", kinds: "*", why: "it makes a resource of AWS that is not modelled" },
  { group: "*.cnrm.cloud.google.com", kinds: "*", why: "it makes a resource of Google Cloud that is not modelled" },
  { group: "*.azure.com", kinds: "*", why: "it makes a resource of Azure that is not modelled" },
  { group: "*.upbound.io", kinds: "*", why: "it makes a resource of a cloud that is not modelled" },
  { group: "*.crossplane.io", kinds: "*", why: "what it makes is not in the input" },
];
