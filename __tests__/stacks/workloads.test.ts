import { kubernetesObjects } from "../../verification/readers/terraform-kubernetes";
import { validateManifest } from "../support/kubernetes-schema";
import { resourcesOf } from "../support/resources";
import { all, type Json, podTemplates, workloads } from "../support/workloads";

/** Deployments that between them take every branch of the stack. */
const DEPLOYMENTS: Record<string, Record<string, unknown>> = {
  smallest: {},
  "task namespaces": {
    taskNamespaces: ["flytesnacks-development", "flytesnacks-production"],
    tunnel: { protocol: "http2", replicas: 3 },
    egress: { mode: "tunnel-regions", tunnelRegions: ["us"], controlPlaneCidrs: ["3.137.115.239/32"] },
  },
  "Google Cloud": { cloud: "google", taskNamespaces: ["flytesnacks-development"] },
  "Google Cloud, low privilege": { cloud: "google", rbac: "low-privilege" },
  Azure: { cloud: "azure", taskNamespaces: ["flytesnacks-development"] },
  "Azure, low privilege, Data Explorer": { cloud: "azure", rbac: "low-privilege", logCluster: {} },
  "low privilege": { rbac: "low-privilege", tunnel: { protocol: "quic", replicas: 1 } },
};

/** Address that `depends_on` names for the default-deny policy of a namespace. */
function defaultDeny(stack: Json, namespace: string): string {
  const found = Object.entries<Json>(stack.resource.kubernetes_network_policy_v1).find(
    ([, { metadata }]) => metadata.namespace === namespace && metadata.name === "default-deny",
  );
  return `kubernetes_network_policy_v1.${found?.[0] ?? "none"}`;
}

/** The stack as an apply would have it: each dynamic block made once, each expression a text. */
function applied(stack: Json): Json {
  return JSON.parse(JSON.stringify(stack), (_key, value) => {
    if (typeof value === "string" && value.includes("${")) return "known-after-apply";
    if (!value?.dynamic) return value;
    const { dynamic, ...rest } = value;
    return { ...rest, to: [...rest.to, dynamic.to.content] };
  });
}

/** Every Kubernetes object of a stack. */
const objects = (stack: Json) =>
  kubernetesObjects(resourcesOf(applied(stack))).filter(({ type }) => type.startsWith("kubernetes:"));

/** What differs by cloud: the client secret's source and the token's command. */
const CLOUDS = {
  aws: {
    secret: "${ephemeral.aws_secretsmanager_secret_version.client_secret.secret_string}",
    exec: { command: "aws", args: ["eks", "get-token", "--cluster-name", "acme-prod", "--region", "us-east-2"] },
  },
  google: {
    secret: "${ephemeral.google_secret_manager_secret_version.client_secret.secret_data}",
    exec: { command: "gke-gcloud-auth-plugin" },
  },
  azure: {
    secret: "${ephemeral.azurerm_key_vault_secret.client_secret.value}",
    exec: {
      command: "kubelogin",
      args: expect.arrayContaining(["get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"]),
    },
  },
} as const;

