import { Registry, type RegistryProps } from "../../../constructs/aws/registry";
import { statements, Synthesized } from "../../support/constructs";

const KEY = "arn:aws:kms:us-east-2:123456789012:key/own";
const PULL_THROUGH = {
  prefix: "acme",
  upstreams: { one: { host: "public.ecr.aws" }, two: { host: "registry.k8s.io" } },
  copied: [],
  accountId: "123456789012",
  region: "us-east-2",
};
const REPOSITORIES = "arn:aws:ecr:us-east-2:123456789012:repository/acme/*";

function synthesize(pullThrough: RegistryProps["pullThrough"]) {
  let repositories: string | undefined;
  const made = Synthesized.of((scope) => {
    const registry = new Registry(scope, "registry", {
      buildRepositoryName: "union/acme/builds",
      keyArn: KEY,
      pullThrough,
    });
    repositories = registry.pullThroughRepositories;
  });
  return { made, repositories };
}

test("built images are encrypted, scanned, and deleted once untagged for a while", () => {
  const { made } = synthesize(undefined);
  expect(made.one("aws_ecr_repository")).toMatchObject({
    name: "union/acme/builds",
    encryption_configuration: [{ encryption_type: "KMS", kms_key: KEY }],
    image_scanning_configuration: { scan_on_push: true },
    force_delete: false,
  });
  const { rules } = JSON.parse(made.one("aws_ecr_lifecycle_policy").policy) as { rules: unknown };
  expect(rules).toMatchObject([
    { selection: { tagStatus: "untagged", countNumber: 30, countUnit: "days" }, action: { type: "expire" } },
  ]);
});

test("a mirror takes the place of the caches", () => {
  const { made, repositories } = synthesize(undefined);
  expect(made.types).toEqual(["aws_ecr_lifecycle_policy", "aws_ecr_repository"]);
  expect(repositories).toBeUndefined();
});

test("each public registry has a cache under the prefix, made after the template", () => {
  const { made, repositories } = synthesize(PULL_THROUGH);
  expect(repositories).toBe(REPOSITORIES);
  const template = made.address("aws_ecr_repository_creation_template");
  expect(made.all("aws_ecr_pull_through_cache_rule")).toMatchObject([
    { ecr_repository_prefix: "acme/one", upstream_registry_url: "public.ecr.aws", depends_on: [template] },
    { ecr_repository_prefix: "acme/two", upstream_registry_url: "registry.k8s.io", depends_on: [template] },
  ]);
});

test("cached repositories are encrypted with the key, by a role that can make nothing else", () => {
  const { made } = synthesize(PULL_THROUGH);
  const role = made.address("aws_iam_role");
  expect(made.one("aws_ecr_repository_creation_template")).toMatchObject({
    prefix: "acme",
    applied_for: ["PULL_THROUGH_CACHE"],
    custom_role_arn: `\${${role}.arn}`,
    encryption_configuration: [{ encryption_type: "KMS", kms_key: KEY }],
  });
  expect(statements(made.one("aws_iam_role").assume_role_policy)[0].Principal).toEqual({
    Service: "ecr.amazonaws.com",
  });
  expect(statements(made.one("aws_iam_role_policy").policy)).toEqual([
    { Effect: "Allow", Action: "ecr:CreateRepository", Resource: REPOSITORIES },
    { Effect: "Allow", Action: ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"], Resource: KEY },
  ]);
});

test("images that ECR can't fetch have repositories beside the caches, whose tags stay", () => {
  const { made } = synthesize({ ...PULL_THROUGH, copied: ["docker/moby/buildkit"] });
  expect(made.one("aws_ecr_repository", { name: "acme/docker/moby/buildkit" })).toMatchObject({
    image_tag_mutability: "IMMUTABLE",
    encryption_configuration: [{ encryption_type: "KMS", kms_key: KEY }],
  });
});

test("a login is a secret that the cache names, and no role of ours reads", () => {
  const credentialArn = "arn:aws:secretsmanager:us-east-2:123456789012:secret:ecr-pullthroughcache/docker-AbCdEf";
  const upstreams = { docker: { host: "registry-1.docker.io", credentialArn }, quay: { host: "quay.io" } };
  const { made } = synthesize({ ...PULL_THROUGH, upstreams });
  expect(
    made
      .all("aws_ecr_pull_through_cache_rule")
      .map(({ upstream_registry_url, credential_arn }) => [upstream_registry_url, credential_arn]),
  ).toEqual([
    ["registry-1.docker.io", credentialArn],
    ["quay.io", undefined],
  ]);
  expect(made.one("aws_iam_role_policy").policy).not.toContain("secretsmanager");
});
