/** What an argument's name says of its resource, where nobody has looked at the type itself. */
import type { Condition } from "../../verification/clouds/classification";

interface ArgumentRule {
  /** Of the whole path, e.g. `vpc_config.subnet_ids`. */
  readonly path: RegExp;
  readonly reason: string;
  readonly condition: Condition;
}

const IN_NETWORK = "it is in a network, and what it opens there is not modelled";
const PUBLIC = "it may answer at a public address, and is not modelled";
const ADMITS = "it says which addresses may come in, and is not modelled";
const ANSWERS = "it may be reached at an endpoint of its own, and is not modelled";

/** The first rule that fits an argument is its own; the first argument's reason is its type's, and conditions add up. */
export const ARGUMENT_RULES: readonly ArgumentRule[] = [
  { path: /(^|_|\.)security_?groups?(_ids?|_names?)?$/, reason: IN_NETWORK, condition: "holds" },
  {
    path: /(^|_|\.)(subnets?|subnetworks?|networks?|vpcs?|vnets?)(_ids?|_names?|_arns?|_self_links?|_uris?)?$/,
    reason: IN_NETWORK,
    condition: "holds",
  },
  {
    path: /(^|\.)(vpc|network|networking|subnet)_(config|configuration|spec|interfaces?)$/,
    reason: IN_NETWORK,
    condition: "holds",
  },
  { path: /(^|\.)(public_network_access|internet_access)_enabled$/, reason: PUBLIC, condition: { unless: false } },
  { path: /(^|\.)public_network_access$/, reason: PUBLIC, condition: { unless: "Disabled" } },
  { path: /(^|_|\.)(public|publicly|internet|anonymous)(_|$)/, reason: PUBLIC, condition: "holds" },
  {
    path: /(^|_|\.)(cidrs?|cidr_blocks?|ip_ranges?|ip_rules?|ip_restrictions?|ip_addresses|ip_address|address_prefix(es)?|allow_?lists?|white_?lists?|authorized_networks|allowed_ips?|firewall_rules?|start_ip_address)(_|$)/,
    reason: ADMITS,
    condition: "holds",
  },
  {
    path: /(^|_|\.)(listeners?|ingress|ports?|domain_names?|custom_domains?|endpoints?|endpoint_(type|config|configuration))$/,
    reason: ANSWERS,
    condition: "holds",
  },
];

/** Why a type is harmless of which no argument says anything like that. */
export const NO_ARGUMENT =
  "no argument of it names a network, an address, a public access, an endpoint, a listener or a domain";
