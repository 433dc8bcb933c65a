/** Fields that deployments on every cloud have, and the pieces that the clouds' own fields are made of. */
import * as z from "zod";
import { regionsOf } from "./cloud-regions";
import { REGIONS, TUNNEL_REGIONS } from "./control-plane";
import { nearest } from "./nearest";
import { fetchable, type RegistryCloud, withLogin } from "./upstreams";
import { cidr, date, dnsLabel, text } from "./values";
import { shown } from "./texts";

export { cidr, dnsLabel, ipv4Cidr, parsed, text, word } from "./values";

/**
 * A region of the cloud's own.
 *
 * @param refusal why a region is refused whatever that file holds (another partition or cloud instance); default: none is
 */
export function cloudRegion(cloud: RegistryCloud, refusal: (region: string) => string | undefined = () => undefined) {
  const names = regionsOf(cloud).filter((name) => refusal(name) === undefined);
  const file = `config/${cloud}/regions.json`;
  const unknown = (name: string) =>
    `'${name}' is not a region known here; the nearest is '${nearest(name, names) ?? ""}' (allowed: a region of ${file}, where a new one can be added)`;
  return z.enum(names, {
    error: ({ input }) =>
      input === undefined
        ? `is required (allowed: a region of ${file})`
        : (refusal(shown(input)) ?? unknown(shown(input))),
  });
}

/** Fields of a node pool on every cloud. */
export const nodePool = {
  role: z
    .enum(["services", "worker"])
    .describe("Label and taint `union.ai/node-role` of the pool's nodes: platform services, or task pods."),
  min: z.int().min(0).default(0).describe("Fewest nodes; 0 lets the pool scale to zero."),
  max: z.int().min(1).default(10).describe("Most nodes."),
  spot: z.boolean().default(false).describe("Use spot capacity."),
  diskGiB: z
    .int()
    .min(20)
    .max(16384)
    .default(100)
    .describe("Encrypted root volume, in GiB; image builds need 60 GiB, of which a node leaves 50 to pods."),
  labels: z.record(z.string(), z.string()).default({}).describe("Further node labels."),
};

/** A node pool's own fields with those of every cloud, whose sizes go together. */
export const poolOf = <T extends z.ZodRawShape>(own: T) =>
  z.strictObject({ ...nodePool, ...own }).refine(
    (pool) => {
      const { min, max } = pool as unknown as { readonly min: number; readonly max: number };
      return min <= max;
    },
    { path: ["min"], error: "'min' is above 'max'" },
  );

/** When the cloud may upgrade the cluster by itself. */
export const maintenanceWindow = z
  .strictObject({
    days: z
      .array(z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]))
      .min(1)
      .default(["saturday", "sunday"])
      .describe("Days of the week, in UTC."),
    start: text(/^([01]\d|2[0-3]):[0-5]\d$/, "a time (HH:MM, quoted)")
      .default("02:00")
      .describe("Beginning of the window, HH:MM in UTC."),
    hours: z.int().min(4).max(24).default(6).describe("Length of the window, in hours."),
  })
  .prefault({})
  .describe("When the cloud may upgrade the cluster and its nodes by itself.");

const egress = z
  .strictObject({
    mode: z
      .enum(["published", "tunnel-regions", "list"])
      .default("published")
      .describe(
        "What Cloudflare addresses nodes may reach: `published` (all published blocks), `tunnel-regions` (the tunnel only to the edge of `tunnelRegions`, HTTPS to the published blocks), or `list` (only `cidrs`).",
      ),
    tunnelRegions: z
      .array(z.enum(TUNNEL_REGIONS))
      .min(1)
      .optional()
      .describe("Regions of Cloudflare's tunnel edge, for mode `tunnel-regions`."),
    cidrs: z
      .array(cidr)
      .min(1)
      .optional()
      .describe(
        "Blocks for mode `list`; each must lie inside Cloudflare's published ones, and together they must hold the edge of `tunnel.region`.",
      ),
    controlPlaneCidrs: z
      .array(cidr)
      .default([])
      .describe("Further blocks on TCP 443, for tenants whose regional endpoint does not lie in Cloudflare's ranges."),
  })
  .superRefine((value, context) => {
    const needs = { published: undefined, "tunnel-regions": "tunnelRegions", list: "cidrs" } as const;
    for (const field of ["tunnelRegions", "cidrs"] as const) {
      const needed = needs[value.mode] === field;
      if (needed && !value[field])
        context.addIssue({ code: "custom", path: [field], message: `is required by mode '${value.mode}'` });
      if (!needed && value[field])
        context.addIssue({ code: "custom", path: [field], message: `does not go with mode '${value.mode}'` });
    }
  });

