import { invariant } from "../../../verification/invariants/token-rotation-survives";
import { judgeOwn, one, pick, testMutations, testTable, type Json } from "../../support/judge";
import { manifests } from "../../support/manifests";

const secret = (values: object) => one("kubernetes_secret_v1", { metadata: { name: "union-secret-auth" }, ...values });
const ignoring = (...paths: string[]) => ({ lifecycle: { ignore_changes: paths } });
const UNDONE =
  "violated kubernetes_secret_v1.a: an apply undoes the token: lifecycle.ignore_changes leaves out data.tunnel_token";

const proxy = (values: object) =>
  one("kubernetes_deployment_v1", { metadata: { name: "union-operator-proxy", namespace: "union" }, ...values });
const RESTARTED = 'spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]';

const UNREAD = "can't be told: Role union-token-rotation is not in the input";

describe("anyone's", () => {
  testTable(invariant, [
    ["data is ignored", secret(ignoring("data"))],
    ["the key is ignored", secret(ignoring('data["tunnel_token"]'))],
    ["everything is ignored", secret({ lifecycle: { ignore_changes: "all" } })],
    ["everything is ignored, in a block", secret({ lifecycle: [{ ignore_changes: ["all"] }] })],
    ["no lifecycle", secret({}), UNDONE],
    ["another key is ignored", secret(ignoring('data["client_secret"]', "metadata")), UNDONE],
    [
      "written once more with each revision",
      secret({ ...ignoring("data", "data_wo"), data_wo: {}, data_wo_revision: 1 }),
      "violated kubernetes_secret_v1.a: an apply undoes the token: lifecycle.ignore_changes leaves out data_wo_revision",
    ],
    ["written once", secret({ ...ignoring("data", "data_wo_revision"), data_wo: {}, data_wo_revision: 1 })],
    [
      "of a plan it can't be told",
      secret({ data: {}, timeouts: null }),
      "unknown kubernetes_secret_v1.a: whether an apply undoes the token can't be told: a plan or state does not hold lifecycle",
    ],
    ["another secret", one("kubernetes_secret_v1", { metadata: { name: "other" } })],
    [
      "a secret that Terraform does not manage",
      manifests("{apiVersion: v1, kind: Secret, metadata: {name: union-secret-auth}}"),
    ],
    ["the restart is ignored", proxy(ignoring(RESTARTED))],
    ["all annotations are ignored", proxy(ignoring("spec[0].template[0].metadata[0].annotations"))],
    [
      "annotations of the Deployment are ignored",
      proxy(ignoring("metadata[0].annotations")),
      "violated kubernetes_deployment_v1.a: an apply undoes the restart: lifecycle.ignore_changes leaves out the annotation kubectl.kubernetes.io/restartedAt",
    ],
  ]);
});

const auth = (resource: Json) => pick(resource, "kubernetes_secret_v1", "credentials_auth");
const deployment = (resource: Json) => pick(resource, "kubernetes_deployment_v1", "tunnel");
const token = (resource: Json) =>
  deployment(resource)
    .spec.template.spec.container.flatMap(({ env = [] }) => env)
    .find(({ name }: { name: string }) => name === "TUNNEL_TOKEN");
const role = (resource: Json) => pick(resource, "kubernetes_role_v1", "token-rotation");
const configuration = (from: string, to: string) => (resource: Json) => {
  const { data } = Object.values<Json>(resource.kubernetes_config_map_v1).find(
    ({ metadata }) => metadata.name === "union-operator",
  );
  data["config.yaml"] = data["config.yaml"].replace(from, to);
};

describe.each(["standard", "low-privilege"])("our own, %s", (rbac) => {
  testMutations(
    invariant,
    [
      [
        "an apply writes the token back",
        (resource) => delete auth(resource).lifecycle,
        "violated an apply undoes the token: lifecycle.ignore_changes leaves out data.tunnel_token",
        "violated an apply undoes the token: lifecycle.ignore_changes leaves out data_wo_revision",
      ],
      [
        "an apply undoes the restart",
        (resource) => delete deployment(resource).lifecycle,
        "violated an apply undoes the restart: lifecycle.ignore_changes leaves out the annotation kubectl.kubernetes.io/restartedAt",
      ],
      [
        "no right to write secrets",
        (resource) => (role(resource).rule[0].verbs = ["get", "list", "watch"]),
        "violated the operator may not create, update secrets in its namespace",
      ],
      [
        "no right to restart",
        (resource) => role(resource).rule.pop(),
        "violated the operator may not get, list, watch, create, update deployments in its namespace",
      ],
      [
        "rights in another namespace",
        (resource) => (role(resource).metadata.namespace = "other"),
        `unknown whether the operator may get, list, watch, create, update secrets in its namespace ${UNREAD}`,
        `unknown whether the operator may get, list, watch, create, update deployments in its namespace ${UNREAD}`,
      ],
      [
        "another account's rights",
        (resource) => (pick(resource, "kubernetes_role_binding_v1", "token-rotation").subject[0].name = "union"),
        "violated the operator may not get, list, watch, create, update secrets in its namespace",
        "violated the operator may not get, list, watch, create, update deployments in its namespace",
      ],
      [
        "rights on another secret only",
        (resource) => (role(resource).rule[0].resource_names = ["other"]),
        "violated the operator may not get, list, watch, create, update secrets in its namespace",
      ],
      [
        "a Deployment that is not there",
        configuration("deploymentToRestart: union-operator-proxy", "deploymentToRestart: proxy"),
        "violated there is no Deployment proxy to restart",
      ],
      [
        "a token that is written down",
        (resource) => {
          const variable = token(resource);
          delete variable.value_from;
          variable.value = "x";
        },
        "violated TUNNEL_TOKEN does not come from tunnel_token of union-secret-auth",
      ],
      [
        "another key",
        (resource) => (token(resource).value_from.secret_key_ref.key = "token"),
        "violated TUNNEL_TOKEN does not come from tunnel_token of union-secret-auth",
      ],
      [
        "a token that must be there",
        (resource) => delete token(resource).value_from.secret_key_ref.optional,
        "violated TUNNEL_TOKEN is not optional: without a first token the proxy does not start",
      ],
      [
        "another secret that tokens are written into",
        (resource) => {
          const { args } = pick(resource, "kubernetes_deployment_v1", "operator_deployment").spec.template.spec
            .container[0];
          args[args.length - 1] = "other";
        },
        "violated the operator does not write tokens into union-secret-auth",
      ],
      [
        "no secret",
        (resource) => (auth(resource).metadata.name = "other"),
        "violated there is no secret union-secret-auth to write a token into",
      ],
    ],
    { rbac },
  );
});

test("without workloads there is nothing to rotate", () => {
  expect(judgeOwn(invariant, undefined, { workloads: "chart" })).toEqual([]);
});
