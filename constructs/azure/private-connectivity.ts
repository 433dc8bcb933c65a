import { DataAzurermLb } from "@cdktf/provider-azurerm/lib/data-azurerm-lb";
import { PrivateLinkService } from "@cdktf/provider-azurerm/lib/private-link-service";
import { Construct } from "../../framework";
import type { ResourceGroup } from "./resource-group";

/** The way in for a management network over Azure's private link, which is never the internet's. */
export interface PrivateConnectivityProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Subnet whose addresses the connections come from, with network policies for private link services off. */
  readonly subnetId: string;
  /**
   * Resource group of the cluster's load balancers, as the attribute `node_resource_group` of the cluster's resource,
   * so that Terraform waits for it.
   */
  readonly nodeResourceGroup: string;
  /** Subscriptions that may ask for a connection. */
  readonly subscriptions: readonly string[];
}

/**
 * Tag of a resource that departs from an invariant on purpose; its value is the invariant's id. Names of tags have no
 * slash on Azure.
 */
const EXCEPTION_TAG = { "union:exception": "no-inbound" };

/** The load balancer that AKS puts in front of a Kubernetes API that lies in the virtual network. */
const API_LOAD_BALANCER = "kube-apiserver";

/**
 * Union.ai's private management connection to the Kubernetes API, over Private Link. Document: "Communication paths",
 * row "Union.ai to Customer Kubernetes API (BYOC only)", and "Private connectivity (BYOC)".
 *
 * A declared exception, made only where a deployment asks for it. A connection must come from one of `subscriptions`
 * and be accepted by the customer, who can also end it; it carries the API's own TLS from end to end.
 */
export class PrivateConnectivity extends Construct {
  /** Alias of the private link service, which Union.ai needs to ask for the connection. */
  readonly serviceAlias: string;

  constructor(scope: Construct, id: string, props: PrivateConnectivityProps) {
    super(scope, id);
    const { name, group, subnetId, nodeResourceGroup, subscriptions } = props;
    const api = new DataAzurermLb(this, "api", { name: API_LOAD_BALANCER, resourceGroupName: nodeResourceGroup });
    const service = new PrivateLinkService(this, "service", {
      name: `${name}-api`,
      resourceGroupName: group.name,
      location: group.location,
      tags: { ...group.tags, ...EXCEPTION_TAG },
      loadBalancerFrontendIpConfigurationIds: [api.frontendIpConfiguration.get(0).id],
      natIpConfiguration: [{ name: "primary", primary: true, subnetId }],
      visibilitySubscriptionIds: [...subscriptions],
      // Nobody is let in without the customer's consent.
      autoApprovalSubscriptionIds: [],
      // Read anew with each change of the cluster, it is unknown until then, and a service of another frontend a new one.
      lifecycle: { ignoreChanges: ["load_balancer_frontend_ip_configuration_ids"] },
    });
    this.serviceAlias = service.alias;
  }
}
