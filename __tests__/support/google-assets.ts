/**
 * Assets of Cloud Asset Inventory and answers of Compute Engine for a stack that stands, in the shapes of these APIs'
 * references: what a project shows once the stack is applied.
 */
import { standingPlanOf } from "./standing-plan";
import type { Json } from "./workloads";

/** What Google's services answer about one project. */
export interface GoogleAnswers {
  readonly project: string;
  /** With content of the type RESOURCE. */
  readonly resources: Json[];
  /** With content of the type IAM_POLICY. */
  readonly policies: Json[];
  /** Answers of Compute Engine, by path below `compute/v1/`. */
  readonly compute: Record<string, Json>;
}

/** Types of a stack of which a project's assets tell nothing, each with the reason. */
const NOT_TOLD: Readonly<Record<string, string>> = {
  google_logging_project_exclusion: "it is a part of the sink _Default, and nothing that is judged rests on it",
  google_logging_log_view_iam_member:
    "policies of log views are in no inventory; what they grant is read of the project",
  terraform_data: "Terraform alone knows it",
};

const NUMBER = "1234567890";
const LINK = "https://www.googleapis.com/compute/v1/";

/** Names that the API spells otherwise than the provider would. */
const SPELLED: Readonly<Record<string, string>> = {
  ip_protocol: "IPProtocol",
  ip_address: "IPAddress",
  network_ip: "networkIP",
};
const MAPS = ["labels", "resource_labels"];

function camel(value: Json): Json {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries<Json>(value).map(([name, held]) => [
      SPELLED[name] ?? name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      MAPS.includes(name) ? held : camel(held),
    ]),
  );
}

const list = (value: Json): Json[] => (value === undefined ? [] : [value].flat());
const one = (value: Json): Json => list(value)[0];
const link = (value: Json): Json => (typeof value === "string" && value.startsWith("projects/") ? LINK + value : value);

const without = (values: Json, ...names: readonly string[]): Json =>
  Object.fromEntries(Object.entries<Json>(values).filter(([name]) => !names.includes(name)));

/** Every argument that names another resource of Compute Engine, as a link. */
function linked(values: Json): Json {
  const named = ["network", "subnetwork", "router", "instance", "group", "backendService", "targetService", "target"];
  return Object.fromEntries(
    Object.entries<Json>(values).map(([name, value]) => [name, named.includes(name) ? link(value) : value]),
  );
}

