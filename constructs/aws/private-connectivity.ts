import { DataAwsNetworkInterface } from "@cdktf/provider-aws/lib/data-aws-network-interface";
import { DataAwsNetworkInterfaces } from "@cdktf/provider-aws/lib/data-aws-network-interfaces";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpointService } from "@cdktf/provider-aws/lib/vpc-endpoint-service";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { HTTPS_PORT } from "../../config/egress";
import { Construct, Fn } from "../../framework";

/** The way in for a management network over AWS's private link, which is never the internet's. */
export interface PrivateConnectivityProps {
  /** The deployment's name: prefix of the resources' names. */
  readonly name: string;
  /** VPC of the load balancer's target group. */
  readonly vpcId: string;
  /** Subnets of the load balancer's addresses: the cluster subnets, at most one a zone. */
  readonly subnetIds: readonly string[];
  /**
   * The EKS cluster's name, as the attribute `id` of its resource: the API's addresses are looked up by it, and unlike
   * `name` it is not known before the cluster is there, so that Terraform waits for it.
   */
  readonly clusterName: string;
  /** Group of the Kubernetes API's addresses. */
  readonly clusterSecurityGroupId: string;
  /** ARNs of the principals that may ask for a connection. */
  readonly principals: readonly string[];
}

/** Tag of a resource that departs from an invariant on purpose; its value is the invariant's id. */
const EXCEPTION_TAG = { "union.ai/exception": "no-inbound" };

/** EKS keeps two addresses of the API in the VPC, in two of the cluster's subnets. */
const API_ADDRESSES = [0, 1];

/**
 * Union.ai's private management connection to the Kubernetes API, over PrivateLink. Document: "Communication paths",
 * row "Union.ai to Customer Kubernetes API (BYOC only)", and "Private connectivity (BYOC)".
 *
 * A declared exception, made only where a deployment asks for it. A connection must come from one of `principals` and
 * be accepted by the customer, who can also end it, by rejecting it; it carries the API's own TLS from end to end.
 *
 * EKS gives the API new addresses when it replaces the control plane, e.g. for a new version: deploy once more after it.
 */
export class PrivateConnectivity extends Construct {
  /** Name of the endpoint service, which Union.ai needs to ask for the connection. */
  readonly serviceName: string;

  constructor(scope: Construct, id: string, props: PrivateConnectivityProps) {
    super(scope, id);
    const { name, vpcId, subnetIds, clusterName, clusterSecurityGroupId, principals } = props;
    const label = `${name}-api`;

    const group = new SecurityGroup(this, "load-balancer-group", {
      name: `${label}-privatelink`,
      description: "PrivateLink to the Kubernetes API",
      vpcId,
      tags: { Name: `${label}-privatelink` },
    });
    const loadBalancer = new Lb(this, "load-balancer", {
      name: label,
      loadBalancerType: "network",
      internal: true,
      subnets: [...subnetIds],
      securityGroups: [group.id],
      // The group has no inbound rule, so that nothing in the VPC reaches the load balancer; only connections that came
      // over PrivateLink, and were accepted there, are not held against it.
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off",
      // The API has addresses in two zones only, and a connection may enter in any.
      enableCrossZoneLoadBalancing: true,
    });
    const rule = {
      ipProtocol: "tcp",
      fromPort: HTTPS_PORT,
      toPort: HTTPS_PORT,
      tags: { Name: "PrivateLink to the Kubernetes API" },
    };
    const out = new VpcSecurityGroupEgressRule(this, "load-balancer-to-cluster", {
      securityGroupId: group.id,
      referencedSecurityGroupId: clusterSecurityGroupId,
      ...rule,
    });
    const into = new VpcSecurityGroupIngressRule(this, "cluster-from-load-balancer", {
      securityGroupId: clusterSecurityGroupId,
      referencedSecurityGroupId: group.id,
      ...rule,
    });

    const targets = new LbTargetGroup(this, "targets", {
      name: label,
      vpcId,
      targetType: "ip",
      protocol: "TCP",
      port: HTTPS_PORT,
      healthCheck: { protocol: "TCP", port: String(HTTPS_PORT) },
    });
    const listener = new LbListener(this, "listener", {
      loadBalancerArn: loadBalancer.arn,
      protocol: "TCP",
      port: HTTPS_PORT,
      defaultAction: [{ type: "forward", targetGroupArn: targets.arn }],
    });
    const service = new VpcEndpointService(this, "endpoint-service", {
      networkLoadBalancerArns: [loadBalancer.arn],
      acceptanceRequired: true,
      allowedPrincipals: [...principals],
      tags: { Name: label, ...EXCEPTION_TAG },
      // AWS deletes no service that has a connection. So it goes first: where AWS refuses, all else stands as it stood,
      // until a person has rejected the connections, which ends them.
      dependsOn: [listener, out, into],
    });

    const interfaces = new DataAwsNetworkInterfaces(this, "api-interfaces", {
      filter: [
        { name: "vpc-id", values: [vpcId] },
        { name: "description", values: [`Amazon EKS ${clusterName}`] },
      ],
    });
    for (const index of API_ADDRESSES) {
      const api = new DataAwsNetworkInterface(this, `api-interface-${index}`, {
        // AWS lists them in no order, and a target should not change without need.
        id: Fn.element(Fn.sort(interfaces.ids), index) as string,
      });
      new LbTargetGroupAttachment(this, `target-${index}`, { targetGroupArn: targets.arn, targetId: api.privateIp });
    }

    this.serviceName = service.serviceName;
  }
}
