import TABLE from "../../../verification/clouds/other-providers.json";
import { otherProvidersPart } from "../../../verification/clouds/other-providers";
import { plainResource } from "../../support/plain-resource";

const reasons = (...given: Parameters<typeof plainResource>) =>
  otherProvidersPart([plainResource(...given)]).unjudged.map(({ reason }) => reason);

test.each([
  ["hcloud_firewall", "the provider hcloud is not judged"],
  ["digitalocean_firewall", "the provider digitalocean is not judged"],
  ["oci_core_security_list", "the provider oci is not judged"],
  ["openstack_networking_secgroup_rule_v2", "the provider openstack is not judged"],
  ["cloudflare_zero_trust_tunnel_cloudflared", "the provider cloudflare is not judged"],
  ["docker_container", "the provider docker is not judged"],
  ["newest_thing", "the provider newest is not judged"],
  ["argocd_application", "it deploys objects that are not in the input"],
  ["flux_bootstrap_git", "it deploys objects that are not in the input"],
  ["kustomization_resource", "the objects that it deploys are not known"],
  ["helm_release", "the chart's objects are not in the input (render them with helm template)"],
  ["kubectl_manifest", "the Kubernetes objects that it writes are not known"],
  ["databricks_cluster", "the provider databricks is not judged"],
  ["databricks_mws_workspaces", undefined],
  ["databricks_mws_networks", undefined],
  ["databricks_mws_vpc_endpoint", undefined],
  ["cloudflare_record", undefined],
  ["random_id", undefined],
  ["gsuite_group", undefined],
  ["null_resource", undefined],
  ["terraform_data", undefined],
  ["github_repository", undefined],
  ["aws_vpc", undefined],
  ["google_compute_firewall", undefined],
  ["azurerm_subnet", undefined],
  ["kubernetes:Widget", undefined],
  ["terraform:module", undefined],
])("%s: %s", (type, reason) => {
  expect(reasons(type)).toEqual(reason === undefined ? [] : [reason]);
});

test.each<[type: string, values: Parameters<typeof plainResource>[1], missing: object | undefined]>([
  ["argocd_application", {}, { kind: "deployer" }],
  ["helm_release", { repository: "https://charts.example.com", chart: "a" }, { kind: "deployer" }],
  ["helm_release", { chart: "oci://registry.example.com/a" }, { kind: "deployer" }],
  ["helm_release", { chart: "./charts/a" }, undefined],
  ["kustomization_resource", {}, undefined],
])("%s %j is not fetched, or not known", (type, values, missing) => {
  expect(otherProvidersPart([plainResource(type, values)]).unjudged.map((one) => one.missing)).toEqual([missing]);
});

test("data sources make nothing", () => {
  expect(reasons("hcloud_firewall", {}, "data")).toEqual([]);
});

test("a provider has one reason, and a type that is listed is of a provider that is not harmless as a whole", () => {
  const providers = [Object.keys(TABLE.own), ...Object.values(TABLE.harmless)].flat();
  expect(providers.filter((one, i) => providers.indexOf(one) !== i)).toEqual([]);
  const harmless = Object.values(TABLE.harmlessTypes).flat();
  expect(harmless.filter((type) => providers.includes(type.split("_", 1).join("")))).toEqual([]);
  expect(harmless.filter((type) => Object.values(TABLE.unjudgedTypes).flat().includes(type))).toEqual([]);
});

test.each([
  ["aws_vpc", "someone/aws", "it is of the provider someone/aws, whose types are not known (known: hashicorp/aws)"],
  [
    "aws_vpc",
    "example.com/hashicorp/aws",
    "it is of the provider example.com/hashicorp/aws, whose types are not known (known: hashicorp/aws)",
  ],
  ["google_compute_firewall", "hashicorp/google-beta", undefined],
  ["azapi_resource", "azure/azapi", undefined],
  ["random_id", "someone/random", undefined],
  ["hcloud_firewall", "hetznercloud/hcloud", "the provider hcloud is not judged"],
])("%s of %s: %s", (type, provider, reason) => {
  const resource = { ...plainResource(type), provider };
  expect(otherProvidersPart([resource]).unjudged.map((one) => one.reason)).toEqual(
    reason === undefined ? [] : [reason],
  );
});

test("an object of Kubernetes is of the provider that its resource is of", () => {
  const terraform = { ...plainResource("kubernetes_service"), provider: "someone/kubernetes" };
  const object = { ...plainResource("kubernetes:Service"), terraform };
  expect(otherProvidersPart([object]).unjudged).toMatchObject([
    { reason: "it is of the provider someone/kubernetes, whose types are not known (known: hashicorp/kubernetes)" },
  ]);
});
