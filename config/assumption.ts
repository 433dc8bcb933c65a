/** Something that a deployment takes for granted of what others run, and what is said alike of it on each cloud. */
import type { Cloud } from "./deployment";

/** Paragraphs of the document that an assumption bears on. */
export type Paragraph =
  | "Outbound-only model"
  | "Cloudflare Tunnel"
  | "Egress configuration"
  | "Regional endpoints"
  | "Communication paths"
  | "Private connectivity (BYOC)";

export interface Assumption {
  /** Unique in a deployment. */
  readonly id: string;
  /** What is taken for granted, as a sentence. */
  readonly assumed: string;
  /** What breaks or opens where it is not so. */
  readonly otherwise: string;
  /** How to look: a command, or a place and what must be seen there. */
  readonly check: string;
  /** The deployment's field that it comes from. */
  readonly field: string;
  /** The document's paragraph that no longer holds where the assumption fails. */
  readonly paragraph: Paragraph;
}

/** The organization's own guard rails above the account, project or subscription. */
export const guardRails = (
  cloud: Cloud,
  { field, named, check }: { readonly field: string; readonly named: string; readonly check: string },
): Assumption => ({
  id: "organization-policies",
  assumed: `${named} above the ${{ aws: "account", google: "project", azure: "subscription" }[cloud]} let what is deployed be made and used, and open nothing beside it.`,
  otherwise: "A deploy or a service is refused half-way; a rule of theirs that goes before these opens or closes more.",
  check,
  field,
  paragraph: "Egress configuration",
});

/** Whatever stands between the network and the internet, and is not made here. */
export const wayOut = (
  name: string,
  { field, through, check }: { readonly field: string; readonly through: string; readonly check: string },
): readonly Assumption[] => [
  {
    id: "way-out",
    assumed: `${through} lets out what 'npx dataplane firewall-request ${name}' lists, and answers come back.`,
    otherwise: "No tunnel and no registration; where it lets out more, the rules made here still bound nodes and pods.",
    check,
    field,
    paragraph: "Egress configuration",
  },
  {
    id: "no-proxy",
    assumed: "No HTTPS proxy and no inspection of TLS or QUIC is on the way out.",
    otherwise: "cloudflared knows no proxy and takes no certificate but Cloudflare's: the tunnel never connects.",
    check: "the firewall's log of port 7844, and the issuer that 'openssl s_client -connect HOST:443' shows",
    field,
    paragraph: "Cloudflare Tunnel",
  },
];

/** A registry of the customer's that all images come from. `list`: how to see what it holds. */
export const imageMirror = (name: string, mirror: string, list: string): Assumption => ({
  id: "image-mirror",
  assumed: `${mirror} holds what 'npx dataplane images ${name}' lists, and nobody else writes there.`,
  otherwise: "Pods do not start; or what runs as the platform is what somebody else pushed.",
  check: `npx dataplane images ${name}, and ${list}`,
  field: "images.mirror",
  paragraph: "Communication paths",
});

/** Logins of the customer's at registries that images are fetched from. */
export const imageLogins = (assumed: string, check: string): Assumption => ({
  id: "image-logins",
  assumed,
  otherwise: "An image that is not cached yet is not fetched.",
  check,
  field: "images.credentials",
  paragraph: "Communication paths",
});

/** Pods of the customer's that nodes with accelerators wait for. */
export const nodePlugins = (pools: readonly string[], what: string, field: string): readonly Assumption[] =>
  pools.length === 0
    ? []
    : [
        {
          id: "node-plugins",
          assumed: `${what} of pools ${pools.join(", ")} is the customer's own, in a namespace of its own, and calls nowhere out.`,
          otherwise: "Tasks there wait for ever; or a pod that rules its node is one that nobody judged.",
          check: "kubectl get daemonsets -A, and what each mounts",
          field: `nodePools.${pools[0] ?? ""}.${field}`,
          paragraph: "Outbound-only model",
        },
      ];

/** Private blocks from which clients may call the Kubernetes API. */
export const clientNetworks = (blocks: readonly string[], wayBack: string): readonly Assumption[] =>
  blocks.length === 0
    ? []
    : [
        {
          id: "client-networks",
          assumed: `${blocks.join(", ")} hold the customer's own clients alone, and ${wayBack}.`,
          otherwise:
            "Whoever is in these blocks reaches the Kubernetes API and must still sign in; without a way back nobody does.",
          check:
            "from a machine in each block: curl -k https://ADDRESS_OF_THE_API/healthz; the owner of each block names who is in it",
          field: "cluster.accessFromCidrs",
          paragraph: "Outbound-only model",
        },
      ];
