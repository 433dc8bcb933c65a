import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { CloudOutputs } from "../config/cloud-outputs";
import type { Deployment } from "../config/deployment";
import { PLATFORM_NAMESPACE, workloadsStack } from "../config/names";
import type { DataPlane } from "../constructs/data-plane";
import { type Construct, TerraformStack } from "../framework";
import { addBackend } from "./backend";
import { stacksOf } from "./cloud";
import { addGuards } from "./guards";
import { addOutputs, type Outputs } from "./outputs";
import { addPlatform } from "./platform";

/**
 * Everything of a deployment that lives in Kubernetes; where Union's chart brings the platform, what stands around it.
 * Reads the cluster by its name and no other stack's state, so that it can be deployed, changed and destroyed alone;
 * reaches the cluster with a short-lived token that a command prints. Document: "Cloudflare Tunnel", "Direct gRPC
 * connection".
 */
export class WorkloadsStack extends TerraformStack {
  /**
   * @param outputs what only the cloud knows; default: it is read by data sources
   * @param readsAuthority whether the pod webhook's certificate authority is read back from the cluster; default: where
   *   data sources are read at all
   * @throws RangeError if the network's block is too small or no CIDR block, which no deployment's is that was read
   */
  constructor(
    scope: Construct,
    deployment: Deployment,
    outputs?: CloudOutputs,
    readsAuthority: boolean = outputs === undefined,
  ) {
    super(scope, workloadsStack(deployment));
    addBackend(this, deployment, "workloads");
    const cloud = stacksOf(deployment);
    cloud.addProvider(this, deployment);
    const dataPlane = cloud.addDataPlane(this, deployment, outputs);
    const { host, caCertificate, exec } = dataPlane.access;
    new KubernetesProvider(this, "kubernetes", {
      host,
      clusterCaCertificate: caCertificate,
      exec: [{ ...exec, args: [...exec.args] }],
    });
    const guarded = addGuards(this, deployment, dataPlane);
    if (deployment.workloads === "stack") addPlatform(this, deployment, guarded, readsAuthority);
    addOutputs(this, outputsOf(dataPlane));
  }
}

/** What a person runs next: the document's own checks. */
const outputsOf = ({ kubeconfigCommand, cloudServices }: DataPlane): Outputs => ({
  kubeconfig: ["Gives kubectl access to the cluster.", kubeconfigCommand],
  check_services: ["Every service is of type ClusterIP.", `kubectl get svc -n ${PLATFORM_NAMESPACE}`],
  check_tunnel: [
    "Logs show the tunnel's connections to Cloudflare's edge, opened from here.",
    `kubectl logs deployment/union-operator-proxy -c tunnel -n ${PLATFORM_NAMESPACE}`,
  ],
  check_network_policies: [
    "Each namespace of the data plane has 'default-deny' and named paths.",
    "kubectl get networkpolicies -A",
  ],
  check_quotas: [
    "No namespace of the data plane may hold a LoadBalancer or NodePort service.",
    "kubectl get resourcequotas -A",
  ],
  check_identities: [
    "Service accounts carry the name of a cloud identity; no secret holds a cloud key.",
    `kubectl get serviceaccounts -n ${PLATFORM_NAMESPACE} -o yaml`,
  ],
  ...(cloudServices.objectStoreCidrs && {
    object_store_cidrs: [
      "The object store's addresses that network policies hold; where a plan changes them, deploy.",
      cloudServices.objectStoreCidrs,
    ],
  }),
});
