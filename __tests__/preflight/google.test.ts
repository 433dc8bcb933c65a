/** A preflight of Google Cloud against a server that answers in the shapes that Google documents. */
import { run } from "../../cli/index";
import type { Line } from "../../preflight/check";
import { enabledServices, serviceHost } from "../../config/google/services";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { googleDeployment } from "../support/deployments";
import { RestServer, type Answers } from "../support/rest-server";

const NAME = "acme-gcp-eu-west-2";
const PROJECT = "acme-data-plane-eu-west-2";
const REGION = "europe-west2";
const KEY = "projects/acme-keys/locations/europe-west2/keyRings/data-planes/cryptoKeys/acme";
const APIS =
  "ARTIFACTREGISTRY CLOUDKMS CLOUDRESOURCEMANAGER COMPUTE CONTAINER DNS IAM SECRETMANAGER SERVICEUSAGE STORAGE";

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
