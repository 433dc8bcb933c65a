import { stringify } from "yaml";
import { columnOf, renderChartFacts, tableOf, type ChartFacts } from "../../chart/table";
import { chartFacts } from "../../scripts/chart-facts";
import { scratchFolder, writeFiles } from "../support/scratch";

const RENDERS = ["aws", "gcp", "azure", "namespace-multi"];
const PRIVATE = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t";

const scratch = scratchFolder();

/** The facts of a chart of one's own, whose renders all hold the objects, made with the values. */
function factsOfChart(
  objects: readonly object[],
  values: object = {},
  chart: Readonly<Record<string, object>> = {},
  further: Readonly<Record<string, readonly object[]>> = { "aws.zero-trust": [], "hook-kubectl-default": [] },
): ChartFacts {
  const checkout = scratch("checkout");
  const documentOf = (object: object) => `---\n${stringify(object)}`;
  const render = objects.map(documentOf).join("");
  writeFiles({
    [`${checkout}/charts/dataplane/Chart.yaml`]: stringify({ name: "dataplane", version: "1.2.3" }),
    [`${checkout}/charts/dataplane/crds/dishes.yaml`]: stringify(DEFINITION),
    ...Object.fromEntries(
      ["values.yaml", "values.aws.yaml", "values.gcp.yaml", "values.azure.yaml"].map((file) => [
        `${checkout}/charts/dataplane/${file}`,
        stringify(chart[file] ?? {}),
      ]),
    ),
    ...Object.fromEntries(
      [...RENDERS, ...Object.keys(further)].flatMap((name) => [
        [`${checkout}/tests/generated/dataplane.${name}.yaml`, render + (further[name] ?? []).map(documentOf).join("")],
        [`${checkout}/tests/values/dataplane.${name}.yaml`, stringify(values)],
      ]),
    ),
  });
  return chartFacts(checkout);
}

const DEFINITION = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "dishes.food" },
  spec: {
    group: "food",
    scope: "Namespaced",
    names: { kind: "Dish", plural: "dishes" },
    versions: [{ name: "v1", schema: { openAPIV3Schema: { description: "A dish.\nTo eat." } } }],
  },
};

const metadata = (name: string, more: object = {}) => ({ name, namespace: "union", ...more });

const DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: metadata("release-name-cook", { labels: { "helm.sh/chart": "kitchen-1" } }),
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "cook" } },
    template: {
      metadata: { labels: { app: "cook", "helm.sh/chart": "kitchen-1" }, annotations: { "checksum/config": "abc" } },
      spec: {
        serviceAccountName: "cook",
        tolerations: [{ key: "role", value: "kitchen", effect: "NoSchedule" }, { operator: "Exists" }],
        securityContext: { runAsNonRoot: true },
        containers: [
          {
            name: "stove",
            image: "registry.example/kitchen/stove:3",
            command: ["stove"],
            args: ["--config", "/etc/stove/*.yaml", "--name", "kitchen-one"],
            env: [
              { name: "PLACE", value: "kitchen-one-stove" },
              { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
              { name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "gas", optional: true } } },
            ],
            ports: [{ name: "http", containerPort: 8080 }, { containerPort: 9000 }],
            readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 5 },
            livenessProbe: { exec: { command: ["stove", "check"] } },
            resources: { requests: { cpu: 1 } },
            securityContext: { capabilities: { drop: ["ALL"] } },
            volumeMounts: [
              { name: "recipes", mountPath: "/etc/stove", readOnly: true },
              { name: "log", mountPath: "/var/log" },
            ],
          },
        ],
        volumes: [
          {
            name: "recipes",
            projected: { sources: [{ configMap: { name: "recipes" } }, { secret: { name: "keys" } }] },
          },
          { name: "log", hostPath: { path: "/var/log" } },
        ],
      },
    },
  },
};

