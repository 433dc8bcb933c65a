/** One fault at a time in where our own pods get their images, on each cloud, and `images-reachable` must find it: no other. */
import { parse, stringify } from "yaml";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const ALL = { connectors: true, imageBuilder: true, metrics: true };

type Mutation = readonly [fault: string, change: (tree: Tree) => void];

const infrastructure = (type: string, id: RegExp, edit: (resource: Json) => void) => (tree: Tree) => {
  for (const found of find(tree.infrastructure, type, id)) edit(found);
};
const without = (type: string, id: RegExp) => (tree: Tree) => remove(tree.infrastructure, type, id);

const RULE = "aws_ecr_pull_through_cache_rule";
const PULL_ONLY = "aws_iam_role_policy_attachment";
const IAM = "google_artifact_registry_repository_iam_member";
const CACHE = "azurerm_container_registry_cache_rule";

const UNKNOWN_RIGHTS = "rights that only AWS knows";

const ELSEWHERE = "a repository of another location";

/** What other invariants find as well: rights that nobody can read may open sessions, too; elsewhere is no home. */
const BESIDES: Readonly<Record<string, string>> = { [UNKNOWN_RIGHTS]: "node-access", [ELSEWHERE]: "residency" };
const foundBy = (name: string) => ["images-reachable", ...[BESIDES[name] ?? []].flat()];

/** How each cloud's registry is written. */
const OF_CLOUD: Readonly<Record<Cloud, readonly Mutation[]>> = {
  aws: [
    ["no rule of the cache", without(RULE, /registry_ecr/)],
    ["a rule for another path", infrastructure(RULE, /registry_ecr/, (rule) => (rule.ecr_repository_prefix = "e"))],
    [
      "a rule that needs a login and has none",
      infrastructure(RULE, /registry_ecr/, (rule) => (rule.upstream_registry_url = "registry-1.docker.io")),
    ],
    ["nodes that may not pull", without(PULL_ONLY, /PullOnly/)],
    ["nodes that may not fill the cache", without("aws_iam_role_policy", /node-pools_pull-through/)],
    [
      "nodes that may fill another cache only",
      infrastructure("aws_iam_role_policy", /node-pools_pull-through/, (right) => {
        right.policy = right.policy.replace("repository/acme-prod/*", "repository/acme-test/*");
      }),
    ],
    [
      "a right that is denied again",
      infrastructure("aws_iam_role_policy", /node-pools_pull-through/, (right) => {
        const policy = JSON.parse(right.policy);
        policy.Statement.push({ Effect: "Deny", Action: "ecr:Batch*", Resource: "*" });
        right.policy = JSON.stringify(policy);
      }),
    ],
    [
      "rights under a condition",
      infrastructure("aws_iam_role_policy", /node-pools_pull-through/, (right) => {
        const policy = JSON.parse(right.policy);
        policy.Statement[0].Condition = { StringEquals: { "aws:RequestedRegion": "eu-west-1" } };
        right.policy = JSON.stringify(policy);
      }),
    ],
    [UNKNOWN_RIGHTS, infrastructure(PULL_ONLY, /PullOnly/, (right) => (right.policy_arn = "${var.arn}"))],
    [
      "an endpoint for some repositories",
      infrastructure("aws_vpc_endpoint", /ecr-dkr/, (found) => {
        found.policy = found.policy.replace('"Resource":"*"', '"Resource":"arn:aws:ecr:*:*:repository/others/*"');
      }),
    ],
    [
      "layers that S3's endpoint does not let through",
      infrastructure("aws_vpc_endpoint", /_s3_/, (found) => {
        const policy = JSON.parse(found.policy);
        policy.Statement = policy.Statement.filter(({ Sid }: Json) => Sid !== "ImageLayers");
        found.policy = JSON.stringify(policy);
      }),
    ],
    ["a permissions boundary", infrastructure("aws_iam_role", /node-pools/, bounded)],
  ],
  google: [
    ["no remote repository", without("google_artifact_registry_repository", /acme-prod-ecr/)],
    [
      ELSEWHERE,
      infrastructure("google_artifact_registry_repository", /acme-prod-ecr/, (found) => (found.location = "us-east1")),
    ],
    ["nodes that may not read", without(IAM, /acme-prod-ecr-reader/)],
    ["a role under a condition", infrastructure(IAM, /acme-prod-ecr-reader/, (right) => (right.condition = { x: "" }))],
  ],
  azure: [
    [
      "no rule of the cache",
      (tree) => {
        remove(tree.infrastructure, CACHE, /operator|all-of-ecr/);
      },
    ],
    ["a rule for another path", infrastructure(CACHE, /operator|all-of-ecr/, (rule) => (rule.target_repo = "e/*"))],
    [
      "a rule that needs a login and has none",
      infrastructure(CACHE, /operator|all-of-ecr/, (rule) => (rule.source_repo = "docker.io/union/operator")),
    ],
    ["nodes that may not pull", without("azurerm_role_assignment", /pulls-images/)],
    [
      "nodes that may only delete",
      infrastructure("azurerm_role_assignment", /pulls-images/, (right) => (right.role_definition_name = "AcrDelete")),
    ],
    [
      "a role under a condition",
      infrastructure("azurerm_role_assignment", /pulls-images/, (right) => (right.condition = "true")),
    ],
  ],
};

