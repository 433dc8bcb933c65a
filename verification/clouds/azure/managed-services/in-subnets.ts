/**
 * Services of Azure that stand in a subnet of the customer's, whose security group filters what comes to them.
 *
 * Microsoft, "Configure public endpoint in Azure SQL Managed Instance"
 * (https://learn.microsoft.com/azure/azure-sql/managed-instance/public-endpoint-configure): TCP 3342, where it is
 * enabled. "Deploy Azure API Management to a virtual network"
 * (https://learn.microsoft.com/azure/api-management/virtual-network-concepts): mode External answers at a public address
 * too, Internal inside only. "App Service Environment networking"
 * (https://learn.microsoft.com/azure/app-service/environment/networking): public unless it balances internally.
 * "Networking in Azure Container Apps environment"
 * (https://learn.microsoft.com/azure/container-apps/networking): the subnet's security group filters ingress.
 */
import type { Filter, Resource } from "../../../model";
import { ServiceSet } from "../../../../packets/service-set";
import { bool, isOpaque, text } from "../../../values";
import { isAbsent, type AzureInput } from "../input";
import { listening } from "../listening";
import { INSIDE } from "../service-tags";
import { environmentOf, exposedRules, ingressRules, isPublicEnvironment, subnetsOfGroup } from "./containers";
import { allow, EVERYBODY, servicesOf } from "./firewalls";
import { SERVICES } from "./services";

export interface InSubnet {
  readonly resource: Resource;
  /** What names its subnets, and where. */
  readonly from: Resource;
  readonly path: string;
  /** Whether it answers at a public address too; a reason where that is not known. */
  readonly isPublic: boolean | string;
  /** Filters of its own. */
  readonly filters?: readonly Filter[];
}

export function inSubnets(input: AzureInput): InSubnet[] {
  return [
    ...SERVICES.flatMap(({ types, subnet }) =>
      subnet === undefined || types.includes(API_MANAGEMENT)
        ? []
        : input.managed(...types).map((resource) => ({ resource, from: resource, path: subnet, isPublic: false })),
    ),
    ...input
      .managed("azurerm_mssql_managed_instance", "azurerm_sql_managed_instance")
      .map((one) => managedSql(one, input)),
    ...input.managed(API_MANAGEMENT).map((one) => apiManagement(one, input)),
    ...input.managed("azurerm_app_service_environment_v3").map((one) => appServiceEnvironment(one, input)),
    ...input.managed("azurerm_container_app").flatMap((one) => containerApp(one, input)),
    ...input.managed("azurerm_container_group").map((one) => containerGroup(one, input)),
  ];
}

const API_MANAGEMENT = "azurerm_api_management";

function managedSql(resource: Resource, input: AzureInput): InSubnet {
  const isPublic = bool(input.follow(resource.values["public_data_endpoint_enabled"], resource)) ?? false;
  // By the public address, only the port of the public endpoint answers.
  const inside = allow(resource, SQL_INSIDE, [{ kind: "addresses", addresses: INSIDE }]);
  const outside = allow(resource, SQL_OUTSIDE, [EVERYBODY]);
  return {
    resource,
    from: resource,
    path: "subnet_id",
    isPublic: isOpaque(isPublic) ? "whether its public endpoint is enabled is not known" : isPublic,
    filters: [
      listening(input.id(resource), "azure-sql-managed-instance", isPublic === false ? [inside] : [inside, outside]),
    ],
  };
}

const SQL_INSIDE = ServiceSet.of(6, 1433).union(ServiceSet.of(6, 11_000, 11_999));
const SQL_OUTSIDE = ServiceSet.of(6, 3342);

function apiManagement(resource: Resource, input: AzureInput): InSubnet {
  const mode = text(input.follow(resource.values["virtual_network_type"], resource)) ?? "None";
  const rule = allow(resource, servicesOf([80, 443, 3443]), [EVERYBODY]);
  return {
    resource,
    from: resource,
    path: "virtual_network_configuration.subnet_id",
    isPublic: isOpaque(mode)
      ? "whether it answers at a public address is not known"
      : mode.toLowerCase() === "external",
    filters: [listening(input.id(resource), "azure-api-management", [rule])],
  };
}

function appServiceEnvironment(resource: Resource, input: AzureInput): InSubnet {
  const mode = text(input.follow(resource.values["internal_load_balancing_mode"], resource)) ?? "None";
  const rule = allow(resource, servicesOf([80, 443]), [EVERYBODY]);
  return {
    resource,
    from: resource,
    path: "subnet_id",
    isPublic: isOpaque(mode) ? "whether it answers at a public address is not known" : !/web/i.test(mode),
    filters: [listening(input.id(resource), "azure-app-service", [rule])],
  };
}

function containerApp(resource: Resource, input: AzureInput): InSubnet[] {
  const environment = environmentOf(resource, input);
  if (!environment || isAbsent(environment.values["infrastructure_subnet_id"])) return [];
  const rules = ingressRules(resource, input);
  if (rules.length === 0) return [];
  const isPublic = isPublicEnvironment(environment, input);
  const filters = [listening(input.id(resource), "azure-container-apps", rules)];
  return [{ resource, from: environment, path: "infrastructure_subnet_id", isPublic, filters }];
}

function containerGroup(resource: Resource, input: AzureInput): InSubnet {
  const rules = exposedRules(resource, input);
  const filters = [listening(input.id(resource), "azure-container-instances", rules)];
  return { resource, ...subnetsOfGroup(resource, input), isPublic: false, filters };
}
