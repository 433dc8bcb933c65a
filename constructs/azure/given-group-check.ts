import { DataAzurermNetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-network-security-group";
import { DataAzurermSubnet } from "@cdktf/provider-azurerm/lib/data-azurerm-subnet";
import type { AzureDeployment } from "../../config/deployment";
import { Construct, type TerraformProvider } from "../../framework";
import { lastSegment } from "../../config/texts";

/** A security group that is there already, and the rules that it is said to have. */
export type GivenGroup = NonNullable<
  NonNullable<AzureDeployment["network"]["existing"]>["nodeSubnet"]["securityGroup"]
>;

/** The provider of the subscription that a resource id names; undefined: that of the stack. */
export type ProviderOf = (resourceId: string) => TerraformProvider | undefined;

export interface GivenGroupCheckProps {
  /** Resource id of the subnet that the group filters. */
  readonly subnetId: string;
  readonly group: GivenGroup;
  /** Default: the stack's provider for all. */
  readonly providerOf?: ProviderOf | undefined;
}

/**
 * Holds a security group that is not ours against what a deployment says of it, at each plan: that it filters the
 * subnet, and that its rules are those that are judged. Nothing is made or changed.
 */
export class GivenGroupCheck extends Construct {
  constructor(scope: Construct, id: string, { subnetId, group, providerOf }: GivenGroupCheckProps) {
    super(scope, id);
    const place = (resourceId: string) => {
      const provider = providerOf?.(resourceId);
      return { resourceGroupName: resourceId.split("/")[4] ?? "", ...(provider && { provider }) };
    };
    const [, , , , , , , , virtualNetworkName = "", , name = ""] = subnetId.split("/");
    new DataAzurermSubnet(this, "subnet", {
      name,
      virtualNetworkName,
      ...place(subnetId),
      ...holds(
        `lower(self.network_security_group_id) == ${JSON.stringify(group.id.toLowerCase())}`,
        `Subnet ${name} is not filtered by ${group.id}, as the deployment says.`,
      ),
    });
    new DataAzurermNetworkSecurityGroup(this, "group", {
      name: lastSegment(group.id),
      ...place(group.id),
      ...holds(
        `sort([for rule in self.security_rule : ${RULE}]) == sort(${JSON.stringify(group.rules.map(lineOf))})`,
        `The rules of ${group.id} are others than the deployment says, by which it is judged.`,
      ),
    });
  }
}

const holds = (condition: string, errorMessage: string) => ({
  lifecycle: { postcondition: [{ condition: `\${${condition}}`, errorMessage }] },
});

/** What a rule says of both sides: as the deployment calls it, and as the provider does, for one value and for several. */
const SIDES = [
  ["sources", "source_address_prefix", "source_address_prefixes"],
  ["sourcePorts", "source_port_range", "source_port_ranges"],
  ["destinations", "destination_address_prefix", "destination_address_prefixes"],
  ["ports", "destination_port_range", "destination_port_ranges"],
] as const;

/** A rule in one line, as {@link RULE} writes Azure's. */
const lineOf = (rule: GivenGroup["rules"][number]) =>
  [
    ...[rule.direction, String(rule.priority), rule.access, rule.protocol],
    ...SIDES.map(([field]) => [...new Set(rule[field])].sort().join(",")),
    ...["", ""],
  ]
    .join(" ")
    .toLowerCase();

const setOf = (name: string) => `(rule.${name} == null ? [] : tolist(rule.${name}))`;
const sorted = (list: string) => `join(",", sort(distinct(compact(${list}))))`;

/** Terraform's expression for a rule in one line. Application security groups are at its end, where ours has none. */
const RULE = `lower(join(" ", [${[
  ...["direction", "priority", "access", "protocol"].map((name) => `rule.${name}`),
  ...SIDES.map(([, one, more]) => sorted(`concat([rule.${one}], ${setOf(more)})`)),
  ...["source", "destination"].map((side) => sorted(setOf(`${side}_application_security_group_ids`))),
].join(", ")}]))`;
