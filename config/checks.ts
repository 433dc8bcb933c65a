import { checkAws } from "./aws/checks";
import { TAGS as AWS_TAGS } from "./aws/tags";
import { checkAzure } from "./azure/checks";
import { TAGS as AZURE_TAGS } from "./azure/tags";
import { CLOUDFLARE, addressesOf, tunnelEdge } from "./control-plane";
import type { Cloud, Deployment, NodePool } from "./deployment";
import { outsideCloudflare, tunnelRegionOf, unseveredEgressOf } from "./egress";
import { checkGoogle } from "./google/checks";
import { TAGS as GOOGLE_TAGS } from "./google/tags";
import { cachedUpstreams } from "./images";
import KUBERNETES_VERSIONS from "./kubernetes-versions.json";
import { hasGpus, machineTypeForm } from "./machine-types";
import { checkNodeLabels } from "./node-labels";
import { poolsOf } from "./scheduling";
import { tagProblems, type TagRules } from "./tags";
import { UPSTREAMS, isOpen, type Upstream } from "./upstreams";
import { overlaps } from "./values";
import { fieldName } from "./yaml-source";
import { AddressSet, parseCidr } from "../packets/address-set";
import type { Problem } from "./problem";
import { PRIVATE, twice } from "./common-checks";
import { shown } from "./texts";

type Path = Problem["path"];

/** What one deployment's fields say together, which a field's own type can't. */
export function checkDeployment(deployment: Deployment): Problem[] {
  const problems = [
    ...checkVersion(deployment),
    ...checkEgress(deployment),
    ...checkTaskNamespaces(deployment),
    ...checkApps(deployment),
    ...checkChartsTunnel(deployment),
    ...checkNetwork(deployment),
    ...checkServiceBlock(deployment),
    ...checkBuckets(deployment),
    ...checkPools(deployment),
    ...checkMachines(deployment),
    ...checkNodeLabels(deployment),
    ...tagProblems(deployment.tags, TAGS[deployment.cloud]),
    ...checkComponents(deployment),
    ...checkImages(deployment),
    ...checkCloud(deployment),
  ];
  const told = problems.map(({ path }) => fieldName(path));
  // What is said of a list already is not said of its entries once more.
  const isTold = (path: Path) => path.some((_, index) => told.includes(fieldName(path.slice(0, index + 1))));
  return [...problems, ...repeatedEntries(deployment).filter(({ path }) => !isTold(path))];
}

const TAGS: Readonly<Record<Cloud, TagRules>> = { aws: AWS_TAGS, google: GOOGLE_TAGS, azure: AZURE_TAGS };

/** Entries of any list that are in it before, or have the name of one before: no cloud takes a thing twice. */
function repeatedEntries(value: unknown, path: Path = []): Problem[] {
  if (Array.isArray(value)) {
    const seen = new Set<string>();
    return value.flatMap((entry: unknown, index) => {
      const at = [...path, index];
      const { field, name } = nameOf(entry);
      const key = JSON.stringify(name);
      if (seen.has(key)) {
        const what = typeof name === "object" ? "it" : `'${shown(name)}'`;
        return [{ path: [...at, ...field], message: `${what} is listed twice` }];
      }
      seen.add(key);
      return repeatedEntries(entry, at);
    });
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => repeatedEntries(inner, [...path, field]));
}

/** What tells an entry of a list from others: its \`id\`, for an exception or a rule all that it says. */
function nameOf(entry: unknown): { readonly field: readonly string[]; readonly name: unknown } {
  if (typeof entry !== "object" || entry === null) return { field: [], name: entry };
  const { id, cidr } = entry as { readonly id?: unknown; readonly cidr?: unknown };
  return id !== undefined && cidr !== undefined ? { field: ["id"], name: id } : { field: [], name: entry };
}

function checkVersion({ cloud, kubernetesVersion }: Deployment): Problem[] {
  const known = KUBERNETES_VERSIONS[cloud];
  if (known.includes(kubernetesVersion)) return [];
  const message = `'${kubernetesVersion}' is not a version known here (allowed: ${known.map((one) => `"${one}"`).join(", ")}; a new one is added in config/kubernetes-versions.json)`;
  return [{ path: ["kubernetesVersion"], message }];
}

