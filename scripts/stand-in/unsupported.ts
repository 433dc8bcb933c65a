/**
 * What the stand-in for AWS (moto) can't answer, by resource type: exactly these are left out when a stack is deployed
 * to it. Tests on the synthesized stacks cover them.
 */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  aws_eks_addon: "moto has no EKS add-ons (404)",
  aws_eks_access_entry: "moto has no EKS access entries (404)",
  aws_eks_access_policy_association: "moto has no EKS access entries (404)",
  aws_ecr_pull_through_cache_rule: "moto never answers calls on pull-through cache rules",
  aws_ecr_repository_creation_template: "moto has no templates for the repositories of a pull-through cache (500)",
};

/**
 * Arguments that the stand-in takes and then forgets or alters, by resource type. They are deployed; the comparison
 * that follows leaves them out, since it would speak of the stand-in.
 */
export const FORGOTTEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_eks_cluster: { access_config: "moto does not return it" },
  aws_eks_node_group: {
    node_repair_config: "moto does not store it at creation",
    remote_access: "moto makes one up",
    update_config: "moto does not store it at creation",
  },
  aws_launch_template: { tag_specifications: "moto merges the template's own tags into it" },
};

/** Calls of a preflight that the stand-in does not answer: what they would tell is unknown. */
export const UNTOLD: Readonly<Record<string, string>> = {
  "servicequotas:GetServiceQuota": "moto knows quotas of VPCs only",
  "eks:DescribeClusterVersions": "moto has no such call (404)",
  "eks:DescribeAddonVersions": "moto has no EKS add-ons (404)",
  "ecr:DescribePullThroughCacheRules": "moto has no pull-through cache rules (500)",
};
