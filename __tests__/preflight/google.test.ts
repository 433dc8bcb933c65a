/** A preflight of Google Cloud against a server that answers in the shapes that Google documents. */
import { readFileSync } from "node:fs";
import { run } from "../../cli/index";
import type { Line } from "../../preflight/check";
import { enabledServices, serviceHost } from "../../config/google/services";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { googleDeployment } from "../support/deployments";
import { RestServer, type Answers } from "../support/rest-server";
import { scratchFolder, writeFiles } from "../support/scratch";

const NAME = "acme-gcp-eu-west-2";
const PROJECT = "acme-data-plane-eu-west-2";
const REGION = "europe-west2";
const KEY = "projects/acme-keys/locations/europe-west2/keyRings/data-planes/cryptoKeys/acme";
const APIS =
  "ARTIFACTREGISTRY CLOUDKMS CLOUDQUOTAS CLOUDRESOURCEMANAGER COMPUTE CONTAINER DNS IAM SECRETMANAGER SERVICEUSAGE STORAGE";

const server = new RestServer();
testEnvironment({
  DATAPLANE_DEPLOYMENTS: EXAMPLES,
  GCE_METADATA_HOST: "",
  METADATA_SERVER_DETECTION: "assume-present",
  GOOGLE_APPLICATION_CREDENTIALS: "",
  ...Object.fromEntries(APIS.split(" ").map((api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, ""])),
});
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  delete process.env["GOOGLE_APPLICATION_CREDENTIALS"];
  process.env["GCE_METADATA_HOST"] = server.host;
  for (const api of APIS.split(" ")) process.env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`] = server.url;
  server.answers = RIGHT;
});

const AGENTS = [
  "service-7@container-engine-robot.iam.gserviceaccount.com",
  "service-7@compute-system.iam.gserviceaccount.com",
  "service-7@gcp-sa-artifactregistry.iam.gserviceaccount.com",
  "service-7@gcp-sa-secretmanager.iam.gserviceaccount.com",
  "service-7@gs-project-accounts.iam.gserviceaccount.com",
  "cmek-p7@gcp-sa-logging.iam.gserviceaccount.com",
].map((email) => `serviceAccount:${email}`);
const quota = (metric: string, limit: number, usage = 0) => ({ metric, limit, usage });
const zones = ["a", "b"].map((letter) => `/projects/${PROJECT}/zones/${REGION}-${letter}/machineTypes`);
const services = enabledServices(googleDeployment()).map((name) => ({
  name: `projects/7/services/${serviceHost(name)}`,
  state: "ENABLED",
}));

/** A project in which everything holds. */
const RIGHT: Answers = {
  [`/v1/projects/${PROJECT}`]: { projectId: PROJECT, projectNumber: "7", lifecycleState: "ACTIVE" },
  [`/v1/projects/${PROJECT}/services`]: { services },
  [`/v1/projects/${PROJECT}:getIamPolicy`]: { bindings: [{ role: "roles/any", members: AGENTS }] },
  [`/projects/${PROJECT}/regions/${REGION}`]: {
    quotas: [
      ...["CPUS", "N2_CPUS", "SSD_TOTAL_GB", "STATIC_ADDRESSES", "IN_USE_ADDRESSES"].map((metric) =>
        quota(metric, 9000, 1),
      ),
      quota("DISKS_TOTAL_GB", 9000),
    ],
  },
  [`/projects/${PROJECT}`]: {
    quotas: ["NETWORKS", "SUBNETWORKS", "FIREWALLS", "ROUTES", "ROUTERS"].map((metric) => quota(metric, 100, 1)),
  },
  ...Object.fromEntries(
    zones.flatMap((zone) =>
      ["e2-standard-2", "n2-standard-8", "n2-standard-16"].map((type) => [`${zone}/${type}`, { name: type }]),
    ),
  ),
  [`/v1/projects/${PROJECT}/locations/${REGION}/serverConfig`]: {
    channels: [{ channel: "REGULAR", validVersions: ["1.35.4-gke.1", "1.34.8-gke.2"] }],
  },
  [`/v1/${KEY}`]: { purpose: "ENCRYPT_DECRYPT", primary: { state: "ENABLED" } },
  [`/v1/${KEY}:getIamPolicy`]: { bindings: [{ role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", members: AGENTS }] },
  [`/v1/projects/${PROJECT}/secrets/union-${NAME}-client-secret/versions`]: { versions: [{ state: "ENABLED" }] },
};

async function look(...args: string[]): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await run(["preflight", NAME, "--format", "json", ...args]);
  expect(stderr).toBe("");
  const { lines } = JSON.parse(stdout) as { readonly lines: readonly Line[] };
  expect(exitCode).toBe(lines.every(({ status }) => status === "ok") ? 0 : 1);
  return lines.map(
    ({ status, concern, about, found, remedy = "" }) => `${status} ${concern}: ${about}: ${found}; ${remedy}`,
  );
}
const notOk = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("ok "));

test("a project in which everything holds passes but for images; every call reads", async () => {
  const lines = await look();
  expect(notOk(lines).filter((line) => !line.startsWith("fails images: "))).toEqual([]);
  expect(lines.length).toBeGreaterThan(50);
  for (const line of notOk(lines))
    expect(line).toMatch(/europe-west2-docker\.pkg\.dev\/acme-images\/mirror\/.*; crane copy /);
  expect(server.asked.filter((call) => !/^(GET|POST \S+:getIamPolicy$)/.test(call))).toEqual([]);
});

const at = scratchFolder();
const FAMILIES = `/v1/projects/${PROJECT}/locations/global/services/compute.googleapis.com/quotaInfos/CPUS-PER-VM-FAMILY-per-project-region`;
const MACHINES = `/projects/${PROJECT}/aggregated/instances`;
const limit = (value: string, dimensions: Readonly<Record<string, string>>, places = [REGION, "us-central1"]) => ({
  dimensions,
  details: { value },
  applicableLocations: places,
});
const machine = (type: string, zone = `${REGION}-a`, status = "RUNNING") => ({
  machineType: `https://compute/projects/p/zones/${zone}/machineTypes/${type}`,
  zone: `https://compute/projects/p/zones/${zone}`,
  status,
});

