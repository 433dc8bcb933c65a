/**
 * Azure's own services at public addresses: storage accounts, key vaults, registries, databases, caches, queues, apps.
 *
 * They are the cloud's endpoints and in no virtual network. Each has rules of its own for who may open a connection
 * from a public address, and refuses all of them where public network access is disabled; its private endpoints are
 * endpoints of their own. Who may then do what is a matter of identity, which is not judged here, the exception for
 * trusted services of Azure included.
 */
import type { Endpoint, Resource } from "../../../model";
import { isAbsent, type AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import { field } from "../../../values";
import { clusters } from "./clusters";
import { containers } from "./containers";
import { Firewalls } from "./firewalls";
import { publicService } from "./public-service";
import { sites } from "./sites";
import type { Service } from "./service";
import { SERVICES } from "./services";

export class ManagedServices {
  /** Number of rules read. */
  get rules(): number {
    return this.firewalls.rules;
  }

  private readonly firewalls: Firewalls;

  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
  ) {
    this.firewalls = new Firewalls(input, networks);
  }

  endpoints(): Endpoint[] {
    return [
      ...SERVICES.flatMap((service) => this.endpointsOf(service)),
      ...sites(this.input, this.networks),
      ...containers(this.input),
      ...clusters(this.input),
    ];
  }

  private endpointsOf(service: Service): Endpoint[] {
    const made = this.input
      .managed(...service.types)
      .filter((resource) => service.subnet === undefined || isAbsent(field(resource, ...service.subnet.split("."))))
      .map((resource) => this.endpoint(resource, service));
    return [...made, ...this.elsewhere(service)];
  }

  private endpoint(resource: Resource, service: Service): Endpoint {
    return {
      ...publicService(this.input, resource, service.tag),
      filters: [this.firewalls.filterOf(resource, service)],
    };
  }

  /** Rules for services that stand elsewhere: whom they let in, they let in there. */
  private elsewhere(service: Service): Endpoint[] {
    return this.firewalls.elsewhere(service).map(({ resource, filter }) => ({
      ...publicService(this.input, resource, service.tag),
      elsewhere: true,
      filters: [filter],
    }));
  }
}