describe.each(Object.entries(DEPLOYMENTS))("the workloads stack: %s", (_name, fields) => {
  const stack = workloads(fields);
  const cloud = CLOUDS[(fields["cloud"] ?? "aws") as keyof typeof CLOUDS];

  test("has valid manifests only, by the Kubernetes API's published schema", () => {
    const manifests = objects(stack);
    expect(manifests.length).toBeGreaterThan(30);
    for (const { type, address, values } of manifests) {
      expect({ address, type, problems: validateManifest(values) }).toEqual({
        address,
        type: expect.stringMatching(/^kubernetes:/),
        problems: [],
      });
    }
  });

  test("has services of type ClusterIP only", () => {
    const types = all(stack, "kubernetes_service_v1").map(({ spec }) => spec.type);
    expect(types.length).toBeGreaterThan(4);
    expect(new Set(types)).toEqual(new Set(["ClusterIP"]));
  });

  test("denies by default in every namespace, both ways, before any pod exists", () => {
    for (const { metadata } of all(stack, "kubernetes_namespace_v1")) {
      const policies = all(stack, "kubernetes_network_policy_v1").filter(
        (policy) => policy.metadata.namespace === metadata.name && policy.metadata.name === "default-deny",
      );
      expect(policies.map(({ spec }) => spec)).toEqual([{ pod_selector: {}, policy_types: ["Ingress", "Egress"] }]);
    }
    for (const { namespace, dependsOn } of podTemplates(stack)) {
      expect(dependsOn).toContain(defaultDeny(stack, namespace));
    }
  });

  test("refuses LoadBalancer and NodePort services in every namespace", () => {
    const quotas = all(stack, "kubernetes_resource_quota_v1");
    expect(quotas.map(({ metadata }) => metadata.namespace).sort()).toEqual(
      all(stack, "kubernetes_namespace_v1")
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    for (const { spec } of quotas) {
      expect(spec.hard).toMatchObject({ "services.loadbalancers": "0", "services.nodeports": "0" });
    }
  });

  test("hardens every container", () => {
    const containers = podTemplates(stack).flatMap(
      ({ template: { spec } }) => [...(spec.init_container ?? []), ...spec.container] as Json[],
    );
    expect(containers.length).toBeGreaterThan(7);
    for (const { security_context, resources } of containers) {
      expect(security_context).toEqual({
        allow_privilege_escalation: false,
        privileged: false,
        read_only_root_filesystem: true,
        // Fluent Bit reads files of root's.
        run_as_non_root: expect.any(Boolean),
        capabilities: { drop: ["ALL"] },
        seccomp_profile: { type: "RuntimeDefault" },
      });
      for (const amounts of [resources.requests, resources.limits]) {
        expect(Object.keys(amounts).sort()).toEqual(["cpu", "memory"]);
      }
    }
  });

  test("runs as root and with host paths in Fluent Bit's namespace only", () => {
    const privileged = podTemplates(stack).filter(
      ({ template: { spec } }) =>
        spec.security_context.run_as_non_root !== true || spec.volume.some((volume: Json) => volume.host_path),
    );
    const fluentBit = fields["cloud"] === "azure" && !fields["logCluster"] ? [] : ["union-fluent-bit/fluent-bit"];
    expect(privileged.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(fluentBit);
    for (const { template } of podTemplates(stack)) {
      const { host_network, host_pid, host_ipc } = template.spec;
      expect([host_network, host_pid, host_ipc]).toEqual([undefined, undefined, undefined]);
    }
  });

  test("holds no secret: the client secret is an ephemeral expression in a write-only argument", () => {
    const values = all(stack, "kubernetes_secret_v1").flatMap(({ data, data_wo }) => [
      ...Object.entries(data ?? {}),
      ...Object.entries(data_wo ?? {}),
    ]);
    expect(Object.fromEntries(values)).toEqual({
      client_secret: cloud.secret,
      app_secret: cloud.secret,
      cluster_name: "acme-prod",
    });
    // A write-only argument is the only place that may hold it: everything else of a stack lands in state.
    const withoutWriteOnly = JSON.stringify(stack, (key, value) => (key === "data_wo" ? undefined : value));
    expect(withoutWriteOnly).not.toContain(cloud.secret);
  });

  test("authenticates to Kubernetes by a command, never by a token", () => {
    const [provider] = stack.provider.kubernetes;
    expect(Object.keys(provider).sort()).toEqual(["cluster_ca_certificate", "exec", "host"]);
    expect(provider.exec).toMatchObject([{ api_version: "client.authentication.k8s.io/v1beta1", ...cloud.exec }]);
  });
});

test("the schema check sees a field that Kubernetes does not know", () => {
  const stack = workloads();
  all(stack, "kubernetes_service_v1")[0].spec.kind_of_service = "ClusterIP";
  expect(objects(stack).flatMap(({ values }) => validateManifest(values))).toHaveLength(1);
});

test("reads no other stack's state", () => {
  const { data } = workloads();
  expect(Object.keys(data).sort()).toEqual(["aws_eks_cluster", "aws_prefix_list", "kubernetes_config_map_v1"]);
});

test("assumes the customer's role for AWS and for the cluster's token", () => {
  const arn = "arn:aws:iam::123456789012:role/deployer";
  const { provider } = workloads({ assumeRole: { arn } });
  expect(provider.aws).toMatchObject([{ allowed_account_ids: ["123456789012"], assume_role: [{ role_arn: arn }] }]);
  expect(provider.kubernetes[0].exec[0].args.slice(-2)).toEqual(["--role-arn", arn]);
});

test("an external id reaches the cluster's token by a profile", () => {
  const arn = "arn:aws:iam::123456789012:role/deployer";
  const { provider } = workloads({ assumeRole: { arn, externalId: "acme", profile: "acme" } });
  expect(provider.aws).toMatchObject([{ assume_role: [{ role_arn: arn, external_id: "acme" }] }]);
  const [exec] = provider.kubernetes[0].exec;
  expect(exec.args.slice(-2)).toEqual(["--profile", "acme"]);
  expect(exec.args).not.toContain("--role-arn");
});

test.each([
  ["the default", {}, { local: { path: "../../../acme-prod/123456789012/us-east-2/workloads.tfstate" } }],
  [
    "a folder",
    { state: { backend: "local", directory: "/var/state" } },
    { local: { path: "/var/state/acme-prod/123456789012/us-east-2/workloads.tfstate" } },
  ],
  [
    "a bucket",
    { state: { backend: "s3", bucket: "acme-state" } },
    {
      s3: {
        bucket: "acme-state",
        key: "acme-prod/123456789012/us-east-2/workloads.tfstate",
        region: "us-east-2",
        encrypt: true,
        use_lockfile: true,
      },
    },
  ],
  [
    "a bucket with everything",
    {
      state: { backend: "s3", bucket: "acme-state", key: "unions/prod", region: "eu-west-1", kmsKeyId: "alias/state" },
      assumeRole: { arn: "arn:aws:iam::123456789012:role/deployer", externalId: "acme", profile: "acme" },
    },
    {
      s3: {
        bucket: "acme-state",
        key: "unions/prod/123456789012/us-east-2/workloads.tfstate",
        region: "eu-west-1",
        encrypt: true,
        use_lockfile: true,
        kms_key_id: "alias/state",
        assume_role: { role_arn: "arn:aws:iam::123456789012:role/deployer", external_id: "acme" },
      },
    },
  ],
])("keeps state in %s", (_name, fields, backend) => {
  const { terraform } = workloads(fields);
  expect(terraform.backend).toEqual(backend);
  expect(terraform.required_version).toBe(">= 1.11");
});

test("prints the document's checks as outputs", () => {
  const { output } = workloads({ assumeRole: { arn: "arn:aws:iam::123456789012:role/deployer" } });
  expect(Object.fromEntries(Object.entries<Json>(output).map(([name, { value }]) => [name, value]))).toEqual({
    kubeconfig:
      "aws eks update-kubeconfig --name acme-prod --region us-east-2 --role-arn arn:aws:iam::123456789012:role/deployer",
    check_services: "kubectl get svc -n union",
    check_tunnel: "kubectl logs deployment/union-operator-proxy -c tunnel -n union",
    check_network_policies: "kubectl get networkpolicies -A",
    check_quotas: "kubectl get resourcequotas -A",
    check_identities: "kubectl get serviceaccounts -n union -o yaml",
    object_store_cidrs: expect.stringMatching(/^\$\{data\.aws_prefix_list\..*\.cidr_blocks\}$/) as string,
  });
});
