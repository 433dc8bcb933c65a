import type { GoogleDeployment } from "../../../config/deployment";
import { planAddresses } from "../../../config/google/address-plan";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { UNBOUND } from "./perimeter";
import { partyOf, STANDING, type Party, type Policy } from "../../policy";
import {
  addresses,
  API_AGENTS,
  cloudManagedKeys,
  HTTPS,
  KUBELET,
  service,
  type Terms,
} from "../../promises/deployment-policy/terms";

const TCP = 6;

const SET = "google:";

const google = (domain: string) => service(SET + domain);

/** Object store, secrets, logs, and what a node needs to join. */
const APIS = google("googleapis.com");
/** The platform's images, and those of GKE's own parts. */
const IMAGES = [google("pkg.dev"), google("gcr.io")];

const RESTRICTED_APIS = "199.36.153.4/30";

/** restricted.googleapis.com: addresses that lead to Google's APIs and to no other network. */
const RESTRICTED = {
  to: addresses("restricted.googleapis.com", AddressSet.ofCidr(RESTRICTED_APIS)),
  services: HTTPS,
};

/** Each machine's own server of credentials, names and time: its host answers, and no packet to it leaves the machine. */
const METADATA_SERVER = ["169.254.169.254/32", "fd20:ce::254/128"];

/** By Dataplane V2, pods find the node's server of their credentials at the usual address and port. */
const CREDENTIALS = {
  to: addresses("the node's metadata server", AddressSet.ofCidr("169.254.169.254/32")),
  services: ServiceSet.of(TCP, 80),
  withinCluster: true,
};

/** Agents of the cluster open the tunnel in which the Kubernetes API calls pods. */
const KONNECTIVITY = ServiceSet.of(TCP, 8132);

/** Nodes that GKE makes without a pool are the cluster's resource too. */
const CLUSTER_API: Party = { kind: "resource", name: "google_container_cluster.*", of: "cluster-api" };

/** Machines that lead the private management connection on to the Kubernetes API. */
const PROXIES = { kind: "resource", name: "google_compute_instance.*" } as const;

/** Where an internal load balancer's health checks come from: https://cloud.google.com/load-balancing/docs/health-checks */
const HEALTH_CHECKS = {
  from: addresses("Google's health checks", AddressSet.ofCidrs(["35.191.0.0/16", "130.211.0.0/22"])),
  to: PROXIES,
  services: HTTPS,
};

/** Restricted addresses bound which APIs are reached; whose resources, a perimeter whose rules are in the input. */
function foreignPrincipals({ perimeter }: GoogleDeployment["network"]): Policy["exceptions"] {
  if (perimeter?.accessPolicy !== undefined) return [];
  const [resource, reason] =
    perimeter?.existing === undefined
      ? [
          UNBOUND,
          "There is no network.perimeter: Google's APIs answer from inside whosever credentials are brought, about anybody's resources.",
        ]
      : [perimeter.existing, "The perimeter is the customer's own: what it restricts and lets out is its owner's."];
  return [{ id: "no-foreign-principals", resource, reason, expires: STANDING }];
}

/** What Google Cloud adds: its services by private names, which lead to restricted addresses alone. */
export function googleTerms(deployment: GoogleDeployment): Terms {
  const { network, cluster } = deployment;
  const { privateConnectivity, nodes, pods } = planAddresses(deployment);
  const bootstrap = [
    { name: "Node bootstrap", ...APIS },
    { name: "Kubernetes API to pods, by Konnectivity", to: CLUSTER_API, services: KONNECTIVITY },
    ...(cluster.dnsEndpoint ? [{ name: "DNS endpoint of the Kubernetes API", ...google("gke.goog") }] : []),
  ];
  return {
    furtherInside: METADATA_SERVER,
    outbound: [RESTRICTED],
    sources: [nodes, pods],
    // Google's private names lead there, and nowhere else.
    beyond: (set) =>
      set.startsWith(SET) ? { to: [RESTRICTED_APIS], hosts: [`*.${set.slice(SET.length)}`] } : undefined,
    nodes: [partyOf("google_container_node_pool.*")],
    clusterApi: CLUSTER_API,
    imagePulls: IMAGES.map((place) => ({ name: "Image pulls", ...place })),
    registry: IMAGES,
    bootstrap,
    fromApi: [
      { name: "Kubernetes API to kubelets", services: KUBELET },
      { name: "Kubernetes API to admission webhooks", services: HTTPS },
    ],
    webhookCallers: [CLUSTER_API, API_AGENTS],
    objectStore: [APIS],
    secretStore: [APIS],
    logs: [APIS],
    pastLogs: [APIS],
    credentials: [CREDENTIALS],
    exceptions: [...foreignPrincipals(network), ...cloudManagedKeys(deployment)],
    more: () => [],
    offers: [
      "google_compute_service_attachment.*",
      // No firewall filters the load balancer's address: whatever is connected to a shared network reaches it.
      ...(network.existing ? ["google_compute_forwarding_rule.*"] : []),
    ],
    management: [PROXIES],
    connections: [
      {
        name: "Union.ai to Customer Kubernetes API (BYOC only)",
        from: addresses("the private management connection", AddressSet.ofCidr(privateConnectivity)),
        to: PROXIES,
        services: HTTPS,
      },
      { name: "Google's health checks of the proxies (BYOC only)", ...HEALTH_CHECKS },
    ],
    probes: [HEALTH_CHECKS],
  };
}