function bounded(role: Json): void {
  role.permissions_boundary = "arn:aws:iam::123456789012:policy/boundary";
}

const container = (id: RegExp, edit: (container: Json) => void) => (tree: Tree) => {
  for (const { spec } of find(tree.workloads, "kubernetes_deployment_v1", id)) edit(spec.template.spec.container[0]);
};
const configuration = (id: RegExp, edit: (configuration: Json) => void) => (tree: Tree) => {
  const [{ data }] = find(tree.workloads, "kubernetes_config_map_v1", id);
  const settings = parse(data["config.yaml"]);
  edit(settings);
  data["config.yaml"] = stringify(settings);
};

describe.each(CLOUDS)("on %s", (cloud) => {
  const original = synthesize({ cloud, components: ALL });

  /** Each pod with an image of the internet in place of its own. */
  const onTheInternet = Object.keys(original.workloads.resource["kubernetes_deployment_v1"]).map((id): Mutation => [
    `an image of the internet: ${id}`,
    container(new RegExp(`^${id}$`), (found) => (found.image = "docker.io/library/busybox:1.37.0")),
  ]);

  test.each<Mutation>([
    ...onTheInternet,
    ...["busybox", "ghcr.io/flyteorg/flytecopilot:v1.14.1", "registry.example:5000/a/b@sha256:00"].map(
      (image): Mutation => [`the image ${image}`, container(/tunnel/, (found) => (found.image = image))],
    ),
    [
      "an init container's image",
      ({ workloads }) => {
        for (const { spec } of find(workloads, "kubernetes_job_v1"))
          spec.template.spec.init_container[0].image = "quay.io/a/b:1";
      },
    ],
    [
      "what co-pilot runs",
      configuration(/lease-worker/, ({ plugins }) => (plugins.k8s["co-pilot"].image = "cr.flyte.org/a/b:1")),
    ],
    ["no image for co-pilot", configuration(/lease-worker/, ({ plugins }) => delete plugins.k8s["co-pilot"])],
    [
      "what the pod webhook runs",
      configuration(/webhook/, ({ webhook }) => {
        webhook.embeddedSecretManagerConfig.fileMountInitContainer.image = "busybox:1.28";
      }),
    ],
    [
      "an image of another registry of the cloud's",
      container(/tunnel/, (found) => {
        found.image = {
          aws: "999999999999.dkr.ecr.us-east-2.amazonaws.com/a/b:1",
          google: "us-docker.pkg.dev/others/images/a:1",
          azure: "others.azurecr.io/a/b:1",
        }[cloud];
      }),
    ],
    ["an image that only the cloud will tell", container(/tunnel/, (found) => (found.image = "${var.image}"))],
    [
      "an image of a path that nothing fills",
      container(/tunnel/, (found) => (found.image = found.image.replace("/p0i0a9q8/", "x/p0i0a9q8/"))),
    ],
    ...OF_CLOUD[cloud],
  ])("%s", async (name, apply) => {
    const tree = copyOf(original);
    apply(tree);
    const { verdict, findings } = await judge(tree);
    expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual(foundBy(name));
    expect(verdict).toBe("fail");
    for (const { location, message } of findings) {
      expect(location.file).toMatch(/cdk\.tf\.json$/);
      expect(location.line).toBeGreaterThan(0);
      expect(message).not.toContain("undefined");
    }
  });

  test("without a fault nothing is found", async () => {
    expect((await judge(copyOf(original))).findings).toEqual([]);
  });

  test("what stands for a task's own container may be of any registry", async () => {
    const tree = copyOf(original);
    for (const { manifest } of find(tree.workloads, "kubernetes_manifest", /task-template/))
      manifest.template.spec.containers[0].image = "docker.io/rwgrim/docker-noop";
    expect((await judge(tree)).findings).toEqual([]);
  });
});

test("a template's container beside the task's own is judged", async () => {
  const tree = synthesize({ cloud: "aws" });
  for (const { manifest } of find(tree.workloads, "kubernetes_manifest", /task-template/))
    manifest.template.spec.containers.push({ name: "beside", image: "docker.io/a/b" });
  expect((await judge(tree)).findings.map(({ invariant }) => invariant)).toEqual(["images-reachable"]);
});

test("ECR's way to another region is closed", async () => {
  const tree = synthesize({ cloud: "aws" });
  container(/tunnel/, (found) => (found.image = found.image.replace("us-east-2", "us-west-2")))(tree);
  const { findings } = await judge(tree);
  expect(findings.map(({ message }) => message)).toContainEqual(expect.stringContaining("ECR in us-east-2 only"));
});

