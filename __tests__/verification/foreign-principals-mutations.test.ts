/** Whose credentials and resources what egress leaves open leads to, on Google Cloud and Azure: one fault at a time. */
import { add, copyOf, find, judge, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const ID = "no-foreign-principals";

/** What the exceptions to it are for, by their state. */
const excepted = async (tree: Tree) =>
  (await judge(tree)).exceptions.filter(({ id }) => id === ID).map(({ resource, state }) => `${resource}: ${state}`);
const messages = async (tree: Tree) =>
  (await judge(tree)).findings.map(({ invariant, message }) => [invariant, message]);

const POLICY = "123456789012";
const PERIMETER = "google_access_context_manager_service_perimeter";
const within = {
  cloud: "google",
  network: { perimeter: { accessPolicy: POLICY, deployers: ["user:a@acme.example"] } },
};

describe("Google Cloud", () => {
  test("without a perimeter, an exception is listed", async () => {
    expect(await excepted(synthesize({ cloud: "google" }))).toEqual(["restricted.googleapis.com: used"]);
  });

  const guarded = synthesize(within);

  test("within a perimeter, there is none, and nothing is found", async () => {
    const { findings, exceptions } = await judge(copyOf(guarded));
    expect([findings, exceptions]).toEqual([[], []]);
  });

  test("a given perimeter's rules are its owner's, and an exception is listed", async () => {
    const existing = `accessPolicies/${POLICY}/servicePerimeters/company`;
    const tree = synthesize({ cloud: "google", network: { perimeter: { existing } } });
    expect((await judge(tree)).findings).toEqual([]);
    expect(await excepted(tree)).toEqual([`${existing}: used`]);
    Reflect.deleteProperty(tree.infrastructure.resource, `${PERIMETER}_resource`);
    expect(await messages(tree)).toEqual([[ID, expect.stringMatching(/joins no perimeter/)]]);
  });

  const egress = (values: Json = {}) => ({
    egress_from: { identity_type: "ANY_IDENTITY" },
    egress_to: { resources: ["*"], operations: [{ service_name: "storage.googleapis.com" }] },
    ...values,
  });

  test.each<readonly [fault: string, apply: (perimeter: Json, tree: Tree) => void, message: RegExp]>([
    [
      "no perimeter",
      (_, tree) => Reflect.deleteProperty(tree.infrastructure.resource, PERIMETER),
      /no service perimeter is around/,
    ],
    ["around another project", ({ status }) => (status.resources = ["projects/1"]), /no service perimeter is around/],
    ["a dry run", (found) => Object.assign(found, { spec: found.status, status: undefined }), /no service perimeter/],
    ["a bridge", (found) => (found.perimeter_type = "PERIMETER_TYPE_BRIDGE"), /no service perimeter is around/],
    [
      "Cloud Storage not restricted",
      ({ status }) =>
        (status.restricted_services = status.restricted_services.filter((name: string) => !/^storage/.test(name))),
      /does not restrict storage\.googleapis\.com/,
    ],
    [
      "every service to be called",
      ({ status }) => (status.vpc_accessible_services.enable_restriction = false),
      /services that it does not restrict/,
    ],
    [
      "services to be called or not",
      ({ status }) => (status.vpc_accessible_services.enable_restriction = "${var.a}"),
      /services that it does not restrict can't be told/,
    ],
    [
      "one service more to be called",
      ({ status }) => status.vpc_accessible_services.allowed_services.push("bigquery.googleapis.com"),
      /services that it does not restrict/,
    ],
    ["a way out to every project", ({ status }) => status.egress_policies.push(egress()), /does not name/],
    [
      "a way out to one project",
      ({ status }) =>
        status.egress_policies.push(
          egress({
            egress_to: { resources: ["projects/7"], operations: [{ service_name: "storage.googleapis.com" }] },
          }),
        ),
      /does not name/,
    ],
    [
      "a way out apart from its perimeter",
      (_, tree) => add(tree.infrastructure, `${PERIMETER}_egress_policy`, { perimeter: "x", ...egress() }),
      /does not name/,
    ],
  ])("%s", async (_, apply, message) => {
    const tree = copyOf(guarded);
    const [perimeter] = find(tree.infrastructure, PERIMETER);
    apply(perimeter, tree);
    expect(await messages(tree)).toEqual([[ID, expect.stringMatching(message)]]);
  });

  test("a way out to a project that the deployment takes its key from is none for others", async () => {
    const keyId = "projects/acme-keys/locations/us-east5/keyRings/a/cryptoKeys/b";
    const tree = synthesize({ ...within, encryption: { keyId } });
    expect((await judge(tree)).findings).toEqual([]);
    const [{ status }] = find(tree.infrastructure, PERIMETER) as [Json];
    status.egress_policies[0].egress_to.operations[0].service_name = "storage.googleapis.com";
    expect(await messages(tree)).toEqual([[ID, expect.stringMatching(/does not name/)]]);
  });
});

describe("Azure", () => {
  const original = synthesize({ cloud: "azure" });

  test("tags that every tenant shares are listed as exceptions", async () => {
    expect(await excepted(copyOf(original))).toEqual([
      "azure:AzureActiveDirectory: used",
      "azure:AzureResourceManager: used",
    ]);
  });

  test("storage of whoever it may be", async () => {
    const tree = copyOf(original);
    for (const { security_rule: rules } of find(tree.infrastructure, "azurerm_network_security_group", /nodes/)) {
      const entra = rules.find(({ name }: Json) => name === "allow-to-entra");
      rules.push({ ...entra, name: "added", priority: 3000, destination_address_prefix: "Storage.EastUS2" });
    }
    expect(await messages(tree)).toContainEqual([ID, expect.stringMatching(/every tenant's resources/)]);
  });

  test.each([
    ["another subscription", "0", "others"],
    ["its own, by a word that the deployment holds", "11111111-2222-3333-4444-555555555555", "acme"],
  ])("a private endpoint of a resource of %s that the deployment does not name", async (_, subscription, name) => {
    const tree = copyOf(original);
    const id = `/subscriptions/${subscription}/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/${name}`;
    const [endpoint] = find(tree.infrastructure, "azurerm_private_endpoint", /storage-blob/) as [Json];
    const added = structuredClone(endpoint);
    added.private_service_connection.private_connection_resource_id = id;
    add(tree.infrastructure, "azurerm_private_endpoint", added);
    expect(await messages(tree)).toContainEqual([ID, expect.stringMatching(/which the deployment does not name/)]);
  });
});
