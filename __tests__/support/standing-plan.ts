/**
 * The plan of a stack that stands, and of which nothing changes: what refers to others has the ids, ARNs and addresses
 * that a cloud gave, in the shape that its API has them. Terraform tells nothing of where such a value came from.
 */
import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";
import { planDocument, type PlanParts } from "./plan";
import type { Json } from "./workloads";

const REFERENCE = /\$\{([a-z][a-z0-9_]+)\.([A-Za-z0-9_-]+)((?:\.[a-z_0-9]+|\[\d+\])+)\}/g;
/** An expression of Terraform's, not one that is written with two dollars for somebody else. */
const EXPRESSION = /(?<!\$)\$\{/;

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const guid = (text: string): string => digest(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

/** What expressions around attributes come to, by their beginnings. */
const COMPUTED: readonly (readonly [expression: RegExp, value: string])[] = [
  [
    /\$\{jsondecode\([^}]*\)\.keyId\.value\}/g,
    `https://vault.vault.azure.net/keys/data-plane/${digest("key").slice(0, 32)}`,
  ],
  [/\$\{trimprefix\([^}]*issuer, "https:\/\/"\)\}/g, "oidc.eks.us-east-2.amazonaws.com/id/EXAMPLE"],
  [/\$\{local\.cluster_issuer\w*\}/g, "oidc.eks.us-east-2.amazonaws.com/id/EXAMPLE"],
  [/\$\{substr\(terraform_data\.[^}]*\}/g, "0a1b2c3d"],
  [/\$\{data\.google_project\.[^}]*number\}/g, "1234567890"],
  [/\$\{data\.google_logging_[^}]*\}/g, "cmek-p1234567890@gcp-sa-logging.iam.gserviceaccount.com"],
  [/\$\{data\.google_storage_[^}]*\}/g, "service-1234567890@gs-project-accounts.iam.gserviceaccount.com"],
  [/\$\{data\.azurerm_client_config\.[^}]*\}/g, guid("creator")],
];

/** Beginnings of ids that AWS gives. */
const AWS_IDS: Readonly<Record<string, string>> = {
  ...{ aws_security_group: "sg", aws_subnet: "subnet", aws_vpc: "vpc", aws_route_table: "rtb", aws_nat_gateway: "nat" },
  ...{ aws_ec2_managed_prefix_list: "pl", aws_launch_template: "lt", aws_eip: "eipalloc", aws_vpc_endpoint: "vpce" },
  ...{ aws_internet_gateway: "igw", aws_default_security_group: "sg", aws_default_route_table: "rtb" },
};

/** Google's collections, within a project. */
const GOOGLE_IDS: Readonly<Record<string, string>> = {
  ...{ google_compute_network: "global/networks", google_compute_subnetwork: "regions/REGION/subnetworks" },
  ...{ google_container_cluster: "locations/REGION/clusters", google_compute_address: "regions/REGION/addresses" },
  ...{ google_dns_managed_zone: "managedZones", google_kms_key_ring: "locations/REGION/keyRings" },
  ...{ google_artifact_registry_repository: "locations/REGION/repositories", google_secret_manager_secret: "secrets" },
  ...{ google_compute_router: "regions/REGION/routers", google_project_iam_custom_role: "roles" },
  ...{ google_compute_forwarding_rule: "regions/REGION/forwardingRules", google_compute_disk: "zones/REGION/disks" },
  ...{ google_compute_health_check: "global/healthChecks", google_compute_instance: "zones/REGION/instances" },
  ...{ google_compute_firewall: "global/firewalls", google_compute_route: "global/routes" },
  google_logging_project_sink: "sinks",
  google_compute_service_attachment: "regions/REGION/serviceAttachments",
  google_container_node_pool: "locations/REGION/clusters/CLUSTER/nodePools",
  ...{ google_compute_network_endpoint_group: "zones/REGION/networkEndpointGroups" },
  ...{ google_compute_region_backend_service: "regions/REGION/backendServices" },
};

/** Azure's types, within a resource group. */
const AZURE_IDS: Readonly<Record<string, string>> = {
  azurerm_user_assigned_identity: "Microsoft.ManagedIdentity/userAssignedIdentities",
  azurerm_virtual_network: "Microsoft.Network/virtualNetworks",
  azurerm_private_dns_zone: "Microsoft.Network/privateDnsZones",
  azurerm_storage_account: "Microsoft.Storage/storageAccounts",
  azurerm_kubernetes_cluster: "Microsoft.ContainerService/managedClusters",
  azurerm_key_vault: "Microsoft.KeyVault/vaults",
  azurerm_network_security_group: "Microsoft.Network/networkSecurityGroups",
  azurerm_log_analytics_workspace: "Microsoft.OperationalInsights/workspaces",
  azurerm_container_registry: "Microsoft.ContainerRegistry/registries",
  azurerm_nat_gateway: "Microsoft.Network/natGateways",
  azurerm_public_ip: "Microsoft.Network/publicIPAddresses",
  azurerm_disk_encryption_set: "Microsoft.Compute/diskEncryptionSets",
  azurerm_private_endpoint: "Microsoft.Network/privateEndpoints",
  azurerm_route_table: "Microsoft.Network/routeTables",
  azurerm_monitor_data_collection_endpoint: "Microsoft.Insights/dataCollectionEndpoints",
  azurerm_monitor_data_collection_rule: "Microsoft.Insights/dataCollectionRules",
  azurerm_monitor_private_link_scope: "Microsoft.Insights/privateLinkScopes",
  azurerm_kusto_cluster: "Microsoft.Kusto/clusters",
};