describe.each(CLOUDS)("by Union's chart on %s", (cloud) => {
  const original = synthesize({ cloud, workloads: "chart", appsAndServing: true });

  test.each<Mutation>([
    ...OF_CLOUD[cloud],
    ...{
      aws: [["no repository for what a person copies", without("aws_ecr_repository", /knative/)] as const],
      google: [["no repository of Knative's", without("google_artifact_registry_repository", /gcr/)] as const],
      azure: [["no rule for Knative's", without(CACHE, /knative/)] as const],
    }[cloud],
  ])("%s", async (name, apply) => {
    const tree = copyOf(original);
    apply(tree);
    const { findings } = await judge(tree);
    expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual(foundBy(name));
  });

  test("without a fault nothing is found", async () => {
    expect((await judge(copyOf(original))).findings).toEqual([]);
  });
});

describe("images of tasks", () => {
  const REGISTRY =
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/images/providers/Microsoft.ContainerRegistry/registries/acmeimages";
  const GIVEN: Readonly<Record<Cloud, string>> = {
    aws: "arn:aws:ecr:us-east-2:123456789012:repository/fraud/*",
    google: "projects/acme-data-plane/locations/us-east5/repositories/fraud",
    azure: REGISTRY,
  };
  const originals = Object.fromEntries(
    CLOUDS.map((cloud) => [
      cloud,
      synthesize({ cloud, images: { upstreams: ["quay"], repositories: [GIVEN[cloud]] } }),
    ]),
  ) as Record<Cloud, Tree>;

  test.each<readonly [cloud: Cloud, ...Mutation]>([
    ["aws", "no rule for a further registry", without(RULE, /quay/)],
    ["google", "no remote repository of a further registry", without("google_artifact_registry_repository", /quay/)],
    ["google", "nodes that may not read it", without(IAM, /quay-reader/)],
    ["google", "nodes that may not read what is built", without(IAM, /builds-reader/)],
    ["google", "nodes that may not read a given repository", without(IAM, /fraud-reader/)],
    ["azure", "no rule for a further registry", without(CACHE, /quay/)],
    ["azure", "nodes that may not pull from a given registry", without("azurerm_role_assignment", /acmeimages/)],
  ])("on %s: %s", async (cloud, _, apply) => {
    const tree = copyOf(originals[cloud]);
    apply(tree);
    const { findings } = await judge(tree);
    expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual(["images-reachable"]);
  });

  test.each(CLOUDS)("on %s, without a fault", async (cloud) => {
    expect((await judge(copyOf(originals[cloud]))).findings).toEqual([]);
  });
});

describe("a mirror of others", () => {
  const others = {
    aws: "999999999999.dkr.ecr.us-east-2.amazonaws.com/mirror",
    google: "us-docker.pkg.dev/acme-images/mirror",
  };

  test.each(["aws", "google"] as const)("on %s is told of, and an exception takes it on", async (cloud) => {
    const tree = synthesize({ cloud, images: { mirror: others[cloud] } });
    const { findings } = await judge(tree);
    expect(findings.length).toBeGreaterThan(0);
    for (const { invariant, status, message } of findings) {
      expect([invariant, status]).toEqual(["images-reachable", "unknown"]);
      expect(message).toMatch(/is not in the input/);
    }
    // As docs/images.md has it.
    const resource = { aws: "aws_iam_role.node-pools_role*", google: "google_service_account.node-identity*" }[cloud];
    const agreement = { id: "images-reachable", resource, reason: "The owner lets these nodes", expires: "2027-06-30" };
    const agreed = synthesize({ cloud, images: { mirror: others[cloud] }, exceptions: [agreement] });
    expect((await judge(agreed, { today: "2026-11-28" })).verdict).toBe("pass");
  });

  test("on azure is one of its repositories, whose right and endpoint are judged", async () => {
    const registry =
      "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/images/providers/Microsoft.ContainerRegistry/registries/acmeimages";
    const original = synthesize({
      cloud: "azure",
      images: { mirror: "acmeimages.azurecr.io/union", repositories: [registry] },
    });
    expect((await judge(copyOf(original))).findings).toEqual([]);
    for (const type of ["azurerm_role_assignment", "azurerm_private_endpoint"]) {
      const tree = copyOf(original);
      const keys = Object.entries<Json>(tree.infrastructure.resource[type]).filter(([, values]) =>
        JSON.stringify(values).includes(registry),
      );
      expect(keys.length).toBeGreaterThan(0);
      for (const [key] of keys) remove(tree.infrastructure, type, new RegExp(`^${key}$`));
      expect((await judge(tree)).findings.map(({ invariant }) => invariant)).toContain("images-reachable");
    }
  });
});
