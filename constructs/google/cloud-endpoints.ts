import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import type { PrivateZone } from "../../config/google/private-zones";
import { Construct, type TerraformResource } from "../../framework";

/** Where Google Cloud's services are to be reached privately: the network, and who may call. */
export interface CloudEndpointsProps {
  /** The deployment's name: prefix of the zones' names. */
  readonly name: string;
  /** `projects/PROJECT/global/networks/NAME`: the network that the private zones answer in. */
  readonly networkId: string;
  /** Whether the Kubernetes API is reached by its DNS endpoint, whose names are under `gke.goog`. */
  readonly dnsEndpoint: boolean;
  /** Domains whose private zones the network has already, as it can have one of each. Default: none. */
  readonly given?: readonly PrivateZone[];
}

/** restricted.googleapis.com: the APIs that VPC Service Controls can guard, on addresses of no other use. */
export const RESTRICTED_APIS = "199.36.153.4/30";
const RESTRICTED_ADDRESSES = [4, 5, 6, 7].map((last) => `199.36.153.${last}`);

/** Seconds that resolvers keep an answer. */
const TTL = 300;

/** A domain of Google's services, and why it leads to the restricted addresses. */
interface Domain {
  readonly domain: PrivateZone;
  /** The name that has the addresses; every other name of the domain is an alias of it. */
  readonly host: string;
  readonly reason: string;
}

const DOMAINS: readonly Domain[] = [
  {
    domain: "googleapis.com",
    host: "restricted.googleapis.com",
    reason: "Objects, logs, secrets, credentials of service accounts, node bootstrap",
  },
  { domain: "gcr.io", host: "gcr.io", reason: "Images of GKE's own components" },
  { domain: "pkg.dev", host: "pkg.dev", reason: "Images of the platform and of tasks" },
];
const CLUSTER_DOMAIN: Domain = { domain: "gke.goog", host: "gke.goog", reason: "DNS endpoint of the Kubernetes API" };

/**
 * Private names of the Google services that the data plane uses: inside the network they lead to the restricted
 * addresses, which stay in Google's network and serve what VPC Service Controls can guard. Document: "Egress
 * configuration", and of "Communication paths" the rows "Task Pods to Object Store" and "Fluent Bit to Log Aggregator".
 *
 * The zones hold for the whole network: every workload in it that uses a name under them goes there too. Services that
 * the restricted addresses do not serve are closed to it. The zones lie in the deployment's project, also those of a
 * Shared VPC's network.
 */
export class CloudEndpoints extends Construct {
  /** Every zone and record, for what must not start before it. */
  readonly all: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CloudEndpointsProps,
  ) {
    super(scope, id);
    const { dnsEndpoint, given = [] } = props;
    const domains = dnsEndpoint ? [...DOMAINS, CLUSTER_DOMAIN] : DOMAINS;
    this.all = domains.filter(({ domain }) => !given.includes(domain)).flatMap((domain) => this.zone(domain));
  }

  private zone({ domain, host, reason }: Domain): TerraformResource[] {
    const { name, networkId: networkUrl } = this.props;
    const label = domain.replace(".", "-");
    const zone = new DnsManagedZone(this, label, {
      name: `${name}-${label}`,
      dnsName: `${domain}.`,
      description: reason,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl }] },
    });
    const managedZone = zone.name;
    const addresses = new DnsRecordSet(this, `${label}-addresses`, {
      managedZone,
      name: `${host}.`,
      type: "A",
      ttl: TTL,
      rrdatas: RESTRICTED_ADDRESSES,
    });
    const aliases = new DnsRecordSet(this, `${label}-aliases`, {
      managedZone,
      name: `*.${domain}.`,
      type: "CNAME",
      ttl: TTL,
      rrdatas: [`${host}.`],
    });
    return [zone, addresses, aliases];
  }
}
