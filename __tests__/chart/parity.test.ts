import { lineOf, namedDifferences, unnamed } from "../../chart/differences";
import { readChartFacts } from "../../chart/table";
import { chartDifferences, chartFactsOf, differencesOf } from "../support/chart-parity";
import { awsDeployment } from "../support/deployments";

const { version } = readChartFacts();
const named = namedDifferences();

describe(`chart ${version}`, () => {
  const { differences, entries } = unnamed(chartDifferences(), named);

  test("is what is written here, but for what chart/differences.yaml names", () => {
    expect(differences.map(lineOf)).toEqual([]);
  });

  test("differs by every pattern of chart/differences.yaml", () => {
    expect(entries).toEqual([]);
  });

  test("is the one whose image a deployment runs", () => {
    expect(awsDeployment().images.operatorTag).toBe(version);
  });
});

/** A fact that a newer chart might change or bring, and what is told of it. */
test.each([
  ["Deployment union-operator", "container operator image", "public.ecr.aws/p0i0a9q8/unionoperator:2027.1.0"],
  ["Deployment union-operator", "container operator args", "operator serve --config /etc/union/config/*.yaml"],
  ["Deployment union-operator-proxy", "container tunnel args", "cloudflared tunnel --no-autoupdate run"],
  ["Deployment leaseworker", "container leaseworker command", "leaseworker run --fast --config /etc/config/*.yaml"],
  ["Deployment leaseworker", "container leaseworker env NEW_SERVICE_URL", "http://new"],
  ["Deployment leaseworker", "container leaseworker ready by", "http 10254 /readyz"],
  ["Deployment leaseworker", "service account", "union-leaseworker"],
  ["Deployment union-pod-webhook", "container webhook mount /etc/new", "Secret new"],
  ["Deployment union-pod-webhook", "container webhook port 9444", "TCP"],
  ["Service union-operator-leaseworker", "port fasttask", "15606 to 15606"],
  ["ConfigMap leaseworker", "key leaseworker.capacity", "1"],
  ["ConfigMap leaseworker", "key leaseworker.newKey", "true"],
  ["ConfigMap union-operator", "key operator.newKey", "true"],
  [
    "MutatingWebhookConfiguration union-pod-webhook-{organization}",
    "webhook union-pod-webhook.flyte.org failurePolicy",
    "Ignore",
  ],
  ["PodTemplate task-template", "service account", "other"],
])("a newer chart with another fact is told: %s, %s", (object, fact, value) => {
  const chart = chartFactsOf("aws");
  const newer = { ...chart, [object]: { ...chart[object], [fact]: value } };
  const { differences } = unnamed(differencesOf("aws", newer), named);
  expect(differences.map(lineOf)).toEqual([expect.stringMatching(new RegExp(`^.*: ${fact} \\(aws\\): .*'`))]);
});

test("a newer chart with a new object, or with a new right, is told", () => {
  const newer = {
    ...chartFactsOf("aws"),
    "Deployment new": { apiVersion: "apps/v1" },
    "Role new": { apiVersion: "rbac.authorization.k8s.io/v1", "may batch/jobs": "create" },
    "RoleBinding new": { gives: "Role new to ServiceAccount union-system" },
  };
  expect(unnamed(differencesOf("aws", newer), named).differences.map(lineOf)).toEqual([
    "Deployment new (aws): only the chart has it",
    "ServiceAccount union-system: may create batch/jobs (aws): only the chart has 'in union'",
  ]);
});