/** @param stack an infrastructure stack, as synthesized */
export function standingPlanOf(stack: Json): Json {
  const given = new Given(stack);
  return planDocument(
    Object.entries<Json>(stack.resource).flatMap(([type, ofType]) =>
      Object.keys(ofType).map((name) => given.partsOf(type, name)),
    ),
  );
}

class Given {
  private readonly resources: Json;
  private readonly provider: Json;
  private addresses = 0;
  /** Attributes that were asked for, by address. */
  private readonly asked = new Map<string, Record<string, string>>();

  constructor(stack: Json) {
    this.resources = stack.resource;
    this.provider = Object.assign({}, ...Object.values<Json>(stack.provider).flat());
    // All are known before any is told.
    this.in(stack.resource);
  }

  partsOf(type: string, name: string): PlanParts {
    const written = Object.entries<Json>(this.resources[type][name]).filter(
      ([key]) => !["//", "depends_on", "lifecycle", "provisioner"].includes(key),
    );
    const id = this.attribute(type, name, "id");
    const asked = { ...this.asked.get(`${type}.${name}`), ...(id === undefined ? {} : { id }) };
    const all = Object.entries<Json>({
      ...Object.fromEntries(written.map(([key, value]) => [key, this.in(value)])),
      ...asked,
    });
    const isKnown = (value: Json) => !EXPRESSION.test(JSON.stringify(value));
    const known = all.filter(([, value]) => isKnown(value));
    const values = JSON.parse(JSON.stringify(Object.fromEntries(known)).replaceAll("$${", "${"));
    const after_unknown = Object.fromEntries(all.filter(([, value]) => !isKnown(value)).map(([key]) => [key, true]));
    const resource = { address: `${type}.${name}`, mode: "managed", type, name };
    return {
      planned: { ...resource, values },
      change: {
        ...resource,
        change: { ...{ actions: ["no-op"], before: values, after: values }, after_unknown, after_sensitive: {} },
      },
      configured: { ...resource, expressions: Object.fromEntries(written.map(([key]) => [key, {}])) },
    };
  }

