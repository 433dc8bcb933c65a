/** What AWS gives the clusters of EKS. */
import { isUnknown, type Resource } from "../../model";
import { field, knownText, text } from "../../values";
import type { ClusterHost } from "../cloud";
import { awsBalancers } from "./cluster-balancers";
import { awsNodePools } from "./node-pools";
import { namedService } from "./prefix-list";
import { awsRegistries } from "./registries";

const serviceOf = (argument: string) => (list: Resource) => {
  const name = text(field(list, argument));
  return namedService((isUnknown(name) ? name.text : knownText(name)) ?? "");
};

export const host: ClusterHost = {
  prefix: "aws_",
  nodePools: awsNodePools,
  otherNodes: /^aws_(autoscaling_group|eks_fargate_profile)$/,
  nodesByThemselves: { aws_eks_cluster: [["compute_config", "enabled"]] },
  registries: awsRegistries,
  balancers: awsBalancers,
  // Prefix lists: `com.amazonaws.us-east-2.s3` is `aws:s3`.
  lists: {
    aws_prefix_list: { blocks: ["cidr_blocks"], nameOf: serviceOf("name") },
    aws_vpc_endpoint: { blocks: ["cidr_blocks"], nameOf: serviceOf("service_name") },
  },
};
