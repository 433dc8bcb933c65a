/**
 * The neutral model that every reader fills and every invariant judges.
 *
 *   readers -> Resource[] -> clouds -> System (endpoints, filters) -> invariants -> Finding[]
 *
 * A reader knows a format and no cloud; a file of clouds/ knows one rule system and no format; an invariant knows
 * neither. What can't be read is carried along as unknown, and nothing unknown ever counts as fine.
 */
import type { AddressSet } from "../packets/address-set";
import type { PacketSet } from "../packets/packet-set";
import type { ServiceSet } from "../packets/service-set";

// ---------------------------------------------------------------- resources: what a reader hands over

/** Where something is written: file as the user named it, 1-based line (0: the file as a whole). */
export interface Location {
  /** As the user named it, or below a folder that the user named. */
  readonly file: string;
  /** Number of the line: 1 for the first, 0 for the file as a whole. */
  readonly line: number;
}

/** A value whose text only another resource or the cloud knows. */
export type Value =
  null | boolean | number | string | Reference | Unknown | readonly Value[] | { readonly [key: string]: Value };

/** `${aws_security_group.a.id}`: an attribute of a resource (or data source: `data.aws_prefix_list.s3`) in the input. */
export interface Reference {
  readonly kind: "reference";
  /** Address of the resource, e.g. `aws_security_group.a`, `data.aws_prefix_list.s3`, `module.x.aws_vpc.main`. */
  readonly address: string;
  /** Attribute path behind the address, e.g. `id`, `identity[0].oidc[0].issuer`; empty for the whole resource. */
  readonly attribute: string;
}

/** A value that can't be known from the input: `reason` names what is missing, for the finding's message. */
export interface Unknown {
  readonly kind: "unknown";
  /** What is missing, e.g. `known only after apply`; completes "X " in a finding's message. */
  readonly reason: string;
  /** Addresses that the expression mentions. */
  readonly mentions: readonly string[];
  /** What the input would have to hold for it to be known. Default: nothing that it could. */
  readonly missing?: Missing | undefined;
  /** Set where it is a name that nothing declares: an address, or a word that stands for itself (`when = destroy`). */
  readonly undeclared?: string;
  /** Set where the block that it stands in may not be there. */
  readonly inDoubt?: true;
  /**
   * Of a text made of parts: the known ones, with `${}` for each other, e.g. `com.amazonaws.${}.s3`. Default: no part
   * is known.
   */
  readonly text?: string | undefined;
  /** What stands for each `${}` of `text`, in order; undefined where that can't be told. */
  readonly parts?: readonly (Reference | Unknown)[] | undefined;
}

/** What an input lacks, as the remedy names it. */
export type Missing =
  | {
      readonly kind: "variable";
      /** Its name, without `var.`. */
      readonly name: string;
      /** Address of the module whose variable it is; default: the root module's. */
      readonly module?: string | undefined;
    }
  | { readonly kind: "workspace" }
  /** A module that no init has installed. */
  | {
      readonly kind: "module";
      /** Address of its call. */
      readonly address: string;
    }
  | {
      readonly kind: "file";
      /** As the expression names it. */
      readonly path: string;
      /** Whether something lies there, which can't be read. */
      readonly isThere: boolean;
    }
  /** What Helm, Flux, Argo CD or another deployer takes from elsewhere. */
  | { readonly kind: "deployer" }
  /** What Terraform works out when it plans. */
  | { readonly kind: "plan" };

export function isReference(value: unknown): value is Reference {
  return isOfKind(value, "reference") && typeof value["address"] === "string" && typeof value["attribute"] === "string";
}

/** The whole resource at an address where `attribute` is empty; default: what its id names. */
export const referenceTo = (address: string, attribute = "id"): Reference => ({
  kind: "reference",
  address,
  attribute,
});

export function isUnknown(value: unknown): value is Unknown {
  return isOfKind(value, "unknown") && typeof value["reason"] === "string" && Array.isArray(value["mentions"]);
}

/** Manifests and maps of the input have a `kind` too: what tells a value apart is all that it holds. */
function isOfKind(value: unknown, kind: string): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

