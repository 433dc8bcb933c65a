import * as z from "zod";
import {
  cidr,
  cloudRegion,
  common,
  declaration,
  images,
  ipv4Cidr,
  localState,
  logs,
  maintenanceWindow,
  poolOf,
  stateKey,
  text,
  word,
} from "../fields";
import { encryption } from "../encryption";
import { DISK_TYPES } from "./disk-types";
import { PRIVATE_ZONES } from "./private-zones";

const projectId = text(
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  "a Google Cloud project id (6 to 30 lower-case letters, digits and '-', a letter first)",
);
const resourceName = text(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "the name of a Google Cloud resource");

/** By Cloud Storage's rules. */
const bucketName = text(
  /^(?!goog)(?!.*google)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
  "the name of a bucket (3 to 63 lower-case letters, digits, '-', '_' and '.', without 'google')",
);

const accountEmail = text(
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z0-9.-]+\.gserviceaccount\.com$/,
  "the e-mail address of a service account",
);
export const MOST_NAT_ADDRESSES = 32;

const pool = poolOf({
  machineType: z.string().min(1).describe("Machine type."),
  accelerator: z
    .strictObject({
      type: z.string().min(1).describe("Accelerator type, such as `nvidia-l4`."),
      count: z.int().min(1).max(16).default(1).describe("Accelerators a node."),
      driver: z
        .enum(["default", "latest", "none"])
        .default("default")
        .describe(
          "Version of the driver that GKE installs, by the node's version; `none` leaves it to an installer of yours.",
        ),
    })
    .optional()
    .describe("GPUs of each node, with Google's driver and taint `nvidia.com/gpu`; goes with `zones`."),
  zones: z
    .array(z.string().min(1))
    .min(1)
    .max(6)
    .optional()
    .describe(
      "Zones of the pool's nodes; default: `network.zones`. Required of machines with GPUs, which few zones have.",
    ),
  diskType: z
    .enum(DISK_TYPES)
    .optional()
    .describe(
      "Type of the root volume; default: `pd-balanced`, and `hyperdisk-balanced` where machines take no other.",
    ),
  localSsds: z
    .int()
    .min(1)
    .max(32)
    .optional()
    .describe(
      "Local SSDs (375 GB each) that hold the pods' ephemeral storage and images in place of the root volume, encrypted with keys that end with the machine.",
    ),
  reservation: text(
    /^(projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/reservations\/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "a reservation of Compute Engine (NAME, or projects/PROJECT/reservations/NAME)",
  )
    .optional()
    .describe("Reservation that the nodes' machines come from, and from nowhere else; default: any that is open."),
});

const DEFAULT_POOLS = {
  services: { role: "services", machineType: "n2-standard-8", min: 3, max: 6 },
  worker: { role: "worker", machineType: "n2-standard-16", min: 0, max: 10 },
} as const;

const range = (what: string) =>
  z.strictObject({
    name: resourceName.describe(`Name of the ${what}.`),
    cidr: ipv4Cidr.describe("Its block."),
  });

const perimeter = z
  .strictObject({
    accessPolicy: text(/^\d+$/, "the number of an access policy, quoted")
      .optional()
      .describe("Number of the access policy, quoted, in which a perimeter around `project` is made."),
    deployers: z
      .array(
        text(
          /^(user|serviceAccount|group):[^\s@]+@[^\s@]+$/,
          "an identity such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com",
        ),
      )
      .default([])
      .describe("With `accessPolicy`: who deploys from outside of it; `impersonateServiceAccount` is one of them."),
    accessLevels: z
      .array(
        text(/^accessPolicies\/\d+\/accessLevels\/\w+$/, "an access level (accessPolicies/POLICY/accessLevels/NAME)"),
      )
      .default([])
      .describe(
        "With `accessPolicy`: access levels of that policy, of which a deployer's call needs one; default: any call.",
      ),
    existing: text(
      /^accessPolicies\/\d+\/servicePerimeters\/\w+$/,
      "a service perimeter (accessPolicies/POLICY/servicePerimeters/NAME)",
    )
      .optional()
      .describe("A perimeter of your own, which `project` joins; its services and rules stay yours."),
    join: z
      .boolean()
      .default(true)
      .describe("With `existing`: put `project` into it; false where it is in it already, by another's hand."),
  })
  .superRefine(({ accessPolicy, existing, deployers, accessLevels, join }, context) => {
    const issue = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    if ((accessPolicy === undefined) === (existing === undefined))
      issue([], "takes one of 'accessPolicy', in which a perimeter is made, and 'existing', which is joined");
    if (existing === undefined && !join) issue(["join"], "goes with 'existing' only");
    if (accessPolicy !== undefined) return;
    if (deployers.length > 0)
      issue(["deployers"], "goes with 'accessPolicy' only: the rules of a given perimeter are yours");
    if (accessLevels.length > 0)
      issue(["accessLevels"], "goes with 'accessPolicy' only: the rules of a given perimeter are yours");
  });

const state = z.discriminatedUnion("backend", [
  localState,
  z.strictObject({
    backend: z.literal("gcs").describe("Where the state lies: in files, or in a bucket, locked there."),
    bucket: bucketName.describe("Existing bucket of the state."),
    prefix: stateKey
      .optional()
      .describe("Prefix in the bucket; default: the deployment's name. Project, region and the stacks' names follow."),
  }),
]);

/** One data plane in one Google Cloud project. */
export const google = z.strictObject({
  ...common,
  cloud: z.literal("google").describe("The cloud."),
  project: projectId.describe("Project of the data plane."),
  sharedProject: z
    .boolean()
    .default(false)
    .describe(
      "Accept another data plane in the project. IAM does not tell clusters of a project apart: the platform's and the tasks' pods of each then have the other's buckets, secrets and logs.",
    ),
  impersonateServiceAccount: accountEmail
    .optional()
    .describe("Service account to act as; default: the caller's own credentials."),
  serviceAccounts: z
    .strictObject({
      platform: accountEmail.optional().describe("Of the platform's services."),
      tasks: accountEmail.optional().describe("Of task pods."),
      fluentBit: accountEmail.optional().describe("Of Fluent Bit."),
      nodes: accountEmail.optional().describe("Of the nodes."),
    })
    .optional()
    .describe(
      "Bring your own service accounts of `project`, each for one of these alone: the rights of each are given to it, and what else it may is yours. Default: each is made.",
    ),
  cloudRegion: cloudRegion("google").describe(
    "Google Cloud region of the data plane: a key of `config/google/regions.json`.",
  ),
  network: z
    .strictObject({
      cidr: ipv4Cidr
        .default("10.0.0.0/14")
        .describe("The data plane's block: half of it for pods, a quarter for nodes, small subnets in the rest."),
      zones: z
        .array(z.string().min(1))
        .min(1)
        .max(6)
        .optional()
        .describe("Zones of the nodes; default: Google's choice."),
      serviceCidr: ipv4Cidr
        .default("172.20.0.0/16")
        .describe("Addresses of Kubernetes services; must not overlap `cidr`."),
      natAddresses: z
        .union([z.int().min(1).max(MOST_NAT_ADDRESSES), z.array(resourceName).min(1).max(MOST_NAT_ADDRESSES)])
        .default(2)
        .describe(
          "Reserved addresses of Cloud NAT, each for 64,512 connections to one destination: how many are made, or the names of your own, external ones in `project` and `cloudRegion`, which others may have on their lists already.",
        ),
      perimeter: perimeter
        .optional()
        .describe(
          "VPC Service Controls around `project`: Google's APIs answer calls from the network about resources inside of the perimeter only. Without, credentials of another project work from inside too.",
        ),
      existing: z
        .strictObject({
          network: text(
            /^(projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/global\/networks\/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
            "a VPC (its name, or of a Shared VPC projects/HOST/global/networks/NAME)",
          ).describe(
            "Name of the VPC in `project`, or `projects/HOST/global/networks/NAME` of a Shared VPC, whose subnets are then the host project's.",
          ),
          nodeSubnet: range("subnet of nodes, with Private Google Access").describe(
            "Subnet of nodes, inside `network.cidr`.",
          ),
          podRange: range("secondary range of pods").describe("Secondary range of pods, inside `network.cidr`."),
          serviceRange: resourceName.describe("Secondary range of services; `network.serviceCidr` must be its block."),
          clusterSubnet: range("subnet of the Kubernetes API's address").describe(
            "Subnet of the Kubernetes API's address, inside `network.cidr`.",
          ),
          proxySubnet: range("subnet of the proxies in front of the Kubernetes API")
            .optional()
            .describe(
              "Subnet of the proxies in front of the Kubernetes API, an ordinary one, for `privateManagement`; default: one is made, in a VPC of `project`.",
            ),
          consumerSubnet: range("subnet of those who connect, with purpose PRIVATE_SERVICE_CONNECT")
            .optional()
            .describe(
              "Subnet with purpose PRIVATE_SERVICE_CONNECT, of no other service, for `privateManagement`; default: one is made, in a VPC of `project`.",
            ),
          privateZones: z
            .array(z.enum(PRIVATE_ZONES))
            .default([])
            .describe(
              "Domains of Google's services whose names private zones of your own lead to 199.36.153.4/30 in this network, each name of them; the others' zones are made. A network takes one zone a domain.",
            ),
        })
        .optional()
        .describe("Bring your own network: none is made, its routes, NAT and flow logs stay yours."),
    })
    .prefault({})
    .describe("The network."),
  cluster: z
    .strictObject({
      accessFromCidrs: z
        .array(cidr)
        .default([])
        .describe(
          "Private blocks (a bastion's, a runner's) that may reach the private Kubernetes API on TCP 443; the way there and back (VPN, Interconnect, peering) is yours.",
        ),
      dnsEndpoint: z
        .boolean()
        .default(false)
        .describe(
          "Reach the Kubernetes API by its DNS endpoint too, which asks for IAM credentials and answers the internet: declare `exceptions` to `no-inbound` and `private-api-endpoint` for `google_container_cluster.*`.",
        ),
      dns: z
        .enum(["node-local", "kube-dns", "cloud-dns"])
        .default("node-local")
        .describe(
          "Where pods resolve names: at a cache on each node with kube-dns behind it (`node-local`, what GKE itself chooses since 1.34.1), at kube-dns alone, or at Cloud DNS on each node. A later change makes the nodes anew.",
        ),
      systemPool: z
        .strictObject({
          machineType: z.string().min(1).default("e2-standard-2").describe("Machine type."),
          min: z.int().min(1).default(3).describe("Fewest nodes."),
          max: z.int().min(1).default(6).describe("Most nodes."),
        })
        .prefault({})
        .describe("Nodes of the cluster's own parts, such as its DNS, which run on no pool of `nodePools`."),
      releaseChannel: z
        .enum(["RAPID", "REGULAR", "STABLE", "EXTENDED"])
        .default("REGULAR")
        .describe("Channel by which Google upgrades the cluster."),
      maintenanceWindow,
    })
    .prefault({})
    .describe("The GKE cluster."),
  nodePools: z
    .record(text(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, "a pool name (2 to 20 lower-case letters, digits and '-')"), pool)
    .prefault(DEFAULT_POOLS as never)
    .describe("Node pools by name; default: `services` (3 to 6 n2-standard-8) and `worker` (0 to 10 n2-standard-16)."),
  encryption: encryption(
    z.strictObject({
      keyId: text(
        /^projects\/[a-z0-9.:-]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/,
        "a Cloud KMS key (projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY)",
      ).describe("Key for secrets, disks, buckets, logs and registry; their service agents must be allowed to use it."),
    }),
    "Bring your own Cloud KMS key, in `cloudRegion`, or `cloud-managed`: no key is made and none is named, Google's own encrypt, and every report says so. Default: one is made. With a key of yours later, the key that was made is forgotten and not destroyed: what was written before, registries and pools that stand keep it.",
  ),
  objectStore: z
    .strictObject({
      existing: z
        .strictObject({
          metadata: bucketName.describe("Bucket of metadata."),
          fastRegistration: bucketName.describe("Bucket of code bundles."),
        })
        .optional()
        .describe("Bring your own buckets, by name; their encryption and CORS stay yours."),
      noncurrentDays: z.int().min(1).default(30).describe("Days that overwritten and deleted versions are kept."),
      softDeleteDays: z
        .int()
        .min(7)
        .max(90)
        .default(7)
        .describe("Days in which a deleted object or bucket can be restored."),
      forceDestroy: z.boolean().default(false).describe("Let `destroy` delete buckets that still hold objects."),
    })
    .prefault({})
    .describe("The object store."),
  images: images("google", {
    mirror: text(
      /^[a-z0-9-]+-docker\.pkg\.dev\/[a-z0-9-]+\/[a-z0-9-]+(\/[a-z0-9._/-]+)?$/,
      "an Artifact Registry repository, with an optional path (REGION-docker.pkg.dev/PROJECT/REPOSITORY/PATH)",
    ),
    login: z.strictObject({
      userName: word("the name of a user").describe("Name of the user."),
      passwordVersion: text(
        /^projects\/[a-z0-9.:-]+\/secrets\/[\w-]{1,255}\/versions\/(\d+|latest)$/,
        "a secret's version (projects/PROJECT/secrets/NAME/versions/VERSION)",
      ).describe(
        "Version of the Secret Manager secret with the password or token, which Artifact Registry's agent reads; one of another project must let it (`dataplane preflight NAME` says how).",
      ),
    }),
    repository: text(
      /^projects\/[a-z0-9-]+\/locations\/[a-z0-9-]+\/repositories\/[a-z0-9-]+$/,
      "an Artifact Registry repository (projects/PROJECT/locations/LOCATION/repositories/NAME)",
    ),
    describe: {
      mirror:
        "Repository that already holds the platform's images; default: remote repositories are made. One of another project must let the nodes read: the output `image_reader_commands` says how.",
      upstreams:
        "Further public registries that task images come from: a remote repository of each is made at `REGION-docker.pkg.dev/PROJECT/NAME-UPSTREAM`.",
      credentials:
        "Logins to public registries, by upstream, as secrets of your own; without, images are fetched as anybody.",
      repositories:
        "Further Artifact Registry repositories that task images come from: nodes may read them. For those of another project, the output `image_reader_commands` says how.",
    },
  }),
  logs: logs(
    "cloud-service",
    "Where logs of pods are kept: `cloud-service` (Cloud Logging, where Union's console finds those of past runs). `object-store` is refused: Fluent Bit writes to Cloud Storage with a key only.",
  ),
  clientSecretId: text(/^projects\/[a-z0-9.:-]+\/secrets\/[\w-]{1,255}$/, "a secret (projects/PROJECT/secrets/NAME)")
    .optional()
    .describe(
      "Existing Secret Manager secret that holds the client secret; default: an empty one is made for you to fill.",
    ),
  privateManagement: z
    .strictObject({
      projects: z.array(projectId).min(1).describe("Union's projects that may connect."),
      ...declaration,
    })
    .optional()
    .describe("BYOC: Private Service Connect from Union to the Kubernetes API, a declared exception; off by default."),
  state: state.prefault({ backend: "local" }).describe("Terraform state: `backend: local` or `backend: gcs`."),
});
