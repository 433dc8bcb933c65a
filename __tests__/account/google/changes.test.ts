/** What somebody changes by hand in a project of Google Cloud is found, by the packet that it lets pass. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { run } from "../../../cli/index";
import { packetText } from "../../../report/text";
import type { Report } from "../../../verification/verify";
import { AssetInventory } from "../../support/asset-inventory";
import { testEnvironment } from "../../support/environment";
import { EXAMPLES, readStack, synthesizeExamples } from "../../support/examples";
import { googleAnswers, type GoogleAnswers } from "../../support/google-assets";
import { scratchFolder } from "../../support/scratch";
import type { Json } from "../../support/workloads";

const scratch = scratchFolder();
testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES, ...AssetInventory.ELSEWHERE });

const NAME = "acme-gcp-us-east-2";
const { folder } = synthesizeExamples(`${EXAMPLES}/google-us-east-2.yaml`);
const stack = readStack(folder, NAME);

let inventory: AssetInventory;
beforeAll(async () => {
  inventory = await AssetInventory.start(1000);
});
beforeEach(() => Object.assign(process.env, inventory.environment(scratch())));
afterAll(() => inventory.stop());

let collections = 0;
async function reportOf(change: (answers: GoogleAnswers) => void, ...flags: readonly string[]): Promise<Report> {
  const answers = googleAnswers(stack);
  change(answers);
  inventory.tells(answers);
  const collected = scratch(`collected-${++collections}`);
  expect(await run(["collect", NAME, "--output", collected])).toMatchObject({ exitCode: 0, stderr: "" });
  const { stdout, stderr } = await run(["audit", NAME, collected, "--format", "json", ...flags]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Report;
}

async function audit(change: (answers: GoogleAnswers) => void): Promise<string[]> {
  const { findings } = await reportOf(change);
  return findings.map(({ status, invariant, resource, message, counterexample }) => {
    const packet = counterexample ? ` (${packetText(counterexample)})` : "";
    return `${status} ${invariant}: ${resource}: ${message}${packet}`;
  });
}

const LINK = "https://www.googleapis.com/compute/v1/";
const dataOf = (answers: GoogleAnswers, type: string, is: (data: Json) => boolean = () => true): Json => {
  const found = answers.resources.find(({ assetType, resource }) => assetType === type && is(resource.data));
  if (!found) throw new Error(`no ${type}`);
  return found.resource.data;
};
const add = (answers: GoogleAnswers, type: string, path: string, data: Json) => {
  const [service = ""] = type.split("/");
  answers.resources.push({
    name: `//${service}/projects/${answers.project}/${path}`,
    assetType: type,
    resource: {
      version: "v1",
      data: { name: path.split("/").at(-1), selfLink: `${LINK}projects/${answers.project}/${path}`, ...data },
    },
  });
};
const network = (answers: GoogleAnswers): string => dataOf(answers, "compute.googleapis.com/Network").selfLink;
const subnetwork = (answers: GoogleAnswers): Json =>
  dataOf(answers, "compute.googleapis.com/Subnetwork", ({ purpose }) => purpose === undefined || purpose === "PRIVATE");
const rule = (answers: GoogleAnswers, name: string, data: Json) =>
  add(answers, "compute.googleapis.com/Firewall", `global/firewalls/${name}`, {
    ...{ network: network(answers), direction: "INGRESS", priority: 10, disabled: false, logConfig: { enable: false } },
    ...data,
  });
const machine = (answers: GoogleAnswers, accessConfigs: Json[], name = "bastion") => {
  const { selfLink, region } = subnetwork(answers);
  const zone = `${String(region).split("/").at(-1)}-a`;
  add(answers, "compute.googleapis.com/Instance", `zones/${zone}/instances/${name}`, {
    ...{ zone: `${LINK}projects/${answers.project}/zones/${zone}`, canIpForward: false, tags: { items: ["bastion"] } },
    networkInterfaces: [{ network: network(answers), subnetwork: selfLink, networkIP: "10.0.0.9", accessConfigs }],
    serviceAccounts: [],
    metadata: { items: [{ key: "password", value: "hush-hush-hush" }] },
  });
};
const PUBLIC = [{ type: "ONE_TO_ONE_NAT", natIP: "203.0.113.7" }];
const SSH = [{ IPProtocol: "tcp", ports: ["22"] }];
const grant = (answers: GoogleAnswers, assetType: string, binding: Json) => {
  const policy = answers.policies.find((one) => one.assetType === assetType);
  policy?.iamPolicy.bindings.push(binding);
};

/** The path that a link of Compute Engine ends with. */
const pathIn = (link: string) => link.replace(LINK, "");
/** A policy that no asset tells, and that lets everything in, beside whatever else decides at a place. */
const decides = (answers: GoogleAnswers, place: RegExp, name: string, type: string) => {
  const path = Object.keys(answers.compute).find((one) => place.test(one)) ?? "";
  const match = { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "all" }] };
  const rules = [{ action: "allow", direction: "INGRESS", priority: 1, match }];
  answers.compute[path] = { firewallPolicys: [{ name, type, rules }] };
};

