import { invariant } from "../../../verification/invariants/images-reachable";
import type { Endpoint, Resource } from "../../../verification/model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { judge, one } from "../../support/judge";
import { manifests } from "../../support/manifests";

const pod = (image: string, list = "containers") =>
  manifests(`{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {${list}: [{name: c, image: "${image}"}]}}`);
const FROM = " of container c of pod/default/a is out of reach: ";

/** A node that may send to these addresses. */
const node = (addresses: AddressSet, unknown?: string): Endpoint => ({
  id: "nodes",
  kind: "node",
  location: { file: "nodes", line: 1 },
  addresses: AddressSet.ofCidr("10.0.0.0/24"),
  groups: new Set(),
  filters: [
    {
      name: "nodes",
      system: "test",
      direction: "outbound",
      stateful: true,
      levels: [
        [
          {
            resource: "nodes",
            location: { file: "nodes", line: 1 },
            action: "allow",
            services: ServiceSet.of(6, 443),
            peers: [{ kind: "addresses", addresses }],
          },
        ],
      ],
      otherwise: "deny",
      ...(unknown !== undefined && { unknown }),
    },
  ],
});
const OPEN = node(AddressSet.ofCidrs(["0.0.0.0/0"]));
const CLOSED = node(AddressSet.ofCidr("10.0.0.0/8"));

type Row = readonly [what: string, resources: readonly Resource[], nodes: readonly Endpoint[], ...findings: string[]];

const testRows = (rows: readonly Row[]) =>
  test.each(rows.map(([what, resources, nodes, ...findings]) => ({ what, resources, nodes, findings })))(
    "$what",
    ({ resources, nodes, findings }) => {
      expect(judge(invariant, resources, undefined, nodes)).toEqual(findings);
    },
  );

const POOL = { node_group_name: "a", node_role_arn: "${aws_iam_role.nodes.arn}" };
const eks =
  (...actions: string[]) =>
  (others: object) =>
    one("aws_eks_node_group", POOL, {
      aws_iam_role: { nodes: { name: "nodes" } },
      aws_iam_role_policy: {
        nodes: {
          role: "nodes",
          policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }),
        },
      },
      ...others,
    });
const PULL = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const pulling = eks(...PULL);
const caching = eks(...PULL, "ecr:CreateRepository", "ecr:BatchImportUpstreamImage");
const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const rule = (upstream_registry_url: string, fields = {}) => ({
  aws_ecr_pull_through_cache_rule: { r: { ecr_repository_prefix: "cache", upstream_registry_url, ...fields } },
});

describe("on the internet", () => {
  testRows([
    ["pods without pools", pod("busybox"), [CLOSED]],
    ["pools without pods", pulling({}), [CLOSED]],
    ["where nodes reach everything", [...pulling({}), ...pod("busybox")], [OPEN]],
    [
      "where they do not",
      [...pulling({}), ...pod("busybox:1")],
      [CLOSED],
      `violated Pod/default/a: busybox:1${FROM}no way of the nodes leads to docker.io`,
    ],
    [
      "where one of them does not",
      [...pulling({}), ...pod("quay.io/a/b:1")],
      [OPEN, CLOSED],
      `violated Pod/default/a: quay.io/a/b:1${FROM}no way of the nodes leads to quay.io`,
    ],
    [
      "where it is not known",
      [...pulling({}), ...pod("ghcr.io/a/b:1")],
      [node(AddressSet.all, "not read")],
      `unknown Pod/default/a: ghcr.io/a/b:1${FROM}no way of the nodes leads to ghcr.io`,
    ],
    [
      "of a container before the others",
      [...pulling({}), ...pod("busybox", "initContainers")],
      [CLOSED],
      `violated Pod/default/a: busybox${FROM}no way of the nodes leads to docker.io`,
    ],
    [
      "where other nodes may be",
      [...pulling({ aws_autoscaling_group: { a: { name: "a" } } }), ...pod("busybox")],
      [CLOSED],
    ],
    [
      "no image",
      [
        ...pulling({}),
        ...manifests("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}"),
      ],
      [OPEN],
      `unknown Pod/default/a: its image${FROM}which it is can't be told: it names none`,
    ],
  ]);
});

