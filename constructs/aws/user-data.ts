/** User data of nodes on Amazon Linux 2023, as its nodeadm reads it (https://awslabs.github.io/amazon-eks-ami/nodeadm/). */
import { Fn, TerraformLocal, type Construct } from "../../framework";

/** What a node must know to join; EKS tells it where the image is its own. */
export interface NodeBootstrap {
  /** Name of the EKS cluster, which the node's token is for. */
  readonly clusterName: string;
  /** URL of the Kubernetes API. */
  readonly endpoint: string;
  /** PEM text of its certificate authority, base64-encoded. */
  readonly certificateAuthority: string;
  /** Addresses of Kubernetes services. */
  readonly serviceCidr: string;
  /** Labels of the pool's nodes: EKS sets them only where the image is its own. */
  readonly labels: Readonly<Record<string, string>>;
  /** Taints of the pool's nodes, for the same reason. */
  readonly taints: readonly {
    /** The taint's key, e.g. `union.ai/node-role`. */
    readonly key: string;
    /** The taint's value. */
    readonly value: string;
    /** As Kubernetes writes it: `NoSchedule`, `PreferNoSchedule`. */
    readonly effect: string;
  }[];
}

const BOUNDARY = "==DATAPLANE==";

/** MIME parts, base64-encoded: EKS adds its own to them where the image is its own. Undefined for none. */
export function userData(
  scope: Construct,
  script: string | undefined,
  bootstrap: NodeBootstrap | undefined,
): string | undefined {
  const parts = [
    ...(bootstrap ? [part("application/node.eks.aws", nodeConfig(bootstrap))] : []),
    ...(script === undefined ? [] : [part('text/x-shellscript; charset="us-ascii"', literal(script))]),
  ];
  if (parts.length === 0) return undefined;
  const head = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n`;
  // A local, because a text of several lines and quotes is no argument of a call.
  const text = new TerraformLocal(scope, "user-data", [head, ...parts, `--${BOUNDARY}--\n`].join("\n"));
  return Fn.base64encode(text.asString);
}

const part = (type: string, content: string) => `--${BOUNDARY}\nContent-Type: ${type}\n\n${content}\n`;

/** A shell's own `${...}` and `%{...}` are no expressions of Terraform. */
const literal = (text: string) => text.replaceAll("${", () => "$${").replaceAll("%{", "%%{");

function nodeConfig({
  clusterName,
  endpoint,
  certificateAuthority,
  serviceCidr,
  labels,
  taints,
}: NodeBootstrap): string {
  const flags = [
    `--node-labels=${Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(",")}`,
    ...(taints.length > 0
      ? [`--register-with-taints=${taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`).join(",")}`]
      : []),
  ];
  return JSON.stringify({
    apiVersion: "node.eks.aws/v1alpha1",
    kind: "NodeConfig",
    spec: {
      cluster: { name: clusterName, apiServerEndpoint: endpoint, certificateAuthority, cidr: serviceCidr },
      kubelet: { flags },
    },
  });
}
