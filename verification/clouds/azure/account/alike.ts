/** Which records of a subscription of Azure are alike to all that is judged. */
import type { Likenesses } from "../../../readers/alike";
import { isHarmlessResource } from "./harmless";

const CONFIGURATIONS = "properties.ipConfigurations";
const INTERFACES = "properties.networkProfile.networkInterfaces.id";
const MACHINE = "properties.virtualMachine.id";

export const alike: Likenesses = {
  kinds: {
    "virtual-machines": { names: ["id"], own: ["name", INTERFACES] },
    "network-interfaces": {
      names: ["id"],
      own: ["name", ...["id", "name", "properties.privateIPAddress"].map((field) => `${CONFIGURATIONS}.${field}`)],
      presence: [MACHINE],
    },
    disks: { names: ["id", "name"] },
    "blob-containers": { names: ["id", "name"] },
    "other-resources": {
      names: ["id"],
      own: ["name", "location"],
      tellsNothing: ({ type }) => typeof type === "string" && isHarmlessResource(type),
    },
  },
  // Resource Graph may leave one out in silence.
  mutual: [
    [
      { kind: "virtual-machines", field: INTERFACES },
      { kind: "network-interfaces", field: MACHINE },
    ],
  ],
  spelled: (text) => text.toLowerCase(),
};
