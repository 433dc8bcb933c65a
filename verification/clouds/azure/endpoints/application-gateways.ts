/**
 * Microsoft, "Application Gateway infrastructure configuration"
 * (https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure): it answers at public addresses
 * without a group. "Application Gateway frontend IP address configuration"
 * (https://learn.microsoft.com/azure/application-gateway/configuration-frontend-ip): of version 2 one has a public address
 * also where no listener is at it, and then answers at its private one alone. "What is Application Gateway Ingress
 * Controller?" (https://learn.microsoft.com/azure/application-gateway/ingress-controller-overview): listeners follow the
 * Ingresses of a cluster.
 */
import type { Resource, Value } from "../../../model";
import { at, blocks, isObject, isOpaque, number, text, texts, whyOpaque } from "../../../values";
import { listener, listening, portServices } from "../listening";
import type { AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import type { Attachments } from "./attachments";
import { together, unheard, withoutGroup, type Exposure } from "./exposure";
import type { LoadBalancers } from "./load-balancers";

export class ApplicationGateways {
  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly balancers: LoadBalancers,
    private readonly attachments: Attachments,
  ) {}

  add(): void {
    for (const resource of this.input.managed("azurerm_application_gateway")) this.applicationGateway(resource);
  }

  private applicationGateway(resource: Resource): void {
    const frontends = blocks(this.input.follow(resource.values["frontend_ip_configuration"], resource));
    const exposure = together(frontends.map((frontend) => this.exposureOf(frontend, resource)));
    const ports = this.input
      .collect(resource, "frontend_port.port")
      .map((port) => listener(resource, portServices("tcp", number(port))));
    for (const subnet of this.networks.subnetsAt(resource, "gateway_ip_configuration.subnet_id")) {
      this.attachments.add({
        resource,
        kind: "load-balancer",
        subnet,
        exposure,
        filters: [listening(this.input.id(resource), "azure-application-gateway", ports)],
      });
    }
  }

  private exposureOf(frontend: Value, gateway: Resource): Exposure {
    const exposure = withoutGroup(this.balancers.configurationExposure(frontend, gateway));
    const isHeard = this.isHeard(isObject(frontend) ? frontend["name"] : frontend, gateway);
    if (isHeard === true) return exposure;
    if (isHeard === false) return unheard(exposure);
    const { outbound } = exposure.doubt ?? exposure;
    return { ...exposure, doubt: { publicity: "none", outbound, why: isHeard } };
  }

  /** Whether a listener is at the frontend of this name; a text: why that can't be told. */
  private isHeard(name: Value | undefined, gateway: Resource): boolean | string {
    const listeners = blocks(this.input.follow(gateway.values["http_listener"], gateway));
    const asked = text(this.input.follow(name, gateway));
    const heard = listeners.map((one) => text(this.input.follow(at(one, "frontend_ip_configuration_name"), gateway)));
    // Each has one: what writes none is not told as a whole.
    if (heard.length === 0 || (typeof asked === "string" && heard.includes(asked))) return true;
    const unread = [asked, ...heard].find(isOpaque);
    if (unread) return `whether a listener is at its public address is not known: ${whyOpaque(unread)}`;
    return areLetBe(gateway) && "which listeners the Ingresses of a cluster make is not in the input";
  }
}

/** Whether Terraform lets be which listeners it has: a cluster may make them. */
function areLetBe(gateway: Resource): boolean {
  const ignored = at(gateway.values, "lifecycle", "ignore_changes");
  const names = ignored === "all" ? ["all"] : texts(ignored);
  return names.some((one) => isOpaque(one) || one === "all" || one === "http_listener");
}
