/** The rights that reading a project of Google Cloud needs, each by the permission's name. None of them changes anything. */
export const RIGHTS = [
  "cloudasset.assets.listIamPolicy",
  "cloudasset.assets.listResource",
  "compute.instanceGroups.list",
  "compute.networkEndpointGroups.get",
  "compute.networks.getEffectiveFirewalls",
  "compute.networks.getRegionEffectiveFirewalls",
] as const;

export type Right = (typeof RIGHTS)[number];

/** They as a custom role of IAM, for `gcloud iam roles create --file`. */
export const readOnlyRole = () => ({
  title: "Dataplane collect",
  description: "Reads what dataplane collect asks for, and changes nothing.",
  stage: "GA",
  includedPermissions: RIGHTS,
});