/**
 * One resource, data source or Kubernetes object.
 *
 * Terraform: `type` is the provider's (`aws_security_group`), `values` its arguments with blocks as arrays of objects.
 * Kubernetes: `type` is `kubernetes:` and the kind (`kubernetes:NetworkPolicy`), `values` the manifest (camelCase),
 * whether it was written as YAML or as a `kubernetes_*` resource of Terraform.
 */
export interface Resource {
  /** Terraform's type, or `kubernetes:KIND`. */
  readonly type: string;
  /** Terraform's address with its module; of a manifest its kind, namespace and name. */
  readonly address: string;
  /** `managed` is made and kept by the input; `data` is only read by it. */
  readonly mode: "managed" | "data";
  /** What was read together: a stack, a module, a plan, a manifest folder. References resolve within it, then across. */
  readonly unit: string;
  /** Arguments by name, what the input leaves out left out: defaults are the clouds' to know. */
  readonly values: { readonly [key: string]: Value };
  /** Where it begins. */
  readonly location: Location;
  /** Location of a field by its path in `values` (`["ingress", 0, "cidr_blocks", 1]`), or of the nearest one above it. */
  readonly locate: (path: readonly (string | number)[]) => Location;
  /**
   * Whose provider it is of, where that is not the one that its type is of by itself: `someone/aws`. Default:
   * `hashicorp/` and what the type begins with.
   */
  readonly provider?: string | undefined;
  /** Set where it can't be told whether it is there at all: why. What rests on it alone is unknown. */
  readonly existence?: Unknown | undefined;
  /** Set where it stands for what the input lacks, of which nothing is known. */
  readonly missing?: Missing | undefined;
  /**
   * The `kubernetes_*` resource that a Kubernetes object was written as; its `lifecycle` is no part of the manifest.
   * Default: it was written as no such resource.
   */
  readonly terraform?: Resource | undefined;
  /** Set where the input holds several systems; what has none is of each. */
  readonly system?: OfSystem | undefined;
}

// ---------------------------------------------------------------- system: what clouds hand over

/** As seen from an endpoint: who opens the connection, not which way its bytes go. */
export type Direction = "inbound" | "outbound";

/** Whom a rule speaks of, on the far side. */
export type Peer =
  | {
      readonly kind: "addresses";
      /** Blocks, IPv4 and IPv6. */
      readonly addresses: AddressSet;
    }
  /** Members of a group of the input (a security group, tags, pods): `id` is among {@link Endpoint.groups}. */
  | {
      readonly kind: "group";
      /** The group's id in the input. */
      readonly id: string;
    }
  /** Whoever it is can't be told; `reason` names what is missing. */
  | {
      readonly kind: "unknown";
      /** What is missing. */
      readonly reason: string;
    };

/** One rule as written. Services are the far side's for outbound, the endpoint's own for inbound (destination ports). */
export interface Rule {
  /** Address of the resource that holds the rule. */
  readonly resource: string;
  /** Where the rule itself is written, within its resource. */
  readonly location: Location;
  /** `next` hands the packet to the next level (Google's goto_next). */
  readonly action: "allow" | "deny" | "next";
  /** Protocols and destination ports, as an exact set. */
  readonly services: ServiceSet;
  /** The far side: any of these. */
  readonly peers: readonly Peer[];
  /** Set where protocol or ports can't be told: the rule may match any packet of its peers. */
  readonly unknown?: string;
  /** Set where it can't be told whether the rule is there: why. Then it may match, and for certain matches nothing. */
  readonly existence?: string;
}

/**
 * One filter that packets of one direction pass at an endpoint. Levels are evaluated in order; in a level the first
 * rule that matches decides; a packet that no rule decides goes to the next level and at last to `otherwise`.
 * Allow-only systems (security groups, NetworkPolicy) are one level of allow rules and `otherwise: "deny"`.
 */
