/** Which records of an AWS account are alike to all that is judged. */
import type { Likenesses } from "../../../readers/alike";

export const alike: Likenesses = {
  kinds: {
    instances: {
      names: ["InstanceId"],
      own: ["PrivateIpAddress", "BlockDeviceMappings.Ebs.VolumeId"],
      presence: ["PublicIpAddress"],
    },
    "network-interfaces": {
      names: ["NetworkInterfaceId"],
      own: ["Description", "RequesterId", "PrivateIpAddresses.PrivateIpAddress", "Ipv6Addresses.Ipv6Address"],
      presence: ["Association.PublicIp", "PrivateIpAddresses.Association.PublicIp", "Attachment.InstanceId"],
    },
    "log-groups": { names: ["logGroupName", "logGroupArn"] },
    secrets: { names: ["ARN", "Name"] },
  },
  // A log group is named with all of its streams too.
  spelled: (text) => text.toLowerCase().replace(/:\*$/, ""),
};