interface Change {
  readonly what: string;
  readonly make: (answers: GoogleAnswers) => void;
  readonly found: readonly RegExp[];
}

const CHANGES: readonly Change[] = [
  {
    what: "a machine with a public address, and SSH from everywhere",
    make: (answers) => {
      rule(answers, "ssh", { allowed: SSH, sourceRanges: ["0.0.0.0/0"], targetTags: ["bastion"] });
      machine(answers, PUBLIC);
    },
    found: [
      /^violated no-inbound: google_compute_firewall\.ssh: .*\(TCP 22 from 1\.0\.0\.1 to google_compute_instance\.bastion\)/,
    ],
  },
  {
    what: "SSH from everywhere for every machine",
    make: (answers) => rule(answers, "ssh", { allowed: SSH, sourceRanges: ["0.0.0.0/0"] }),
    found: [
      /^violated no-inbound: google_compute_firewall\.ssh: .*\(TCP 22 from 1\.0\.0\.1 to google_container_node_pool\./,
    ],
  },
  {
    what: "a way out to everybody",
    make: (answers) =>
      rule(answers, "out", { direction: "EGRESS", allowed: [{ IPProtocol: "all" }], destinationRanges: ["0.0.0.0/0"] }),
    found: [
      /^violated egress-allowlist: google_compute_firewall\.out: .*\(TCP 443 from google_container_node_pool\.\S+ to 1\.0\.0\.1\)/,
    ],
  },
  {
    what: "a peering",
    make: (answers) => {
      const peer = `${LINK}projects/other/global/networks/theirs`;
      const data = dataOf(answers, "compute.googleapis.com/Network");
      data.peerings = [{ name: "theirs", network: peer, state: "ACTIVE", importCustomRoutes: true }];
    },
    found: [/^unknown no-inbound: google_compute_network_peering\..* connects the network to another one/],
  },
  {
    what: "a bucket that everybody reads",
    make: (answers) => {
      const isMetadata = ({ name }: Json) => /metadata$/.test(name);
      dataOf(answers, "storage.googleapis.com/Bucket", isMetadata).iamConfiguration.publicAccessPrevention =
        "inherited";
      grant(answers, "storage.googleapis.com/Bucket", { role: "roles/storage.objectViewer", members: ["allUsers"] });
    },
    found: [
      /^violated no-inbound: google_storage_bucket_iam_member\./,
      /^violated no-static-credentials: google_storage_bucket\..*public_access_prevention is inherited/,
      /^violated no-static-credentials: google_storage_bucket_iam_member\..*allUsers/,
    ],
  },
  {
    what: "the cluster's API at a public address",
    make: (answers) => {
      const data = dataOf(answers, "container.googleapis.com/Cluster");
      data.privateClusterConfig.enablePrivateEndpoint = false;
      data.controlPlaneEndpointsConfig = {
        dnsEndpointConfig: { allowExternalTraffic: true },
        ipEndpointsConfig: { enabled: true, enablePublicEndpoint: true },
      };
    },
    found: [
      /^violated no-inbound: google_container_cluster\..*\(TCP 443 from 1\.0\.0\.1 to google_container_cluster\./,
      /^violated private-api-endpoint: .* the DNS endpoint of the Kubernetes API answers the internet/,
      /^violated private-api-endpoint: .* the Kubernetes API has a public endpoint/,
      // The address inside is gone, and what leads to it with it.
      /^violated required-paths: .*google_container_cluster\./,
    ],
  },
  {
    what: "a load balancer on the internet",
    make: (answers) => {
      machine(answers, []);
      const { region } = subnetwork(answers);
      const place = String(region).split("/").at(-1) ?? "";
      const target = `${LINK}projects/${answers.project}/zones/${place}-a/targetInstances/door`;
      add(answers, "compute.googleapis.com/TargetInstance", `zones/${place}-a/targetInstances/door`, {
        instance: `${LINK}projects/${answers.project}/zones/${place}-a/instances/bastion`,
      });
      add(answers, "compute.googleapis.com/ForwardingRule", `regions/${place}/forwardingRules/door`, {
        ...{
          region,
          target,
          IPProtocol: "TCP",
          portRange: "443-443",
          loadBalancingScheme: "EXTERNAL",
          IPAddress: "203.0.113.8",
        },
      });
    },
    found: [/^violated no-inbound: .*\(TCP 443 from 1\.0\.0\.1 to google_compute_forwarding_rule\.door\)/],
  },
  {
    what: "an open service attachment",
    make: (answers) => {
      const { region, selfLink } = subnetwork(answers);
      const place = String(region).split("/").at(-1) ?? "";
      add(answers, "compute.googleapis.com/ServiceAttachment", `regions/${place}/serviceAttachments/offer`, {
        ...{ region, connectionPreference: "ACCEPT_AUTOMATIC", natSubnets: [selfLink] },
        targetService: `${LINK}projects/${answers.project}/regions/${place}/forwardingRules/inner`,
      });
    },
    found: [
      /^violated no-inbound: .*\(TCP 443 from google:private-service-connect to google_compute_service_attachment\.offer\)/,
      /^violated private-api-endpoint: google_compute_service_attachment\.offer: /,
    ],
  },
  {
    what: "a VPN",
    make: (answers) =>
      add(answers, "compute.googleapis.com/VpnGateway", "regions/us-east5/vpnGateways/vpn", {
        network: network(answers),
      }),
    found: [/^unknown no-inbound: google_compute_ha_vpn_gateway\.vpn: .* connects the network to another one/],
  },
  {
    what: "no flow logs",
    make: (answers) => {
      const data = subnetwork(answers);
      data.logConfig = { enable: false };
      data.enableFlowLogs = false;
    },
    found: [/^violated flow-logs: google_compute_subnetwork\..*has no flow logs/],
  },
  {
    what: "an identity that owns the project, and a key of one",
    make: (answers) => {
      const [email] = answers.resources.flatMap(({ assetType, resource: { data } }) =>
        assetType === "iam.googleapis.com/ServiceAccount" && /task@/.test(data.email) ? [data.email as string] : [],
      );
      grant(answers, "cloudresourcemanager.googleapis.com/Project", {
        role: "roles/owner",
        members: [`serviceAccount:${email}`],
      });
      add(answers, "iam.googleapis.com/ServiceAccountKey", `serviceAccounts/${email}/keys/0a1b`, {
        keyType: "USER_MANAGED",
      });
    },
    found: [
      /^violated no-static-credentials: google_service_account_key\..*makes a service account\'s key/,
      /^violated no-static-credentials: google_project_iam_member\..*roles\/owner allows nearly everything/,
    ],
  },
  {
    what: "rules of the organisation before the project's own",
    make: (answers) => {
      decides(answers, /global\/networks\/[^/]+\/getEffectiveFirewalls$/, "9876", "HIERARCHY");
    },
    found: [/^unknown no-inbound: firewall policy 9876.* which no asset of the project tells/],
  },
  {
    what: "rules of a region that no asset tells",
    make: (answers) => {
      decides(answers, /regions\/[^/]+\/firewallPolicies\/getEffectiveFirewalls$/, "5432", "SYSTEM_REGIONAL");
    },
    found: [/^unknown no-inbound: firewall policy 5432.* which no asset of the project tells/],
  },
  {
    what: "a cache in the network that talks without TLS",
    make: (answers) =>
      add(answers, "redis.googleapis.com/Instance", "locations/us-east5/instances/cache", {
        ...{ connectMode: "PRIVATE_SERVICE_ACCESS", transitEncryptionMode: "DISABLED" },
        ...{ authorizedNetwork: pathIn(network(answers)), host: "10.9.0.3", port: 6379 },
      }),
    found: [
      /^violated encryption-in-transit: google_redis_instance\.cache/,
      // It takes whatever the network lets come.
      /^violated no-inbound: google_redis_instance\.cache: /,
    ],
  },
  {
    what: "a service of Cloud Run that sends by way of the network",
    make: (answers) =>
      add(answers, "run.googleapis.com/Service", "locations/us-east5/services/door", {
        ingress: "INGRESS_TRAFFIC_ALL",
        template: {
          vpcAccess: {
            egress: "ALL_TRAFFIC",
            networkInterfaces: [{ subnetwork: pathIn(subnetwork(answers).selfLink) }],
          },
          containers: [{ image: "i", env: [{ name: "PASSWORD", value: "hush-hush-hush" }] }],
        },
      }),
    found: [/^violated no-inbound: .*\(TCP \d+ from 1\.0\.0\.1 to google_cloud_run_v2_service\.door\)/],
  },
  {
    what: "something of a type that is not read",
    make: (answers) => add(answers, "looker.googleapis.com/Instance", "locations/us-east5/instances/looks", {}),
    found: [/^unknown no-inbound: .*assets of the type looker\.googleapis\.com\/Instance are not read/],
  },
];

test("nothing is found of what nobody changed", async () => {
  expect(await audit(() => undefined)).toEqual([]);
});

test.each(CHANGES)("found: $what", async ({ make, found }) => {
  const findings = await audit(make);
  for (const pattern of found) expect(findings).toContainEqual(expect.stringMatching(pattern));
  expect(findings.filter((line) => !found.some((pattern) => pattern.test(line)))).toEqual([]);
});

/** What Google runs for a project and answers at addresses of its own, in the shapes of these services' APIs. */
const SERVICES: readonly (readonly [
  what: string,
  type: string,
  path: string,
  data: Json,
  found: RegExp | undefined,
])[] = [
  [
    "a service of Cloud Run, by the first version of its API",
    "run.googleapis.com/Service",
    "locations/r/services/first",
    { metadata: { name: "first", annotations: { "run.googleapis.com/ingress": "all" } }, spec: {} },
    /TCP \d+ from 1\.0\.0\.1 to google_cloud_run_service\.first/,
  ],
  [
    "one that the network alone reaches",
    "run.googleapis.com/Service",
    "locations/r/services/inner",
    { metadata: { name: "inner", annotations: { "run.googleapis.com/ingress": "internal" } } },
    undefined,
  ],
  [
    "a function of the second generation",
    "cloudfunctions.googleapis.com/Function",
    "locations/r/functions/f",
    { environment: "GEN_2", serviceConfig: { ingressSettings: "ALLOW_ALL" } },
    /TCP \d+ from 1\.0\.0\.1 to google_cloudfunctions2_function\.f/,
  ],
  [
    "a function that callers reach",
    "cloudfunctions.googleapis.com/CloudFunction",
    "locations/r/functions/old",
    { ingressSettings: "ALLOW_ALL", httpsTrigger: { securityLevel: "SECURE_ALWAYS" } },
    /TCP \d+ from 1\.0\.0\.1 to google_cloudfunctions_function\.old/,
  ],
  [
    "a function that an event starts",
    "cloudfunctions.googleapis.com/CloudFunction",
    "locations/r/functions/event",
    { ingressSettings: "ALLOW_ALL", eventTrigger: { eventType: "google.pubsub.topic.publish" } },
    undefined,
  ],
  [
    "a database with a public address",
    "alloydb.googleapis.com/Instance",
    "locations/r/clusters/c/instances/i",
    { networkConfig: { enablePublicIp: true, authorizedExternalNetworks: [{ cidrRange: "1.1.1.0/24" }] } },
    /TCP 5432 from 1\.1\.1\.1 to google_alloydb_instance\.i/,
  ],
  [
    "a database without one",
    "alloydb.googleapis.com/Instance",
    "locations/r/clusters/c/instances/i",
    { networkConfig: { enablePublicIp: false } },
    undefined,
  ],
  ["a cache", "redis.googleapis.com/Cluster", "locations/r/clusters/c", { pscConfigs: [{ network: "n" }] }, undefined],
];

test.each(SERVICES)("%s", async (_, type, path, data, found) => {
  const answers: GoogleAnswers = { project: "p", resources: [], policies: [], compute: {} };
  add(answers, type, path, data);
  inventory.tells(answers);
  const collected = scratch(`collected-${++collections}`);
  expect(await run(["collect", "--project", "p", "--output", collected])).toMatchObject({ exitCode: 0, stderr: "" });
  const { stdout } = await run(["audit", "--account-only", collected, "--format", "json"]);
  const inbound = (JSON.parse(stdout) as Report).findings.filter(({ invariant }) => invariant === "no-inbound");
  const packets = inbound.map(({ counterexample, message }) => (counterexample ? packetText(counterexample) : message));
  expect(packets).toEqual(found ? expect.arrayContaining([expect.stringMatching(found)]) : []);
});

test("nothing that was collected holds a secret", () => {
  const files = readdirSync(scratch(), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("json"));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((path) => readFileSync(scratch(path), "utf8").includes("hush-hush-hush"))).toEqual([]);
});

test("of machines that are alike one is told to be in no state, and whoever a state knows stands for itself", async () => {
  const id = "projects/acme-data-plane/zones/us-east5-a/instances/m7";
  const known = {
    address: "google_compute_instance.seven",
    mode: "managed",
    type: "google_compute_instance",
    name: "seven",
  };
  const resources = [{ ...known, provider_name: "google", schema_version: 0, values: { id, name: "m7" } }];
  const state = scratch("state.json");
  writeFileSync(state, JSON.stringify({ format_version: "1.0", values: { root_module: { resources } } }));
  const many = (answers: GoogleAnswers) => {
    for (let i = 0; i < 300; i++) machine(answers, i === 9 ? PUBLIC : [], `m${i}`);
  };
  const { warnings = [] } = await reportOf(many, "--state", state);
  const machines = warnings.flatMap(
    (line) => /in no state of Terraform's: (google_compute_instance\..*?) \(/.exec(line)?.[1] ?? [],
  );
  expect(machines).toEqual(["google_compute_instance.m0 and others like it", "google_compute_instance.m9"]);
});
