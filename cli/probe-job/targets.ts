/**
 * What a task pod tries, and how that must end: by what the deployment's policy requires of task pods and what it allows
 * them. A target that the policy allows and does not require is left out: either end is right.
 */
import { kubernetesServiceAddress } from "../../config/address-plan";
import { isStopped } from "../../config/channels";
import { FAST_TASK_PORT, LEASE_WORKER, LEASE_WORKER_SERVICE, OPERATOR_PROXY } from "../../config/components";
import { addressesOf, controlPlaneHost, tunnelEdge, tunnelHosts } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { HTTPS_PORT, TUNNEL_PORT, tunnelRegionOf, unseveredEgressOf } from "../../config/egress";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import type { Policy, RequiredPath } from "../../verification/policy";
import { policyOfDeployment } from "../../verification/promises/deployment-policy/index";
import { taskPod } from "../../verification/promises/stand-ins";
import { cloudOf } from "../clouds/index";

export interface Target {
  /** What it is, for a reader. */
  readonly name: string;
  readonly host: string;
  /** Of TCP. */
  readonly port: number;
  readonly must: "pass" | "not pass";
}

/** Where a target lies, as the policy speaks of it: addresses, or a workload or a named set by its name. */
interface Place extends Omit<Target, "must"> {
  readonly at: AddressSet | string;
}

const TCP = 6;

/** The targets of the task pods of a namespace. */
export function targetsOf(deployment: Deployment, namespace: string): Target[] {
  const policy = policyOfDeployment(deployment);
  const pod = taskPod(namespace);
  const required = policy.required.filter(({ from }) => from.kind === "resource" && from.name === pod);
  const allowed = allowedTo(pod, policy);
  return places(deployment, required, allowed).flatMap(({ at, ...target }): Target[] => {
    if (required.some((path) => leadsTo(path, at, target.port))) return [{ ...target, must: "pass" }];
    const isAllowed = typeof at !== "string" && PacketSet.of(at, onPort(target.port)).overlaps(allowed);
    return isAllowed ? [] : [{ ...target, must: "not pass" }];
  });
}

const onPort = (port: number) => ServiceSet.of(TCP, port);

/** What rules may let a pod reach outside of the network. */
const allowedTo = (pod: string, { outbound = [] }: Policy): PacketSet =>
  PacketSet.unionOf(
    outbound.flatMap(({ to, services, closedTo = [] }) =>
      to.kind === "addresses" && !closedTo.some(({ name }) => name === pod)
        ? [PacketSet.of(to.addresses, services)]
        : [],
    ),
  );

function leadsTo({ to, services }: RequiredPath, at: AddressSet | string, port: number): boolean {
  if (!onPort(port).isSubsetOf(services)) return false;
  return typeof at === "string" ? to.name === at : to.kind === "addresses" && at.isSubsetOf(to.addresses);
}

function places(deployment: Deployment, required: readonly RequiredPath[], allowed: PacketSet): Place[] {
  const { https, controlPlane, tunnel } = unseveredEgressOf(deployment);
  const region = tunnelRegionOf(deployment);
  const store = required.find(({ name }) => name === OBJECT_STORE);
  const within = (service: string) => `${service}.${PLATFORM_NAMESPACE}.svc.cluster.local`;
  const workload = (name: string) => `deployment/${PLATFORM_NAMESPACE}/${name}`;
  return [
    ...(store
      ? [{ name: "object store", host: cloudOf(deployment).objectStoreHost, port: HTTPS_PORT, at: store.to.name }]
      : []),
    {
      name: "control plane",
      host: controlPlaneHost(deployment.tenant, deployment.region),
      port: HTTPS_PORT,
      at: AddressSet.ofCidrs([...https.ipv4, ...controlPlane.ipv4]),
    },
    ...tunnelHosts(region).map((host, i) => ({
      name: `tunnel's edge, region ${i + 1}`,
      ...{ host, port: TUNNEL_PORT },
      at: addressesOf(tunnelEdge(region)).union(addressesOf(tunnel)),
    })),
    ...elsewhere(allowed),
    { name: "instance metadata", host: METADATA, port: 80, at: AddressSet.ofCidr(METADATA) },
    {
      name: "Kubernetes API",
      host: kubernetesServiceAddress(deployment),
      port: HTTPS_PORT,
      at: AddressSet.ofCidr(kubernetesServiceAddress(deployment)),
    },
    // A Service without a pod refuses everyone, whatever policies say.
    ...(isStopped(deployment, OPERATOR_PROXY)
      ? []
      : [{ name: "operator-proxy", host: within(OPERATOR_PROXY), port: 8080, at: workload(OPERATOR_PROXY) }]),
    ...(isStopped(deployment, LEASE_WORKER)
      ? []
      : [
          {
            name: "lease worker",
            host: within(LEASE_WORKER_SERVICE),
            port: FAST_TASK_PORT,
            at: workload(LEASE_WORKER),
          },
        ]),
  ];
}

/** Required paths' name of the way to it. */
const OBJECT_STORE = "Task Pods to Object Store";

/** Where machines of every cloud find what the cloud says of them. */
const METADATA = "169.254.169.254";

/** Public resolvers that answer everyone on TCP 443, and are none of Cloudflare's published blocks. */
const ELSEWHERE = ["9.9.9.9", "8.8.8.8", "208.67.222.222"];

/** An address outside of all that is allowed. */
function elsewhere(allowed: PacketSet): Place[] {
  const isOutside = (host: string) => !PacketSet.of(AddressSet.ofCidr(host), onPort(HTTPS_PORT)).overlaps(allowed);
  const host = ELSEWHERE.find(isOutside);
  return host === undefined ? [] : [{ name: "any other address", host, port: HTTPS_PORT, at: AddressSet.ofCidr(host) }];
}