export interface Filter {
  /** e.g. `aws_security_group.nodes`, `NetworkPolicy in namespace union`. Several groups on one endpoint are one filter. */
  readonly name: string;
  /** Which rules of filtering it has, e.g. `aws-security-group`. */
  readonly system: string;
  /** Which connections it judges. */
  readonly direction: Direction;
  /** A stateful filter lets answers pass; a stateless one (network ACLs) must allow the return ports too. */
  readonly stateful: boolean;
  /** Rules in the order in which they are asked, level by level. */
  readonly levels: readonly (readonly Rule[])[];
  /** What becomes of a packet that no rule decides. */
  readonly otherwise: "allow" | "deny";
  /** Set where the cloud keeps the filter by itself, so that no promise rests on it. */
  readonly keptByCloud?: boolean;
  /** Set where the filter as a whole could not be read. */
  readonly unknown?: string;
}

/** Something with an address of its own that packets start from or arrive at: an instance, a node pool, a pod, an endpoint. */
export interface Endpoint {
  /**
   * Address of the resource, or `pod/NAMESPACE/NAME`, `deployment/NAMESPACE/NAME`. Endpoints share it where one resource
   * has several: an instance's interfaces, subnets whose network ACLs or routes differ.
   */
  readonly id: string;
  /** What it is, for invariants that speak of one kind; no decision about packets rests on it. */
  readonly kind:
    "node" | "instance" | "interface" | "pod" | "cloud-service" | "cluster-api" | "load-balancer" | "group" | "service";
  /** Where its resource is written. */
  readonly location: Location;
  /** Every address that it may have (its subnets' blocks, the addresses it is given). */
  readonly addresses: AddressSet;
  /** Groups that rules may name it by. */
  readonly groups: ReadonlySet<string>;
  /** Groups that it may belong to but can't be proved to: a rule that names one may match it. Default: none. */
  readonly possibleGroups?: ReadonlySet<string> | undefined;
  /** Network (VPC, VNet) that it lives in; undefined: not known. */
  readonly network?: string | undefined;
  /** All must let a packet pass. An endpoint without a filter in a direction is open in it. */
  readonly filters: readonly Filter[];
  /** Far addresses that it can exchange packets with, by routes and gateways; `undefined` where routes are not judged. */
  readonly routes?:
    | {
        /** Far addresses that its packets get to. */
        readonly outbound: AddressSet;
        /** Far addresses whose packets get to it. */
        readonly inbound: AddressSet;
        /** Set where not all routes can be told: why. */
        readonly unknown?: string;
        /** Where routes are not all known: far addresses that are reached whatever the others say. Default: none. */
        readonly certain?: AddressSet;
        /**
         * Far addresses among those above that can't be proved to be exchanged packets with: of what has private
         * addresses only, or may have a public one. Default: none.
         */
        readonly unproved?: {
          /** Far addresses that its packets may not get to. */
          readonly outbound: AddressSet;
          /** Far addresses whose packets may not get to it. */
          readonly inbound: AddressSet;
          /** What would tell, for the finding's message. */
          readonly why: string;
        };
      }
    | undefined;
  /** Public addresses that its own network uses as its own: what has one of them is not outside. Default: none. */
  readonly local?: AddressSet | undefined;
  /** Set where it stands in for something that the input does not hold, and that others lead to. */
  readonly isStandIn?: true | undefined;
  /** Named services that it stands for (a VPC endpoint for S3: `aws:s3`). Default: none. */
  readonly serves?: readonly string[] | undefined;
  /** Where the names of these services lead, if not here, and why. Default: they lead here. */
  readonly unnamed?:
    | {
        /** `public`: to the service's addresses on the internet; `nowhere`: the names don't resolve. */
        readonly lead: "public" | "nowhere" | "unknown";
        /** For the finding's message. */
        readonly why: string;
      }
    | undefined;
  /**
   * Of nodes whose pods have addresses of an overlay: the same interfaces, as packets between pods of two nodes meet
   * them. Everywhere else pods' packets carry the node's address. Default: pods have addresses of the network.
   */
  readonly overlay?: Endpoint | undefined;
  /** Set where the input holds rules for it, and not the thing itself: a group or a server that stands elsewhere. */
  readonly elsewhere?: boolean | undefined;
  /** Labels, for endpoints that are pods or node pools. Default: it has none. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Of pods: the namespace. Default: it is no pod. */
  readonly namespace?: string | undefined;
}