test("a workload: words, variables, ports, probes, mounts and what it runs as", () => {
  const { objects } = factsOfChart([DEPLOYMENT], { clusterName: "kitchen-one" });
  expect(objects["Deployment {release}-cook"]).toEqual({
    apiVersion: "apps/v1",
    "container stove alive by": "command stove check",
    "container stove args": "--config /etc/stove/*.yaml --name {cluster}",
    "container stove command": "stove",
    "container stove env KEY": "Secret keys gas, if there",
    "container stove env PLACE": "{cluster}-stove",
    "container stove env POD": "field metadata.name",
    "container stove image": "registry.example/kitchen/stove:3",
    "container stove mount /etc/stove": "ConfigMap recipes and Secret keys",
    "container stove mount /etc/stove read only": "yes",
    "container stove mount /var/log": "node's /var/log",
    "container stove port 8080": "TCP",
    "container stove port 9000": "TCP",
    "container stove ready by": "http 8080 /ready",
    "container stove requests cpu": "1",
    "container stove security capabilities.drop": "ALL",
    "mounts token": "true",
    "pod label app": "cook",
    "pod security runAsNonRoot": "true",
    replicas: "2",
    "seconds to end": "30",
    "selects app": "cook",
    "service account": "cook",
    strategy: "RollingUpdate",
    "tolerates *:*": "yes",
    "tolerates role=kitchen:NoSchedule": "yes",
  });
});

test("a service leads to ports by their numbers, however it names them", () => {
  const ports = [
    { name: "web", port: 80, targetPort: "http" },
    { name: "raw", port: 9000 },
  ];
  const { objects } = factsOfChart([
    DEPLOYMENT,
    { apiVersion: "v1", kind: "Service", metadata: metadata("cook"), spec: { selector: { app: "cook" }, ports } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata("waiter"),
      spec: { clusterIP: "None", selector: { app: "waiter" }, ports },
    },
  ]);
  expect(objects["Service cook"]).toMatchObject({ type: "ClusterIP", "port web": "80 to 8080", "selects app": "cook" });
  expect(objects["Service waiter"]).toMatchObject({
    type: "headless",
    "port web": "80 to http",
    "port raw": "9000 to 9000",
  });
});

test("configuration that is read together is one, whatever its files; other files are themselves", () => {
  const { objects } = factsOfChart([
    DEPLOYMENT,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("recipes"),
      data: {
        "soup.yaml": "soup: {salt: 1, steps: [boil, stir], courses: [{name: first, hot: true}]}",
        "bread.yaml": "bread.flour: rye\n",
        "oven.conf": "# hot\n[HEAT]\n  Top 200\n[HEAT]\n  Top 180\n",
        note: "by hand",
      },
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("menu"), data: { "a.yaml": "of: {{ day }}" } },
  ]);
  expect(objects["ConfigMap recipes"]).toEqual({
    apiVersion: "v1",
    "file note": "by hand",
    "file oven.conf HEAT 2.Top": "180",
    "file oven.conf HEAT.Top": "200",
    "key bread.flour": "rye",
    "key soup.courses.first.hot": "true",
    "key soup.courses.first.name": "first",
    "key soup.salt": "1",
    "key soup.steps": "boil stir",
  });
  expect(objects["ConfigMap menu"]).toEqual({ apiVersion: "v1", "file a.yaml of": "<day>" });
});

test("rights, and who has them", () => {
  const { objects } = factsOfChart([
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "cooks" },
      rules: [
        { apiGroups: ["", "food"], resources: ["pots"], verbs: ["list", "get"] },
        { apiGroups: ["food"], resources: ["pots"], verbs: ["watch"] },
        { apiGroups: [""], resources: ["keys"], resourceNames: ["gas"], verbs: ["*"] },
        { nonResourceURLs: ["/metrics"], verbs: ["get"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "cooks" },
      roleRef: { kind: "ClusterRole", name: "cooks" },
      subjects: [
        { kind: "ServiceAccount", name: "cook", namespace: "union" },
        { kind: "ServiceAccount", name: "helper", namespace: "cellar" },
      ],
    },
  ]);
  expect(objects["ClusterRole cooks"]).toMatchObject({
    "may /metrics": "get",
    "may core/keys gas": "*",
    "may core/pots": "get list",
    "may food/pots": "get list watch",
  });
  expect(objects["ClusterRoleBinding cooks"]).toMatchObject({
    gives: "ClusterRole cooks to ServiceAccount cook and ServiceAccount cellar/helper",
  });
});

