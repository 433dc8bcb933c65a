/**
 * Objects that open a way in through something that the input does not hold: a controller, a load balancer, a second
 * network, the cluster's API.
 *
 * - Of ingress-nginx a ConfigMap of any name says which ports lead to which services, `PORT: NAMESPACE/SERVICE:PORT`
 *   (https://kubernetes.github.io/ingress-nginx/user-guide/exposing-tcp-udp-services).
 * - GKE makes network endpoint groups of a service's pods, for load balancers that are made outside of the cluster
 *   (https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg).
 * - Multus joins a pod to networks beside the cluster's (https://github.com/k8snetworkplumbingwg/multus-cni).
 * - Requests without credentials are those of `system:anonymous`, in the group `system:unauthenticated`
 *   (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests).
 */
import type { Resource, Unjudged, Value } from "../../model";
import { at, blocks, field, isObject, isOpaque, knownText } from "../../values";
import { annotationOf } from "./markers";
import type { KubernetesObjects } from "./objects";
import { roleOf } from "./rbac";
import type { Pods } from "./workloads";
import { yamlValue } from "./yaml-text";

export function waysElsewhere(objects: KubernetesObjects, pods: readonly Pods[]): Unjudged[] {
  return [
    ...objects.ofKind("ConfigMap", "").flatMap(proxiedPorts),
    ...objects.ofKind("Service", "").flatMap(endpointGroups),
    ...pods.flatMap(otherNetworks),
    ...["RoleBinding", "ClusterRoleBinding"]
      .flatMap((kind) => objects.ofKind(kind, "rbac.authorization.k8s.io"))
      .flatMap(anonymousRights),
  ];
}

function proxiedPorts(map: Resource): Unjudged[] {
  const data = field(map, "data");
  if (!isObject(data)) return [];
  const isProxied = ([port, service]: [string, Value]) =>
    /^\d+$/.test(port) && (isOpaque(service) || /^[\w.-]+\/[\w.-]+:[\w-]+(:\w*)*$/.test(knownText(service) ?? ""));
  const [first] = Object.entries(data).find(isProxied) ?? [];
  if (first === undefined) return [];
  const reason = "ingress-nginx opens the ports that it leads to services, where it is told of it";
  return [{ resource: map.address, location: map.locate(["data", first]), reason }];
}

const GROUPS = "cloud.google.com/neg";

function endpointGroups(service: Resource): Unjudged[] {
  const written = annotationOf(service, GROUPS);
  if (written === undefined) return [];
  const said = knownText(written);
  const asked = said === undefined ? undefined : yamlValue(said);
  if (isPlain(asked) && !hasParts(asked["exposed_ports"])) return [];
  const reason = "load balancers that are not in the input may lead to the network endpoint groups of its pods";
  return [{ resource: service.address, location: service.locate(["metadata", "annotations", GROUPS]), reason }];
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const hasParts = (value: unknown): boolean => isPlain(value) && Object.keys(value).length > 0;

const NETWORKS = "k8s.v1.cni.cncf.io/networks";

function otherNetworks({ resource, specPath }: Pods): Unjudged[] {
  const path = [...specPath.slice(0, -1), "metadata", "annotations", NETWORKS];
  const written = field(resource, ...path);
  if (written === undefined || written === "" || written === "[]") return [];
  const reason =
    "the networks that it joins beside the cluster's, to which its policies do not apply, are not modelled";
  return [{ resource: resource.address, location: resource.locate(path), reason }];
}

const NOBODY = ["system:anonymous", "system:unauthenticated"];

/** Roles that Kubernetes and kubeadm bind so themselves, to read versions and what a node needs to join. */
const OF_ALL = ["system:public-info-viewer", "system:discovery", "kubeadm:bootstrap-signer-clusterinfo"];

function anonymousRights(binding: Resource): Unjudged[] {
  const names = blocks(field(binding, "subjects")).map((subject) => knownText(at(subject, "name")) ?? "");
  const isOfAll = OF_ALL.includes(knownText(at(field(binding, "roleRef"), "name")) ?? "");
  if (isOfAll || !names.some((name) => NOBODY.includes(name))) return [];
  const reason = `whoever reaches the cluster's API has ${roleOf(binding)} without credentials`;
  return [{ resource: binding.address, location: binding.locate(["subjects"]), reason }];
}
