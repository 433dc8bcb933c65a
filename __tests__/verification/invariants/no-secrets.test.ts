import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { invariant } from "../../../verification/invariants/no-secrets";
import { loadResources } from "../../../verification/load";
import { DEPLOYMENT } from "../../../verification/readers/cdktf-output";
import { synthesizeExamples } from "../../support/examples";
import { judge, one, pick, testMutations, testTable, type Row } from "../../support/judge";
import { manifests } from "../../support/manifests";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const random = (length: number) => "aB3dE5fG7hJ9kL1mN0pQ2rS4tU6vW8xY".repeat(8).slice(0, length);

/** Texts that are a credential by their form, put together here so that no scanner takes this file for one. */
const FORMS: readonly (readonly [what: string, text: string])[] = [
  ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${random(64)}`],
  ["an access key of AWS", `AKIAIOSFODNN7EXAMPLE`],
  ["an access key of AWS", `export KEY=ASIA1234567890ABCDEF;`],
  ["a secret access key of AWS", `aws_secret_access_key = ${random(40)}`],
  ["a JSON Web Token", `eyJ${random(20)}.eyJ${random(20)}.${random(20)}`],
  ["a token of GitHub", `ghp_${random(36)}`],
  ["a token of GitHub", `github_pat_${random(40)}`],
  ["a token of Slack", `xoxb-${random(12)}-${random(12)}`],
  ["a key of Google", `AIza${random(35)}`],
  ["a key of Azure Storage", `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${random(86)}==`],
  ["an address with a password", `postgres://user:${random(8)}@db.example.com/app`],
  ["a connection string with a password", `Server=db;User=a;Password=${random(8)};`],
  ["the token of a Cloudflare Tunnel", base64(JSON.stringify({ a: random(32), t: random(36), s: random(40) }))],
];

describe("forms", () => {
  testTable(
    invariant,
    FORMS.flatMap(([what, text]): Row[] => [
      [
        `${what}: ${text.slice(0, 6)}`,
        one("aws_ssm_document", { content: text }),
        `violated aws_ssm_document.a: content holds ${what}`,
      ],
    ]),
  );
  testTable(invariant, [
    [
      "deep within a resource",
      one("aws_instance", { tags: { a: ["x", `AKIAIOSFODNN7EXAMPLE`] } }),
      "violated aws_instance.a: tags.a[1] holds an access key of AWS",
    ],
    [
      "beside a part that is not known",
      one("aws_instance", { user_data: `psql postgres://user:${random(8)}@\${aws_db_instance.d.address}/` }),
      "violated aws_instance.a: user_data holds an address with a password",
    ],
    ["a public key", one("aws_key_pair", { public_key: `ssh-rsa ${random(200)}` })],
    [
      "an address without a password",
      one("aws_ssm_document", { content: "https://user@example.com https://example.com:443/a@b" }),
    ],
    [
      "an address with a variable",
      one("aws_ssm_document", { content: "postgres://user:$(PASSWORD)@db postgres://u:${x.y.z}@db" }),
    ],
    [
      "base64 of something else",
      one("aws_ssm_document", { content: base64(JSON.stringify({ alg: random(40), t: 1 })) }),
    ],
    ["a digest", one("aws_ssm_document", { content: `sha256:${"0123456789abcdef".repeat(4)}` })],
  ]);
});

const BY_NAME = "is a secret by its name";

describe("names", () => {
  testTable(invariant, [
    ["a password", one("aws_db_instance", { password: "hunter2" }), `violated aws_db_instance.a: password ${BY_NAME}`],
    [
      "a write-only password",
      one("aws_db_instance", { password_wo: "hunter2" }),
      `violated aws_db_instance.a: password_wo ${BY_NAME}`,
    ],
    [
      "a password in a block",
      one("aws_mq_broker", { user: [{ username: "a", password: "hunter2" }] }),
      `violated aws_mq_broker.a: user[0].password ${BY_NAME}`,
    ],
    [
      "a secret's version",
      one("aws_secretsmanager_secret_version", { secret_string: "hunter2" }),
      `violated aws_secretsmanager_secret_version.a: secret_string ${BY_NAME}`,
    ],
    [
      "JSON within a secret's version",
      one("aws_secretsmanager_secret_version", { secret_string: '{"user":"a"}' }),
      `violated aws_secretsmanager_secret_version.a: secret_string ${BY_NAME}`,
    ],
    [
      "a secure parameter",
      one("aws_ssm_parameter", { type: "SecureString", value: "hunter2" }),
      `violated aws_ssm_parameter.a: value is the value of a secret`,
    ],
    ["a parameter", one("aws_ssm_parameter", { type: "String", value: "hunter2" })],
    [
      "a key vault's secret",
      one("azurerm_key_vault_secret", { name: "db", value: "hunter2" }),
      `violated azurerm_key_vault_secret.a: value is the value of a secret`,
    ],
    ["a reference", one("aws_db_instance", { password: "${random_password.p.result}" })],
    ["a value not known", one("aws_db_instance", { password: "${var.password} " })],
    ["a value known in part", one("aws_db_instance", { password: "x-${var.suffix}" })],
    ["an empty one", one("aws_db_instance", { password: "" })],
    ["a switch", one("aws_db_instance", { token: "required", manage_master_user_password: true })],
    [
      "a place",
      one("aws_db_instance", {
        credentials: "arn:aws:secretsmanager:x",
        token: "/var/run/token",
        secret: "projects/p/secrets/s",
      }),
    ],
    [
      "a name of a place",
      one("aws_db_instance", { secret_name: "db", token_url: "https://example.com", password_policy: "strong" }),
    ],
    [
      "a name of another object",
      manifests("{apiVersion: v1, kind: A, metadata: {name: a}, spec: {passwordSecretRef: {name: a, secret: b}}}"),
    ],
    [
      "a key of a Secret",
      manifests(
        "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a}, spec: {data: [{secretKey: password, remoteRef: {key: db}}]}}",
      ),
    ],
    [
      "a variable",
      manifests(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{env: [{name: DB_PASSWORD, value: hunter2}]}]}}",
      ),
      `violated Pod/default/a: spec.containers[0].env[0].value ${BY_NAME}`,
    ],
    [
      "a variable from elsewhere",
      manifests(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]}}",
      ),
    ],
    [
      "JSON within a text",
      one("aws_ecs_task_definition", {
        container_definitions: '[{"environment":[{"name":"API_KEY","value":"hunter2"}]}]',
      }),
      `violated aws_ecs_task_definition.a: container_definitions holds a field that ${BY_NAME}`,
    ],
    [
      "lines within a text",
      manifests(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  app.ini: |\n    user = a\n    password = hunter2\n",
      ),
      "violated ConfigMap/default/a: data.app.ini holds a line that is a secret by its name",
    ],
    [
      "lines that name places",
      manifests(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  app.ini: |\n    password = ${PASSWORD}\n    token: /run/token\n    clientSecretLocation: x\n    secret:\n      name: a\n",
      ),
    ],
  ]);
});

