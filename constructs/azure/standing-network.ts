import { Construct, DataResource } from "../../framework";

export interface StandingNetworkProps {
  /** Resource id of the Kubernetes API's subnet, written out: a plan must know it. */
  readonly clusterSubnetId: string;
  /** The network's IPv4 block, where the network is made here. Default: it is the customer's. */
  readonly cidr?: string | undefined;
}

const WAY_ROUND = "Write what it was, or make a new deployment beside this one.";

/**
 * Remembers the network that a data plane was made in, and refuses another before anything changes.
 *
 * The provider would change cluster and subnets in place. Azure takes no other network for a cluster, and no other block
 * for a subnet in use: it says so half-way, when the security groups are those of the new one.
 */
export class StandingNetwork extends Construct {
  constructor(scope: Construct, id: string, { clusterSubnetId, cidr }: StandingNetworkProps) {
    super(scope, id);
    new DataResource(this, "network", {
      input: { subnet: clusterSubnetId, ...(cidr !== undefined && { cidr }) },
      lifecycle: {
        // It keeps what it was made with.
        ignoreChanges: ["input"],
        postcondition: [
          {
            condition: `\${lower(self.input.subnet) == ${JSON.stringify(clusterSubnetId.toLowerCase())}}`,
            errorMessage:
              `Field 'network.existing' puts the Kubernetes API into '${clusterSubnetId}', and it stands in ` +
              `'\${self.input.subnet}': a cluster stays in its network. ${WAY_ROUND}`,
          },
          ...(cidr === undefined
            ? []
            : [
                {
                  condition: `\${try(self.input.cidr, ${JSON.stringify(cidr)}) == ${JSON.stringify(cidr)}}`,
                  errorMessage:
                    `Field 'network.cidr' is '${cidr}', and the network was made with '\${self.input.cidr}': ` +
                    `Azure changes no block that is in use. ${WAY_ROUND}`,
                },
              ]),
        ],
      },
    });
  }
}
