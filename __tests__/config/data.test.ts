import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import cloudflareIps from "../../cloudflare-ips.json";
import {
  addressesOf,
  CLOUDFLARE,
  controlPlaneHost,
  REGIONS,
  TUNNEL_REGIONS,
  tunnelEdge,
} from "../../config/control-plane";
import { type EksVersions } from "../../config/aws/eks-versions";
import { ADDONS, BASE_ADDONS } from "../../config/aws/addons";
import eksVersions from "../../config/aws/eks-versions.json";
import awsRegions from "../../config/aws/regions.json";
import azureRegions from "../../config/azure/regions.json";
import googleRegions from "../../config/google/regions.json";
import { CLOUDS } from "../../config/deployment";
import { deploymentJsonSchema, policyJsonSchema } from "../../config/json-schema";
import { loadDeployments } from "../../config/loader";
import { AddressSet } from "../../packets/address-set";

const ROOT = join(__dirname, "../..");
const EXAMPLES = join(ROOT, "deployments/examples");

test("the document's five regions, each with an endpoint of its own", () => {
  expect(REGIONS).toEqual(["us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-central-1"]);
  expect(REGIONS.map((region) => controlPlaneHost("acme", region))).toEqual([
    "acme.hosted.unionai.cloud",
    "acme.us-west-2.unionai.cloud",
    "acme.eu-west-1.unionai.cloud",
    "acme.eu-west-2.unionai.cloud",
    "acme.eu-central-1.unionai.cloud",
  ]);
});

test("Cloudflare's published blocks: 15 and 7, disjoint, with etag and date", () => {
  expect([CLOUDFLARE.ipv4.length, CLOUDFLARE.ipv6.length]).toEqual([15, 7]);
  const sizes = CLOUDFLARE.ipv4.reduce((sum, cidr) => sum + AddressSet.ofCidr(cidr).size(4), 0n);
  expect(addressesOf(CLOUDFLARE).size(4)).toBe(sizes);
  expect(cloudflareIps.etag).toMatch(/^[0-9a-f]{32}$/);
  expect(new Date(cloudflareIps.date).getTime()).toBeLessThanOrEqual(Date.now());
});

test.each(TUNNEL_REGIONS)("the tunnel's edge '%s' lies inside the published blocks, two blocks a family", (region) => {
  const edge = tunnelEdge(region);
  expect([edge.ipv4.length, edge.ipv6.length]).toEqual([2, 2]);
  expect(addressesOf(edge).isSubsetOf(addressesOf(CLOUDFLARE))).toBe(true);
});

test("every region of AWS has two zones or more, named after it", () => {
  for (const [region, { zones }] of Object.entries(awsRegions)) {
    expect(new Set(zones).size).toBeGreaterThanOrEqual(2);
    expect(zones.filter((zone) => !new RegExp(`^${region}[a-z]$`).test(zone))).toEqual([]);
  }
});

test("add-ons and node images are known by versions of EKS's form, those that go with one Kubernetes of that one", () => {
  for (const [version, { addons, nodes }] of Object.entries<EksVersions>(eksVersions)) {
    expect(ADDONS).toEqual(expect.arrayContaining(Object.keys(addons)));
    for (const name of BASE_ADDONS) expect(addons[name]).toMatch(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
    expect(addons["kube-proxy"]).toContain(`v${version}.`);
    for (const release of Object.values(nodes)) expect(release).toMatch(new RegExp(`^${version}\\.\\d+-\\d{8}$`));
  }
});

test("every region of Azure is of its public cloud, and has three zones or none", () => {
  for (const [region, { zones }] of Object.entries(azureRegions)) {
    expect(region).toMatch(/^(?!usgov|usdod|china)[a-z]+\d?$/);
    expect([[], ["1", "2", "3"]]).toContainEqual(zones);
  }
});

test("every region of Google Cloud has three zones or more, named after it", () => {
  for (const [region, { zones }] of Object.entries(googleRegions)) {
    expect(new Set(zones).size).toBeGreaterThanOrEqual(3);
    expect(zones.filter((zone) => !new RegExp(`^${region}-[a-z]$`).test(zone))).toEqual([]);
  }
});

test("an example for each cloud and control-plane region, with its schema named for editors", () => {
  const loaded = loadDeployments([EXAMPLES]);
  expect(loaded.map(({ deployment }) => `${deployment.cloud} ${deployment.region}`).sort()).toEqual(
    CLOUDS.flatMap((cloud) => REGIONS.map((region) => `${cloud} ${region}`)).sort(),
  );
  for (const name of readdirSync(EXAMPLES)) {
    const [first] = readFileSync(join(EXAMPLES, name), "utf8").split("\n");
    expect(first).toBe("# yaml-language-server: $schema=../../config/deployment.schema.json");
  }
});

test("the JSON Schemas for editors are the zod schemas' (npm run schema)", () => {
  expect(readFileSync(join(ROOT, "config/deployment.schema.json"), "utf8")).toBe(deploymentJsonSchema());
  expect(readFileSync(join(ROOT, "config/policy.schema.json"), "utf8")).toBe(policyJsonSchema());
});
