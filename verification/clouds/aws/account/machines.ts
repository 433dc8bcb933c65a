/**
 * Records of machines as resources of the provider, each with its first interface; further ones are endpoints of their own.
 *
 * Amazon EC2 API Reference, "Instance" (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html).
 */
import { unknown, at, blocks, type ObjectValue } from "../../../values";
import { shown } from "../../../../config/texts";
import { each, nameAt, type AccountReader, type Convert, type Records } from "../../account";
import { oncePer } from "../../../once-per";

const GONE = ["terminated", "shutting-down"];

/** Machines that are judged by themselves, by their ids: those that a node group starts are judged by its template. */
export const machinesOf = oncePer((records: Records): ReadonlyMap<string, ObjectValue> => {
  const groups = new Set(
    records
      .of("eks-node-groups")
      .flatMap(({ values }) => blocks(each(at(values["resources"], "autoScalingGroups"), "name")).map(shown)),
  );
  return new Map(
    records
      .of("instances")
      .filter(({ values }) => !GONE.includes(shown(at(values["State"], "Name"))))
      .filter(({ values }) => !groups.has(shown(values["AutoScalingGroup"])))
      .map(({ values }) => [nameAt(values, "InstanceId"), values]),
  );
});

const instances: Convert = (record, records) => {
  const name = nameAt(record, "InstanceId");
  if (!machinesOf(records).has(name)) return [];
  const disks = blocks(record["BlockDeviceMappings"]).map((one) => ({
    device_name: at(one, "DeviceName") ?? null,
    encrypted: at(one, "Ebs", "Encrypted") ?? unknown("whether its volume is encrypted was not collected"),
  }));
  const isRoot = ({ device_name }: (typeof disks)[number]) => device_name === record["RootDeviceName"];
  const metadata = record["MetadataOptions"];
  return [
    {
      type: "aws_instance",
      name,
      values: {
        id: name,
        subnet_id: record["SubnetId"],
        vpc_security_group_ids: each(record["SecurityGroups"], "GroupId"),
        private_ip: record["PrivateIpAddress"],
        associate_public_ip_address: record["PublicIpAddress"] !== undefined,
        iam_instance_profile: at(record["IamInstanceProfile"], "Arn"),
        ...(metadata !== undefined && {
          metadata_options: [
            {
              http_endpoint: at(metadata, "HttpEndpoint") ?? null,
              http_tokens: at(metadata, "HttpTokens") ?? null,
              http_put_response_hop_limit: at(metadata, "HttpPutResponseHopLimit") ?? null,
            },
          ],
        }),
        ...(disks.some(isRoot) && { root_block_device: disks.filter(isRoot) }),
        ebs_block_device: disks.filter((one) => !isRoot(one)),
      },
    },
  ];
};

export const machines: AccountReader = { instances };