/** Something in the input that affects reachability and could not be judged. */
export interface Unjudged {
  /** Address of the resource. */
  readonly resource: string;
  /** Where it is written. */
  readonly location: Location;
  /** Why it could not be judged, for the finding's message. */
  readonly reason: string;
  /** Whether it only takes packets away: whoever is kept out without it is kept out with it. */
  readonly onlyStops?: boolean;
  /** Whether it only leads packets to where filters judge them, which keep out what they do. Default: false. */
  readonly onlyLeads?: boolean;
  /** What the input would have to hold for it to be judged. Default: nothing that it could. */
  readonly missing?: Missing;
}

/** What one cloud makes of the resources. */
export interface PartialSystem {
  /** Whatever packets start from or arrive at. */
  readonly endpoints: readonly Endpoint[];
  /** Each makes an invariant that needs it unknown, which fails. */
  readonly unjudged: readonly Unjudged[];
  /** Number of rules read, for the report. */
  readonly rules: number;
  /** Addresses of the networks that the input makes, public ones of their own among them; undefined: none. */
  readonly own?: AddressSet | undefined;
  /**
   * Public addresses by which the cloud itself serves each host, such as for DNS: no one's outside of that host.
   * Default: none.
   */
  readonly platform?: AddressSet | undefined;
}

/** Everything judged together. */
export interface System extends PartialSystem {
  /** What the readers handed over, for invariants that judge settings and not packets. */
  readonly resources: readonly Resource[];
}

/** Where an input begins: for what is said of something that lies nowhere in it. */
export const beginningOf = (resources: readonly Resource[]): Location =>
  resources[0]?.location ?? { file: "input", line: 0 };

// ---------------------------------------------------------------- findings: what an invariant hands over

/** One concrete packet that a violated invariant lets through or stops. */
export interface Counterexample {
  /** As seen from the endpoint of the finding. */
  readonly direction: Direction;
  /** `tcp`, `udp`, `icmp` or a number. */
  readonly protocol: string;
  /** One address, or an endpoint's id where its address is not known. */
  readonly source: string;
  /** One address, or an endpoint's id where its address is not known. */
  readonly destination: string;
  /** Destination port; undefined for protocols without. */
  readonly port?: number | undefined;
}

/** One thing that an invariant finds: what is wrong, where it is written, and what mends it. */
export interface Finding {
  /** Its id, as exceptions and `--only` name it. */
  readonly invariant: string;
  /** `unknown`: something that the invariant needs can't be read. Both fail. */
  readonly status: "violated" | "unknown";
  /** Address of what is at fault, as exceptions name it. */
  readonly resource: string;
  /** The line to look at. */
  readonly location: Location;
  /** One sentence: what, and whom it lets where. */
  readonly message: string;
  /** One packet of those that prove it; left out where it is no matter of packets. */
  readonly counterexample?: Counterexample | undefined;
  /**
   * Digest of all that it stands for (every packet, every end), where the message shows a part of that. Default: the
   * message shows all.
   */
  readonly extent?: string | undefined;
  /** Of what is unknown: what the input lacks. Default: nothing that it could hold. */
  readonly missing?: Missing | undefined;
  /** What to do, as one imperative sentence. */
  readonly remedy: string;
}

/** What may pass in one direction at an endpoint: certainly, and at most. `allowed` is a subset of `possible`. */
export interface Verdict {
  /** Packets that pass, whatever is unknown. */
  readonly allowed: PacketSet;
  /** Packets that pass by some reading of what is unknown. */
  readonly possible: PacketSet;
}

/** Which of several systems of one input a resource is of. */
export interface OfSystem {
  /** Folder of the root module. */
  readonly root: string;
  /** The file of values that it has beside those that it loads by itself. Default: none. */
  readonly values?: string | undefined;
}
