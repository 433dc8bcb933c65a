import { NetworkPolicyV1, type NetworkPolicyV1SpecEgressTo } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { FAST_TASK_PORT, LEASE_WORKER, POD_WEBHOOK, WEBHOOK_PORT } from "../../config/components";
import type { Cidrs } from "../../config/control-plane";
import { HTTPS_PORT, TUNNEL_PORT } from "../../config/egress";
import { Construct, Fn } from "../../framework";
import type { ClusterDns, DataPlane } from "../data-plane";
import { ALL_PODS, podSelector, type PodSelectors, type Selector } from "./labels";
import type { Namespace } from "./namespaces";

/** Whom a path leads to or comes from. */
export type Peer =
  | {
      /** At least one block. */
      readonly cidrs: readonly string[];
      /** Further blocks, as Terraform expressions of lists, read at plan time. Default: none. */
      readonly cidrLists?: readonly (readonly string[])[];
    }
  | {
      /** Pods of that namespace. */
      readonly pods: Selector;
      /** Default: the policy's own namespace. */
      readonly namespace?: string;
    };

/** A port of a protocol. */
export interface Port {
  /** Kubernetes' third, SCTP, is used nowhere here. */
  readonly protocol: "TCP" | "UDP";
  /** Port of the destination, 1 to 65535: after a Service's translation, so the pod's own. */
  readonly port: number;
}

/** Peers and the ports that connections to or from them may use. */
export interface Path {
  /** At least one; connections with any of them are open. */
  readonly peers: readonly Peer[];
  /** Default: every port. */
  readonly ports?: readonly Port[];
}

/** A policy's pods, and what they may open and accept. */
export interface NetworkPolicyProps {
  /** Namespace of the policy and of its pods. */
  readonly namespace: Namespace;
  /** Unique in the namespace. */
  readonly name: string;
  /** What the paths are for: an annotation that a reviewer reads. */
  readonly description: string;
  /** Whom the paths are for. Kubernetes adds up the policies of a pod: no policy takes a path away. */
  readonly pods: Selector;
  /** Connections that the pods may open. Default: none by this policy. */
  readonly egress?: readonly Path[];
  /** Connections that the pods may accept. Default: none by this policy. */
  readonly ingress?: readonly Path[];
}

/** Paths that are open beside the namespace's default-deny. Document: "Egress configuration". */
export class NetworkPolicy extends Construct {
  /** @throws RangeError for a peer without a block, which Kubernetes would read as everyone */
  constructor(scope: Construct, id: string, props: NetworkPolicyProps) {
    super(scope, id);
    const { namespace, name, description, pods, egress = [], ingress = [] } = props;
    const policy = new NetworkPolicyV1(this, "policy", {
      ...namespace.object(name, { annotations: { "kubernetes.io/description": description } }),
      spec: {
        podSelector: podSelector(pods),
        policyTypes: [...(ingress.length > 0 ? ["Ingress"] : []), ...(egress.length > 0 ? ["Egress"] : [])],
        egress: egress.map(({ peers, ports }) => ({ to: peers.flatMap(peerBlocks), ports: portBlocks(ports) })),
        ingress: ingress.map(({ peers, ports }) => ({ from: peers.flatMap(peerBlocks), ports: portBlocks(ports) })),
      },
    });
    egress.forEach(({ peers }, index) => {
      for (const peer of peers) {
        const lists = ("cidrLists" in peer && peer.cidrLists) || [];
        if (lists.length === 0) continue;
        // The framework has dynamic blocks at the top of a resource only. Beside the static peers, an empty list opens
        // nothing; a rule without any peer would open everything.
        policy.addOverride(`spec.egress.${index}.dynamic.to`, {
          for_each: lists.length === 1 ? lists[0] : (Fn.concat([...lists]) as unknown),
          content: { ip_block: { cidr: "${to.value}" } },
        });
      }
    });
  }
}

/** @throws RangeError for a peer without a block, which Kubernetes would read as everyone */
function peerBlocks(peer: Peer): NetworkPolicyV1SpecEgressTo[] {
  if ("pods" in peer) {
    return [
      {
        podSelector: podSelector(peer.pods),
        ...(peer.namespace && {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } },
        }),
      },
    ];
  }
  if (peer.cidrs.length === 0) throw new RangeError("a network policy's peer needs at least one block");
  return peer.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}

const portBlocks = (ports: readonly Port[] = []) =>
  ports.map(({ protocol, port }) => ({ protocol, port: String(port) }));

export const tcp = (...ports: readonly number[]): Port[] => ports.map((port) => ({ protocol: "TCP", port }));