const tunnel = z.strictObject({
  protocol: z
    .enum(["auto", "http2", "quic"])
    .default("auto")
    .describe(
      "Transport to the edge on port 7844: `http2` is TCP, `quic` is UDP, `auto` tries quic first. Egress opens what the choice needs.",
    ),
  region: z
    .enum(TUNNEL_REGIONS)
    .optional()
    .describe(
      "Region of Cloudflare's edge that cloudflared connects to; default: the first of `egress.tunnelRegions`, else `global`.",
    ),
  replicas: z
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe("Pods of the operator-proxy, each with its own tunnel connection."),
  remoteDiagnostics: z
    .boolean()
    .default(false)
    .describe("Let Cloudflare's dashboard ask the tunnel for its logs and diagnostics, through the tunnel itself."),
});

const components = z.strictObject({
  connectors: z
    .boolean()
    .default(false)
    .describe(
      "Flyte's connectors: tasks that run in another service. They are what task pods are to the cloud, and reach its own services only; others lie outside of strict egress.",
    ),
  imageBuilder: z
    .boolean()
    .default(false)
    .describe(
      "BuildKit, by which Union builds task images inside of the data plane: one pod on a worker node (4 CPUs, 50 GiB of its disk), in a user namespace. Task pods may then push to the repository of built images. Images are built from those that the registry caches or a person copied there; package indexes on the internet are closed.",
    ),
  metrics: z
    .boolean()
    .default(false)
    .describe(
      "Prometheus and kube-state-metrics, from which the console shows what CPU and memory tasks use; without, it shows no data there. With `rbac: low-privilege` they tell of namespace `union` only, and not what its containers use.",
    ),
});

/** A named, reasoned, dated departure from an invariant. */
export const exception = z.strictObject({
  id: z.string().min(1).describe("Invariant that the exception departs from, e.g. `no-inbound`."),
  resource: z.string().min(1).describe("Address of the resource it is about."),
  reason: z.string().min(10).describe("Why, for the reviewer (at least 10 characters)."),
  expires: date.describe("Last day (YYYY-MM-DD); an expired exception fails verification."),
});

/** A change that destroys data or cuts the tunnel, and is meant. */
const allowed = z.strictObject({
  change: z.string().min(1).describe("Field that changes, as reports name it, e.g. `nodePools.gpu.type`."),
  reason: z.string().min(10).describe("Why, for the reviewer (at least 10 characters)."),
  expires: date.describe("Last day (YYYY-MM-DD) on which it counts."),
});

/** What every cloud's deployment has. */
export const common = {
  name: text(
    /^[a-z][a-z0-9-]{1,22}[a-z0-9]$/,
    "a deployment name (3 to 24 lower-case letters, digits and '-', a letter first)",
  ).describe("Name of the deployment, unique among all; names of cloud resources derive from it."),
  organization: dnsLabel.describe("Union organization."),
  tenant: dnsLabel.describe("Tenant: the first label of the control plane's host name."),
  clientId: text(/^[\w.~@:+/=-]{1,255}$/, "a client id (letters, digits and '_.~@:+/=-')").describe(
    "OAuth client id of the data plane, issued by Union. The client secret never goes into this file.",
  ),
  region: z
    .enum(REGIONS, {
      error: (issue) =>
        `'${String(issue.input)}' is not a control-plane region; allowed: ${REGIONS.join(", ")} (the cloud's own region goes into 'cloudRegion')`,
    })
    .describe("Control-plane region: a key of `regions.json`."),
  egress: egress.prefault({}).describe("What may leave."),
  tunnel: tunnel.prefault({}).describe("The Cloudflare Tunnel."),
  kubernetesVersion: z
    .string({ error: 'must be a quoted text such as "1.35" (YAML reads 1.30 as the number 1.3)' })
    .regex(/^1\.(2[89]|[3-9]\d)$/, {
      error: (issue) =>
        `'${String(issue.input)}' is not a Kubernetes version; allowed: "1.28" or newer, as MAJOR.MINOR`,
    })
    .default("1.35")
    .describe("Kubernetes minor version, quoted; one of the cloud's newest three is advised."),
  taskNamespaces: z
    .array(dnsLabel)
    .default([])
    .describe("PROJECT-DOMAIN namespaces for task pods. Without any, task pods run in namespace `union`."),
  rbac: z
    .enum(["standard", "low-privilege"])
    .default("standard")
    .describe(
      "`standard` binds cluster roles (many task namespaces); `low-privilege` has roles in namespace `union` only.",
    ),
  workloads: z
    .enum(["stack", "chart"])
    .default("stack")
    .describe(
      "`stack`: this package deploys the workloads; `chart`: Union's Helm chart does, with the file that `dataplane values NAME` prints, into namespaces that this package guards.",
    ),
  appsAndServing: z
    .boolean()
    .default(false)
    .describe(
      "Union's apps, whose requests come through the tunnel: the chart's gateway and Knative Serving, with their paths. With `workloads: chart` only.",
    ),
  taskEgress: z
    .enum(["control-plane", "none"])
    .default("control-plane")
    .describe(
      "What task pods may reach outside the cloud's own services: `control-plane` (TCP 443 to the regional endpoint's blocks, so that tasks can start tasks) or `none`.",
    ),
  severed: z
    .enum(["tunnel", "grpc", "all"])
    .optional()
    .describe(
      "Channels that are cut off, until they are restored: `tunnel` (the Cloudflare Tunnel), `grpc` (the direct connection to the regional endpoint, tasks' too) or `all`. Their rules are gone and their workloads have no pod; `dataplane sever` and `dataplane restore` write it.",
    ),
  components: components.prefault({}).describe("Further parts of the data plane, whoever deploys the workloads."),
  logRetentionDays: z
    .int()
    .min(1)
    .max(3653)
    .default(365)
    .describe("Days that flow, cluster and task logs are kept; each cloud's log service has its own choice."),
  exceptions: z
    .array(exception)
    .default([])
    .describe("Named, reasoned, dated departures from an invariant; listed in every report."),
  deletionProtection: z
    .boolean()
    .default(true)
    .describe(
      "Refuse every plan that would destroy what holds data, addresses or everything else: cluster, network, subnets, buckets, keys, registries, logs. A destroy, and a change that replaces one of them, needs a deploy without it first.",
    ),
  allow: z
    .array(allowed)
    .default([])
    .describe("Changes that destroy data or cut the tunnel and are meant: a pull request fails on any other."),
  tags: z.record(z.string(), z.string()).default({}).describe("Tags on every cloud resource."),
};

