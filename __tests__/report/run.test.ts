import { CLOUDS } from "../../config/deployment";
import { TABLE_NAMES } from "../../report/html/paths";
import { runOf, STAGES } from "../../report/html/run";
import { policyOfDeployment } from "../../verification/promises/deployment-policy/index";
import { deploymentOn } from "../support/deployments";

/** Every part that is an option, so that every path is there. */
const EVERYTHING = {
  components: { connectors: true, imageBuilder: true, metrics: true },
  taskNamespaces: ["fraud-development"],
};
const BY_CHART = { ...EVERYTHING, workloads: "chart", appsAndServing: true };

const required = new Set(
  CLOUDS.flatMap((cloud) =>
    [EVERYTHING, BY_CHART].flatMap((fields) => policyOfDeployment(deploymentOn(cloud, fields)).required),
  ).map(({ name }) => name),
);
const taken = STAGES.flatMap(({ paths }) => paths);

test("every path that a policy requires is taken in some stage", () => {
  expect([...required].filter((name) => !taken.includes(name))).toEqual([]);
});

test("a stage takes no path that neither a policy nor the document's table has", () => {
  expect(taken.filter((name) => !required.has(name) && !TABLE_NAMES.includes(name))).toEqual([]);
});

test("a stage is left out where a deployment has none of its paths, and names who opens one in it", () => {
  const initiators = ["deployment/union/union-operator", "deployment/union/leaseworker"];
  expect(runOf([{ path: "Image pulls", initiators: ["aws_eks_node_group.*"] }])).toMatchObject([
    { title: "Started", hops: [{ path: "Image pulls", from: ["aws_eks_node_group.*"] }] },
  ]);
  expect(runOf([{ path: "Kubernetes API", initiators }])).toMatchObject([
    { title: "The data plane stands", hops: [{ path: "Kubernetes API", from: initiators }] },
    { title: "Leased", hops: [{ path: "Kubernetes API", from: ["deployment/union/leaseworker"] }] },
    { title: "Finished" },
  ]);
});
