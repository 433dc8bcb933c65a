import { googleDataPlane } from "../../../constructs/google/data-plane";
import { TerraformOutput, TerraformStack, Testing } from "../../../framework";
import { googleDeployment } from "../../support/deployments";

function synthesize(fields: Readonly<Record<string, unknown>> = {}) {
  const stack = new TerraformStack(Testing.app(), "stack");
  const dataPlane = googleDataPlane(stack, googleDeployment(fields));
  new TerraformOutput(stack, "access", { value: dataPlane.access, staticId: true });
  return { dataPlane, stack: JSON.parse(Testing.synth(stack)) };
}

const CLUSTER = /^\$\{data\.google_container_cluster\.[\w-]+\.(.+)\}$/;

test("the API is reached at its private address, with the cluster's own certificate", () => {
  const { dataPlane, stack } = synthesize();
  const { host, caCertificate, exec } = stack.output.access.value;
  expect(host.replace("https://", "")).toMatch(CLUSTER);
  expect(host).toContain(".private_cluster_config[0].private_endpoint}");
  expect(caCertificate).toContain(".master_auth[0].cluster_ca_certificate");
  expect(exec).toMatchObject({ command: "gke-gcloud-auth-plugin", args: [] });
  expect(dataPlane.kubeconfigCommand).toBe(
    "gcloud container clusters get-credentials acme-prod --region us-east5 --project acme-data-plane --internal-ip",
  );
});

test("or by its DNS endpoint, for which a public authority vouches", () => {
  const { dataPlane, stack } = synthesize({ cluster: { dnsEndpoint: true } });
  const { host, caCertificate } = stack.output.access.value;
  expect(host).toContain(".control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint}");
  expect(caCertificate).toBe("");
  expect(dataPlane.kubeconfigCommand).toMatch(/ --dns-endpoint$/);
});

test("whoever is to be impersonated is so at the API too", () => {
  const impersonateServiceAccount = "deployer@acme-data-plane.iam.gserviceaccount.com";
  const { access, kubeconfigCommand } = synthesize({ impersonateServiceAccount }).dataPlane;
  expect(access.exec).toMatchObject({
    command: "env",
    args: [`CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT=${impersonateServiceAccount}`, "gke-gcloud-auth-plugin"],
  });
  expect(kubeconfigCommand).toContain(`--impersonate-service-account ${impersonateServiceAccount}`);
});

test("pods reach the API, Google's restricted addresses, and the metadata server of their node", () => {
  const { apiServerCidrs, cloudServices } = synthesize().dataPlane;
  expect(apiServerCidrs).toEqual(["10.3.0.0/28", "172.20.0.1/32"]);
  expect(cloudServices).toEqual({
    cidrs: ["199.36.153.4/30"],
    metadataServer: { cidr: "169.254.169.254/32", ports: [80] },
  });
});

test("each identity is named by its own service account, and holds no key", () => {
  const { identities, fluentBit, clusterData, objectStore } = synthesize().dataPlane;
  const annotation = "iam.gke.io/gcp-service-account";
  const email = (id: string) => `acme-prod-${id}@acme-data-plane.iam.gserviceaccount.com`;
  expect([...Object.values(identities), fluentBit.identity]).toEqual(
    ["platform", "task", "fluent-bit"].map((id) => ({
      serviceAccountAnnotations: { [annotation]: email(id) },
      podLabels: {},
    })),
  );
  expect(clusterData).toMatchObject({ userRoleKey: annotation, userRole: email("task") });
  expect(objectStore.driver).toEqual({
    type: "stow",
    stow: {
      kind: "google",
      config: {
        json: "",
        project_id: "acme-data-plane",
        scopes: "https://www.googleapis.com/auth/cloud-platform",
      },
    },
  });
});

test("Fluent Bit reads namespace, pod and container from the tag, and labels what is the deployment's", () => {
  const [{ tag_prefix: prefix = "", custom_k8s_regex: regex = "", labels } = {}] =
    synthesize().dataPlane.fluentBit.outputs;
  const tag = "namespace-union.pod-a.b-1.cont-main";
  expect(tag.startsWith(prefix)).toBe(true);
  expect(new RegExp(regex).exec(tag.slice(prefix.length))?.groups).toEqual({
    namespace_name: "union",
    pod_name: "a.b-1",
    container_name: "main",
  });
  expect(labels).toBe("union.ai/deployment=acme-prod");
});

test("an entry is the line alone, as GKE's own agent writes it, in the project that the console asks", () => {
  const { fluentBit, persistedLogs } = synthesize().dataPlane;
  expect(fluentBit.outputs[0]).toMatchObject({ resource: "k8s_container", text_payload_key: "log" });
  const removed = new RegExp(fluentBit.filters.at(-1)?.["Remove_regex"] ?? "");
  const fields = ["time", "stream", "_p", "log", "pod_name", "host", "logging.googleapis.com/labels", "log_id"];
  expect(fields.filter((field) => !removed.test(field))).toEqual(["stream", "log", "logging.googleapis.com/labels"]);
  expect(persistedLogs).toEqual({
    sourceType: "GCPStackdriver",
    gcpLogging: { gcp: { project: "acme-data-plane" } },
  });
});

test.each([
  [{}, "projects/acme-data-plane/secrets/union-acme-prod-client-secret"],
  [{ clientSecretId: "projects/vault/secrets/own" }, "projects/vault/secrets/own"],
])(
  "with %j the client secret is the newest version of %s, read by a provider that leaves no trace",
  (fields, secret) => {
    const { dataPlane, stack } = synthesize(fields);
    expect(stack.ephemeral.google_secret_manager_secret_version.client_secret).toEqual({ secret, version: "latest" });
    expect(dataPlane.clientSecret).toBe("${ephemeral.google_secret_manager_secret_version.client_secret.secret_data}");
    expect(stack.terraform.required_providers.google.version).toBe("~> 7.10");
  },
);
