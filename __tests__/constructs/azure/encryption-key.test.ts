import { EncryptionIdentity, EncryptionKey, givenKey, type KeyIds } from "../../../constructs/azure/encryption-key";
import { Testing, TerraformOutput } from "../../../framework";
import { Synthesized, type Json } from "../../support/constructs";

const GROUP = { name: "union-acme", location: "eastus2", tags: { "union:deployment": "acme" } };
const VAULT = "/subscriptions/s/resourceGroups/union-acme/providers/Microsoft.KeyVault/vaults/acme-1";

describe("the key", () => {
  let key: KeyIds | undefined;
  const { resource, output } = JSON.parse(
    Testing.synthScope((scope) => {
      key = new EncryptionKey(scope, "encryption-key", {
        name: "data-plane",
        group: GROUP,
        keyVaultId: VAULT,
        keyVaultName: "acme-1",
      });
      new TerraformOutput(scope, "key", { value: key.keyId, staticId: true });
    }),
  );
  const [[name, deployment]] = Object.entries<Json>(resource.azurerm_resource_group_template_deployment) as [
    [string, Json],
  ];
  const template: Json = JSON.parse(deployment.template_content);

  test("is the only thing in its template, which takes nothing away", () => {
    expect(deployment).toMatchObject({ resource_group_name: "union-acme", deployment_mode: "Incremental" });
    expect(template.resources).toEqual([
      expect.objectContaining({
        type: "Microsoft.KeyVault/vaults/keys",
        name: "[concat(last(split(parameters('keyVaultId'), '/')), '/data-plane')]",
      }),
    ]);
    expect(JSON.parse(deployment.parameters_content)).toEqual({ keyVaultId: { value: VAULT } });
  });

  test("lies in hardware, can't be exported, and renews itself", () => {
    expect(template.resources[0].properties).toMatchObject({
      kty: "RSA-HSM",
      attributes: { enabled: true, exportable: false },
      rotationPolicy: {
        lifetimeActions: [{ trigger: { timeAfterCreate: "P365D" }, action: { type: "rotate" } }],
      },
    });
    // A version that ended would take with it what it encrypted: etcd and logs name a version.
    expect(template.resources[0].properties.rotationPolicy).not.toHaveProperty("attributes");
  });

  test("is known with its version once it is made, and without before", () => {
    const outputs = `jsondecode(azurerm_resource_group_template_deployment.${name}.output_content)`;
    expect(Object.keys(template.outputs)).toEqual(["keyId"]);
    expect(output.key.value).toBe(`\${${outputs}.keyId.value}`);
    expect(key?.versionlessKeyId).toBe("https://acme-1.vault.azure.net/keys/data-plane");
    expect(key?.keyVaultId).toBe(VAULT);
  });
});

test("a tag changes neither the template, whose outputs a plan would not know, nor the scope of the roles on the key", () => {
  const made = ["1", "2"].map((tag) =>
    Synthesized.of((scope) => {
      const group = { ...GROUP, tags: { "cost-center": tag } };
      const key = new EncryptionKey(scope, "key", {
        name: "data-plane",
        group,
        keyVaultId: VAULT,
        keyVaultName: "acme-1",
      });
      new EncryptionIdentity(scope, "identity", { name: "acme-encryption", group, key });
    }),
  );
  const templates = made.map((one) => one.one("azurerm_resource_group_template_deployment").template_content);
  expect(new Set(templates).size).toBe(1);
  for (const one of made) {
    expect(one.one("azurerm_role_assignment")).toMatchObject({
      scope: `${VAULT}/keys/data-plane`,
      // The key is there before the role on it.
      depends_on: [one.address("azurerm_resource_group_template_deployment")],
    });
  }
});

test("a given key is known by its identifier", () => {
  const keyId = "https://own.vault.azure.net/keys/bank/0123456789abcdef0123456789abcdef";
  expect(givenKey({ keyVaultId: VAULT, keyId })).toEqual({
    name: "bank",
    keyVaultId: VAULT,
    keyId,
    versionlessKeyId: "https://own.vault.azure.net/keys/bank",
    resourceId: `${VAULT}/keys/bank`,
  });
});

test("the identity may wrap and unwrap with this key and nothing else", () => {
  let identity: EncryptionIdentity | undefined;
  const made = Synthesized.of((scope) => {
    identity = new EncryptionIdentity(scope, "identity", {
      name: "acme-encryption",
      group: GROUP,
      key: { resourceId: `${VAULT}/keys/data-plane` },
    });
  });
  expect(made.all("azurerm_role_assignment")).toEqual([
    expect.objectContaining({
      role_definition_name: "Key Vault Crypto Service Encryption User",
      scope: `${VAULT}/keys/data-plane`,
      principal_id: `\${${made.address("azurerm_user_assigned_identity")}.principal_id}`,
    }),
  ]);
  expect(identity?.roles).toHaveLength(1);
});
