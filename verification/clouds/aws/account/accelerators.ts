/**
 * Records of accelerators as resources of the provider.
 *
 * AWS Global Accelerator API Reference (https://docs.aws.amazon.com/global-accelerator/latest/api/Welcome.html).
 */
import { shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import { at, blocks } from "../../../values";
import type { AccountReader, Convert, Made } from "../../account";

/** An accelerator of either sort, its listeners, and the groups of endpoints that these lead to in this region. */
const accelerator =
  (kind: "" | "custom_routing_"): Convert =>
  (record, { scope }) => {
    const arn = record["AcceleratorArn"];
    const of = (part: string, name: Value | undefined, values: Made["values"]): Made => ({
      type: `aws_globalaccelerator_${kind}${part}`,
      name: shown(name ?? null),
      values,
    });
    const listeners = blocks(record["Listeners"]);
    // One that is off takes no connection, so that nothing comes by its groups.
    const groups = record["Enabled"] === false ? [] : listeners;
    return [
      of("accelerator", record["Name"], { id: arn, arn, name: record["Name"], enabled: record["Enabled"] }),
      ...listeners.map((one) =>
        of("listener", at(one, "ListenerArn"), {
          id: at(one, "ListenerArn"),
          arn: at(one, "ListenerArn"),
          accelerator_arn: arn,
          protocol: at(one, "Protocol"),
          port_range: blocks(at(one, "PortRanges")).map((range) => ({
            from_port: at(range, "FromPort") ?? null,
            to_port: at(range, "ToPort") ?? null,
          })),
        }),
      ),
      ...groups.flatMap((one) =>
        blocks(at(one, "Groups"))
          .filter((group) => isIn(scope["region"], at(group, "EndpointGroupRegion")))
          .map((group) =>
            of("endpoint_group", at(group, "EndpointGroupArn"), {
              id: at(group, "EndpointGroupArn"),
              arn: at(group, "EndpointGroupArn"),
              listener_arn: at(one, "ListenerArn"),
              endpoint_configuration: blocks(at(group, "EndpointDescriptions")).map((endpoint) => ({
                endpoint_id: at(endpoint, "EndpointId") ?? null,
              })),
            }),
          ),
      ),
    ];
  };

/** Whether something is in a region, as far as both are told. */
const isIn = (region: Value | undefined, told: Value | undefined) =>
  region === undefined || told === undefined || region === told;

export const accelerators: AccountReader = {
  accelerators: accelerator(""),
  "custom-routing-accelerators": accelerator("custom_routing_"),
};
