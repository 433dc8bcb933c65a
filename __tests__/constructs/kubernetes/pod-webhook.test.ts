import { parse } from "yaml";
import { cloudOutputsOf } from "../../../scripts/stand-in/cloud-outputs";
import { smallestDeployment } from "../../support/deployments";
import { Testing } from "../../../framework";
import { WorkloadsStack } from "../../../stacks/workloads";
import { all, container, type Json, one, workloads } from "../../support/workloads";

const NAME = "union-pod-webhook";
const CERTIFICATE = "union-pod-webhook-certificate";

const stack = workloads();
const configuration = (fields: Record<string, unknown> = {}): Json =>
  parse(one(workloads(fields), "kubernetes_config_map_v1", `${NAME}-config`).data["config.yaml"]);
const registration = (of: Json): Json => one(of, "kubernetes_mutating_webhook_configuration_v1", `${NAME}-acme`);

test("runs as Union's chart has it, twice", () => {
  expect(container(stack, NAME, "webhook")).toMatchObject({
    command: ["flytepropeller"],
    args: ["webhook", "--config", "/etc/flyte/config/*.yaml"],
    port: [
      { name: "https", container_port: 9443 },
      { name: "debug", container_port: 10254 },
    ],
    resources: { requests: { cpu: "200m", memory: "500Mi" }, limits: { cpu: "1", memory: "500Mi" } },
  });
  expect(one(stack, "kubernetes_deployment_v1", NAME).spec.replicas).toBe("2");
  expect(one(stack, "kubernetes_pod_disruption_budget_v1", NAME).spec.max_unavailable).toBe("1");
});

test("the Kubernetes API calls the one service, the proxy each pod behind the other", () => {
  expect(one(stack, "kubernetes_service_v1", NAME).spec.port[0]).toEqual({
    name: "https",
    port: 443,
    target_port: "https",
  });
  expect(one(stack, "kubernetes_service_v1", `${NAME}-headless`).spec).toMatchObject({
    cluster_ip: "None",
    port: [{ port: 9443, target_port: "https" }],
  });
});

test.each<[string, Json]>([
  ["aws", { type: "AWS", awsConfig: { account: "123456789012", region: "us-east-2" } }],
  ["google", { type: "GCP", gcpConfig: { project: "acme-data-plane" } }],
  ["azure", { type: "Azure", azureConfig: { vaultURI: expect.stringContaining(".vault.azure.net") } }],
])("reads the customer's own store on %s, and no Secret of another namespace", (cloud, store) => {
  expect(configuration({ cloud }).webhook).toMatchObject({
    secretManagerTypes: ["Embedded", "K8s"],
    embeddedSecretManagerConfig: { ...store, clusterName: "acme-prod", imagePullSecrets: { enabled: false } },
  });
});

test.each<[string, Record<string, unknown>, string[]]>([
  ["union", {}, ["union"]],
  ["their own namespaces", { taskNamespaces: ["a-development", "b-development"] }, ["a-development", "b-development"]],
])("is asked about pods of tasks in %s that want secrets, and stops them while it is away", (_, fields, namespaces) => {
  const [{ failure_policy, namespace_selector, object_selector, client_config, rule }] = registration(
    workloads(fields),
  ).webhook;
  expect(failure_policy).toBe("Fail");
  expect(namespace_selector.match_expressions).toEqual([
    { key: "kubernetes.io/metadata.name", operator: "In", values: namespaces },
  ]);
  expect(object_selector.match_labels).toEqual({ "inject-flyte-secrets": "true", organization: "acme" });
  expect(client_config.service).toEqual({ name: NAME, namespace: "union", path: "/mutate--v1-pod/secrets", port: 443 });
  expect(rule).toEqual([
    { api_groups: [""], api_versions: ["v1"], operations: ["CREATE"], resources: ["pods"], scope: "Namespaced" },
  ]);
});

