/** `verify` says of manifests, beside the infrastructure stack, what it says of the workloads stack that they are made of. */
import { join } from "node:path";
import { manifestsOfStack, renderManifests } from "../../cli/workload-manifests/index";
import { CLOUDS, type Deployment } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import { infrastructureStack } from "../../config/names";
import { App } from "../../framework";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { InfrastructureStack } from "../../stacks/infrastructure";
import { WorkloadsStack } from "../../stacks/workloads";
import { withCloudOutputs } from "../../verification/cloud-outputs";
import type { Finding, Resource } from "../../verification/model";
import { readTerraformJson } from "../../verification/readers/cdktf-output";
import { JsonText } from "../../verification/readers/json-locations";
import { kubernetesObjects } from "../../verification/readers/terraform-kubernetes";
import { loadJudged, verify } from "../../verification/verify";
import { deploymentOn } from "../support/deployments";
import { EXAMPLES } from "../support/examples";
import type { Json } from "../support/judge";
import { scratchFolder, writeFiles } from "../support/scratch";

const scratch = scratchFolder();

/** The stacks of a deployment as JSON, the workloads with Terraform's expressions and with what the cloud told. */
function stacksOf(deployment: Deployment): {
  readonly infrastructure: Json;
  readonly workloads: Json;
  readonly told: Json;
} {
  const key = JSON.stringify(deployment);
  const known = synthesized.get(key) ?? synthesize(deployment);
  synthesized.set(key, known);
  return JSON.parse(known);
}

const synthesized = new Map<string, string>();

function synthesize(deployment: Deployment): string {
  const written = [
    new InfrastructureStack(new App(), deployment),
    new WorkloadsStack(new App(), deployment),
    new WorkloadsStack(new App(), deployment, cloudOutputsOf(deployment)),
  ].map((stack) => {
    stack.prepareStack();
    return stack.toTerraform();
  });
  const [infrastructure, workloads, told] = written;
  return JSON.stringify({ infrastructure, workloads, told });
}

type Change = (resource: Json) => void;

/** What is said of each form of the workloads, after a change to them. */
async function said(deployment: Deployment, change: Change = () => undefined) {
  const outputs = cloudOutputsOf(deployment);
  const { infrastructure, workloads, told } = stacksOf(deployment);
  for (const stack of [workloads, told]) change(stack.resource);

  const files = ["infrastructure.tf.json", "workloads.tf.json", "manifests.yaml", "outputs.json"].map((name) =>
    scratch(name),
  );
  const [infrastructureFile = "", workloadsFile = "", manifestsFile = "", outputsFile = ""] = files;
  writeFiles({
    [infrastructureFile]: infrastructure,
    [workloadsFile]: workloads,
    [manifestsFile]: renderManifests(manifestsOfStack(deployment, JSON.stringify(told))),
    [outputsFile]: { [infrastructureStack(deployment)]: outputs },
  });
  const terraform = verify(await loadJudged([infrastructureFile, workloadsFile]));
  const resources = withCloudOutputs(await loadJudged([infrastructureFile, manifestsFile]), outputsFile);
  const manifests = verify(resources);

  // An object is called by its address in Terraform, and by what it is elsewhere.
  const written = kubernetesObjects(readTerraformJson(new JsonText("w.tf.json", JSON.stringify(workloads))));
  const names = new Map(written.map((resource) => [resource.address, nameOf(resource, resources)]));
  const named = (text: string) =>
    text
      .replaceAll(/kubernetes_\w+\.[\w-]+/g, (address) => names.get(address) ?? address)
      .replaceAll(/, [^ ,]+:\d+/g, "");
  const all = (findings: readonly Finding[]) =>
    findings.map((one) => [one.invariant, one.status, named(one.resource), named(one.message)]).sort();
  return {
    terraform: { verdict: terraform.verdict, findings: all(terraform.findings), judged: terraform.judged },
    manifests: { verdict: manifests.verdict, findings: all(manifests.findings), judged: manifests.judged },
  };
}

