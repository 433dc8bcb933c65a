import { parseAllDocuments } from "yaml";
import { readCloudOutputs } from "../../config/cloud-outputs";
import { run } from "../../cli/index";
import { manifestsOf, renderManifests, type Manifest } from "../../cli/workload-manifests/index";
import { CLOUDS, type Deployment } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { deploymentOn } from "../support/deployments";
import { EXAMPLES } from "../support/examples";
import { validateManifest } from "../support/kubernetes-schema";
import { scratchFolder, writeFiles } from "../support/scratch";

const examples = loadDeployments([EXAMPLES])
  .map(({ deployment }) => deployment)
  .filter(({ workloads }) => workloads === "stack");

const made = (deployment: Deployment) => manifestsOf(deployment, cloudOutputsOf(deployment));
const named = (manifests: readonly Manifest[], kind: string, name: string) => {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name}`);
  return found[0] as Manifest;
};
const isExternal = ({ apiVersion }: Manifest) => apiVersion.startsWith("external-secrets.io/");

describe.each(examples.map((deployment) => ({ name: deployment.name, deployment })))("$name", ({ deployment }) => {
  const manifests = made(deployment);

  test("every manifest is one of its kind", () => {
    for (const manifest of manifests.filter((manifest) => !isExternal(manifest))) {
      // The published schema leaves out what schemas of custom resources may say beyond JSON's.
      expect(validateManifest(manifest).filter((problem) => !problem.includes("/x-kubernetes-"))).toEqual([]);
    }
  });

  test("a namespace and its guards come before all else in it", () => {
    const guarded = new Map<string, Set<string>>();
    for (const { kind, metadata } of manifests) {
      if (kind === "Namespace") guarded.set(metadata.name, new Set());
      if (metadata.namespace === undefined) continue;
      const guards = guarded.get(metadata.namespace);
      expect(guards).toBeDefined();
      if (["NetworkPolicy", "ResourceQuota", "LimitRange"].includes(kind)) guards?.add(kind);
      else expect(guards?.size).toBe(3);
    }
  });

  test("nothing of Terraform is left, and the text reads back as it was", () => {
    const text = renderManifests(manifests);
    expect(text).not.toMatch(/\$\{|kubernetes_\w+_v\d/);
    const read = parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS() as unknown);
    expect(read).toEqual(manifests);
  });

  test("no secret is a value", () => {
    const secrets = manifests.filter(({ kind }) => kind === "Secret");
    const values = secrets.map(({ metadata, data, stringData }) => [metadata.name, data, stringData]);
    expect(values).toEqual(
      expect.arrayContaining([
        ["union-secret-auth", undefined, undefined],
        ["operator-cluster-name", undefined, { cluster_name: deployment.name }],
      ]),
    );
    expect(values).toHaveLength(2);
  });
});

describe.each([
  [
    "aws",
    {
      aws: {
        service: "SecretsManager",
        region: "us-east-2",
        auth: { jwt: { serviceAccountRef: { name: "union-system" } } },
      },
    },
    "union/acme-prod/client-secret",
  ],
  [
    "google",
    {
      gcpsm: {
        projectID: "acme-data-plane",
        auth: {
          workloadIdentity: {
            clusterProjectID: "acme-data-plane",
            clusterLocation: "us-east5",
            clusterName: "acme-prod",
            serviceAccountRef: { name: "union-system" },
          },
        },
      },
    },
    "union-acme-prod-client-secret",
  ],
  [
    "azure",
    {
      azurekv: {
        authType: "WorkloadIdentity",
        vaultUrl: expect.stringMatching(/^https:\/\/acme-prod-\w{8}\.vault\.azure\.net$/) as string,
        serviceAccountRef: { name: "union-system" },
      },
    },
    "client-secret",
  ],
] as const)("the client secret on %s", (cloud, provider, key) => {
  const manifests = made(deploymentOn(cloud));

  test("is read from the customer's store as the platform's identity", () => {
    expect(named(manifests, "SecretStore", "client-secret-store")).toMatchObject({
      metadata: { namespace: "union" },
      spec: { provider },
    });
  });

  test("is merged into the Secret of the operator, whose token stays", () => {
    expect(named(manifests, "ExternalSecret", "union-secret-auth")).toMatchObject({
      metadata: { namespace: "union" },
      spec: {
        secretStoreRef: { kind: "SecretStore", name: "client-secret-store" },
        target: { name: "union-secret-auth", creationPolicy: "Merge", deletionPolicy: "Retain" },
        data: [
          { secretKey: "client_secret", remoteRef: { key } },
          { secretKey: "app_secret", remoteRef: { key } },
        ],
      },
    });
  });
});

test("what the provider sends for silence is written", () => {
  const spec = named(made(deploymentOn("aws")), "DaemonSet", "fluent-bit")["spec"];
  expect(JSON.stringify(spec)).toContain('"automountServiceAccountToken":true');
});

describe("outputs", () => {
  const scratch = scratchFolder();
  const outputs = (deployment: Deployment, content: unknown) => {
    const file = scratch("outputs.json");
    writeFiles({ [file]: content });
    return () => readCloudOutputs(deployment, file);
  };

  test.each(CLOUDS)("%s: as `cdktf output` writes them, whatever else is there", (cloud) => {
    const deployment = deploymentOn(cloud);
    const told = cloudOutputsOf(deployment);
    const file = { "acme-prod": { ...told, cluster_name: "acme-prod" }, another: {} };
    expect(outputs(deployment, file)()).toEqual(told);
  });

  test("without a file each missing value is listed with the command that prints it", () => {
    expect(() => readCloudOutputs(deploymentOn("azure", { logCluster: {} }))).toThrow(
      /^--outputs: credential_cidrs is missing \(az network list-service-tags .*\); platform_client_id is missing \(az identity show .*\); task_client_id .*; fluent_bit_client_id is missing \(.*\)\. npx cdktf output acme-prod --outputs-file FILE writes all of them/,
    );
    expect(() => readCloudOutputs(deploymentOn("azure"))).not.toThrow(/fluent_bit_client_id/);
    expect(readCloudOutputs(deploymentOn("google"))).toEqual({});
  });

  test.each([
    ["of another deployment", { another: {} }, /object_store_cidrs is missing \(aws ec2 describe-prefix-lists /],
    ["that are no blocks", { "acme-prod": { object_store_cidrs: ["x"] } }, /object_store_cidrs: 'x' is not/],
    ["that are none", { "acme-prod": { object_store_cidrs: [] } }, /object_store_cidrs: /],
    ["that are no JSON", "{", /outputs\.json: is not valid JSON$/],
    ["that are no object", 1, /outputs\.json: holds no outputs by stack$/],
  ])("a file %s is refused in one line", (_, content, message) => {
    expect(outputs(deploymentOn("aws"), content)).toThrow(message);
    expect(outputs(deploymentOn("aws"), content)).not.toThrow(/\n/);
  });
});

describe("the command", () => {
  const given = process.env["DATAPLANE_DEPLOYMENTS"];
  beforeAll(() => (process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES));
  afterAll(() => {
    if (given === undefined) delete process.env["DATAPLANE_DEPLOYMENTS"];
    else process.env["DATAPLANE_DEPLOYMENTS"] = given;
  });

  test("prints the manifests of a deployment", async () => {
    const { exitCode, stdout, stderr } = await run(["manifests", "acme-gcp-us-east-2"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^---\napiVersion: v1\nkind: Namespace\n/);
  });

  test.each([
    ["acme-us-east-2", "--outputs: object_store_cidrs is missing"],
    ["nobody", "'nobody' is no deployment"],
  ])("%s: %s", async (name, message) => {
    const { exitCode, stdout, stderr } = await run(["manifests", name]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
