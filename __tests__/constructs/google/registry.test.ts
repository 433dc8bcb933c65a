import { Registry, type RegistryProps } from "../../../constructs/google/registry";
import { Synthesized } from "../../support/constructs";

function synthesize(upstreams: RegistryProps["upstreams"], given: RegistryProps["given"] = []) {
  let url = "";
  const made = Synthesized.of((scope) => {
    const registry = new Registry(scope, "registry", {
      buildRepositoryId: "acme-builds",
      upstreams,
      given,
      project: "acme-data-plane",
      region: "us-east5",
      keyId: "key",
      reader: "serviceAccount:node@acme",
    });
    url = registry.buildRepositoryUrl;
  });
  return { made, url };
}

const UPSTREAMS = { "acme-ecr": { host: "public.ecr.aws" }, "acme-ghcr": { host: "ghcr.io" } };

test("built images are in the region's repository, whose tags may move", () => {
  const { made, url } = synthesize({});
  const repository = made.one("google_artifact_registry_repository");
  expect(repository).toMatchObject({
    repository_id: "acme-builds",
    location: "us-east5",
    format: "DOCKER",
    mode: "STANDARD_REPOSITORY",
  });
  // However Google answers that nothing is set, no plan changes it.
  expect(repository).not.toHaveProperty("docker_config");
  expect(repository.lifecycle.ignore_changes).toContain("docker_config");
  expect(url).toBe("us-east5-docker.pkg.dev/acme-data-plane/acme-builds");
});

test("each public registry has a repository that stands for it", () => {
  const { made } = synthesize(UPSTREAMS);
  const remote = made.all("google_artifact_registry_repository").filter(({ mode }) => mode === "REMOTE_REPOSITORY");
  expect(
    remote.map(({ repository_id, remote_repository_config }) => [
      repository_id,
      remote_repository_config.docker_repository,
    ]),
  ).toEqual([
    ["acme-ecr", { custom_repository: { uri: "https://public.ecr.aws" } }],
    ["acme-ghcr", { custom_repository: { uri: "https://ghcr.io" } }],
  ]);
});

test("every repository is encrypted with the key, scanned, and rid of what lost its tag", () => {
  const repositories = synthesize(UPSTREAMS).made.all("google_artifact_registry_repository");
  expect(repositories).toHaveLength(3);
  for (const repository of repositories) {
    expect(repository).toMatchObject({
      kms_key_name: "key",
      vulnerability_scanning_config: { enablement_config: "INHERITED" },
      cleanup_policy_dry_run: false,
      cleanup_policies: [{ action: "DELETE", condition: { tag_state: "UNTAGGED", older_than: "2592000s" } }],
    });
  }
});

test("nodes pull from every repository, and push to none", () => {
  const { made } = synthesize(UPSTREAMS);
  const rights = made.all("google_artifact_registry_repository_iam_member");
  expect(rights.map(({ role, member }) => [role, member])).toEqual(
    Array(3).fill(["roles/artifactregistry.reader", "serviceAccount:node@acme"]),
  );
  expect(new Set(rights.map(({ repository }) => repository)).size).toBe(3);
});

test("a login is a secret's version, which Google's agent may read and nodes may not", () => {
  const passwordVersion = "projects/acme-data-plane/secrets/nvcr/versions/3";
  const { made } = synthesize({
    "acme-nvcr": { host: "nvcr.io", login: { userName: "$oauthtoken", passwordVersion } },
  });
  expect(made.one("google_artifact_registry_repository", { repository_id: "acme-nvcr" })).toMatchObject({
    remote_repository_config: {
      upstream_credentials: {
        username_password_credentials: { username: "$oauthtoken", password_secret_version: passwordVersion },
      },
    },
    depends_on: [made.address("google_secret_manager_secret_iam_member")],
  });
  expect(made.one("google_secret_manager_secret_iam_member")).toMatchObject({
    secret_id: "projects/acme-data-plane/secrets/nvcr",
    role: "roles/secretmanager.secretAccessor",
    member: expect.stringMatching(
      /^serviceAccount:service-.*\.number\}@gcp-sa-artifactregistry\.iam\.gserviceaccount\.com$/,
    ) as string,
  });
});

test("the right to another project's secret is that project's to give", () => {
  const passwordVersion = "projects/acme-secrets/secrets/nvcr/versions/3";
  const { made } = synthesize({ "acme-nvcr": { host: "nvcr.io", login: { userName: "user", passwordVersion } } });
  expect(made.types).not.toContain("google_secret_manager_secret_iam_member");
  expect(made.one("google_artifact_registry_repository", { repository_id: "acme-nvcr" })).not.toHaveProperty(
    "depends_on",
  );
});

test("nodes read a repository that was there already, wherever it lies", () => {
  const { made } = synthesize({}, [{ project: "acme-data-plane", location: "us", name: "fraud" }]);
  expect(made.one("google_artifact_registry_repository_iam_member", { repository: "fraud" })).toMatchObject({
    location: "us",
    role: "roles/artifactregistry.reader",
    member: "serviceAccount:node@acme",
  });
});

test("rights go with a repository that is made anew, and come back in the same apply", () => {
  const { made } = synthesize(UPSTREAMS);
  const repositories = made.all("google_artifact_registry_repository");
  const addresses = repositories.map(({ repository_id }) =>
    made.address("google_artifact_registry_repository", { repository_id }),
  );
  const triggers = made
    .all("google_artifact_registry_repository_iam_member")
    .map(({ lifecycle }) => lifecycle?.replace_triggered_by);
  // What Google says of it once it is made: no update of a repository changes it.
  expect(triggers).toEqual(addresses.map((address) => [`${address}.create_time`]));
});