  /** A value with what the cloud gave in the place of references. */
  private in(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((element) => this.in(element));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [this.text(key), this.in(inner)]));
  }

  private text(written: string): string {
    const computed = COMPUTED.reduce((text, [expression, value]) => text.replaceAll(expression, value), written);
    return computed.replaceAll(REFERENCE, (whole, type: string, name: string, path: string) => {
      const attribute = path.replace(/^\./, "");
      const value = this.resources[type]?.[name] && this.attribute(type, name, attribute);
      if (value === undefined) return whole;
      if (/^\w+$/.test(attribute)) {
        const address = `${type}.${name}`;
        this.asked.set(address, { ...this.asked.get(address), [attribute]: value });
      }
      return value;
    });
  }

  private attribute(type: string, name: string, attribute: string): string | undefined {
    const own = this.resources[type][name];
    if (typeof own[attribute] === "string") return this.text(own[attribute]);
    const known = this.asked.get(`${type}.${name}`)?.[attribute];
    if (known !== undefined) return known;
    const text = (argument: string): string => (typeof own[argument] === "string" ? this.text(own[argument]) : "");
    if (type.startsWith("aws_")) return this.ofAws(type, name, attribute, text);
    if (type.startsWith("google_")) return this.ofGoogle(type, own, attribute, text);
    return type.startsWith("azurerm_") ? this.ofAzure(type, name, attribute, text) : undefined;
  }

  private ofAws(type: string, name: string, attribute: string, text: (argument: string) => string): string | undefined {
    const { region } = this.provider;
    const [account = ""] = /\d{12}/.exec(JSON.stringify(this.provider)) ?? [];
    const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
    switch (`${type}.${attribute}`) {
      case "aws_eks_cluster.id":
      case "aws_iam_role.id":
      case "aws_ecr_repository.id":
        return text("name");
      case "aws_s3_bucket.id":
        return text("bucket");
      case "aws_s3_bucket.arn":
        return `arn:aws:s3:::${text("bucket")}`;
      case "aws_kms_key.arn":
        return arn("kms", `key/${guid(name)}`);
      case "aws_cloudwatch_log_group.arn":
        return arn("logs", `log-group:${text("name")}`);
      case "aws_iam_role.arn":
        return `arn:aws:iam::${account}:role${text("path") || "/"}${text("name")}`;
      case "aws_ecr_repository.arn":
        return arn("ecr", `repository/${text("name")}`);
      case "aws_ecr_repository.repository_url":
        return `${account}.dkr.ecr.${region}.amazonaws.com/${text("name")}`;
      case "aws_secretsmanager_secret.arn":
        return arn("secretsmanager", `secret:${text("name")}-AbCdEf`);
      case "aws_iam_openid_connect_provider.arn":
        return `arn:aws:iam::${account}:oidc-provider/oidc.eks.us-east-2.amazonaws.com/id/EXAMPLE`;
      case "aws_eks_cluster.identity[0].oidc[0].issuer":
        return "https://oidc.eks.us-east-2.amazonaws.com/id/EXAMPLE";
      case "aws_launch_template.latest_version":
        return "1";
    }
    if (attribute === "public_ip") return this.publicAddress();
    if (attribute === "arn") return arn(type.replace("aws_", ""), name);
    const prefix = AWS_IDS[type];
    return prefix && /(^|_)id$/.test(attribute)
      ? `${prefix}-${digest(type + name + attribute).slice(0, 17)}`
      : undefined;
  }

  private ofGoogle(type: string, own: Json, attribute: string, text: (argument: string) => string): string | undefined {
    const { project } = this.provider;
    const email = `${text("account_id")}@${project}.iam.gserviceaccount.com`;
    const place = text("zone") || text("location") || text("region") || this.provider.region;
    const collection = GOOGLE_IDS[type]
      ?.replace("REGION", place)
      .replace("CLUSTER", text("cluster").replace(/^.*\//, ""));
    const called = ["repository_id", "secret_id", "role_id", "name"].map(text).find((name) => name !== "") ?? "";
    const id = collection && `projects/${project}/${collection}/${called}`;
    switch (`${type}.${attribute}`) {
      case "google_service_account.email":
        return email;
      case "google_service_account.member":
        return `serviceAccount:${email}`;
      case "google_service_account.name":
      case "google_service_account.id":
        return `projects/${project}/serviceAccounts/${email}`;
      case "google_kms_crypto_key.id":
        return `${text("key_ring")}/cryptoKeys/${text("name")}`;
      case "google_project_iam_custom_role.name":
        return id;
      case "google_logging_project_bucket_config.id":
        return `projects/${project}/locations/${text("location")}/buckets/${text("bucket_id")}`;
      case "google_compute_address.address":
        return this.addressIn(own.subnetwork) ?? this.publicAddress();
      case "google_container_cluster.private_cluster_config[0].private_endpoint":
        return "172.16.0.2";
    }
    if (attribute === "self_link") return id && `https://www.googleapis.com/compute/v1/${id}`;
    return attribute === "id" ? id : undefined;
  }

  private ofAzure(
    type: string,
    name: string,
    attribute: string,
    text: (argument: string) => string,
  ): string | undefined {
    const subscription = `/subscriptions/${this.provider.subscription_id}`;
    const group = `${subscription}/resourceGroups/${text("resource_group_name")}`;
    switch (`${type}.${attribute}`) {
      case "azurerm_resource_group.id":
        return `${subscription}/resourceGroups/${text("name")}`;
      case "azurerm_subnet.id":
        return `${group}/providers/Microsoft.Network/virtualNetworks/${text("virtual_network_name")}/subnets/${text("name")}`;
      case "azurerm_storage_container.id":
        return `${text("storage_account_id")}/blobServices/default/containers/${text("name")}`;
      case "azurerm_container_registry_credential_set.id":
        return `${text("container_registry_id")}/credentialSets/${text("name")}`;
      case "azurerm_kusto_database.id":
        return `${group}/providers/Microsoft.Kusto/clusters/${text("cluster_name")}/databases/${text("name")}`;
      case "azurerm_kubernetes_cluster.oidc_issuer_url":
        return "https://eastus2.oic.prod-aks.azure.com/tenant/issuer/";
      case "azurerm_container_registry.login_server":
        return `${text("name")}.azurecr.io`;
    }
    if (attribute === "ip_address") return this.publicAddress();
    if (/(principal|client|workspace)_id$/.test(attribute)) return guid(type + name + attribute);
    const kind = AZURE_IDS[type];
    return kind && attribute === "id" ? `${group}/providers/${kind}/${text("name")}` : undefined;
  }

  private publicAddress(): string {
    return `203.0.114.${++this.addresses}`;
  }

  /** An address of the subnet that an argument refers to. */
  private addressIn(subnet: unknown): string | undefined {
    const [, name = ""] = /google_compute_subnetwork\.([^.]+)\./.exec(String(subnet)) ?? [];
    const [base = ""] = String(this.resources.google_compute_subnetwork?.[name]?.ip_cidr_range).split("/");
    return isIPv4(base)
      ? base.replace(/\d+$/, (last) => String(Number(last) + 5 + (this.addresses++ % 10)))
      : undefined;
  }
}
