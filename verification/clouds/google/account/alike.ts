/** Which records of a project of Google Cloud are alike to all that is judged. */
import type { Likenesses } from "../../../readers/alike";
import { isHarmlessAsset } from "./harmless";

const NAMES = ["name", "resource.data.selfLink"];
const OWN = ["resource.data.name"];
const INTERFACES = "resource.data.networkInterfaces";

export const alike: Likenesses = {
  kinds: {
    // They matter where something leads to their group, which then names it.
    "instance-group-members": { names: ["of"], tellsNothing: () => true },
    instances: {
      names: NAMES,
      own: [
        ...OWN,
        ...["networkIP", "ipv6Address", "aliasIpRanges.ipCidrRange"].map((field) => `${INTERFACES}.${field}`),
      ],
      presence: [`${INTERFACES}.accessConfigs.natIP`, `${INTERFACES}.ipv6AccessConfigs.externalIpv6`],
    },
    disks: { names: NAMES, own: OWN },
    "iam-policies": { names: ["name"] },
    "other-assets": {
      names: ["name"],
      tellsNothing: ({ assetType }) => typeof assetType === "string" && isHarmlessAsset(assetType),
    },
  },
  last: ["instance-groups", "instance-group-managers"],
  // Assets, links and ids of the provider end with the same path.
  spelled: (text) => text.toLowerCase().replace(/^.*?(?=projects\/)/, ""),
};
