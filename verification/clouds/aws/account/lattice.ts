/**
 * Records of VPC Lattice as resources of the provider.
 *
 * Amazon VPC Lattice API Reference (https://docs.aws.amazon.com/vpc-lattice/latest/APIReference/Welcome.html).
 */
import { shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import { at, blocks } from "../../../values";
import { nameAt, type AccountReader } from "../../account";

const isGone = (state: Value | undefined) => state === "DELETE_IN_PROGRESS";

export const lattice: AccountReader = {
  "lattice-vpc-associations": (record) =>
    isGone(record["status"])
      ? []
      : [
          {
            type: "aws_vpclattice_service_network_vpc_association",
            name: nameAt(record, "id"),
            values: {
              id: record["id"],
              arn: record["arn"],
              vpc_identifier: record["vpcId"],
              service_network_identifier: record["serviceNetworkId"],
            },
          },
        ],
  "lattice-resource-gateways": (record) =>
    isGone(record["status"])
      ? []
      : [
          {
            type: "aws_vpclattice_resource_gateway",
            name: nameAt(record, "id"),
            values: {
              id: record["id"],
              arn: record["arn"],
              name: record["name"],
              vpc_id: record["vpcIdentifier"],
              subnet_ids: record["subnetIds"],
              security_group_ids: record["securityGroupIds"],
            },
          },
        ],
  "lattice-target-groups": (record) => [
    {
      type: "aws_vpclattice_target_group",
      name: nameAt(record, "id"),
      values: {
        id: record["id"],
        arn: record["arn"],
        name: record["name"],
        type: record["type"],
        config: [{ vpc_identifier: record["vpcIdentifier"] ?? null }],
      },
    },
    ...blocks(record["Targets"]).map((target) => ({
      type: "aws_vpclattice_target_group_attachment",
      name: `${nameAt(record, "id")}:${shown(at(target, "id") ?? null)}`,
      values: {
        target_group_identifier: record["id"],
        target: [{ id: at(target, "id") ?? null, port: at(target, "port") ?? null }],
      },
    })),
  ],
};
