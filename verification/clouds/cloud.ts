/** What each cloud provides to the common core, Kubernetes as one of them. */
import type { Judged } from "../judged";
import type { CloudAccount } from "./account";
import type { Problem } from "../problem";
import type { Kind } from "./grants";
import type { Balancer } from "./kubernetes/exposure";
import type { Marker } from "./kubernetes/markers";
import type { KubernetesObjects } from "./kubernetes/objects";
import type { PartialSystem, Resource, Value } from "../model";
import type { NodePool } from "./node-pool";
import type { Registries, RegistryContext } from "./registry";
import type { TerraformInput } from "./terraform-input";

/** What a cloud itself has to say of an invariant: only it knows its resources. */
export type Check = (judged: Judged) => Iterable<Problem>;

/** What offers connections to other customers' networks. */
export interface ConnectionOffer {
  readonly what: string;
  /** Who they are. */
  readonly who: string;
  /** The name of the set that they come from. */
  readonly source: string;
}

/** A field that is a secret by what its resource is. Fields beside it, below the same argument, hold none. */
export interface SecretField {
  readonly path: readonly [argument: string, ...below: readonly (string | number)[]];
  /** What it holds, decoded. */
  readonly text: string;
  /** What is the matter where that is a literal. */
  readonly what: string;
  /** Whether it is none, unless it has the form of one. Default: false. */
  readonly isPublic?: boolean;
}

export type SecretTypes = Readonly<Record<string, (resource: Resource) => readonly SecretField[]>>;

export interface Cloud {
  /** The resources in the words of the provider that its files read. Default: they are written so. */
  readonly translate?: (resources: readonly Resource[]) => readonly Resource[];
  /** What it makes of the resources: endpoints with the filters and routes that decide over them. */
  readonly part: (resources: readonly Resource[]) => PartialSystem;
  /** Who may do what by its resources. */
  readonly grants: readonly Kind[];
  /** By the types of resources that offer connections. Default: none. */
  readonly offers?: Readonly<Record<string, ConnectionOffer>>;
  /** By types that hold secrets under names which do not say so. Default: none. */
  readonly secrets?: SecretTypes;
  /** How it reads a running account. Default: it is not collected. */
  readonly account?: CloudAccount;
  /** One file an invariant in the cloud's folder `checks`. */
  readonly checks: Readonly<Record<string, Check>>;
}

/** Arguments of a type, each by its path. */
export type Switches = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Resources of a type that hold the blocks of a list which only the cloud knows. */
export interface AddressList {
  /** Attributes that hold blocks. */
  readonly blocks: readonly string[];
  /** The set that it stands for, e.g. `aws:s3`. */
  readonly nameOf: (list: Resource) => string | undefined;
}

/** An image that a cloud starts on nodes by itself. */
export interface NodeImage {
  readonly what: string;
  readonly image: Value;
  readonly resource: Resource;
}

/** What tells of the load balancers that a cloud makes of the objects of a cluster. */
export interface ClusterBalancers {
  /** Annotations of Services. */
  readonly services: readonly Marker[];
  /** The load balancer of an Ingress; `undefined` of a class that no controller of the cloud's serves. */
  readonly ingress: (ingress: Resource, className: string, objects: KubernetesObjects) => Balancer | undefined;
  /** The load balancer of a Gateway, likewise. */
  readonly gateway: (gateway: Resource, className: string, objects: KubernetesObjects) => Balancer | undefined;
  /** Annotation by which a Service offers its load balancer to other networks, unless it is `false`. Default: there is none. */
  readonly offers?: string;
  /** Annotation by which an Ingress asks for other ports than 80 and 443. Default: there is none. */
  readonly ports?: string;
  /** How annotations begin that ask a controller of the cloud's, which may be internal by default. Default: none do. */
  readonly annotations?: string;
  /** Classes of controllers that the cloud installs, public as it does so. Default: none. */
  readonly publicClasses?: readonly string[];
  /** Values of the label `istio` that gateways have which the cloud installs, public as it does so. Default: none. */
  readonly publicGateways?: readonly string[];
}

/** What a cloud gives the Kubernetes clusters on it. */
export interface ClusterHost {
  /** How the types of its resources begin: nodes of one cloud know its registries. */
  readonly prefix: string;
  readonly nodePools: (input: TerraformInput) => readonly NodePool[];
  /** Types that make nodes of which nothing is known here: machines of one's own. */
  readonly otherNodes: RegExp;
  /** Arguments by which clusters make nodes by themselves. */
  readonly nodesByThemselves: Switches;
  /** What is in the way of nodes that pull from its registries. */
  readonly registries: (input: TerraformInput, context: RegistryContext) => Registries;
  /** Default: none. */
  readonly nodeImages?: (input: TerraformInput) => readonly NodeImage[];
  readonly balancers: ClusterBalancers;
  /** By type. Default: none. */
  readonly lists?: Readonly<Record<string, AddressList>>;
}