describe("processors of a series that shares a quota", () => {
  const about = "CPUS_PER_VM_FAMILY (vm_family N4) in europe-west2";
  const ofSeries = async (infos: readonly object[] | number | undefined, instances: readonly object[] = []) => {
    const file = at("n4.yaml");
    const example = readFileSync(`${EXAMPLES}/google-eu-west-2.yaml`, "utf8").replaceAll("../../", "./");
    const pools =
      "nodePools:\n  services: { role: services, machineType: n4-standard-8, min: 1, max: 4 }\n  worker: { role: worker, machineType: n2-standard-8, max: 2 }\n  new: { role: worker, machineType: c4-standard-8, max: 2 }\n";
    writeFiles({ [file]: example.replace(/^nodePools:\n(?: .*\n)+/m, "") + pools });
    process.env["DATAPLANE_DEPLOYMENTS"] = file;
    server.answers = {
      ...RIGHT,
      [FAMILIES]: typeof infos === "object" ? { dimensionsInfos: infos } : infos,
      [MACHINES]: { items: { "zones/a": { instances }, "zones/b": {} } },
    };
    const lines = await look("--only", "quotas");
    expect(lines.filter((line) => line.includes("c4-standard-8"))).toEqual([
      expect.stringMatching(/^unknown quotas: processors of c4-standard-8: how many it has is not known here/),
    ]);
    process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES;
    return lines.find((line) => line.includes(about))?.replace(`quotas: ${about}: `, "");
  };

  test("the limit of the series in the region counts, and what runs of it there", async () => {
    const all = [limit("24", { vm_family: "N4" }), limit("48", { region: REGION, vm_family: "N4" })];
    const instances = [
      machine("n4-standard-16"),
      machine("n4-standard-96", "us-central1-a"),
      machine("n4-standard-96", `${REGION}-b`, "TERMINATED"),
      machine("n4d-standard-8"),
    ];
    expect(await ofSeries(all, instances)).toBe("ok 8 to 32 needed, 16 in use, of 48; ");
    expect(await ofSeries(all.slice(0, 1), instances)).toMatch(
      /^fails 8 to 32 needed, 16 in use, of 24; ask for 48 of/,
    );
    expect(await ofSeries([limit("-1", { vm_family: "N4" })])).toBe("ok 8 to 32 needed, 0 in use, without a limit; ");
  });

  test("what is not told of it is unknown", async () => {
    expect(await ofSeries([limit("1000", {}), limit("1000", { vm_family: "C4" })])).toMatch(
      /^unknown .*tells no limit of N4/,
    );
    expect(await ofSeries([limit("1000", { vm_family: "N4" }, ["us-central1"])])).toMatch(
      /^unknown .*tells no limit of N4/,
    );
    expect(await ofSeries(403)).toMatch(/^unknown .*give the identity the right cloudquotas\.quotas\.get$/);
    expect(await ofSeries([limit("99", { vm_family: "N4" })], [machine("n4-custom-weird")])).toMatch(
      /^unknown .*some type/,
    );
  });
});

