import { Construct } from "../framework";
import { TerraformData } from "./terraform-data";

export interface StandingNetworkProps {
  /** Fields that the data plane keeps for life, and their values, written out: a plan must know them. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What stands for `network.existing` where a network is made, and where one is given. */
export const [MADE, GIVEN] = ["left out", "given"];

/**
 * Remembers the network that a data plane was made in, and refuses another before anything changes.
 *
 * No provider refuses it: AWS and Azure would be asked to move a cluster that stays where it is, Google to make another
 * of the same name. Each says so half-way, when rules and endpoints are those of the other network.
 */
export class StandingNetwork extends Construct {
  constructor(scope: Construct, id: string, { fields }: StandingNetworkProps) {
    super(scope, id);
    new TerraformData(this, "network", {
      input: { ...fields },
      lifecycle: {
        // It keeps what it was made with.
        ignoreChanges: ["input"],
        postcondition: Object.entries(fields).map(([field, value]) => {
          // What it was not made with goes by the fields that it was.
          const kept = `try(self.input[${JSON.stringify(field)}], ${JSON.stringify(value)})`;
          return {
            condition: `\${${kept} == ${JSON.stringify(value)}}`,
            errorMessage:
              `Field '${field}' is '${value}', and the data plane was made with '\${${kept}}': a cluster keeps its ` +
              "network, its subnets and its ranges. Write what it was, or make a new deployment beside this one.",
          };
        }),
      },
    });
  }
}