const secret = (content: string) => manifests(`{apiVersion: v1, kind: Secret, metadata: {name: a}, ${content}}`);
const LITERAL = "is a literal in a Secret";

describe("Secrets of Kubernetes", () => {
  testTable(invariant, [
    [
      "a literal",
      secret("stringData: {anything: hunter2}"),
      `violated Secret/default/a: stringData.anything ${LITERAL}`,
    ],
    [
      "a literal in base64",
      secret(`data: {anything: ${base64("hunter2")}}`),
      `violated Secret/default/a: data.anything ${LITERAL}`,
    ],
    ["a placeholder", secret("stringData: {anything: <from the vault>}")],
    ["a key of none", secret("stringData: {cluster_name: acme, ca.crt: x}")],
    ["an empty one", secret("type: Opaque")],
    [
      "a write-only literal",
      one("kubernetes_secret_v1", { metadata: { name: "a" }, data_wo: { token: "hunter2" } }),
      `violated kubernetes_secret_v1.a: stringData.token ${LITERAL}`,
    ],
    [
      "a reference",
      one("kubernetes_secret_v1", { metadata: { name: "a" }, data: { token: "${random_password.p.result}" } }),
    ],
  ]);
});

const auth = (resource: Parameters<typeof pick>[0]) => pick(resource, "kubernetes_secret_v1", "credentials_auth");

describe("our own", () => {
  testMutations(invariant, [
    [
      "a literal client secret",
      (resource) => (auth(resource).data_wo.client_secret = "hunter2"),
      `violated stringData.client_secret ${LITERAL}`,
    ],
    [
      "a client secret that comes into the state",
      (resource) => {
        const { data_wo, ...rest } = auth(resource);
        resource.kubernetes_secret_v1 = { a: { ...rest, data: { client_secret: data_wo.client_secret } } };
      },
      "violated client_secret comes into the state: it is not write-only",
    ],
    [
      "a literal token for the tunnel",
      (resource) => {
        const { container } = pick(resource, "kubernetes_deployment_v1", "tunnel").spec.template.spec;
        const args = container.find(({ name }: { name: string }) => name === "tunnel").args;
        args[args.length - 1] = base64(JSON.stringify({ a: random(32), t: random(36), s: random(40) }));
      },
      expect.stringMatching(
        /^violated spec\.template\.spec\.containers\[1\]\.args\[\d+\] holds the token of a Cloudflare Tunnel$/,
      ),
    ],
    [
      "a secret's version",
      (resource) => (resource.aws_secretsmanager_secret_version = { a: { secret_string: "hunter2" } }),
      `violated secret_string ${BY_NAME}`,
    ],
  ]);

  test("every example holds", async () => {
    const { folder, loaded } = synthesizeExamples();
    try {
      for (const { deployment } of loaded) {
        const stacks = [deployment.name, `${deployment.name}-workloads`].map((name) => join(folder, "stacks", name));
        const resources = await loadResources(stacks.filter(existsSync));
        // The deployment that a stack carries is no part of it.
        expect(
          judge(
            invariant,
            resources.filter(({ type }) => type !== DEPLOYMENT),
            deployment,
          ),
        ).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("no message holds what was found", () => {
  const found = FORMS.flatMap(([, text]) =>
    judge(invariant, one("aws_ssm_document", { content: text, password: text })),
  );
  expect(found.filter((message) => FORMS.some(([, text]) => message.includes(text.slice(4, 12))))).toEqual([]);
});