describe("in ECR", () => {
  const NOTHING = `${FROM}the input has neither a repository 'cache/a' nor a pull-through rule for it`;
  testRows([
    [
      "a repository",
      [...pulling({ aws_ecr_repository: { r: { name: "cache/a" } } }), ...pod(`${ECR}/cache/a:1`)],
      [CLOSED],
    ],
    [
      "another repository",
      [...pulling({ aws_ecr_repository: { r: { name: "cache/b" } } }), ...pod(`${ECR}/cache/a:1`)],
      [CLOSED],
      `unknown Pod/default/a: ${ECR}/cache/a:1${NOTHING}`,
    ],
    ["a rule", [...caching(rule("quay.io")), ...pod(`${ECR}/cache/a:1`)], [CLOSED]],
    [
      "a rule for all",
      [...caching(rule("quay.io", { ecr_repository_prefix: "ROOT" })), ...pod(`${ECR}/a:1`)],
      [CLOSED],
    ],
    [
      "a rule without the right to fill it",
      [...pulling(rule("quay.io")), ...pod(`${ECR}/cache/a:1`)],
      [CLOSED],
      `violated aws_iam_role.nodes: ${ECR}/cache/a:1${FROM}aws_iam_role.nodes is not allowed ecr:BatchImportUpstreamImage, ecr:CreateRepository there`,
    ],
    [
      "without a login that is needed",
      [...caching(rule("ghcr.io")), ...pod(`${ECR}/cache/a:1`)],
      [CLOSED],
      `violated aws_ecr_pull_through_cache_rule.r: ${ECR}/cache/a:1${FROM}ECR fetches nothing from ghcr.io without a login`,
    ],
    [
      "with it",
      [...caching(rule("ghcr.io", { credential_arn: "arn:aws:secretsmanager:a" })), ...pod(`${ECR}/cache/a:1`)],
      [CLOSED],
    ],
    [
      "nodes without a role that is known",
      [
        ...one(
          "aws_eks_node_group",
          { node_group_name: "a", node_role_arn: "arn:aws:iam::123456789012:role/n" },
          {
            aws_ecr_repository: { r: { name: "a" } },
          },
        ),
        ...pod(`${ECR}/a`),
      ],
      [CLOSED],
      `unknown aws_eks_node_group.a: ${ECR}/a${FROM}what the role of a's nodes may do is not in the input`,
    ],
  ]);
});

describe("in Artifact Registry", () => {
  const gke = (others: object) =>
    one(
      "google_container_node_pool",
      { name: "a", node_config: { service_account: "${google_service_account.n.email}" } },
      {
        google_service_account: { n: { account_id: "nodes" } },
        google_artifact_registry_repository: { r: { repository_id: "images", location: "eu", project: "p" } },
        ...others,
      },
    );
  const reader = (fields: object) => ({
    google_artifact_registry_repository_iam_member: {
      m: {
        repository: "${google_artifact_registry_repository.r.id}",
        role: "roles/artifactregistry.reader",
        member: "${google_service_account.n.member}",
        ...fields,
      },
    },
  });
  const project = (fields: object) => ({
    google_project_iam_binding: {
      b: {
        project: "p",
        role: "roles/artifactregistry.reader",
        members: ["${google_service_account.n.member}"],
        ...fields,
      },
    },
  });
  const IMAGE = pod("eu-docker.pkg.dev/p/images/a:1");
  const UNREAD = `violated google_artifact_registry_repository.r: eu-docker.pkg.dev/p/images/a:1${FROM}no role lets nodes read the repository 'images'`;
  const UNKNOWN = `unknown google_artifact_registry_repository.r: eu-docker.pkg.dev/p/images/a:1${FROM}whether nodes may read the repository 'images' of p is not in the input`;
  testRows([
    ["read by nodes", [...gke(reader({})), ...IMAGE], [CLOSED]],
    ["read by nobody", [...gke({}), ...IMAGE], [CLOSED], UNREAD],
    ["read by others", [...gke(reader({ member: "user:a@example.com" })), ...IMAGE], [CLOSED], UNREAD],
    ["read by everybody", [...gke(reader({ member: "allUsers" })), ...IMAGE], [CLOSED]],
    ["a role of something else", [...gke(reader({ role: "roles/storage.objectViewer" })), ...IMAGE], [CLOSED], UNREAD],
    ["under a condition", [...gke(reader({ condition: { expression: "true" } })), ...IMAGE], [CLOSED], UNKNOWN],
    ["on another repository", [...gke(reader({ repository: "others" })), ...IMAGE], [CLOSED], UNREAD],
    ["on the project", [...gke(project({})), ...IMAGE], [CLOSED]],
    ["on another project", [...gke(project({ project: "q" })), ...IMAGE], [CLOSED], UNREAD],
    [
      "a role of the customer's own",
      [
        ...gke({
          ...project({ role: "${google_project_iam_custom_role.c.name}" }),
          google_project_iam_custom_role: {
            c: { role_id: "c", permissions: ["artifactregistry.repositories.downloadArtifacts"] },
          },
        }),
        ...IMAGE,
      ],
      [CLOSED],
    ],
  ]);
});

