/**
 * `flow-logs`. Document: "Verification", "Review VPC Flow Logs to confirm that connections to Cloudflare are
 * outbound-initiated", and "Analyze VPC Flow Logs for traffic patterns".
 *
 * Every network that the input makes records its traffic, accepted and refused, somewhere:
 * - AWS: each VPC, and one that a deployment of this package is given, has a flow log of `traffic_type` ALL with a
 *   destination. Logs of single subnets or interfaces don't count, since those that are added later would not be in them.
 * - Google: each subnetwork has `log_config`, except those whose purpose can't have any; networks that make their own
 *   subnetworks (auto mode) don't log.
 * - Azure: each virtual network is the target of an enabled flow log of the network watcher. Flow logs of security
 *   groups don't count: they record what their group sees, and Azure retires them.
 *
 * In a deployment of this package the records must also show who opened a connection: on AWS the fields
 * `flow-direction` and `tcp-flags`, both ends as the interface and as the packet has them; on Google every flow, not a
 * sample, with its metadata, those between pods of one node too, and what firewall rules refuse and NAT lets out, which
 * flow logs do not tell; on Azure, where records always show it, they are kept for the days that are promised.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "flow-logs",
  title: "Every network records all its traffic, so that who opened a connection can be shown.",
  paragraph: "Verification, Outbound-only model: Review VPC Flow Logs",
  remedy: "Add a flow log of all traffic, with a destination, to the network.",
  check: (judged) => checkedByClouds("flow-logs", judged),
};