describe("its certificate", () => {
  const job = one(stack, "kubernetes_job_v1", CERTIFICATE);
  const { spec } = job.spec.template;

  test("is made anew in the cluster, and of it only the authority is published", () => {
    const steps = [...spec.init_container, ...spec.container].map(({ command, args }: Json) =>
      [...command, ...args].join(" "),
    );
    expect(steps).toEqual([
      `kubectl delete --ignore-not-found --wait=false secret/${NAME} configmap/${NAME}-ca --namespace union`,
      "flytepropeller webhook init-certs --config /etc/flyte/config/*.yaml",
      `kubectl create configmap ${NAME}-ca --from-file=/etc/webhook/certs/ca.crt --namespace union`,
    ]);
    expect(configuration().webhook).toMatchObject({
      secretName: NAME,
      serviceName: NAME,
      certDir: "/etc/webhook/certs",
      localCert: true,
    });
  });

  test("has its key on no disk, and in a Secret that the webhook's pods wait for", () => {
    expect(spec.volume).toContainEqual({ name: "certificate", empty_dir: { medium: "Memory", size_limit: "1Mi" } });
    expect(one(stack, "kubernetes_deployment_v1", NAME).spec.template.spec.volume).toContainEqual({
      name: "certificate",
      secret: { secret_name: NAME, default_mode: "0440" },
    });
    expect(all(stack, "kubernetes_secret_v1").map(({ metadata }) => metadata.name)).not.toContain(NAME);
  });

  test("is made by an account that may do that and nothing else", () => {
    expect(spec.service_account_name).toBe(CERTIFICATE);
    expect(one(stack, "kubernetes_role_v1", CERTIFICATE).rule).toEqual([
      { api_groups: [""], resources: ["secrets", "configmaps"], verbs: ["create"] },
      { api_groups: [""], resources: ["secrets"], verbs: ["get", "delete"], resource_names: [NAME] },
      { api_groups: [""], resources: ["configmaps"], verbs: ["get", "delete"], resource_names: [`${NAME}-ca`] },
    ]);
  });

  test("stays as it is when an image or the configuration changes", () => {
    expect(job.lifecycle.ignore_changes).toEqual(["spec"]);
    expect(job.wait_for_completion).toBe(true);
  });

  test("is known to the Kubernetes API by its authority, read back once it is made", () => {
    const [{ client_config }] = registration(stack).webhook;
    const [[name, read]] = Object.entries<Json>(stack.data.kubernetes_config_map_v1) as [[string, Json]];
    expect(client_config.ca_bundle).toBe(`\${data.kubernetes_config_map_v1.${name}.data["ca.crt"]}`);
    expect(read.depends_on).toEqual([expect.stringMatching(/^kubernetes_job_v1\./)]);
  });

  test("restarts the webhook when it is made anew", () => {
    const { annotations } = one(stack, "kubernetes_deployment_v1", NAME).spec.template.metadata;
    const [[name]] = Object.entries<Json>(stack.data.kubernetes_config_map_v1) as [[string, Json]];
    expect(annotations["union.ai/authority-checksum"]).toBe(
      `\${sha256(data.kubernetes_config_map_v1.${name}.data["ca.crt"])}`,
    );
  });

  test("whoever applies manifests writes the authority by hand: nothing is read", () => {
    const deployment = smallestDeployment();
    const manifests = JSON.parse(
      Testing.synth(new WorkloadsStack(Testing.app(), deployment, cloudOutputsOf(deployment))),
    );
    expect(registration(manifests).webhook[0].client_config.ca_bundle).toBeUndefined();
    expect(manifests.data.kubernetes_config_map_v1).toBeUndefined();
    const { annotations } = one(manifests, "kubernetes_deployment_v1", NAME).spec.template.metadata;
    expect(Object.keys(annotations)).toEqual(["union.ai/config-checksum"]);
  });
});

test("nothing in the cluster may change what the Kubernetes API asks a webhook", () => {
  const rules = [...all(stack, "kubernetes_role_v1"), ...all(stack, "kubernetes_cluster_role_v1")].flatMap(
    ({ rule }) => rule as Json[],
  );
  for (const { api_groups } of rules) expect(api_groups).not.toContain("admissionregistration.k8s.io");
  expect(configuration().webhook.disableCreateMutatingWebhookConfig).toBe(true);
});
