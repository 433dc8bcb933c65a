/** What VPC Lattice lets into VPCs, and out of them to services of others. */
import { all, listed, type Kind } from "../kind";

export const LATTICE: readonly Kind[] = [
  {
    // Asked VPC by VPC, so that networks that other accounts share are among them.
    name: "lattice-vpc-associations",
    fields: ["id", "arn", "status", "vpcId", "serviceNetworkId"],
    answers: async function* ({ ec2, lattice }, ask) {
      for await (const { Vpcs = [] } of ask.pages("ec2:DescribeVpcs", ec2.sdk.paginateDescribeVpcs(ec2, {}))) {
        for (const { VpcId: vpcIdentifier } of Vpcs) {
          const pages = lattice.sdk.paginateListServiceNetworkVpcAssociations(lattice, { vpcIdentifier });
          for await (const answer of ask.pages("vpc-lattice:ListServiceNetworkVpcAssociations", pages)) {
            yield answer.items ?? [];
          }
        }
      }
    },
  },
  listed(
    "lattice-resource-gateways",
    "vpc-lattice:ListResourceGateways",
    ({ lattice }) => lattice.sdk.paginateListResourceGateways(lattice, {}),
    ({ items }) => items,
    ["id", "name", "arn", "status", "vpcIdentifier", "subnetIds", "securityGroupIds"],
  ),
  {
    name: "lattice-target-groups",
    fields: ["id", "name", "arn", "status", "type", "vpcIdentifier", "Targets.id", "Targets.port", "Targets.notTold"],
    answers: async function* ({ lattice }, ask) {
      const { sdk } = lattice;
      const pages = ask.pages("vpc-lattice:ListTargetGroups", sdk.paginateListTargetGroups(lattice, {}));
      for await (const { items = [] } of pages) {
        for (const group of items) {
          const Targets = await ask.part(
            "vpc-lattice:ListTargets",
            all(sdk.paginateListTargets(lattice, { targetGroupIdentifier: group.id })),
            (answers) => answers.flatMap((answer) => answer.items ?? []),
          );
          yield [{ ...group, Targets }];
        }
      }
    },
  },
];
