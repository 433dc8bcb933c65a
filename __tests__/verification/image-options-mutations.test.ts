/** One fault at a time in what the options of `images` write, and `images-reachable` must find it: no other. */
import { copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

type Row = readonly [fault: string, original: Tree, change: (tree: Tree) => void];

const without = (type: string, id: RegExp) => (tree: Tree) => remove(tree.infrastructure, type, id);
const edited = (type: string, id: RegExp, edit: (resource: Json) => void) => (tree: Tree) => {
  for (const found of find(tree.infrastructure, type, id)) edit(found);
};

const VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/acme";
const REGISTRY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acmeimages";
const secretArn = "arn:aws:secretsmanager:us-east-2:123456789012:secret:ecr-pullthroughcache/x-AbCdEf";

const AWS = synthesize({
  cloud: "aws",
  components: { imageBuilder: true },
  images: { credentials: { ghcr: { secretArn }, docker: { secretArn } } },
});
const GOOGLE = synthesize({
  cloud: "google",
  images: { mirror: "us-docker.pkg.dev/acme-data-plane/mirror/union" },
});
const AZURE = synthesize({
  cloud: "azure",
  components: { imageBuilder: true },
  images: { credentials: { docker: { keyVaultId: VAULT, userNameSecret: "user", passwordSecret: "token" } } },
});
const AZURE_MIRROR = synthesize({
  cloud: "azure",
  images: { mirror: "acmeimages.azurecr.io/union", repositories: [REGISTRY] },
});

const ROWS: readonly Row[] = [
  [
    "AWS: a cache that lost its login",
    AWS,
    edited("aws_ecr_pull_through_cache_rule", /registry_docker/, (rule) => delete rule.credential_arn),
  ],
  ["AWS: no cache where a login took the place of copies", AWS, without("aws_ecr_pull_through_cache_rule", /_ghcr/)],
  [
    "Google Cloud: a mirror that nodes may not read",
    GOOGLE,
    without("google_artifact_registry_repository_iam_member", /us-mirror-reader/),
  ],
  [
    "Azure: a cache that lost its login",
    AZURE,
    edited("azurerm_container_registry_cache_rule", /buildkit|all-of-docker/, (rule) => delete rule.credential_set_id),
  ],
  [
    "Azure: a mirror that nodes may not pull from",
    AZURE_MIRROR,
    without("azurerm_role_assignment", /pulls-images-acmeimages/),
  ],
];

test.each(ROWS)("%s", async (_, original, change) => {
  const tree = copyOf(original);
  change(tree);
  const { verdict, findings } = await judge(tree);
  expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual(["images-reachable"]);
  expect(verdict).toBe("fail");
});

test.each([
  ["AWS with logins", AWS],
  ["Google Cloud with a mirror", GOOGLE],
  ["Azure with a login", AZURE],
  ["Azure with a mirror", AZURE_MIRROR],
] as const)("without a fault nothing is found: %s", async (_, original) => {
  expect((await judge(copyOf(original))).findings).toEqual([]);
});