/** Machines that the cloud has, and GPUs where a pool says so. */
function checkMachines(deployment: Deployment): Problem[] {
  const { cloud, nodePools } = deployment;
  const { pattern, example } = machineTypeForm(cloud);
  const form = (path: Path, type: string): Problem[] =>
    pattern.test(type) ? [] : [{ path, message: `'${type}' is no type of machine (allowed: such as ${example})` }];
  const systemPool = "systemPool" in deployment.cluster ? deployment.cluster.systemPool : undefined;
  const ofSystem = systemPool
    ? Object.entries(systemPool).filter(([field]) => /^(vmSize|machineType)$/.test(field))
    : [];
  return [
    ...ofSystem.flatMap(([field, type]) => form(["cluster", "systemPool", field], String(type))),
    ...Object.entries<NodePool<Deployment>>(nodePools).flatMap(([name, pool]) => {
      const path = ["nodePools", name];
      if ("machineType" in pool) return form([...path, "machineType"], pool.machineType);
      const field = "vmSize" in pool ? "vmSize" : "instanceTypes";
      const types: readonly string[] = "vmSize" in pool ? [pool.vmSize] : pool.instanceTypes;
      const unknown = types.flatMap((type, index) =>
        form(field === "vmSize" ? [...path, field] : [...path, field, index], type),
      );
      if (unknown.length > 0) return unknown;
      const other = types.find((type) => hasGpus(cloud, type) !== pool.gpu);
      if (other === undefined) return [];
      const message = pool.gpu
        ? `goes with machines that have NVIDIA's GPUs, and ${other} has none (allowed: false, or other machines)`
        : `is required with ${other}, whose GPUs no task gets otherwise (allowed: true, or other machines)`;
      return [{ path: [...path, "gpu"], message }];
    }),
  ];
}

function checkEgress(deployment: Deployment): Problem[] {
  const { egress } = deployment;
  const region = tunnelRegionOf(deployment);
  const problems: Problem[] = [
    ...overlaps(["egress", "cidrs"], egress.cidrs ?? []),
    ...overlaps(["egress", "controlPlaneCidrs"], egress.controlPlaneCidrs),
  ];
  for (const cidr of outsideCloudflare(egress.cidrs ?? [])) {
    problems.push({
      path: ["egress", "cidrs", (egress.cidrs ?? []).indexOf(cidr)],
      message: `'${cidr}' does not lie inside Cloudflare's published blocks (allowed: ${[...CLOUDFLARE.ipv4, ...CLOUDFLARE.ipv6].join(", ")}; other control-plane addresses go into 'controlPlaneCidrs')`,
    });
  }
  egress.controlPlaneCidrs.forEach((cidr, index) => {
    const path: Path = ["egress", "controlPlaneCidrs", index];
    if (AddressSet.ofCidr(cidr).isSubsetOf(addressesOf(CLOUDFLARE))) {
      problems.push({
        path,
        message: `'${cidr}' lies inside Cloudflare's published blocks, which 'egress.mode' governs`,
      });
    }
    const { size, most } = cidr.includes(":")
      ? { size: AddressSet.ofCidr(cidr).size(6), most: 1n << 80n }
      : { size: AddressSet.ofCidr(cidr).size(4), most: 256n };
    if (size > most)
      problems.push({
        path,
        message: `'${cidr}' is wider than a load balancer's addresses (allowed: an IPv4 /24 or an IPv6 /48, or smaller)`,
      });
  });
  const edge = tunnelEdge(region);
  const open = addressesOf(unseveredEgressOf(deployment).tunnel);
  // cloudflared connects to region1 and region2, so every IPv4 block of the edge must be open.
  const closed = edge.ipv4.filter((cidr) => !AddressSet.ofCidr(cidr).isSubsetOf(open));
  if (closed.length > 0) {
    const path = egress.mode === "list" ? ["egress", "cidrs"] : ["egress", "tunnelRegions"];
    problems.push({
      path,
      message: `leaves ${closed.join(" and ")} closed, where the tunnel to region '${region}' connects (allowed: a choice that holds ${edge.ipv4.join(" and ")}, or another 'tunnel.region')`,
    });
  }
  return problems;
}

/** Namespaces of Kubernetes, of Union's own parts, and of what the clouds and their add-ons run in a cluster. */
const SYSTEM_NAMESPACES =
  /^(union|union-.*|default|kube-.*|kourier-system|knative-.*|amazon-.*|aws-.*|eks-.*|gke-.*|gmp-.*|config-management-.*|aks-.*|azure-.*|app-routing-system|gatekeeper-system|calico-.*|tigera-.*|istio-.*|cert-manager)$/;

function checkTaskNamespaces({ rbac, taskNamespaces }: Deployment): Problem[] {
  const problems: Problem[] = [];
  if (rbac === "low-privilege" && taskNamespaces.length > 0) {
    problems.push({
      path: ["taskNamespaces"],
      message: "must be empty with 'rbac: low-privilege', whose roles reach namespace 'union' only",
    });
  }
  taskNamespaces.forEach((namespace, index) => {
    const path: Path = ["taskNamespaces", index];
    if (SYSTEM_NAMESPACES.test(namespace)) {
      problems.push({
        path,
        message: `'${namespace}' is a system namespace (allowed: PROJECT-DOMAIN names such as 'flytesnacks-development')`,
      });
    }
  });
  return problems;
}