/** The address of the manifest that an object of Terraform is printed as. */
function nameOf({ values }: Resource, manifests: readonly Resource[]): string {
  const { kind, metadata } = values as Json;
  const isIt = ({ address }: Resource) =>
    address === `${kind}/${metadata?.name}` || address === `${kind}/${metadata?.namespace}/${metadata?.name}`;
  return manifests.find(isIt)?.address ?? "?";
}

const examples = loadDeployments([EXAMPLES])
  .map(({ deployment }) => deployment)
  .filter(({ workloads }) => workloads === "stack");

test.each(examples.map((deployment) => ({ name: deployment.name, deployment })))(
  "$name: every invariant holds in both forms",
  async ({ deployment }) => {
    const { terraform, manifests } = await said(deployment);
    expect(manifests).toEqual(terraform);
    expect(manifests.verdict).toBe("pass");
  },
);

const each = (resource: Json, type: string, name: RegExp, edit: (values: Json) => void) => {
  const found = Object.entries<Json>(resource[type] ?? {}).filter(([key]) => name.test(key));
  if (found.length === 0) throw new Error(`no ${type} like ${name}`);
  for (const [, values] of found) edit(values);
};
const without = (resource: Json, type: string, name: RegExp) => {
  const kept = Object.entries(resource[type]).filter(([key]) => !name.test(key));
  if (kept.length === Object.keys(resource[type]).length) throw new Error(`no ${type} like ${name}`);
  resource[type] = Object.fromEntries(kept);
};
const template = (resource: Json, name: RegExp, edit: (spec: Json) => void) =>
  each(resource, "kubernetes_deployment_v1", name, ({ spec }) => edit(spec.template.spec));

/** One change of each kind, by the invariant that finds it. */
const MUTATIONS: readonly (readonly [invariant: string, what: string, change: Change])[] = [
  [
    "cluster-ip-only",
    "a port of each node",
    (r) => each(r, "kubernetes_service_v1", /tunnel/, ({ spec }) => (spec.type = "NodePort")),
  ],
  [
    "no-inbound",
    "a load balancer",
    (r) => each(r, "kubernetes_service_v1", /tunnel/, ({ spec }) => (spec.type = "LoadBalancer")),
  ],
  [
    "egress-allowlist",
    "a block beyond what is allowed",
    (r) =>
      each(r, "kubernetes_network_policy_v1", /union-operator_policy/, ({ spec }) =>
        spec.egress[0].to.push({ ip_block: { cidr: "81.2.70.0/24" } }),
      ),
  ],
  [
    "required-paths",
    "no way out",
    (r) => each(r, "kubernetes_network_policy_v1", /union-operator-proxy_policy/, ({ spec }) => (spec.egress = [])),
  ],
  ["default-deny", "no default-deny", (r) => without(r, "kubernetes_network_policy_v1", /union_default-deny/)],
  [
    "pod-security",
    "a privileged container",
    (r) => template(r, /operator/, (spec) => (spec.container[0].security_context.privileged = true)),
  ],
  [
    "pod-security",
    "a namespace without a level",
    (r) => each(r, "kubernetes_namespace_v1", /union_namespace/, ({ metadata }) => delete metadata.labels),
  ],
  ["pod-security", "the processes of the node", (r) => template(r, /tunnel/, (spec) => (spec.host_pid = true))],
  ["api-tokens", "tokens that allow nothing", (r) => without(r, "kubernetes_role_binding_v1", /./)],
  [
    "api-tokens",
    "an account that says nothing of its token",
    (r) =>
      each(r, "kubernetes_service_account_v1", /task-account/, (found) => delete found.automount_service_account_token),
  ],
  ["schedulable", "a pod that tolerates nothing", (r) => template(r, /operator/, (spec) => (spec.toleration = []))],
  [
    "encryption-in-transit",
    "a connection in plain text",
    (r) =>
      each(r, "kubernetes_config_map_v1", /^configuration/, ({ data }) => {
        data["config.yaml"] = data["config.yaml"].replace("insecure: false", "insecure: true");
      }),
  ],
  [
    "no-static-credentials",
    "an account without an identity",
    (r) => each(r, "kubernetes_service_account_v1", /platform-account/, ({ metadata }) => (metadata.annotations = {})),
  ],
  [
    "no-secrets",
    "a secret in a Secret",
    (r) => each(r, "kubernetes_secret_v1", /auth/, (found) => (found.data_wo.app_secret = "hunter2-hunter2-hunter2")),
  ],
  [
    "no-secrets",
    "a secret in an environment",
    (r) =>
      template(r, /tunnel/, (spec) => spec.container[0].env.push({ name: "API_KEY", value: "AKIAIOSFODNN7EXAMPLE" })),
  ],
  [
    "tunnel-region",
    "another region of the edge",
    (r) => template(r, /tunnel/, (spec) => spec.container[1].args.splice(3, 0, "--region", "us")),
  ],
  [
    "token-rotation-survives",
    "an operator that may not write the token",
    (r) => without(r, "kubernetes_role_binding_v1", /token-rotation/),
  ],
  ["token-rotation-survives", "no Secret to write the token into", (r) => without(r, "kubernetes_secret_v1", /auth/)],
];