/** @param stack an infrastructure stack, as synthesized */
export function googleAnswers(stack: Json): GoogleAnswers {
  const provider: Json = Object.assign({}, ...Object.values<Json>(stack.provider).flat());
  const { project } = provider;
  const plan: Json[] = standingPlanOf(stack).planned_values.root_module.resources;
  const resources: Json[] = [];
  const policies = new Map<string, Json>();
  const compute: Record<string, Json> = {};
  const ofType = (type: string): Json[] =>
    plan.filter((resource) => resource.type === type).map(({ values }) => values);

  const asset = (service: string, kind: string, path: string, data: Json) =>
    resources.push({
      name: `//${service}.googleapis.com/${path}`,
      assetType: `${service}.googleapis.com/${kind}`,
      ancestors: [`projects/${NUMBER}`],
      resource: {
        version: "v1",
        discoveryName: kind,
        parent: `//cloudresourcemanager.googleapis.com/projects/${NUMBER}`,
        data,
      },
      updateTime: "2026-11-30T00:00:00Z",
    });
  const ofCompute = (kind: string, collection: string, values: Json, more: Json = {}) => {
    const place = values.zone ? `zones/${values.zone}` : values.region ? `regions/${values.region}` : "global";
    const path = `projects/${project}/${place}/${collection}/${values.name}`;
    const own = without(values, "id", "self_link", "project");
    asset("compute", kind, path, { ...linked(camel(own)), ...more, selfLink: LINK + path, name: values.name });
    return path;
  };
  const policy = (assetType: string, name: string, values: Json) => {
    const key = `${assetType}\n${name}`;
    const held = policies.get(key) ?? {
      name: `//${name}`,
      assetType,
      ancestors: [`projects/${NUMBER}`],
      iamPolicy: { etag: "BwX=", bindings: [] },
    };
    const { role, member, members = [member], condition } = values;
    held.iamPolicy.bindings.push({ role, members: list(members), ...(condition && { condition: one(condition) }) });
    policies.set(key, held);
  };

  asset("cloudresourcemanager", "Project", `projects/${NUMBER}`, { projectId: project, projectNumber: NUMBER });
  asset("compute", "Project", `projects/${project}`, { name: project });

  const nats = ofType("google_compute_router_nat");
  const convert: Record<string, (values: Json) => void> = {
    google_compute_network: (values) => {
      const path = ofCompute("Network", "networks", values);
      compute[`${path}/getEffectiveFirewalls`] = { firewallPolicys: [], firewalls: [] };
      // What every subnet routes.
      const route = { name: "default-route-1", destRange: "10.0.0.0/16", priority: 0 };
      ofCompute("Route", "routes", { ...route, network: path }, { nextHopNetwork: LINK + path });
    },
    google_compute_subnetwork: ({ log_config, secondary_ip_range, region, ...values }) => {
      const own = { firewallPolicys: [], firewalls: [] };
      compute[`projects/${project}/regions/${region}/firewallPolicies/getEffectiveFirewalls`] = own;
      ofCompute(
        "Subnetwork",
        "subnetworks",
        { ...values, region },
        {
          region: `${LINK}projects/${project}/regions/${region}`,
          secondaryIpRanges: list(secondary_ip_range).map(camel),
          ...(log_config && { logConfig: { enable: true, ...camel(one(log_config)) }, enableFlowLogs: true }),
        },
      );
    },
    google_compute_firewall: ({ allow, deny, log_config, ...values }) => {
      const rules = (blocks: Json) =>
        list(blocks).map(({ protocol, ports }) => ({ IPProtocol: protocol, ...(ports && { ports }) }));
      ofCompute("Firewall", "firewalls", values, {
        ...(allow ? { allowed: rules(allow) } : {}),
        ...(deny ? { denied: rules(deny) } : {}),
        disabled: false,
        logConfig: log_config ? { enable: true, ...camel(one(log_config)) } : { enable: false },
      });
    },
    google_compute_route: ({ next_hop_gateway, ...values }) =>
      void ofCompute("Route", "routes", values, {
        nextHopGateway: `${LINK}projects/${project}/global/gateways/${next_hop_gateway}`,
      }),
    google_compute_router: (values) =>
      void ofCompute("Router", "routers", values, {
        nats: nats
          .filter(({ router }) => String(router).endsWith(values.name))
          .map(({ log_config, subnetwork, ...nat }) => ({
            ...camel(without(nat, "router", "region", "id")),
            logConfig: camel(one(log_config)),
            subnetworks: list(subnetwork).map(({ name, ...others }) => ({ name: link(name), ...camel(others) })),
          })),
      }),
    google_compute_router_nat: () => undefined,
    google_compute_address: (values) => void ofCompute("Address", "addresses", values),
    google_compute_disk: ({ disk_encryption_key, ...values }) =>
      void ofCompute("Disk", "disks", values, {
        diskEncryptionKey: { kmsKeyName: `${one(disk_encryption_key)?.kms_key_self_link}/cryptoKeyVersions/1` },
      }),
    google_compute_forwarding_rule: (values) => void ofCompute("ForwardingRule", "forwardingRules", values),
    google_compute_health_check: (values) => void ofCompute("HealthCheck", "healthChecks", values),
    google_compute_instance: ({ network_interface, tags = [], metadata, ...values }) =>
      void ofCompute("Instance", "instances", without(values, "boot_disk"), {
        networkInterfaces: list(network_interface).map((face) => linked(camel(face))),
        tags: { items: tags, fingerprint: "x" },
        metadata: { items: Object.entries(metadata ?? {}).map(([key, value]) => ({ key, value })) },
      }),
    google_compute_network_endpoint_group: (values) => {
      const path = ofCompute("NetworkEndpointGroup", "networkEndpointGroups", values);
      const own = ofType("google_compute_network_endpoint").filter(
        ({ network_endpoint_group: of }) => of === path || of === values.name || String(of).endsWith(path),
      );
      compute[`${path}/listNetworkEndpoints`] = {
        items: own.map(({ ip_address, instance }) => ({ networkEndpoint: { ipAddress: ip_address, instance } })),
      };
    },
    google_compute_network_endpoint: () => undefined,
    google_compute_region_backend_service: ({ backend, ...values }) =>
      void ofCompute("RegionBackendService", "backendServices", values, {
        backends: list(backend).map(({ group, ...others }) => ({ group: link(group), ...camel(others) })),
      }),
    google_compute_service_attachment: (values) =>
      void ofCompute("ServiceAttachment", "serviceAttachments", values, {
        consumerAcceptLists: list(values.consumer_accept_lists).map(camel),
        natSubnets: list(values.nat_subnets).map(link),
      }),
    google_container_cluster: (values) => cluster(values),
    google_container_node_pool: ({ cluster: of, node_config, ...values }) => {
      const path = `projects/${project}/locations/${values.location}/clusters/${String(of).split("/").at(-1)}/nodePools/${values.name}`;
      const { taint, guest_accelerator, ...config } = one(node_config);
      asset("container", "NodePool", path, {
        ...camel(values),
        selfLink: `https://container.googleapis.com/v1/${path}`,
        config: {
          ...camel(without(config, "metadata")),
          metadata: { "disable-legacy-endpoints": "true" },
          taints: list(taint).map(camel),
          accelerators: list(guest_accelerator).map(({ count, type }) => ({
            acceleratorCount: String(count),
            acceleratorType: type,
          })),
        },
      });
    },
    google_dns_managed_zone: ({ name, dns_name, visibility, private_visibility_config }) =>
      void asset("dns", "ManagedZone", `projects/${project}/managedZones/${name}`, {
        ...{ kind: "dns#managedZone", id: "1", name, dnsName: dns_name, visibility },
        privateVisibilityConfig: {
          networks: list(one(private_visibility_config)?.networks).map(({ network_url }) => ({
            networkUrl: link(network_url),
          })),
        },
      }),
    google_dns_record_set: ({ managed_zone, name, type, ttl, rrdatas }) =>
      void asset(
        "dns",
        "ResourceRecordSet",
        `projects/${project}/managedZones/${String(managed_zone).split("/").at(-1)}/rrsets/${name}/${type}`,
        {
          ...{ kind: "dns#resourceRecordSet", name, type, ttl, rrdatas },
        },
      ),
    google_kms_key_ring: ({ id }) => void asset("cloudkms", "KeyRing", id, { name: id }),
    google_kms_crypto_key: ({ key_ring, name, purpose, rotation_period }) => {
      const path = `${key_ring}/cryptoKeys/${name}`;
      asset("cloudkms", "CryptoKey", path, { name: path, purpose, rotationPeriod: rotation_period });
      asset("cloudkms", "CryptoKeyVersion", `${path}/cryptoKeyVersions/1`, { name: `${path}/cryptoKeyVersions/1` });
    },
    google_secret_manager_secret: ({ secret_id, replication }) => {
      const path = `projects/${NUMBER}/secrets/${secret_id}`;
      const { user_managed, auto } = one(replication);
      asset("secretmanager", "Secret", path, {
        name: path,
        replication: auto
          ? { automatic: {} }
          : {
              userManaged: {
                replicas: list(one(user_managed).replicas).map((replica: Json) => ({
                  ...camel(replica),
                  customerManagedEncryption: camel(one(replica.customer_managed_encryption)),
                })),
              },
            },
      });
      asset("secretmanager", "SecretVersion", `${path}/versions/1`, { name: `${path}/versions/1`, state: "ENABLED" });
    },
    google_artifact_registry_repository: ({ location, repository_id, ...values }) => {
      const path = `projects/${project}/locations/${location}/repositories/${repository_id}`;
      asset("artifactregistry", "Repository", path, { ...camel(values), name: path });
    },
    google_service_account: ({ account_id, display_name }) => {
      const email = `${account_id}@${project}.iam.gserviceaccount.com`;
      asset("iam", "ServiceAccount", `projects/${project}/serviceAccounts/${uniqueId(email)}`, {
        name: `projects/${project}/serviceAccounts/${email}`,
        ...{ projectId: project, uniqueId: uniqueId(email), email, displayName: display_name },
      });
    },
    google_project_iam_custom_role: ({ role_id, title, permissions }) =>
      void asset("iam", "Role", `projects/${project}/roles/${role_id}`, {
        ...{ name: `projects/${project}/roles/${role_id}`, title, includedPermissions: permissions, stage: "GA" },
      }),
    google_storage_bucket: ({
      name,
      location,
      cors,
      encryption,
      versioning,
      storage_class,
      uniform_bucket_level_access,
      public_access_prevention,
    }) =>
      void asset("storage", "Bucket", name, {
        ...{
          kind: "storage#bucket",
          id: name,
          name,
          location: String(location).toUpperCase(),
          storageClass: storage_class,
        },
        ...(cors && { cors: list(cors).map(camel) }),
        ...(encryption && { encryption: camel(one(encryption)) }),
        ...(versioning && { versioning: camel(one(versioning)) }),
        iamConfiguration: {
          uniformBucketLevelAccess: { enabled: uniform_bucket_level_access },
          publicAccessPrevention: public_access_prevention,
        },
      }),
    google_logging_project_bucket_config: ({ location, bucket_id, retention_days, cmek_settings }) => {
      const path = `projects/${project}/locations/${location}/buckets/${bucket_id}`;
      asset("logging", "LogBucket", path, {
        ...{ name: path, retentionDays: retention_days, lifecycleState: "ACTIVE" },
        ...(cmek_settings && { cmekSettings: camel(one(cmek_settings)) }),
      });
    },
    google_logging_project_sink: ({ name, destination, filter }) =>
      void asset("logging", "LogSink", `projects/${project}/sinks/${name}`, {
        ...{
          name,
          destination,
          filter,
          writerIdentity: `serviceAccount:service-${NUMBER}@gcp-sa-logging.iam.gserviceaccount.com`,
        },
      }),
    google_project_iam_member: (values) =>
      policy(
        "cloudresourcemanager.googleapis.com/Project",
        `cloudresourcemanager.googleapis.com/projects/${NUMBER}`,
        values,
      ),
    google_storage_bucket_iam_member: (values) =>
      policy("storage.googleapis.com/Bucket", `storage.googleapis.com/${values.bucket}`, values),
    google_service_account_iam_member: (values) => {
      const email = String(values.service_account_id).split("/").at(-1) ?? "";
      policy(
        "iam.googleapis.com/ServiceAccount",
        `iam.googleapis.com/projects/${project}/serviceAccounts/${uniqueId(email)}`,
        values,
      );
    },
    google_artifact_registry_repository_iam_member: ({ repository, location, ...values }) =>
      policy(
        "artifactregistry.googleapis.com/Repository",
        `artifactregistry.googleapis.com/projects/${project}/locations/${location}/repositories/${String(repository).split("/").at(-1)}`,
        values,
      ),
    google_kms_crypto_key_iam_binding: (values) =>
      policy("cloudkms.googleapis.com/CryptoKey", `cloudkms.googleapis.com/${values.crypto_key_id}`, values),
  };

  function cluster(values: Json) {
    const path = `projects/${project}/locations/${values.location}/clusters/${values.name}`;
    const {
      network,
      subnetwork,
      datapath_provider,
      enable_intranode_visibility,
      enable_l4_ilb_subsetting,
      dns_config,
      service_external_ips_config,
    } = values;
    const {
      logging_config,
      monitoring_config,
      enable_legacy_abac,
      master_authorized_networks_config: authorized,
    } = values;
    const { min_master_version, workload_identity_config, database_encryption, ip_allocation_policy, release_channel } =
      values;
    const { private_cluster_config, control_plane_endpoints_config, addons_config } = values;
    asset("container", "Cluster", path, {
      ...{ name: values.name, location: values.location, locations: values.node_locations },
      selfLink: `https://container.googleapis.com/v1/${path}`,
      network: String(network).split("/").at(-1),
      subnetwork: String(subnetwork).split("/").at(-1),
      networkConfig: {
        network: String(network).replace(LINK, ""),
        subnetwork: String(subnetwork).replace(LINK, ""),
        datapathProvider: datapath_provider,
        enableIntraNodeVisibility: enable_intranode_visibility,
        enableL4ilbSubsetting: enable_l4_ilb_subsetting,
        dnsConfig: camel(one(dns_config)),
        serviceExternalIpsConfig: camel(one(service_external_ips_config)),
      },
      legacyAbac: enable_legacy_abac ? { enabled: true } : {},
      currentMasterVersion: min_master_version,
      masterAuth: { clusterCaCertificate: "LS0t", clientCertificateConfig: {} },
      masterAuthorizedNetworksConfig: authorized ? { enabled: true, ...camel(one(authorized)) } : { enabled: false },
      workloadIdentityConfig: camel(one(workload_identity_config)),
      databaseEncryption: camel(one(database_encryption)),
      ipAllocationPolicy: { useIpAliases: true, ...camel(one(ip_allocation_policy)), stackType: "IPV4" },
      releaseChannel: camel(one(release_channel)),
      privateClusterConfig: {
        ...camel(one(private_cluster_config)),
        privateEndpoint: "172.16.0.2",
        publicEndpoint: "",
      },
      controlPlaneEndpointsConfig: camel(one(control_plane_endpoints_config)),
      addonsConfig: camel(one(addons_config)),
      loggingConfig: { componentConfig: camel(one(logging_config)) },
      monitoringConfig: { componentConfig: { enableComponents: one(monitoring_config)?.enable_components } },
      autoscaling: { autoscalingProfile: "BALANCED" },
      shieldedNodes: { enabled: true },
    });
  }

  for (const { type, values } of plan) {
    if (Object.hasOwn(NOT_TOLD, type)) continue;
    const how = convert[type];
    if (!how) throw new Error(`no asset is known for ${type}`);
    how(values);
  }
  return { project, resources, policies: [...policies.values()], compute };
}

const uniqueId = (email: string): string =>
  [...email].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 1e15, 7).toString();
