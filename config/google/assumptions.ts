/** What a deployment on Google Cloud takes for granted of what others run. */
import {
  type Assumption,
  clientNetworks,
  guardRails,
  imageLogins,
  imageMirror,
  nodePlugins,
  wayOut,
} from "../assumption";
import type { GoogleDeployment } from "../deployment";
import { givenKeyOf } from "../encryption";
import { isSharedVpc, networkName, networkProject } from "./network";
import { givenRepositories } from "./repositories";
import { lastSegment } from "../texts";

export const assumptionsOf = (deployment: GoogleDeployment): readonly Assumption[] => [
  guardRails("google", {
    field: "project",
    named: "Organization policies and hierarchical firewall policies",
    check: `gcloud org-policies list --project ${deployment.project}, and gcloud compute networks get-effective-firewalls NETWORK --project ${networkProject(deployment)}`,
  }),
  ...network(deployment),
  ...clientNetworks(
    deployment.cluster.accessFromCidrs,
    "a way there and back (VPN, Interconnect, peering, Network Connectivity Center) is there",
  ),
  ...rights(deployment),
  ...nodePlugins(
    Object.entries(deployment.nodePools).flatMap(([pool, { accelerator }]) =>
      accelerator?.driver === "none" ? [pool] : [],
    ),
    "The installer of drivers",
    "accelerator.driver",
  ),
  ...stores(deployment),
  ...images(deployment),
];