/** Knative, and the gateway before it, are Union's chart's: without them, paths to apps would lead nowhere. */
function checkApps({ appsAndServing, workloads }: Deployment): Problem[] {
  if (!appsAndServing || workloads === "chart") return [];
  return [
    {
      path: ["appsAndServing"],
      message: `takes Knative and a gateway, which Union's Helm chart brings (allowed: true with 'workloads: chart', else false)`,
    },
  ];
}

/** The tunnel of Union's chart takes neither region nor protocol from any value. */
function checkChartsTunnel(deployment: Deployment): Problem[] {
  const { workloads, tunnel } = deployment;
  if (workloads !== "chart") return [];
  const region = tunnelRegionOf(deployment);
  const { protocol } = tunnel;
  return [
    ...(region === "global"
      ? []
      : [
          {
            path: tunnel.region === undefined ? ["egress", "tunnelRegions"] : ["tunnel", "region"],
            message: `has the tunnel connect to region '${region}', and that of Union's chart connects to 'global' only (allowed: global first, or 'workloads: stack')`,
          },
        ]),
    ...(protocol === "auto"
      ? []
      : [
          {
            path: ["tunnel", "protocol"],
            message: `'${protocol}' can't be told to the tunnel of Union's chart, which tries QUIC first (allowed: auto, or 'workloads: stack')`,
          },
        ]),
  ];
}

function checkNetwork({ network, egress }: Deployment): Problem[] {
  const problems: Problem[] = [];
  const own = AddressSet.ofCidr(network.cidr);
  const ofCloudflare = CLOUDFLARE.ipv4.find((block) => own.overlaps(AddressSet.ofCidr(block)));
  if (ofCloudflare !== undefined) {
    problems.push({
      path: ["network", "cidr"],
      message: `'${network.cidr}' overlaps Cloudflare's published block ${ofCloudflare}, to which the tunnel goes (allowed: inside ${PRIVATE.join(", ")})`,
    });
  } else if (!own.isSubsetOf(AddressSet.ofCidrs(PRIVATE))) {
    problems.push({
      path: ["network", "cidr"],
      message: `'${network.cidr}' is no private block (allowed: inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10)`,
    });
  }
  if (own.overlaps(AddressSet.ofCidr(network.serviceCidr))) {
    problems.push({
      path: ["network", "serviceCidr"],
      message: `'${network.serviceCidr}' overlaps 'network.cidr' ${network.cidr}`,
    });
  }
  egress.controlPlaneCidrs.forEach((cidr, index) => {
    if (own.overlaps(AddressSet.ofCidr(cidr)))
      problems.push({
        path: ["egress", "controlPlaneCidrs", index],
        message: `'${cidr}' overlaps 'network.cidr' ${network.cidr}`,
      });
  });
  return problems;
}

/** What each cloud takes as the block of services: where it lies, and from which prefix length to which. */
const SERVICE_BLOCKS: Readonly<Record<Cloud, readonly [within: readonly string[], widest: number, narrowest: number]>> =
  {
    aws: [PRIVATE.slice(0, 3), 12, 24],
    google: [PRIVATE, 16, 27],
    azure: [PRIVATE, 12, 28],
  };

function checkServiceBlock({ cloud, network: { serviceCidr } }: Deployment): Problem[] {
  const [within, widest, narrowest] = SERVICE_BLOCKS[cloud];
  const { prefix } = parseCidr(serviceCidr);
  const isWithin = AddressSet.ofCidr(serviceCidr).isSubsetOf(AddressSet.ofCidrs(within));
  if (isWithin && prefix >= widest && prefix <= narrowest) return [];
  const message = `'${serviceCidr}' is no block of services (allowed: a /${widest} to /${narrowest} inside ${within.join(", ")})`;
  return [{ path: ["network", "serviceCidr"], message }];
}

/** Both by one bucket would put code bundles under the rules and rights of metadata. */
function checkBuckets({ objectStore: { existing } }: Deployment): Problem[] {
  if (!existing || existing.metadata !== existing.fastRegistration) return [];
  const message = `'${existing.fastRegistration}' is that of metadata too (allowed: one of its own)`;
  return [{ path: ["objectStore", "existing", "fastRegistration"], message }];
}