test("where the images are there too, everything is looked at and everything passes", async () => {
  const lines = notOk(await look("--only", "images"));
  const tags = lines.map((line) => {
    const [, path = "", tag = ""] = /mirror\/(.*):([^:]+): is not there/.exec(line) ?? [];
    return `/v1/projects/acme-images/locations/europe-west2/repositories/mirror/packages/${path}/tags/${tag}`;
  });
  server.answers = { ...RIGHT, ...Object.fromEntries(tags.map((path) => [path, {}])) };
  expect(notOk(await look())).toEqual([]);
});

test("what the script sees to is told by the checks, each with its command", async () => {
  const api = services.slice(1);
  const lacking = AGENTS.slice(1);
  server.answers = {
    ...RIGHT,
    [`/v1/projects/${PROJECT}/services`]: { services: api },
    [`/v1/projects/${PROJECT}:getIamPolicy`]: { bindings: [{ role: "roles/any", members: lacking }] },
    [`/v1/${KEY}:getIamPolicy`]: {
      bindings: [{ role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", members: lacking }],
    },
    [`/projects/${PROJECT}/regions/${REGION}`]: { quotas: [quota("CPUS", 20, 15), quota("IN_USE_ADDRESSES", 8)] },
    [`${zones[1] ?? ""}/n2-standard-16`]: undefined,
  };
  const lines = notOk(await look("--only", "services,keys,quotas,machines"));
  expect(lines).toContainEqual(
    expect.stringMatching(/^fails services: API .*: is off; gcloud services enable --project/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^unknown services: agent of Cluster secrets: .*; gcloud beta services identity create/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^fails keys: policy of the key for cluster secrets: .*; gcloud kms keys add-iam-policy-binding acme --project acme-keys .*service-7@container-engine-robot/,
    ),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^fails quotas: CPUS in europe-west2: 6 to 12 needed, 15 in use, of 20; ask for 27 /),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^unknown quotas: N2_CPUS in europe-west2: 24 to 208 needed; /));
  expect(lines).toContainEqual(
    expect.stringMatching(/^fails machines: n2-standard-16 in .*: europe-west2-b has none; /),
  );
});

test("names that are taken, a version that is not offered, a secret without a value", async () => {
  const account = `${NAME}-task`;
  server.answers = {
    ...RIGHT,
    [`/v1/projects/${PROJECT}/serviceAccounts/${account}@${PROJECT}.iam.gserviceaccount.com`]: { email: account },
    [`/v1/projects/${PROJECT}/secrets/union-${NAME}-client-secret`]: { labels: { "union-deployment": NAME } },
    [`/v1/projects/${PROJECT}/locations/${REGION}/serverConfig`]: {
      channels: [{ channel: "REGULAR", validVersions: ["1.34.8-gke.2"] }],
    },
    [`/v1/projects/${PROJECT}/secrets/union-${NAME}-client-secret/versions`]: {},
  };
  const lines = await look("--only", "names,versions,client-secret");
  expect(notOk(lines)).toEqual([
    expect.stringMatching(/^fails versions: Kubernetes 1\.35 in channel REGULAR: is not offered \(offered: 1\.34\)/),
    expect.stringMatching(/^fails names: service account acme-gcp-eu-west-2-task: is taken; /),
    expect.stringMatching(/^fails client-secret: .*: has no value.*; .*gcloud secrets versions add /),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^ok names: secret .*: is the deployment's own already/));
});

test("a permission that lacks is named, and is no pass", async () => {
  server.answers = { ...RIGHT, [`/v1/projects/${PROJECT}/locations/${REGION}/serverConfig`]: 403 };
  expect(notOk(await look("--only", "versions"))).toEqual([
    expect.stringMatching(
      /^unknown versions: .*container\.clusters\.list was refused .*; give the identity the right container\.clusters\.list$/,
    ),
  ]);
});