const blocks = (...lists: readonly Cidrs[]) => lists.flatMap(({ ipv4, ipv6 }) => [...ipv4, ...ipv6]);

/** A path to blocks; none where there are none, as of a channel that is severed. */
const pathTo = (cidrs: readonly string[], ports: readonly Port[]): readonly Path[] =>
  cidrs.length === 0 ? [] : [{ peers: [{ cidrs }], ports }];

/** Every path out of the cluster that a pod may be given. Document: "Communication paths". */
export function pathsOut({ apiServerCidrs, egress, cloudServices, clusterDns, allowances = [] }: DataPlane) {
  const https = tcp(HTTPS_PORT);
  const { cidrs, objectStoreCidrs, credentialCidrs, metadataServer } = cloudServices;
  const services = (lists: readonly (readonly string[] | undefined)[]): Path[] => [
    { peers: [{ cidrs, cidrLists: lists.filter((list) => list !== undefined) }], ports: https },
    ...(metadataServer ? [{ peers: [{ cidrs: [metadataServer.cidr] }], ports: tcp(...metadataServer.ports) }] : []),
  ];
  return {
    dns: pathToDns(clusterDns),
    apiServer: { peers: [{ cidrs: apiServerCidrs }], ports: https },
    /** Data Plane → Control Plane: gRPC over TLS. */
    controlPlane: pathTo(blocks(egress.https, egress.controlPlane), https),
    /** Data Plane ↔ Control Plane: the Cloudflare Tunnel. */
    tunnelEdge: pathTo(
      blocks(egress.tunnel),
      egress.tunnelProtocols.map((protocol): Port => ({
        protocol: protocol === "tcp" ? "TCP" : "UDP",
        port: TUNNEL_PORT,
      })),
    ),
    /** What a deployment lets tasks reach beside. */
    allowances: allowances.map(({ cidrs, ports }): Path => ({ peers: [{ cidrs }], ports: tcp(...ports) })),
    /** The cloud's own services: identity, secrets, Fluent Bit to Log Aggregator. */
    cloudServices: services([credentialCidrs]),
    /** The same and Task Pods to Object Store. */
    cloudServicesAndObjectStore: services([credentialCidrs, objectStoreCidrs]),
  } satisfies Record<string, Path | readonly Path[]>;
}

/** The Kubernetes API, as those see it whom it calls. */
export const apiServerCallers = ({ apiServerCallers: { cidrs, agents } }: DataPlane): Peer[] => [
  { cidrs },
  ...(agents ? [{ pods: { labels: agents }, namespace: "kube-system" }] : []),
];

