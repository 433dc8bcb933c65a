import {
  BUILDKIT_PORT,
  CONNECTORS_PORT,
  DEBUG_PORT,
  FAST_TASK_PORT,
  KUBE_STATE_METRICS_PORT,
  PROMETHEUS_PORT,
  WEBHOOK_PORT,
} from "../../../config/components";
import { HTTPS_PORT } from "../../../config/egress";
import { CLOUD_KEYS, isCloudManaged } from "../../../config/encryption";
import type { Deployment } from "../../../config/deployment";

import type { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import {
  partyOf,
  STANDING,
  type Allowance,
  type Client,
  type OutboundAllowance,
  type Party,
  type Policy,
  type Probe,
  type RequiredPath,
} from "../../policy";

const TCP = 6;
const UDP = 17;
export const HTTPS = ServiceSet.of(TCP, HTTPS_PORT);
export const DNS = ServiceSet.of(UDP, 53).union(ServiceSet.of(TCP, 53));
export const KUBELET = ServiceSet.of(TCP, 10250);
/** The pod webhook's port, and the lease worker's for reusable workers. */
export const WEBHOOK = ServiceSet.of(TCP, WEBHOOK_PORT);
export const FAST_TASKS = ServiceSet.of(TCP, FAST_TASK_PORT);
export const CONNECTORS_GRPC = ServiceSet.of(TCP, CONNECTORS_PORT);
export const IMAGE_BUILDS = ServiceSet.of(TCP, BUILDKIT_PORT);
/** Prometheus' port and those that it asks, as their containers have them. */
export const METRICS = ServiceSet.of(TCP, PROMETHEUS_PORT);
export const CLUSTER_STATE = ServiceSet.of(TCP, KUBE_STATE_METRICS_PORT);
export const DEBUG = ServiceSet.of(TCP, DEBUG_PORT);
/** The operator-proxy's port as its container has it. */
export const PROXY = ServiceSet.of(TCP, 8089);

/** Pods through which the Kubernetes API of Google and Azure calls others. */
export const API_AGENTS = partyOf("pod/kube-system/konnectivity-agent");

/** A path without its beginning. */
export type Destination = Omit<RequiredPath, "from">;

/** Where something is, whatever the path to it is called. */
export type Place = Omit<Destination, "name">;

/** How a service of the cloud is known to a firewall on the way to it. */
export interface Beyond {
  /** Blocks, or service tags. */
  readonly to: readonly string[];
  readonly hosts: readonly string[];
}

/** What a cloud adds to the promises of a deployment: how its own parts are called, and what they need. */
export interface Terms {
  /** Blocks that are inside beside `network.cidr` and `network.serviceCidr`: of pods, of what each machine itself answers. */
  readonly furtherInside: readonly string[];
  /** Services of the cloud that may be reached at addresses beyond the own network. */
  readonly outbound: readonly OutboundAllowance[];
  /** Destinations that the deployment names beside the document's own. */
  readonly allowances?: readonly Allowance[];
  /** Blocks of the customer's other networks from which connections on TCP 443 may come. */
  readonly clients?: readonly string[];
  /** What clients anywhere may call, e.g. by presigned URLs. Default: nothing. */
  readonly called?: readonly Required<Omit<Client, "from">>[];
  /** Blocks that nodes' and pods' packets come from where they leave the network, before any NAT. */
  readonly sources: readonly string[];
  /** Where a named set is reached beyond the network; undefined where endpoints inside of it serve it. */
  readonly beyond: (set: string) => Beyond | undefined;
  /** Every kind of node. */
  readonly nodes: readonly Party[];
  readonly clusterApi: Party;
  /** Where nodes get images. */
  readonly imagePulls: readonly Destination[];
  /** The customer's own registry. */
  readonly registry: readonly Place[];
  /** What else a node needs to join, beside the Kubernetes API. */
  readonly bootstrap: readonly Destination[];
  /** What the Kubernetes API itself needs; default: nothing. */
  readonly ofApi?: readonly Destination[];
  /** What the Kubernetes API opens at nodes. */
  readonly fromApi: readonly Omit<RequiredPath, "from" | "to">[];
  /** Whom admission webhooks in pods are called by. */
  readonly webhookCallers: readonly Party[];
  /** Where pods reach object store, secret store, and the credentials of their identities. */
  readonly objectStore: readonly Place[];
  readonly secretStore: readonly Place[];
  /** Where logs of pods are shipped to, by Fluent Bit or by an agent of the cluster's own on each node. */
  readonly logs: readonly Place[];
  readonly logAgent?: boolean;
  /** Where the proxy reads logs of past runs; nothing where it can't read what holds them. */
  readonly pastLogs: readonly Place[];
  readonly credentials: readonly Place[];
  /** Paths that this cloud alone has. */
  readonly more: (common: {
    readonly api: readonly Destination[];
    readonly dns: Destination;
  }) => readonly RequiredPath[];
  /** Departures that fields of their own declare, or that the deployment implies. Default: none. */
  readonly exceptions?: Policy["exceptions"];
  /** BYOC: resources that offer the connection, with an optional trailing `*`, and where it comes from inside. */
  readonly offers: readonly string[];
  readonly management: readonly Party[];
  /** BYOC: how those who connect come to where it comes from, and the cloud's own probes there. Default: nothing. */
  readonly connections?: readonly RequiredPath[];
  readonly probes?: readonly Probe[];
}

export const paths = (from: Party, ...destinations: readonly Destination[]): RequiredPath[] =>
  destinations.map((destination) => ({ ...destination, from }));

/** Places as the far ends of a path. */
export const named = (name: string, places: readonly Place[]): Destination[] =>
  places.map((place) => ({ ...place, name }));

/** A cloud's service by the name of its set, e.g. `aws:s3`, over HTTPS. */
export const service = (name: string): Place => ({ to: partyOf(name), services: HTTPS });

export const addresses = (name: string, set: AddressSet): Party => ({ kind: "addresses", name, addresses: set });

/** The statement that a deployment without keys implies. */
export const cloudManagedKeys = (deployment: Deployment): Policy["exceptions"] =>
  isCloudManaged(deployment)
    ? [
        {
          id: "encryption-at-rest",
          resource: CLOUD_KEYS,
          reason: "All that is stored is encrypted with the cloud's own keys: no key is made and none is named.",
          expires: STANDING,
        },
      ]
    : [];