function checkPools(deployment: Deployment): Problem[] {
  const problems: Problem[] = [];
  const pools = poolsOf(deployment);
  for (const role of ["services", "worker"] as const) {
    if (pools.some((pool) => pool.role === role)) continue;
    problems.push({
      path: ["nodePools"],
      message: `has no pool with 'role: ${role}'; platform services and task pods run in pools of their own`,
    });
  }
  const services = pools.filter(({ role }) => role === "services");
  if (services.length > 0 && services.every(({ name }) => deployment.nodePools[name]?.min === 0)) {
    problems.push({
      path: ["nodePools"],
      message: "has no pool with 'role: services' and 'min' of at least 1: cluster DNS and the platform need a node",
    });
  }
  for (const { cloud, name, spot, gpu } of services) {
    const fields = [...(spot ? ["spot"] : []), ...(gpu ? [cloud === "google" ? "accelerator" : "gpu"] : [])];
    for (const field of fields) {
      problems.push({
        path: ["nodePools", name, field],
        message: "does not go with 'role: services': spot machines and GPUs are for tasks",
      });
    }
  }
  return problems;
}

/**
 * The first Kubernetes minor version whose nodes give a pod a user namespace of its own, as the image builder's has: it
 * takes containerd 2 and a kernel of 6.3, which AKS has with Ubuntu 24.04.
 */
const USER_NAMESPACES: Readonly<Record<Cloud, number>> = { aws: 33, google: 33, azure: 35 };
/** The first one with admission policies: by them Prometheus may ask little of kubelets, and Union's chart gives less away. */
const ADMISSION_POLICIES = 30;
/** The image builder's 50 GiB, with the image of the machine and what the kubelet keeps free. */
const BUILDER_DISK_GIB = 80;

function checkComponents({ cloud, kubernetesVersion, components, rbac, nodePools, workloads }: Deployment): Problem[] {
  const minor = Number(kubernetesVersion.split(".")[1]);
  const needs = (component: keyof typeof components, first: number, what: string): Problem[] =>
    minor >= first
      ? []
      : [
          {
            path: ["components", component],
            message: `needs ${what}, which Kubernetes ${kubernetesVersion} has not (allowed: 'kubernetesVersion' "1.${first}" or newer)`,
          },
        ];
  const workers = Object.values(nodePools).filter(({ role }) => role === "worker");
  return [
    ...(components.imageBuilder
      ? [
          ...needs("imageBuilder", USER_NAMESPACES[cloud], "user namespaces"),
          ...(workers.some(({ diskGiB }) => diskGiB >= BUILDER_DISK_GIB)
            ? []
            : [
                {
                  path: ["components", "imageBuilder"],
                  message: `needs 50 GiB of a node's disk (allowed: with a worker pool whose 'diskGiB' is ${BUILDER_DISK_GIB} or more)`,
                },
              ]),
        ]
      : []),
    ...(components.metrics && rbac === "standard" ? needs("metrics", ADMISSION_POLICIES, "admission policies") : []),
    ...(workloads === "chart" && rbac === "standard" && minor < ADMISSION_POLICIES
      ? [
          {
            path: ["workloads"],
            message: `'chart' needs admission policies, which bound what Union's chart gives away and Kubernetes ${kubernetesVersion} has not (allowed: 'kubernetesVersion' "1.${ADMISSION_POLICIES}" or newer, 'rbac: low-privilege', or 'stack')`,
          },
        ]
      : []),
  ];
}

function checkImages(deployment: Deployment): Problem[] {
  const { cloud, images } = deployment;
  const { upstreams, credentials, repositories } = images;
  return [
    ...twice(["images", "upstreams"], upstreams),
    ...twice(["images", "repositories"], repositories),
    ...upstreams.flatMap((upstream, index) =>
      isOpen(cloud, upstream) || credentials[upstream]
        ? []
        : [
            {
              path: ["images", "upstreams", index],
              message: `'${upstream}' is fetched from with a login only (allowed: with 'images.credentials.${upstream}')`,
            },
          ],
    ),
    ...Object.keys(credentials)
      .filter((upstream) => !cachedUpstreams(deployment).some((cached) => cached === upstream))
      .map((upstream) => ({
        path: ["images", "credentials", upstream],
        message: `is of no use: no image is fetched from ${UPSTREAMS[upstream as Upstream]} (allowed: with '${upstream}' in 'images.upstreams')`,
      })),
  ];
}

function checkCloud(deployment: Deployment): Problem[] {
  switch (deployment.cloud) {
    case "aws":
      return checkAws(deployment);
    case "google":
      return checkGoogle(deployment);
    case "azure":
      return checkAzure(deployment);
  }
}