test("no secret, no certificate and no text of the chart is a fact", () => {
  const script = "set -e\necho one\necho two\n";
  const container = { name: "till", env: [{ name: "TILL_SECRET_ACCESS_KEY", value: PRIVATE }] };
  const facts = factsOfChart(
    [
      { apiVersion: "v1", kind: "Pod", metadata: metadata("till"), spec: { containers: [container] } },
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: metadata("keys"),
        data: { "tls.key": PRIVATE },
        stringData: { gas: PRIVATE },
      },
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "MutatingWebhookConfiguration",
        metadata: { name: "taste" },
        webhooks: [{ name: "taste.example", clientConfig: { caBundle: PRIVATE, service: { name: "taste" } } }],
      },
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: metadata("store"),
        data: {
          "store.yaml": stringify({ store: { secret_key: PRIVATE }, rules: [{ record: "sum", expr: "a + b" }] }),
          script,
        },
      },
    ],
    {},
    { "values.yaml": { storage: { secretKey: PRIVATE }, note: script, host: "{{ .Values.global.HOST }}" } },
  );
  expect(facts.objects).toMatchObject({
    "Pod till": { "container till env TILL_SECRET_ACCESS_KEY": "(left out)" },
    "Secret keys": { "holds gas": "yes", "holds tls.key": "yes" },
    "MutatingWebhookConfiguration taste": { "webhook taste.example clientConfig.service.name": "taste" },
    "ConfigMap store": {
      "file store.yaml store.secret_key": "(left out)",
      "file store.yaml rules.sum.expr": expect.stringMatching(/^text of 5 characters, [0-9a-f]{8}$/) as string,
      "file script": expect.stringMatching(/^text of 24 characters, [0-9a-f]{8}$/) as string,
    },
  });
  expect(facts.values).toEqual({
    host: { default: "(template)" },
    note: { default: "text of 25 characters" },
    "storage.secretKey": { default: "(left out)" },
  });
  expect(JSON.stringify(facts)).not.toMatch(new RegExp(`${PRIVATE}|echo`));
});

test("of further renders, what runs and is new is written", () => {
  const pod = { metadata: { labels: { app: "oven" } }, spec: { containers: [{ name: "oven", image: "x/oven:1" }] } };
  const oven = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "oven" }, spec: { template: pod } };
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "release-name-clean" },
    spec: { template: pod },
  };
  const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "bakes" }, rules: [] };
  const names = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "names" },
    data: { image: "x/y:1", bread: "rye" },
  };
  const renders = { "aws.zero-trust": [oven, role, names], "hook-kubectl-default": [job] };
  const { objects, further } = factsOfChart([], {}, {}, renders);
  expect(Object.keys(objects)).not.toContain("Deployment oven");
  expect(Object.keys(further)).toEqual(["ConfigMap names", "Deployment oven", "Job {release}-clean"]);
  expect(further["ConfigMap names"]).toEqual({ "file image": "x/y:1" });
  expect(further["Deployment oven"]).toMatchObject({ "container oven image": "x/oven:1", "pod label app": "oven" });
});

test("of parts that nobody uses only images and labels are written", () => {
  const { objects } = factsOfChart([
    { ...DEPLOYMENT, metadata: metadata("knative-operator") },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata("knative-operator") },
  ]);
  expect(objects).toEqual({
    "CustomResourceDefinition dishes.food": {
      ...{ apiVersion: "apiextensions.k8s.io/v1", group: "food", scope: "Namespaced" },
      ...{ kind: "Dish", plural: "dishes", versions: "v1" },
    },
    "Deployment knative-operator": {
      "container stove image": "registry.example/kitchen/stove:3",
      "pod label app": "cook",
    },
  });
});

describe("the table", () => {
  const table = tableOf([
    ["aws", { cook: { hat: "white", knife: "long" } }],
    ["gcp", { cook: { hat: "white", knife: "short" }, waiter: { tray: "round" } }],
    ["azure", { cook: { hat: "white", knife: "long", apron: "yes" } }],
  ]);

  test("says once what every column has, and of the rest which column has it", () => {
    expect(table).toEqual({
      cook: { apron: { azure: "yes" }, hat: "white", knife: { "aws azure": "long", gcp: "short" } },
      waiter: { tray: { gcp: "round" } },
    });
  });

  test("gives a column back", () => {
    expect(columnOf(table, "azure")).toEqual({ cook: { hat: "white", knife: "long", apron: "yes" } });
    expect(columnOf(table, "gcp")).toEqual({ cook: { hat: "white", knife: "short" }, waiter: { tray: "round" } });
  });

  test("is written a fact a line, and reads back", () => {
    const facts: ChartFacts = {
      chart: "kitchen",
      version: "1",
      dependencies: {},
      objects: table,
      further: table,
      values: {},
    };
    const text = renderChartFacts(facts);
    expect(JSON.parse(text)).toEqual(facts);
    expect(text).toContain('\n      "knife": { "aws azure": "long", "gcp": "short" }\n');
  });
});