/** Names: whoever answers in this cluster, and nobody else. */
const pathToDns = ({ pods, cidrs }: ClusterDns): Path => ({
  peers: [
    ...pods.map((labels) => ({ pods: { labels }, namespace: "kube-system" })),
    ...(cidrs.length > 0 ? [{ cidrs }] : []),
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
});

/**
 * The proxy's port as its Service names it and as its container has it (kube-proxy translates before a policy judges,
 * the AWS VPC CNI after), and the port of the operator's heartbeat.
 */
const TO_PROXY = tcp(8080, 8089, 10254);

/** The policies of one namespace: all is closed, and these paths are open. */
export interface NetworkPoliciesProps {
  /** Addresses that the paths lead to: control plane, cloud services, DNS, Kubernetes API. */
  readonly dataPlane: DataPlane;
  /** The pods that there are. */
  readonly pods: PodSelectors;
  /** Namespace of operator and operator-proxy. */
  readonly platform: Namespace;
  /** Namespaces where task pods run; may hold the platform's. */
  readonly tasks: readonly Namespace[];
  /**
   * Fluent Bit's namespace, whether it asks the Kubernetes API for pods' labels, and where it ships logs to. Default:
   * there is no Fluent Bit.
   */
  readonly logging?:
    | {
        /** Namespace of Fluent Bit. */
        readonly namespace: Namespace;
        /** Whether it asks the Kubernetes API for pods' labels. */
        readonly readsApi: boolean;
        /** Whether it writes to the object store, and not to the cloud's log service. */
        readonly toObjectStore: boolean;
      }
    | undefined;
  /** Namespace of the cluster autoscaler. Default: there is none. */
  readonly autoscaler?: Namespace | undefined;
  /** Open the control plane to tasks, so that tasks can start tasks. */
  readonly tasksCallControlPlane: boolean;
}

/**
 * Every path of every pod, and no other. Document: "Egress configuration".
 *
 * Names lead to blocks here: a policy can't say a host name, so HTTPS to the control plane is HTTPS to the blocks that
 * the deployment's egress allows, and the security groups of the nodes say the same once more.
 */
export class NetworkPolicies extends Construct {
  /** @throws RangeError if `dataPlane` has no block of a part that a path leads to */
  constructor(scope: Construct, id: string, props: NetworkPoliciesProps) {
    super(scope, id);
    const { dataPlane, pods, platform, tasks, logging, autoscaler, tasksCallControlPlane } = props;
    const out = pathsOut(dataPlane);
    const dns = pathToDns(dataPlane.clusterDns);
    const toProxy: Path = { peers: [{ pods: pods.operatorProxy }], ports: TO_PROXY };
    const amongTasks: Path = { peers: [{ pods: pods.tasks }] };
    const toLeaseWorker: Path = {
      peers: [{ pods: pods.leaseWorker, namespace: platform.name }],
      ports: tcp(FAST_TASK_PORT),
    };
    const webhookPort = tcp(WEBHOOK_PORT);

    const namespaces = new Set(
      [platform, ...tasks, logging?.namespace, autoscaler].filter((namespace) => namespace !== undefined),
    );
    const policies: NetworkPolicyProps[] = [
      ...[...namespaces].map((namespace) => ({
        namespace,
        name: "dns",
        description: "Cluster DNS.",
        pods: ALL_PODS,
        egress: [dns],
      })),
      {
        namespace: platform,
        name: "operator",
        description: "Kubernetes API, control plane, cloud services, and the operator-proxy.",
        pods: pods.operator,
        egress: [out.apiServer, ...out.controlPlane, ...out.cloudServicesAndObjectStore, toProxy],
      },
      {
        namespace: platform,
        name: "operator-proxy",
        // The tunnel's origin is the proxy's Service, so a request may go from one proxy pod to another.
        description: "As the operator, Cloudflare's tunnel edge and the pod webhook; called by the platform only.",
        pods: pods.operatorProxy,
        egress: [
          ...[out.apiServer, ...out.controlPlane, ...out.tunnelEdge, ...out.cloudServicesAndObjectStore, toProxy],
          { peers: [{ pods: pods.podWebhook }], ports: webhookPort },
        ],
        ingress: [{ peers: [{ pods: pods.platform }], ports: TO_PROXY }],
      },
      {
        namespace: platform,
        name: LEASE_WORKER,
        description: "Kubernetes API, control plane, cloud services; called by reusable workers.",
        pods: pods.leaseWorker,
        egress: [out.apiServer, ...out.controlPlane, ...out.cloudServicesAndObjectStore],
        ingress: [
          { peers: tasks.map(({ name }) => ({ pods: pods.tasks, namespace: name })), ports: tcp(FAST_TASK_PORT) },
        ],
      },
      {
        namespace: platform,
        name: POD_WEBHOOK,
        description:
          "Kubernetes API, secret store; called by the Kubernetes API, and by the proxy when a secret changes.",
        pods: pods.podWebhook,
        egress: [out.apiServer, ...out.cloudServices],
        ingress: [
          { peers: apiServerCallers(dataPlane), ports: webhookPort },
          { peers: [{ pods: pods.operatorProxy }], ports: webhookPort },
        ],
      },
      {
        namespace: platform,
        name: pods.once.name,
        description: "Kubernetes API.",
        pods: pods.once.pods,
        egress: [out.apiServer],
      },
      ...tasks.map((namespace) => ({
        namespace,
        name: "tasks",
        description: `Object store, cloud services and lease worker${tasksCallControlPlane ? ", control plane" : ""}; distributed tasks among each other.`,
        pods: pods.tasks,
        egress: [
          ...out.cloudServicesAndObjectStore,
          amongTasks,
          toLeaseWorker,
          ...(tasksCallControlPlane ? out.controlPlane : []),
          ...out.allowances,
        ],
        ingress: [amongTasks],
      })),
      ...(logging
        ? [
            {
              namespace: logging.namespace,
              name: "fluent-bit",
              description: "Where logs are kept, and the Kubernetes API for what they are of.",
              pods: ALL_PODS,
              egress: [
                ...(logging.toObjectStore ? out.cloudServicesAndObjectStore : out.cloudServices),
                ...(logging.readsApi ? [out.apiServer] : []),
              ],
            },
          ]
        : []),
      ...(autoscaler
        ? [
            {
              namespace: autoscaler,
              name: "cluster-autoscaler",
              description: "Kubernetes API and the cloud's API of node pools.",
              pods: ALL_PODS,
              egress: [out.apiServer, ...out.cloudServices],
            },
          ]
        : []),
    ];
    for (const policy of policies) new NetworkPolicy(this, `${policy.namespace.name}-${policy.name}`, policy);
  }
}