function network(deployment: GoogleDeployment): Assumption[] {
  const { name, project, cloudRegion: region, sharedProject, network } = deployment;
  const { existing, natAddresses, perimeter } = network;
  return [
    ...(existing ? given(deployment, existing) : []),
    ...(Array.isArray(natAddresses) && !existing
      ? [
          {
            id: "given-nat-addresses",
            assumed: `${natAddresses.join(", ")} are external addresses in ${region} that nothing else uses.`,
            otherwise: "Cloud NAT is refused, or has fewer ports than it needs: no way out.",
            check: `gcloud compute addresses list --project ${project} --regions ${region}`,
            field: "network.natAddresses",
            paragraph: "Egress configuration",
          } as const,
        ]
      : []),
    ...(perimeter?.existing === undefined
      ? []
      : [
          {
            id: "given-perimeter",
            assumed: `${perimeter.existing} ${perimeter.join ? "" : `holds ${project}, `}restricts the services that are used here, and lets out nothing that it should keep.`,
            otherwise: "Credentials of other projects work from inside; or the data plane's own calls are refused.",
            check: `gcloud access-context-manager perimeters describe ${lastSegment(perimeter.existing)} --policy ${perimeter.existing.split("/")[1] ?? ""}`,
            field: "network.perimeter.existing",
            paragraph: "Egress configuration",
          } as const,
        ]),
    ...(sharedProject
      ? [
          {
            id: "shared-project",
            assumed: `Every other cluster of ${project} may have what ${name} has.`,
            otherwise:
              "Pods there that take the platform's or the tasks' service account read these buckets, secrets and logs.",
            check: `gcloud container clusters list --project ${project}`,
            field: "sharedProject",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
  ];
}

function given(
  deployment: GoogleDeployment,
  existing: NonNullable<GoogleDeployment["network"]["existing"]>,
): Assumption[] {
  const { name, cloudRegion: region } = deployment;
  const host = networkProject(deployment);
  const vpc = networkName(existing.network);
  const subnets = [existing.nodeSubnet, existing.clusterSubnet, existing.proxySubnet, existing.consumerSubnet].flatMap(
    (subnet) => subnet?.name ?? [],
  );
  return [
    ...wayOut(name, {
      field: "network.existing.network",
      through: `The way out of ${vpc} (its NAT, or the firewall that a route, a peering or Network Connectivity Center leads to)`,
      check: `gcloud compute routes list --project ${host} --filter='network:${vpc}', and gcloud compute routers list --project ${host} --filter='network:${vpc}'`,
    }),
    {
      id: "network-firewall-rules",
      assumed: `No firewall rule or policy of ${vpc} that goes before those made here opens or closes anything for its nodes.`,
      otherwise:
        "A rule of another with a lower priority number lets in what is judged closed, or closes what is judged open.",
      check: `gcloud compute networks get-effective-firewalls ${vpc} --project ${host}`,
      field: "network.existing.network",
      paragraph: "Outbound-only model",
    },
    {
      id: "restricted-route",
      assumed: `${vpc} routes 199.36.153.4/30 to the default internet gateway, and nothing takes it elsewhere.`,
      otherwise: "Google's APIs can't be reached: nodes do not join, no image is pulled.",
      check: `gcloud compute routes list --project ${host} --filter='network:${vpc}'`,
      field: "network.existing.network",
      paragraph: "Communication paths",
    },
    {
      id: "given-subnets",
      assumed: `Subnets ${subnets.join(", ")} have the blocks and ranges that are written, IPv4 alone, and that of nodes has Private Google Access.`,
      otherwise:
        "Rules name other addresses than nodes and pods have: paths are closed, or Google's APIs are out of reach.",
      check: subnets
        .map((subnet) => `gcloud compute networks subnets describe ${subnet} --project ${host} --region ${region}`)
        .join("; "),
      field: "network.existing.nodeSubnet",
      paragraph: "Outbound-only model",
    },
    {
      id: "network-names",
      assumed: `No DNS server policy, forwarding zone or peering zone of ${vpc} answers for Google's domains.`,
      otherwise: "Names of Google's services lead to public addresses, which egress closes: nodes do not join.",
      check: `gcloud dns policies list --project ${host}, and gcloud dns managed-zones list --project ${host}`,
      field: "network.existing.network",
      paragraph: "Communication paths",
    },
    ...(existing.privateZones.length === 0
      ? []
      : [
          {
            id: "given-private-zones",
            assumed: `Private zones of yours lead every name of ${existing.privateZones.join(", ")} to 199.36.153.4/30 in ${vpc}.`,
            otherwise:
              "These names lead to public addresses, which egress closes: nodes do not join, no image is pulled.",
            check: `gcloud dns managed-zones list --filter='visibility=private', in the project of the zones; from a node: getent hosts storage.${existing.privateZones[0] ?? ""}`,
            field: "network.existing.privateZones",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(isSharedVpc(deployment)
      ? [
          {
            id: "host-project",
            assumed: `Whoever runs ${host} has run 'host_project_commands', and its network stays attached.`,
            otherwise: "GKE is refused the subnets or its firewall rules: no node joins, and the API calls no webhook.",
            check: `gcloud compute shared-vpc get-host-project ${deployment.project}; npx dataplane preflight ${name}`,
            field: "network.existing.network",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
  ];
}

function rights({
  project,
  serviceAccounts,
  clientSecretId,
  impersonateServiceAccount,
}: GoogleDeployment): Assumption[] {
  const accounts = Object.values(serviceAccounts ?? {}).filter((account) => account !== undefined);
  return [
    ...(impersonateServiceAccount === undefined
      ? []
      : [
          {
            id: "deployer",
            assumed: `Only whom the customer means can act as ${impersonateServiceAccount}.`,
            otherwise:
              "Whoever can changes everything here, and is an administrator of the cluster once at the private API.",
            check: `gcloud iam service-accounts get-iam-policy ${impersonateServiceAccount}`,
            field: "impersonateServiceAccount",
            paragraph: "Private connectivity (BYOC)",
          } as const,
        ]),
    ...(accounts.length === 0
      ? []
      : [
          {
            id: "given-service-accounts",
            assumed: `${accounts.join(", ")} have no rights but those given here, no key, and nobody else acts as them.`,
            otherwise: "Platform or tasks may do more than is judged; whoever else has the account has what it may.",
            check: `gcloud projects get-iam-policy ${project} --flatten='bindings[].members' --filter='bindings.members:ACCOUNT'; gcloud iam service-accounts keys list --iam-account ACCOUNT`,
            field: "serviceAccounts",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(clientSecretId === undefined
      ? []
      : [
          {
            id: "given-secret",
            assumed: `${clientSecretId} holds the client secret, and who else may read it is as the customer means.`,
            otherwise: "The operator can't sign in; or somebody else signs in as this data plane.",
            check: `gcloud secrets get-iam-policy ${clientSecretId}`,
            field: "clientSecretId",
            paragraph: "Communication paths",
          } as const,
        ]),
  ];
}

function stores(deployment: GoogleDeployment): Assumption[] {
  const { objectStore, name } = deployment;
  const key = givenKeyOf(deployment);
  return [
    ...(key
      ? [
          {
            id: "given-key",
            assumed: `${key.keyId} stays enabled, and lets Google's agents of the project use it.`,
            otherwise:
              "Nodes, logs or buckets are refused; a version that is destroyed makes all that it encrypts unreadable.",
            check: `gcloud kms keys get-iam-policy ${key.keyId}; npx dataplane preflight ${name}`,
            field: "encryption.keyId",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
    ...(objectStore.existing
      ? [
          {
            id: "given-buckets",
            assumed: `${objectStore.existing.metadata} and ${objectStore.existing.fastRegistration} are encrypted and closed to the public, and give rights by IAM alone; their CORS lets the tenant's host GET and HEAD.`,
            otherwise: "Runs can't read or write, the console shows no data; or what they hold is open to others.",
            check:
              "gcloud storage buckets describe gs://BUCKET, and gcloud storage buckets get-iam-policy gs://BUCKET, for each",
            field: "objectStore.existing",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
  ];
}

function images(deployment: GoogleDeployment): Assumption[] {
  const { mirror, credentials } = deployment.images;
  const foreign = givenRepositories(deployment).filter(({ project }) => project !== deployment.project);
  const logins = Object.values(credentials).map(({ passwordVersion }) => passwordVersion);
  return [
    ...(mirror === undefined
      ? []
      : [imageMirror(deployment.name, mirror, `gcloud artifacts docker images list ${mirror}`)]),
    ...(foreign.length === 0
      ? []
      : [
          {
            id: "given-repositories",
            assumed: `${foreign.map(({ project, name }) => `${project}/${name}`).join(", ")} let the nodes read, as the output 'image_reader_commands' has it.`,
            otherwise: "Pods whose image is there do not start.",
            check: "gcloud artifacts repositories get-iam-policy NAME --project PROJECT --location LOCATION, for each",
            field: mirror === undefined ? "images.repositories" : "images.mirror",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(logins.length === 0
      ? []
      : [
          imageLogins(
            `${logins.join(", ")} hold logins that are valid, and Artifact Registry's agent may read them.`,
            "gcloud secrets get-iam-policy SECRET, for each",
          ),
        ]),
  ];
}
