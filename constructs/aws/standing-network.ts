import { Construct, DataResource } from "../../framework";

export interface StandingNetworkProps {
  /** The customer's VPC. Default: it is made here. */
  readonly vpcId?: string | undefined;
}

/** Stands for a VPC that is made here, whose id no plan knows beforehand. */
const MADE_HERE = "one that is made here";

/**
 * Remembers the VPC that a data plane was made in, and refuses another before anything changes.
 *
 * The provider would change the cluster's subnets in place. EKS takes none of another VPC: it says so half-way, when
 * security groups and endpoints are those of the new one.
 */
export class StandingNetwork extends Construct {
  constructor(scope: Construct, id: string, { vpcId = MADE_HERE }: StandingNetworkProps) {
    super(scope, id);
    new DataResource(this, "network", {
      input: { vpc: vpcId },
      lifecycle: {
        // It keeps what it was made with.
        ignoreChanges: ["input"],
        postcondition: [
          {
            condition: `\${self.input.vpc == ${JSON.stringify(vpcId)}}`,
            errorMessage:
              `Field 'network.existing' puts the cluster into the VPC '${vpcId}', and it stands in ` +
              "'${self.input.vpc}': a cluster stays in its VPC. " +
              "Write what it was, or make a new deployment beside this one.",
          },
        ],
      },
    });
  }
}