/** Where in a bucket the state lies: Terraform's backends refuse or misread an empty part. */
export const stateKey = text(
  /^(?!\/)(?!.*(\/\/|\.\.))[\w!*'().\/-]{1,200}(?<!\/)$/,
  "a path in a bucket (letters, digits and '_-./', no '/' first or last)",
);

/** State in files, on every cloud. */
export const localState = z.strictObject({
  backend: z.literal("local").describe("Where the state lies: in files, or in a bucket, locked there."),
  directory: z.string().min(1).default(".").describe("Folder of the state files, from the folder of cdktf.json."),
});

/** Where logs of pods are kept: the cloud's own default is where Union's console finds those of past runs. */
export const logs = (byDefault: "object-store" | "cloud-service", description: string) =>
  z.enum(["object-store", "cloud-service"]).default(byDefault).describe(description);

/** Why the document's own exception is made, and until when. */
export const declaration = {
  reason: z.string().min(10).describe("Why, for the reviewer (at least 10 characters)."),
  expires: date.describe("Last day (YYYY-MM-DD); an expired exception fails verification."),
};

export const operatorTag = z
  .string()
  .regex(/^\w[\w.-]{0,127}$/, "must be a tag: letters, digits, `_`, `.` and `-`, at most 128, and no digest")
  .default("2026.8.3")
  .describe(
    "Tag of Union's own images: of the operator's, and with Apps & Serving of Envoy's. The chart's version stays the one that this package was compared with.",
  );

/** What a cloud's registries are called, and how it is told of them. */
interface RegistryFields<M extends z.ZodType, L extends z.ZodType, R extends z.ZodType> {
  readonly mirror: M;
  /** What a login is: names of secrets, never a value. */
  readonly login: L;
  readonly repository: R;
  readonly describe: Readonly<Record<"mirror" | "upstreams" | "credentials" | "repositories", string>>;
}

/** Where images come from: the same words on every cloud. */
export function images<M extends z.ZodType, L extends z.ZodType, R extends z.ZodType>(
  cloud: RegistryCloud,
  { mirror, login, repository, describe }: RegistryFields<M, L, R>,
) {
  const logins = withLogin(cloud);
  return z
    .strictObject({
      mirror: mirror.optional().describe(describe.mirror),
      upstreams: z
        .array(z.enum(fetchable(cloud)))
        .default([])
        .describe(describe.upstreams),
      credentials: z
        .record(
          text(
            new RegExp(`^(${logins.join("|")})$`),
            `a registry that is fetched from with a login (allowed: ${logins.join(", ")})`,
          ),
          login,
        )
        .default({})
        .describe(
          `${describe.credentials} Upstreams that take one: ${logins.map((name) => `\`${name}\``).join(", ")}.`,
        ),
      repositories: z.array(repository).default([]).describe(describe.repositories),
      operatorTag,
    })
    .prefault({})
    .describe("Where images come from; public registries are closed.");
}