describe.each(CLOUDS)("on %s", (cloud) => {
  test.each(MUTATIONS.map(([invariant, what, change]) => ({ invariant, what, change })))(
    "$invariant: $what",
    async ({ invariant, change }) => {
      const { terraform, manifests } = await said(deploymentOn(cloud), change);
      expect(manifests.findings).toEqual(terraform.findings);
      expect(manifests.verdict).toBe("fail");
      expect(manifests.findings.map(([found]) => found)).toContain(invariant);
    },
  );
});

/** What Terraform has no like of: objects that fill the Secret. */
describe("a rotation of the tunnel's token is undone", () => {
  const deployment = deploymentOn("google");
  const { infrastructure, told } = stacksOf(deployment);

  test.each<[what: string, change: (manifests: Json) => void, message: string]>([
    [
      "by a policy that empties the Secret",
      ({ external }) => (external.spec.target.creationPolicy = "Owner"),
      "each synchronization takes the token away: creationPolicy is Owner",
    ],
    [
      "by the policy that holds without a word",
      ({ external }) => delete external.spec.target.creationPolicy,
      "each synchronization takes the token away: creationPolicy is Owner",
    ],
    [
      "by a store that has it too",
      ({ external }) => external.spec.data.push({ secretKey: "tunnel_token", remoteRef: { key: "a" } }),
      "each synchronization writes tunnel_token",
    ],
    [
      "perhaps, by all that a store has",
      ({ external }) => (external.spec.dataFrom = [{ extract: { key: "a" } }]),
      "whether a synchronization writes tunnel_token can't be told",
    ],
    [
      "by a manifest that holds one",
      ({ secret }) => (secret.stringData = { tunnel_token: "x" }),
      "each apply writes the token back that the manifest holds",
    ],
  ])("%s", async (_, change, message) => {
    const manifests: Json[] = structuredClone(manifestsOfStack(deployment, JSON.stringify(told))) as Json[];
    const find = (kind: string) =>
      manifests.find(({ kind: is, metadata }) => is === kind && metadata.name === "union-secret-auth");
    change({ external: find("ExternalSecret"), secret: find("Secret") });
    const files = ["i.tf.json", "m.yaml"].map((name) => scratch(join("rotation", name)));
    writeFiles({
      [files[0] ?? ""]: infrastructure,
      [files[1] ?? ""]: renderManifests(manifests),
    });
    const { findings } = verify(await loadJudged(files));
    expect(findings.map(({ invariant, message: found }) => [invariant, found])).toContainEqual([
      "token-rotation-survives",
      message,
    ]);
  });
});
