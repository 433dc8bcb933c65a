import { preflight } from "../../../config/google/preflight";
import { quotasOf } from "../../../config/google/quotas";
import { googleDeployment } from "../../support/deployments";

/** The commands of the step that says `why`; none where there is no such step. */
const commandsOf = (why: RegExp, fields: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  preflight(googleDeployment(fields)).find((step) => why.test(step.why))?.commands ?? [];

const AGENTS = [
  "service-$NUMBER@container-engine-robot.iam.gserviceaccount.com",
  "service-$NUMBER@compute-system.iam.gserviceaccount.com",
  "service-$NUMBER@gcp-sa-artifactregistry.iam.gserviceaccount.com",
  "service-$NUMBER@gcp-sa-secretmanager.iam.gserviceaccount.com",
  "service-$NUMBER@gs-project-accounts.iam.gserviceaccount.com",
  "cmek-p$NUMBER@gcp-sa-logging.iam.gserviceaccount.com",
];
const keyId = "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/key";

test("every API is turned on", () => {
  const [command] = commandsOf(/^APIs/);
  expect(command).toMatch(/^gcloud services enable --project acme-data-plane .*iamcredentials\.googleapis\.com/);
});

test("each of the six agents that use the key is asked for", () => {
  const made = commandsOf(/^Google's agents/);
  expect(made).toHaveLength(AGENTS.length);
  for (const service of ["container", "compute", "artifactregistry", "secretmanager"])
    expect(made).toContain(
      `gcloud beta services identity create --project acme-data-plane --service ${service}.googleapis.com`,
    );
});

test("Google's own keys need no agent but the registry's, where it logs in", () => {
  const encryption = "cloud-managed";
  expect(commandsOf(/^Google's agents/, { encryption })).toEqual([]);
  expect(commandsOf(/given key/, { encryption })).toEqual([]);
  const passwordVersion = "projects/acme-data-plane/secrets/docker/versions/1";
  const credentials = { docker: { userName: "acme", passwordVersion } };
  expect(commandsOf(/^Google's agents/, { encryption, images: { upstreams: ["docker"], credentials } })).toEqual([
    "gcloud beta services identity create --project acme-data-plane --service artifactregistry.googleapis.com",
  ]);
});

test("a given key lets each of them use it; a key that is made needs no command", () => {
  const [number, ...bindings] = commandsOf(/given key/, { encryption: { keyId } });
  expect(number).toBe("NUMBER=$(gcloud projects describe acme-data-plane --format='value(projectNumber)')");
  expect(bindings).toEqual(
    AGENTS.map(
      (agent) =>
        `gcloud kms keys add-iam-policy-binding key --project acme-keys --location us-east5 --keyring ring --member "serviceAccount:${agent}" --role roles/cloudkms.cryptoKeyEncrypterDecrypter`,
    ),
  );
  expect(commandsOf(/given key/)).toEqual([]);
});

test.each([
  { project: "acme-secrets", commands: 2 },
  { project: "acme-data-plane", commands: 0 },
])("a password of project $project takes $commands commands", ({ project, commands }) => {
  const passwordVersion = `projects/${project}/secrets/nvcr/versions/1`;
  const images = { upstreams: ["nvcr"], credentials: { nvcr: { userName: "user", passwordVersion } } };
  expect(commandsOf(/passwords/, { images })).toHaveLength(commands);
});

const gpu = {
  role: "worker",
  machineType: "g2-standard-8",
  accelerator: { type: "nvidia-l4", count: 2 },
  zones: ["us-east5-a"],
  max: 4,
  localSsds: 1,
};
const nodePools = {
  services: { role: "services", machineType: "n2-standard-8", min: 3, max: 6 },
  worker: { role: "worker", machineType: "n4-standard-16", max: 2, diskGiB: 200 },
  gpu,
};

test("machines and GPUs are looked for in the zones of their pools", () => {
  const commands = commandsOf(/^Machines/, { nodePools, network: { zones: ["us-east5-b", "us-east5-c"] } });
  expect(commands).toEqual([
    expect.stringContaining(
      "machine-types list --project acme-data-plane --filter='name=e2-standard-2 AND zone:(us-east5-b us-east5-c)'",
    ),
    expect.stringContaining("name=n2-standard-8 AND zone:(us-east5-b us-east5-c)"),
    expect.stringContaining("name=n4-standard-16 AND zone:(us-east5-b us-east5-c)"),
    expect.stringContaining("name=g2-standard-8 AND zone:(us-east5-a)"),
    expect.stringContaining(
      "accelerator-types list --project acme-data-plane --filter='name=nvidia-l4 AND zone:(us-east5-a)'",
    ),
  ]);
});

test("quotas are those of the fewest and the most nodes", () => {
  const quotas = quotasOf(googleDeployment({ nodePools }));
  expect(Object.fromEntries(quotas.map(({ metric, fewest, most }) => [metric, [fewest, most]]))).toEqual({
    CPUS: [6, 12],
    N2_CPUS: [24, 48],
    "CPUS_PER_VM_FAMILY (vm_family N4)": [0, 32],
    "CPUS_PER_VM_FAMILY (vm_family G2)": [0, 32],
    NVIDIA_L4_GPUS: [0, 8],
    LOCAL_SSD_TOTAL_GB: [0, 1500],
    SSD_TOTAL_GB: [600, 1600],
    HDB_TOTAL_GB: [0, 400],
    STATIC_ADDRESSES: [2, 2],
    IN_USE_ADDRESSES: [2, 2],
  });
});

test("addresses that are there already take none of the quota of those", () => {
  const metrics = quotasOf(googleDeployment({ network: { natAddresses: ["egress-a"] } })).map(({ metric }) => metric);
  expect(metrics).toContain("IN_USE_ADDRESSES");
  expect(metrics).not.toContain("STATIC_ADDRESSES");
});
