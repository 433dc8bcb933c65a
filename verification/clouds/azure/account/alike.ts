/** Which records of a subscription of Azure are alike to all that is judged. */
import type { Likenesses } from "../../../readers/alike";
import { isHarmlessResource } from "./harmless";

const CONFIGURATIONS = "properties.ipConfigurations";

export const alike: Likenesses = {
  kinds: {
    "virtual-machines": { names: ["id"], own: ["name", "properties.networkProfile.networkInterfaces.id"] },
    "network-interfaces": {
      names: ["id"],
      own: ["name", ...["id", "name", "properties.privateIPAddress"].map((field) => `${CONFIGURATIONS}.${field}`)],
      presence: ["properties.virtualMachine.id"],
    },
    disks: { names: ["id", "name"] },
    "blob-containers": { names: ["id", "name"] },
    "other-resources": {
      names: ["id"],
      own: ["name", "location"],
      tellsNothing: ({ type }) => typeof type === "string" && isHarmlessResource(type),
    },
  },
  spelled: (text) => text.toLowerCase(),
};
