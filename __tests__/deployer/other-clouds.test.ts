import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { azureDeployer } from "../../deployer/azure/index";
import { RIGHTS as AZURE } from "../../deployer/azure/rights";
import { googleDeployer } from "../../deployer/google/index";
import { RIGHTS as GOOGLE } from "../../deployer/google/rights";
import { rightsOf } from "../../deployer/rights";
import { writtenStacks } from "../../cli/written-stacks";
import { Stacks } from "../../preflight/stacks";
import { azureDeployment, googleDeployment } from "../support/deployments";

test.each([
  { cloud: "google", provider: "google", table: GOOGLE },
  { cloud: "azure", provider: "azurerm", table: AZURE },
])("every type that is written on $cloud has a row", ({ cloud, provider, table }) => {
  const folders = [`constructs/${cloud}`, `stacks/${cloud}`].map((name) => join(__dirname, "../..", name));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const imported = sources.flatMap((source) => [
    ...source.matchAll(new RegExp(`provider-${provider}/lib/([a-z0-9-]+)"`, "g")),
  ]);
  const types = imported.map(([, name = ""]) =>
    name.startsWith("data-")
      ? `data.${name.slice(5).replaceAll("-", "_")}`
      : `${provider}_${name.replaceAll("-", "_")}`,
  );
  expect(new Set(types).size).toBeGreaterThan(35);
  expect([...new Set(types)].filter((type) => type !== `${provider}_provider` && !(type in table))).toEqual([]);
});

test("a type without a row is refused", () => {
  expect(() => rightsOf(GOOGLE, ["google_sql_database_instance"])).toThrow(/google_sql_database_instance has no row/);
});

test("Google's role, for gcloud", () => {
  const deployment = googleDeployment({ state: { backend: "gcs", bucket: "acme-state" } });
  const { files, steps } = googleDeployer(deployment, new Stacks(writtenStacks(deployment)));
  const role = parse(files["acme_prod_deployer.yaml"] ?? "") as { readonly includedPermissions: readonly string[] };
  expect(role.includedPermissions).toEqual(
    expect.arrayContaining(["container.clusters.create", "storage.buckets.delete"]),
  );
  for (const right of role.includedPermissions) expect(right).toMatch(/^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$/);
  // Secrets' values and objects are no business of whoever deploys.
  expect(role.includedPermissions.filter((right) => /versions\.access|objects\.|actAs$/.test(right))).toEqual([
    "iam.serviceAccounts.actAs",
  ]);
  expect(steps.join("\n")).toContain("gs://acme-state");
});

test("Azure's role, and the roles that it may assign", () => {
  const deployment = azureDeployment();
  const { files, steps } = azureDeployer(deployment, new Stacks(writtenStacks(deployment)));
  const role = JSON.parse(files["acme-prod-deployer.json"] ?? "") as {
    readonly Actions: readonly string[];
    readonly DataActions: readonly string[];
  };
  expect(role.Actions).toContain("Microsoft.ContainerService/managedClusters/write");
  for (const action of role.Actions) expect(action).toMatch(/^Microsoft\.[A-Za-z]+(\/[A-Za-z]+)+$/);
  expect(role.DataActions).toEqual([]);
  // Owner and User Access Administrator are none of them.
  const condition = steps.join("\n");
  expect(condition).toContain("7f951dda-4ed3-4680-a7ca-43fe172d538d");
  for (const id of ["8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"])
    expect(condition).not.toContain(id);
});
