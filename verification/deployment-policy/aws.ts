import type { AwsDeployment } from "../../config/deployment";
import { AUTOSCALER_NAMESPACE } from "../../config/names";
import { partyOf } from "../policy";
import { HTTPS, KUBELET, paths, service, type Terms } from "./terms";

const AUTOSCALER = partyOf(`deployment/${AUTOSCALER_NAMESPACE}/cluster-autoscaler`);

const aws = (name: string) => service(`aws:${name}`);

/** What AWS adds: its services by VPC endpoints, S3 by its gateway, and the autoscaler that EKS has not. */
export function awsTerms({ logs }: AwsDeployment): Terms {
  const credentials = [aws("sts")];
  const registry = ["ecr.api", "ecr.dkr", "s3"].map(aws);
  const inObjectStore = logs === "object-store";
  return {
    furtherInside: [],
    outbound: [aws("s3")],
    nodes: [partyOf("aws_eks_node_group.*")],
    clusterApi: partyOf("aws_eks_cluster.*"),
    imagePulls: registry.map((place) => ({ name: "Image pulls", ...place })),
    registry,
    bootstrap: ["ec2", "eks", "sts"].map((name) => ({ name: "Node bootstrap", ...aws(name) })),
    fromApi: [
      { name: "Kubernetes API to kubelets", services: KUBELET },
      { name: "Kubernetes API to admission webhooks", services: HTTPS },
    ],
    webhookCallers: [partyOf("aws_eks_cluster.*")],
    objectStore: [aws("s3")],
    secretStore: [aws("secretsmanager")],
    logs: [inObjectStore ? aws("s3") : aws("logs")],
    // Union's proxy can't read CloudWatch.
    pastLogs: inObjectStore ? [aws("s3")] : [],
    credentials,
    more: ({ api, dns }) =>
      paths(
        AUTOSCALER,
        // How large pools are, what a pool without nodes is like, and what its machines have.
        ...["autoscaling", "eks", "ec2"].map((name) => ({ name: "Sizes of node pools", ...aws(name) })),
        ...api,
        ...credentials.map((place) => ({ name: "Credentials of service accounts", ...place })),
        dns,
      ),
    offers: ["aws_vpc_endpoint_service.*"],
    management: [partyOf("aws_lb.*")],
  };
}