describe("in Azure's registry", () => {
  const aks = (registry: object, others: object) =>
    one(
      "azurerm_kubernetes_cluster",
      { name: "a", default_node_pool: { name: "system" } },
      {
        azurerm_container_registry: {
          r: { name: "images", resource_group_name: "${azurerm_resource_group.g.name}", ...registry },
        },
        azurerm_resource_group: { g: { name: "g" } },
        azurerm_container_registry_cache_rule: {
          c: {
            container_registry_id: "${azurerm_container_registry.r.id}",
            source_repo: "quay.io/*",
            target_repo: "quay/*",
          },
        },
        azurerm_private_endpoint: {
          e: { private_service_connection: { private_connection_resource_id: "${azurerm_container_registry.r.id}" } },
        },
        ...others,
      },
    );
  const role = (fields: object) => ({
    azurerm_role_assignment: {
      a: {
        role_definition_name: "AcrPull",
        scope: "${azurerm_container_registry.r.id}",
        principal_id: "${azurerm_kubernetes_cluster.a.kubelet_identity[0].object_id}",
        ...fields,
      },
    },
  });
  const CLOSED_REGISTRY = { public_network_access_enabled: false };
  const IMAGE = pod("images.azurecr.io/quay/a:1");
  const UNREAD = `violated azurerm_container_registry.r: images.azurecr.io/quay/a:1${FROM}the nodes' identity has not the role AcrPull on images`;
  const FAR = `violated azurerm_container_registry.r: images.azurecr.io/quay/a:1${FROM}no private endpoint leads to images`;
  testRows([
    ["pulled by nodes", [...aks(CLOSED_REGISTRY, role({})), ...IMAGE], [CLOSED]],
    ["pulled by nobody", [...aks(CLOSED_REGISTRY, {}), ...IMAGE], [CLOSED], UNREAD],
    ["pulled by anybody", [...aks({ ...CLOSED_REGISTRY, anonymous_pull_enabled: true }, {}), ...IMAGE], [CLOSED]],
    [
      "by the role's id",
      [
        ...aks(
          CLOSED_REGISTRY,
          role({
            role_definition_name: undefined,
            role_definition_id:
              "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
          }),
        ),
        ...IMAGE,
      ],
      [CLOSED],
    ],
    [
      "by a role on what it is in",
      [...aks(CLOSED_REGISTRY, role({ scope: "${azurerm_resource_group.g.id}" })), ...IMAGE],
      [CLOSED],
    ],
    [
      "of the cluster's identity",
      [
        ...aks(CLOSED_REGISTRY, role({ principal_id: "${azurerm_kubernetes_cluster.a.identity[0].principal_id}" })),
        ...IMAGE,
      ],
      [CLOSED],
      UNREAD,
    ],
    [
      "without a private endpoint",
      [...aks(CLOSED_REGISTRY, { ...role({}), azurerm_private_endpoint: {} }), ...IMAGE],
      [OPEN],
      FAR,
    ],
    ["with a public address", [...aks({}, { ...role({}), azurerm_private_endpoint: {} }), ...IMAGE], [OPEN]],
    [
      "with one behind closed egress",
      [...aks({}, { ...role({}), azurerm_private_endpoint: {} }), ...IMAGE],
      [CLOSED],
      FAR,
    ],
    [
      "without a login that is needed",
      [
        ...aks(CLOSED_REGISTRY, {
          ...role({}),
          azurerm_container_registry_cache_rule: {
            c: {
              container_registry_id: "${azurerm_container_registry.r.id}",
              source_repo: "docker.io/*",
              target_repo: "quay/*",
            },
          },
        }),
        ...IMAGE,
      ],
      [CLOSED],
      `violated azurerm_container_registry_cache_rule.c: images.azurecr.io/quay/a:1${FROM}Azure caches nothing of docker.io without a login`,
    ],
    [
      "Microsoft's own, by its tag",
      [...aks({}, role({})), ...pod("mcr.microsoft.com/a:1")],
      [node(AddressSet.ofName("azure:MicrosoftContainerRegistry"))],
    ],
    [
      "Microsoft's own, closed",
      [...aks({}, role({})), ...pod("mcr.microsoft.com/a:1")],
      [CLOSED],
      `violated Pod/default/a: mcr.microsoft.com/a:1${FROM}no way of the nodes leads to mcr.microsoft.com`,
    ],
  ]);
});
