import { LimitRangeV1 } from "@cdktf/provider-kubernetes/lib/limit-range-v1";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { ResourceQuotaV1 } from "@cdktf/provider-kubernetes/lib/resource-quota-v1";
import { Construct, type TerraformResource } from "../../framework";
import type { Labels } from "./labels";

/** Level of the Pod Security Standards. */
export type PodSecurity = "restricted" | "baseline" | "privileged";

/** Most that the pods of a namespace may request together, as Kubernetes quantities. */
export interface Quota {
  /** Cores, or thousandths of one with `m`: `64`, `500m`. */
  readonly cpu: string;
  /** Bytes, or with a unit: `256Gi`. */
  readonly memory: string;
}

/** A namespace's name, its pod security, and how much may run in it. */
export interface NamespaceProps {
  /** 1 to 63 lower-case letters, digits and dashes: Kubernetes' rule. */
  readonly name: string;
  /** What the namespace is for and why it has its Pod Security level: an annotation that a reviewer reads. */
  readonly description: string;
  /** Enforced level; `baseline` warns of what `restricted` would refuse. */
  readonly podSecurity: PodSecurity;
  /** Default: no bound on requests. */
  readonly quota?: Quota;
  /** Beside those of Pod Security. Default: none. */
  readonly labels?: Labels;
  /** Beside the description. Default: none. */
  readonly annotations?: Labels;
}

/** What a container that states no requests is counted as: Union's own defaults for a task. */
const DEFAULT_REQUEST = { cpu: "100m", memory: "500Mi" };

/**
 * A namespace that is closed from its first moment: Pod Security, default-deny in both directions, and a quota that
 * refuses every LoadBalancer and NodePort service, whoever makes it. Document: "Outbound-only model".
 */
export class Namespace extends Construct {
  /** As given, known before the namespace is there. */
  readonly name: string;
  /** What stands before anything else in the namespace is made, so that no pod is ever open. */
  private readonly guards: TerraformResource[];

  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(scope, id);
    const { name, description, podSecurity, quota, labels, annotations } = props;
    this.name = name;
    const warn = podSecurity === "baseline" ? "restricted" : podSecurity;
    const namespace = new NamespaceV1(this, "namespace", {
      metadata: {
        name,
        annotations: { "kubernetes.io/description": description, ...annotations },
        labels: {
          "pod-security.kubernetes.io/enforce": podSecurity,
          "pod-security.kubernetes.io/audit": warn,
          "pod-security.kubernetes.io/warn": warn,
          ...labels,
        },
      },
      // Its annotation and its use by task pods need the namespace's own account to exist.
      waitForDefaultServiceAccount: true,
    });
    this.guards = [namespace];
    this.guards = [
      namespace,
      new NetworkPolicyV1(this, "default-deny", {
        ...this.object("default-deny"),
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      }),
      new ResourceQuotaV1(this, "quota", {
        ...this.object("quota"),
        spec: {
          hard: {
            "services.loadbalancers": "0",
            "services.nodeports": "0",
            ...(quota && { "requests.cpu": quota.cpu, "requests.memory": quota.memory }),
          },
        },
      }),
      new LimitRangeV1(this, "limit-range", {
        ...this.object("default-requests"),
        spec: { limit: [{ type: "Container", defaultRequest: DEFAULT_REQUEST }] },
      }),
    ];
  }

  /** Metadata of an object in the namespace, and what must exist before it. */
  object(
    name: string,
    {
      labels,
      annotations,
    }: {
      /** Labels of the object. Default: none. */
      readonly labels?: Labels;
      /** Annotations of the object. Default: none. */
      readonly annotations?: Labels;
    } = {},
  ) {
    return {
      // Names are written out, not referenced: who reads the synthesized files sees where an object lies.
      metadata: {
        name,
        namespace: this.name,
        ...(labels && { labels: { ...labels } }),
        ...(annotations && { annotations: { ...annotations } }),
      },
      dependsOn: [...this.guards],
    };
  }
}
