import { checkAws } from "./aws/checks";
import { checkAzure } from "./azure/checks";
import { addressesOf, CLOUDFLARE, tunnelEdge } from "./control-plane";
import type { Cloud, Deployment } from "./deployment";
import { egressOf, outsideCloudflare, tunnelRegionOf } from "./egress";
import { checkGoogle } from "./google/checks";
import { cachedUpstreams } from "./images";
import { poolsOf } from "./scheduling";
import { isOpen, UPSTREAMS, type Upstream } from "./upstreams";
import { overlaps } from "./values";
import { AddressSet } from "../verification/packets/address-set";

/** One thing wrong with a deployment: the field's path and a sentence that says what is allowed. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Path = Problem["path"];

/** What one deployment's fields say together, which a field's own type can't. */
export function checkDeployment(deployment: Deployment): Problem[] {
  return [
    ...checkEgress(deployment),
    ...checkTaskNamespaces(deployment),
    ...checkApps(deployment),
    ...checkChartsTunnel(deployment),
    ...checkNetwork(deployment),
    ...checkPools(deployment),
    ...checkComponents(deployment),
    ...checkImages(deployment),
    ...checkCloud(deployment),
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
  const open = addressesOf(egressOf(deployment).tunnel);
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
    if (taskNamespaces.indexOf(namespace) !== index) problems.push({ path, message: `'${namespace}' is listed twice` });
    if (/^(union|union-.*|default|kube-.*|kourier-system|knative-serving)$/.test(namespace)) {
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

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

function checkNetwork({ network, egress }: Deployment): Problem[] {
  const problems: Problem[] = [];
  const own = AddressSet.ofCidr(network.cidr);
  if (!own.isSubsetOf(AddressSet.ofCidrs(PRIVATE))) {
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

/** A block of a given network that must lie inside `network.cidr`. */
export function checkInside(network: string, path: Path, cidr: string): Problem[] {
  if (AddressSet.ofCidr(cidr).isSubsetOf(AddressSet.ofCidr(network))) return [];
  return [{ path, message: `'${cidr}' does not lie inside 'network.cidr' ${network}` }];
}

/** Entries of a list, or of a `field` of its objects, that are in it before. */
export const twice = (path: Path, entries: readonly string[], ...field: readonly string[]): Problem[] =>
  entries.flatMap((entry, index) =>
    entries.indexOf(entry) === index
      ? []
      : [{ path: [...path, index, ...field], message: `'${entry}' is listed twice` }],
  );

/** Blocks whose machines may reach the Kubernetes API: private ones, or the API would have an outside. */
export const checkAccess = (cidrs: readonly string[]): Problem[] => checkPrivate(["cluster", "accessFromCidrs"], cidrs);

/** Blocks of a list that are not private IPv4 ones. */
export function checkPrivate(path: Path, cidrs: readonly string[]): Problem[] {
  return cidrs.flatMap((cidr, index) => {
    if (AddressSet.ofCidr(cidr).isSubsetOf(AddressSet.ofCidrs(PRIVATE))) return [];
    return [
      { path: [...path, index], message: `'${cidr}' is no private block (allowed: inside ${PRIVATE.join(", ")})` },
    ];
  });
}

/** Days outside of what the cloud's log service keeps. */
export function checkRetention(days: number, service: string, [least, most]: readonly [number, number]): Problem[] {
  if (days >= least && days <= most) return [];
  return [
    { path: ["logRetentionDays"], message: `${days} is not what ${service} keeps (allowed: ${least} to ${most})` },
  ];
}

/** Logs of pods in an object store that Fluent Bit has no way to write to but with a key. */
export function checkLogs(logs: Deployment["logs"], objectStore: string): Problem[] {
  if (logs === "cloud-service") return [];
  const message = `'${logs}' is refused: Fluent Bit writes to ${objectStore} with a key only, and none may exist (allowed: cloud-service)`;
  return [{ path: ["logs"], message }];
}
